"""What is certain of a home's coming week before it is planned: nobody eats, nobody cooks. Nothing is solved here.

Asks rows that are loaded already, as `households.queries.for_planning` loads them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from households.models import CookLeave, Engagement, Household
from mealplans import timetable

Leaves = Mapping[int, Sequence[CookLeave]]  # by cook


@dataclass(frozen=True)
class Foreseen:
    """`stops`: no plan can come of it."""

    sentence: str
    stops: bool = True


def leaves(now: datetime) -> Leaves:
    """Every leave that is not over, by cook; one query for all homes."""
    found: dict[int, list[CookLeave]] = defaultdict(list)
    for leave in CookLeave.objects.filter(cancelled_at=None, end__gte=now.date()):
        found[leave.cook_id].append(leave)
    return found


def of_home(home: Household, away_cooks: Leaves, now: datetime) -> list[Foreseen]:
    if not home.pattern.all():
        return [Foreseen("No meal has a number of servings: there is nothing to plan.")]
    tables = _tables(home, now)
    if not tables:
        return [Foreseen("Everybody is away that whole week: there is nothing to plan.")]
    if not home.engagements.all():
        return [Foreseen("Nobody is engaged to cook: only what needs no cook can be planned.", stops=False)]
    without = sum(not _cooked(home, day, meal, away_cooks) for day, meal in tables)
    if not without:
        return []
    said = f"No cook comes for {without} of {len(tables)} meals: only what needs no cook can be planned there."
    return [Foreseen(said, stops=False)]


def _tables(home: Household, now: datetime) -> list[tuple[date, str]]:
    """The meals of the coming week for which somebody is at home."""
    monday = timetable.next_week_start(home, now)
    days = [monday + timedelta(days=number) for number in range(7)]
    here = [day for day in days if not any(away.start <= day <= away.end for away in home.away.all())]
    return [(day, row.meal) for day in here for row in home.pattern.all() if row.weekday == day.weekday()]


def _cooked(home: Household, day: date, meal: str, away_cooks: Leaves) -> bool:
    return any(
        day.weekday() in visit.weekdays and meal in visit.meals and not _on_leave(visit, day, meal, away_cooks)
        for visit in home.engagements.all()
    )


def _on_leave(visit: Engagement, day: date, meal: str, away_cooks: Leaves) -> bool:
    return any(
        leave.start <= day <= leave.end
        and leave.household_id in (None, visit.household_id)
        and (not leave.meals or meal in leave.meals)
        for leave in away_cooks.get(visit.cook_id, ())
    )
