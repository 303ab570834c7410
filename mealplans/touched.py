"""What an absence or a return touches: which households, their plans, and the meals of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from households.models import Cook, Engagement, Household
from mealplans import timetable
from mealplans.models import OPEN_TO_CHANGE, PlannedMeal, WeekPlan
from mealplans.spans import Span
from mealplans.visits import visits
from mealplans.weeks import Week


def by_household(cook: Cook, span: Span) -> list[tuple[Household, list[Engagement]]]:
    """Where the cook works (or the one household the span names), with the visits there."""
    rows = Engagement.objects.filter(cook=cook, active=True).select_related("household", "cook__contact")
    found: dict[int, tuple[Household, list[Engagement]]] = {}
    for engagement in rows.filter(household=span.household) if span.household else rows:
        found.setdefault(engagement.household_id, (engagement.household, []))[1].append(engagement)
    return list(found.values())


def plans(household: Household, span: Span) -> list[int]:
    """The running weeks that have days of the span."""
    rows = WeekPlan.objects.filter(
        household=household,
        status__in=OPEN_TO_CHANGE,
        week_start__lte=span.end,
        week_start__gt=span.start - timedelta(days=7),
    )
    return list(rows.order_by("week_start").values_list("pk", flat=True))


def theirs(week: Week, engagements: Sequence[Engagement], span: Span, status: str) -> list[PlannedMeal]:
    """Meals of the span, in that status, which these visits cook and whose visit is not over."""
    return [
        meal
        for meal in week.meals
        if meal.status == status
        and any(span.of(visit, meal) and ends_at(visit, meal.date) > week.now for visit in engagements)
    ]


def ends_at(visit: Engagement, day: date) -> datetime:
    """Who comes late still cooks: a visit is over when its time is."""
    return timetable.at(visit.household, day, visit.arrives_at) + timedelta(minutes=visit.minutes_per_visit)


def still(week: Week, engagements: Sequence[Engagement], span: Span) -> list[PlannedMeal]:
    """What these visits cook on those days all the same, as far as it is still ahead."""
    mine, days = {engagement.pk for engagement in engagements}, set(span.days)
    found = [v for v in visits(week.home, week.meals) if v.engagement.pk in mine and v.date in days]
    return [meal for visit in found if ends_at(visit.engagement, visit.date) > week.now for meal in visit.meals]


def absent_key(plan: WeekPlan, cook: Cook, first_day: date, meals: Iterable[str] = ()) -> str:
    """One cause per leave: lunch and dinner of one day, called off one after the other, are two."""
    return ":".join(["cook-absent", str(plan.pk), str(cook.pk), str(first_day), *meals])


def in_english(span: Span) -> str:
    """ "for lunch on Tue 24 Nov", for timelines and staff."""
    days = f"on {span.start:%a %d %b}" if span.start == span.end else f"from {span.start:%d %b} to {span.end:%d %b}"
    return f"for {', '.join(span.meals)} {days}" if span.meals else days
