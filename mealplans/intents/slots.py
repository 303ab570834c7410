"""The values an intent carries: which day, which meal, which food, how many, how late, how good."""

from __future__ import annotations

from datetime import date
from typing import Any

from mealplans.intents.day import Day, Tense, number_at
from mealplans.intents.heads import heads
from mealplans.intents.interpretation import Facts
from mealplans.intents.ratings import rating, stars
from mealplans.intents.reading import Reading
from mealplans.intents.swaps import swapped_dishes

MEALS = ("breakfast", "lunch", "dinner")
_WITH_DAY = {"swap_meal", "skip_meal", "guests", "request_dish", "show_plan", "pause", "resume", "rate_meal", "absent",
             "late", "ask_menu"}  # fmt: skip
_WITH_MEAL = _WITH_DAY - {"pause", "resume", "late"} | {"meal_done"}
_FIXED_MINUTES = {"half_hour": 30, "quarter_hour": 15, "three_quarters": 45, "hour_and_quarter": 75,
                  "hour_and_half": 90, "two_and_half": 150}  # fmt: skip


_OWN = {
    "guests": {"delta", "count"}, "swap_meal": {"dish"}, "request_dish": {"dish"}, "ask_recipe": {"dish"},
    "avoid_ingredient": {"ingredient"}, "missing_ingredient": {"ingredient"}, "late": {"minutes"},
    "rate_meal": {"rating"},
}  # fmt: skip


def slot_names(intent: str) -> frozenset[str]:
    """The slots an intent can have."""
    shared = {name for name, wanting in (("date", _WITH_DAY), ("meal", _WITH_MEAL)) if intent in wanting}
    return frozenset(shared | _OWN.get(intent, set()))


def slots_for(intent: str, reading: Reading, found: list[Day], facts: Facts) -> dict[str, Any]:
    """The slots of one wish. `found` are its days, already in the household's calendar."""
    slots: dict[str, Any] = {}
    if intent in _WITH_DAY and found and not (intent == "rate_meal" and stars(reading)):
        slots["date"] = found[0].slot()
    if intent in _WITH_MEAL and (named := meals(reading)):
        slots["meal"] = named[0]
    slots.update(_own_slots(intent, reading, found, facts))
    return slots


def _own_slots(intent: str, reading: Reading, found: list[Day], facts: Facts) -> dict[str, Any]:
    if intent == "guests":
        people = heads(reading, found)
        return {k: v for k, v in (("delta", people.delta), ("count", people.count)) if v is not None}
    if intent == "swap_meal":
        return _swap(reading, facts)
    if intent == "request_dish":
        return _one("dish", foods(reading, "dishes"))
    if intent == "ask_recipe":
        return _one("dish", [mark.name for mark in reading.named("dishes")])
    if intent in ("avoid_ingredient", "missing_ingredient"):
        return _one("ingredient", foods(reading, "ingredients"))
    if intent == "late":
        return _one("minutes", [m] if (m := minutes(reading)) else [])
    if intent == "rate_meal":
        return _one("rating", [r] if (r := rating(reading)) else [])
    return {}


def _one(name: str, values: list[Any]) -> dict[str, Any]:
    return {name: values[0]} if values else {}


def meals(reading: Reading) -> list[str]:
    """Meals named, in order, each once. A dish's name may hold one ("breakfast" never; "night" alone is dinner)."""
    named = [mark.name for mark in reading.of("meal")]
    return list(dict.fromkeys(named))


def foods(reading: Reading, kind: str) -> list[str]:
    """Dishes or ingredients named, in order; where only the other kind is known by that word, that one."""
    marks = reading.named(kind) or (reading.named("dishes") if kind == "ingredients" else [])
    if kind == "dishes":
        marks = marks or reading.named("ingredients")
    return list(dict.fromkeys(mark.name for mark in marks))


def _swap(reading: Reading, facts: Facts) -> dict[str, Any]:
    """The dish wanted; and, if only the plan can tell, the meal of the one it replaces."""
    unwanted, wanted = swapped_dishes(reading)
    slots = _one("dish", [wanted] if wanted else [])
    planned = [cell for cell in facts.plan_days if cell.dish == unwanted]
    if len(planned) == 1:
        slots.update(date=planned[0].date.isoformat(), meal=planned[0].meal)
    return slots


def minutes(reading: Reading) -> int | None:
    """How many minutes late; the later of "10-15 min"."""
    for mark in reading.of("duration"):
        if mark.name in _FIXED_MINUTES:
            return _FIXED_MINUTES[mark.name]
    for mark in reading.of("duration", "hour", "minute"):
        count = number_at(reading, mark.start - 1) or number_at(reading, mark.start - 2)
        if count:
            return count * (60 if mark.name == "hour" else 1)
    return 60 if reading.of("duration", "hour") else None


def tense(reading: Reading, intent: str | None, today: date) -> Tense:
    """Whether the message speaks of what was or of what will be; `intent` decides where the words do not."""
    past, future = reading.has("decision", "recall"), reading.has("decision", "future")
    if intent in ("rate_meal", "payment_done"):
        return "past"
    if past == future:
        return "future" if not past and intent in _WITH_DAY else "unknown" if past and _only_past(reading) else "future"
    return "past" if past else "future"


def _only_past(reading: Reading) -> bool:
    return bool(reading.words) and any(mark.end >= len(reading.words) - 1 for mark in reading.of("decision", "recall"))
