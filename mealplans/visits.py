"""Which visits a plan needs: one cook's meals of one day. Read from a loaded home, no query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from households.models import Engagement
from mealplans import timetable
from mealplans.models import MealStatus, PlannedMeal
from mealplans.slots import Home
from mealplans.timetable import VisitTimes


@dataclass(frozen=True)
class CookVisit:
    engagement: Engagement
    date: date
    meals: tuple[PlannedMeal, ...]
    times: VisitTimes


def visits(home: Home, meals: Iterable[PlannedMeal]) -> list[CookVisit]:
    """Every visit with something to cook, soonest first. A meal that nobody can cook belongs to none."""
    found: dict[tuple[int, date], list[PlannedMeal]] = {}
    by_pk = {engagement.pk: engagement for engagement in home.engagements}
    for meal in meals:
        cook = home.cook_of(meal.date, meal.meal) if meal.status == MealStatus.PLANNED else None
        if cook is not None:
            found.setdefault((cook.pk, meal.date), []).append(meal)
    all_visits = [
        CookVisit(by_pk[pk], day, tuple(rows), timetable.visit_times(home.household, by_pk[pk], day))
        for (pk, day), rows in found.items()
    ]
    return sorted(all_visits, key=lambda visit: (visit.times.starts_at, visit.engagement.pk))


def visit_of(home: Home, meals: Iterable[PlannedMeal], engagement_id: int, day: date) -> CookVisit | None:
    return next((v for v in visits(home, meals) if v.engagement.pk == engagement_id and v.date == day), None)
