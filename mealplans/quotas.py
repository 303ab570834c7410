"""The week's quotas as the planner is told them: a household's own in place of everybody's, tag by tag."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from households.models import Household
from mealplans.models import WeeklyQuota
from mealplans.planner.problem import Quota, Slot

#: Lunches and dinners of a full week; a quota's `at_least` is said for so many.
FULL_WEEK = 14


def quotas(household: Household, slots: Collection[Slot]) -> tuple[Quota, ...]:
    """One query. A week of fewer meals is asked its share, rounded down: no home of three dinners owes two dals."""
    meals = sum(slot.key.meal != "breakfast" for slot in slots)
    found: dict[str, WeeklyQuota] = {}
    rows = WeeklyQuota.objects.filter(Q(household=None) | Q(household=household))
    for row in sorted(rows, key=lambda row: row.household_id is not None):
        found[row.tag] = row
    return tuple(
        Quota(tag, row.at_least * min(meals, FULL_WEEK) // FULL_WEEK, row.at_most) for tag, row in sorted(found.items())
    )
