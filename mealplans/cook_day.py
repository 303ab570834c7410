"""What is on for a cook: which visits, of which households, today or tomorrow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from households import queries
from households.models import Engagement
from mealplans import instructions, timetable
from mealplans.answers import Turn
from mealplans.models import MealStatus, Offer, PlannedMeal, PlanStatus, WeekPlan
from mealplans.planning import meals_of
from mealplans.visits import CookVisit, visits
from mealplans.weeks import open_week
from mealplans.wording import say


def say_cook(turn: Turn, key: str, **facts: Any) -> str:
    return say(key, turn.language, to="cook", **facts)


def engagement_of(turn: Turn, row: Offer) -> Engagement:
    """The visit a button was sent for; one without it means the cook's first visit at that household."""
    mine = Engagement.objects.select_related("cook__contact", "household").filter(cook=turn.cook)
    pk = row.data.get("engagement")
    return mine.get(pk=pk) if pk else mine.filter(household=row.household).order_by("pk")[0]


def plan_of_day(engagement: Engagement, day: date) -> WeekPlan | None:
    rows = WeekPlan.objects.filter(household=engagement.household, status=PlanStatus.CONFIRMED)
    return rows.filter(week_start__lte=day, week_start__gt=day - timedelta(days=7)).first()


def visit_on(turn: Turn, engagement: Engagement, day: date) -> tuple[WeekPlan | None, CookVisit | None]:
    plan = plan_of_day(engagement, day)
    if plan is None:
        return None, None
    with open_week(plan.pk, turn.now) as week:
        mine = (v for v in visits(week.home, week.meals) if v.engagement.pk == engagement.pk and v.date == day)
        return plan, next(mine, None)


def visits_on(turn: Turn, day: date) -> list[CookVisit]:
    """Every household's visit of that day, in the order of the day."""
    pairs = (visit_on(turn, engagement, day) for engagement in queries.engagements_of(turn.contact))
    found = [visit for _, visit in pairs if visit is not None]
    return sorted(found, key=lambda visit: visit.times.starts_at)


def coming_visits(turn: Turn) -> list[CookVisit]:
    """Today's visits, or tomorrow's when there is none left today."""
    today = timetable.local_day(turn.household, turn.now)
    return visits_on(turn, today) or visits_on(turn, today + timedelta(days=1))


def begun_visits(turn: Turn) -> list[tuple[int, CookVisit]]:
    today = timetable.local_day(turn.household, turn.now)
    pairs = [(plan_of_day(visit.engagement, today), visit) for visit in visits_on(turn, today)]
    return [(plan.pk, visit) for plan, visit in pairs if plan is not None and visit.times.starts_at <= turn.now]


def cooked_today(turn: Turn) -> list[tuple[int, Engagement, list[PlannedMeal]]]:
    """(plan, visit, the meals of it that are cooked) of each home's visit today."""
    found = []
    for engagement in queries.engagements_of(turn.contact):
        today = timetable.local_day(engagement.household, turn.now)
        plan = plan_of_day(engagement, today)
        meals = meals_of(plan) if plan else []
        mine = [m for m in meals if m.date == today and m.meal in engagement.meals and m.status == MealStatus.COOKED]
        if plan is not None:
            found.append((plan.pk, engagement, mine))
    return found


def today_text(turn: Turn) -> str:
    """The coming visits as one short text."""
    found = coming_visits(turn)
    if not found:
        return say_cook(turn, "nothing_today")
    return "\n\n".join(_visit_text(visit, turn.language) for visit in found)


def _visit_text(visit: CookVisit, language: str) -> str:
    when = instructions.when(visit.date, visit.engagement.arrives_at, language)
    menu = instructions.summary(visit.meals, language, with_amounts=True)
    return f"*{visit.engagement.household.name}, {when}*\n{menu}"
