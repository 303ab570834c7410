"""The weekly pattern: which meals are cooked on which weekday, and for how many."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from households import timeline
from households.models import Household, MealPattern
from households.vocabulary import WEEKDAYS, Meal

MOST = 50


@transaction.atomic
def set_pattern(household: Household, wanted: Mapping[tuple[int, str], int], *, by: str, now: datetime) -> int:
    """Make the household's whole pattern {(weekday, meal): servings}; what is missing or 0 is not cooked.

    Returns how many cells changed; one line of the timeline tells them all. Raises ValueError for an impossible cell.
    """
    for (weekday, meal), servings in wanted.items():
        if weekday not in WEEKDAYS or meal not in Meal.values or not 0 <= servings <= MOST:
            raise ValueError(f"no such cell: weekday {weekday}, {meal}, {servings} servings")
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)  # two editors at once: one after the other
    old = {(row.weekday, row.meal): row for row in MealPattern.objects.filter(household=household)}
    new = {cell: servings for cell, servings in wanted.items() if servings}
    gone = [row.pk for cell, row in old.items() if cell not in new]
    MealPattern.objects.filter(pk__in=gone).delete()
    changed = [cell for cell, servings in new.items() if cell not in old or old[cell].servings != servings]
    MealPattern.objects.bulk_create(
        [MealPattern(household=household, weekday=day, meal=meal, servings=new[day, meal]) for day, meal in changed],
        update_conflicts=True,
        unique_fields=["household", "weekday", "meal"],
        update_fields=["servings"],
    )
    if gone or changed:
        text = f"Weekly pattern: {len(new)} meals, {sum(new.values())} servings."
        timeline.record(household, "pattern_changed", text, actor=by, now=now, pattern=_as_json(new))
    return len(gone) + len(changed)


def _as_json(pattern: Mapping[tuple[int, str], int]) -> dict[str, int]:
    return {f"{weekday} {meal}": servings for (weekday, meal), servings in sorted(pattern.items())}
