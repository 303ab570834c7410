"""What is said of a dish beyond a rating: much was left over, or it was not enough. The planner learns from both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mealplans.changing import record
from mealplans.models import PlannedMeal, TasteSignal
from mealplans.outcomes import Actor, Outcome

WORDS = {"left_over": "Much was left of", "ran_short": "There was not enough of"}


@transaction.atomic
def note(meal: PlannedMeal, kind: str, actor: Actor, now: datetime) -> Outcome:
    """Once per meal and kind: a second word about the same pot changes nothing. Codes: noted, noted_before.

    Raises ValueError for anything but left_over and ran_short.
    """
    if kind not in WORDS:
        raise ValueError(f"{kind!r} says nothing of a dish; one of {', '.join(WORDS)}")
    PlannedMeal.objects.select_for_update(no_key=True).get(pk=meal.pk)
    known = TasteSignal.objects.filter(household=meal.plan.household, dish=meal.dish, kind=kind)
    if known.filter(meal=meal).exists():
        return Outcome(False, "noted_before", meal.plan, meal)
    TasteSignal.objects.create(household=meal.plan.household, dish=meal.dish, meal=meal, kind=kind, at=now)
    record(meal.plan, "taste_noted", f"{WORDS[kind]} {meal.dish.name_en}.", actor, now, meal=meal.pk, said=kind)
    return Outcome(True, "noted", meal.plan, meal)
