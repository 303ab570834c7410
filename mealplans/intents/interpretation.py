"""What goes into understanding a message and what comes out: plain values, no database, no clock.

The intents are closed lists per role. A message may also lead to no intent at all: then `outcome` says whether
the person is asked back ("ask", with `candidates` for the buttons) or a member of staff reads it ("hand_over").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

Role = Literal["resident", "cook"]
Awaiting = Literal["plan_approval", "cook_confirmation", "rating", "payment"]
Meal = Literal["breakfast", "lunch", "dinner"]
Outcome = Literal["act", "ask", "hand_over"]

RESIDENT_INTENTS = (
    "approve", "change_plan", "swap_meal", "skip_meal", "guests", "avoid_ingredient", "request_dish", "show_plan",
    "show_groceries", "payment_link", "payment_done", "pause", "resume", "rate_meal", "call_staff", "opt_out",
    "opt_in", "greeting", "thanks", "other",
)  # fmt: skip
COOK_INTENTS = (
    "ack", "absent", "late", "missing_ingredient", "meal_done", "ask_recipe", "ask_menu", "equipment_problem",
    "call_staff", "opt_out", "greeting", "other",
)  # fmt: skip
INTENTS: Mapping[str, tuple[str, ...]] = MappingProxyType({"resident": RESIDENT_INTENTS, "cook": COOK_INTENTS})

# A wrong guess here stops a household's food, its messages or its money; each needs proof in the words themselves.
DANGEROUS = frozenset({"approve", "pause", "opt_out", "absent"})


class Doubt(StrEnum):
    """What a wish that is clear otherwise lacks: code decides on this, the `reason` beside it is only words."""

    QUESTION = "question"
    MOOD = "mood"  # the grammar stands against the act, or its proof is not in the words
    DAY_OVER = "day_over"
    WHICH_DAY = "which_day"
    NO_DAY = "no_day"
    SEVERAL_DAYS = "several_days"
    NO_FOOD = "no_food"
    NO_MEAL = "no_meal"
    NO_NUMBER = "no_number"
    NO_RATING = "no_rating"


@dataclass(frozen=True, slots=True)
class Name:
    """A dish or an ingredient in play: `name` is what the slot will hold, `spoken` every other way to say it."""

    name: str
    spoken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedMeal:
    """One cell of the plan in play, so that "change the rajma" finds its day; `dish` is a `Name.name`."""

    date: date
    meal: Meal
    dish: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The names and the plan in play. Common foods are known without being named here (data/foods.toml)."""

    dishes: tuple[Name, ...] = ()
    ingredients: tuple[Name, ...] = ()
    plan_days: tuple[PlannedMeal, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """One message: who wrote it, when (aware), the household's IANA timezone, and what was last asked of them."""

    role: Role
    text: str
    now: datetime
    timezone: str = "Asia/Kolkata"
    awaiting: Awaiting | None = None
    facts: Facts = field(default_factory=Facts)

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("Heard.now must be aware: a date said at midnight depends on the timezone")
        if self.role not in INTENTS:
            raise ValueError(f"unknown role {self.role!r}; one of {', '.join(INTENTS)}")


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the message means. `intent` is None unless the system is sure enough to act on it.

    `slots` may hold: `date` (ISO text, or {"start", "end"}, both included), `meal`, `dish`, `ingredient`,
    `delta` (change in heads), `count` (heads in all), `minutes`, `rating` ("good", "ok", "bad").
    `confidence` is the calibrated chance (0..1) that the best reading is right, acted on or not.
    `reason` names the rule or the doubt in words staff can read, `doubt` what kind of doubt it is. `also` holds
    further wishes of the same message, in the order written; each stands on its own. `candidates` are the likeliest
    intents to offer as buttons when asking back, best first.
    """

    intent: str | None
    slots: Mapping[str, Any] = field(default_factory=dict)
    confidence: float = 0.0
    reason: str = ""
    also: tuple[Interpretation, ...] = ()
    outcome: Outcome = "act"
    candidates: tuple[str, ...] = ()
    doubt: Doubt | None = None
