"""What every change of a plan shares: look, check, write, re-price, tell. `swapping`, `skipping` and `headcounts` say
what changes; nobody else writes to a plan's meals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from households import timeline
from mealplans import following, planning, shopping, timetable, unneeded
from mealplans.models import OPEN_TO_CHANGE, CookReport, MealStatus, PlannedMeal, WeekPlan
from mealplans.outcomes import Actor, Outcome
from mealplans.weeks import Change, Week, copied


def instead(week: Week, meal: PlannedMeal, **values: Any) -> list[PlannedMeal]:
    """The meals as they would be with this one changed; nothing is written."""
    return [copied(meal, **values) if other.pk == meal.pk else other for other in week.meals]


def refusal(week: Week, meal: PlannedMeal | None) -> Outcome | None:
    """Why this meal cannot be touched at all, or None."""
    if week.plan.status not in OPEN_TO_CHANGE:
        return Outcome(False, "plan_over", week.plan)
    if meal is None:
        return Outcome(False, "no_such_meal", week.plan)
    if meal.status == MealStatus.COOKED or not (week.can_still_change(meal) or cook_waits(week, meal)):
        return Outcome(False, "too_late", week.plan, meal)
    return None


def cook_waits(week: Week, meal: PlannedMeal) -> bool:
    """The cook stands in the kitchen and has said that this cannot be cooked as planned: then no change is too late."""
    if meal.date != timetable.local_day(week.plan.household, week.now):
        return False
    reports = CookReport.objects.filter(engagement__household=week.plan.household, date=meal.date)
    if reports.filter(kind="done").exists():
        return False
    return reports.filter(Q(kind="equipment") | Q(kind="missing", data__meal=meal.pk)).exists()


def write(week: Week, meal: PlannedMeal, kind: str, *, guard: dict[str, Any], **values: Any) -> Change | None:
    """Compare-and-set on the meal's row: None when it no longer is as `guard` says. `week.meals` follows."""
    old_dish = meal.dish
    if "dish" in values:
        values.setdefault("instead", {})  # what stood for something in the old dish says nothing about the new one
        values.setdefault("version", None)  # nor is the new one agreed to as the old one was
    rows = PlannedMeal.objects.filter(pk=meal.pk, **guard)
    if rows.update(**values, changed_at=week.now) != 1:
        return None
    for name, value in values.items():
        setattr(meal, name, value)
    meal.changed_at = week.now
    return Change(kind, meal, old_dish if old_dish.pk != meal.dish.pk else None)


def settle(week: Week, changes: Sequence[Change], actor: Actor, before_paise: int, sentence: str) -> int:
    """After the rows are written: revision, timeline, price, cooks, the others. Returns the difference in paise."""
    plan = week.plan
    next_revision(week)
    ended = unneeded.close(week, actor.name or actor.how)
    delta = week.total() - before_paise
    record(week.plan, "plan_changed", sentence, actor, week.now, delta_paise=delta, revision=plan.revision)
    if plan.status in planning.AGREED:
        shopping.reprice(plan, week.meals, week.larder, week.now, gives_back=bool(ended))
        unneeded.give_back(week, ended, -delta, week.now)
    following.tell_of(week, changes, actor, delta)
    return delta


def next_revision(week: Week) -> None:
    week.plan.revision += 1
    WeekPlan.objects.filter(pk=week.plan.pk).update(revision=week.plan.revision)


def record(plan: WeekPlan, kind: str, text: str, actor: Actor, now: datetime, **data: Any) -> None:
    timeline.record(
        plan.household,
        kind,
        text,
        week_start=plan.week_start,
        actor=actor.name,
        message=actor.message,
        now=now,
        plan=plan.pk,
        how=actor.how,
        **data,
    )


def future(week: Week, days: Iterable[date]) -> list[PlannedMeal]:
    """The meals of those days that can still be changed."""
    wanted = set(days)
    return [meal for meal in week.meals if meal.date in wanted and week.can_still_change(meal)]
