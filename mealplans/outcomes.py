"""What a use case answers: done or not, and the facts to say it with. Words are chosen by whoever speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mealplans.models import PlannedMeal, WeekPlan


@dataclass(frozen=True)
class Outcome:
    """`code` is a phrase of `phrases/residents.py` or `phrases/cooks.py`; `done` tells whether anything changed.

    A loser of a race gets `done=False` with the code that tells what holds now ("already_approved").
    """

    done: bool
    code: str
    plan: WeekPlan | None = None
    meal: PlannedMeal | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Actor:
    """Who caused a change, for the timeline, and so that this person is not told what they just did.

    `because`: why the system changed it by itself, in the language of whoever is told.
    """

    name: str
    how: str  # button, list, text, page, staff, policy, system
    resident_id: int | None = None
    cook_id: int | None = None
    message: Any = None  # the WhatsApp message it came by
    because: Callable[[str], str] | None = None

    @property
    def is_resident(self) -> bool:
        return self.resident_id is not None


def system(reason: str) -> Actor:
    return Actor(name="", how=reason)
