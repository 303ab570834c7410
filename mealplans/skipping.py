"""Meals that are not cooked after all, and meals that are cooked after all."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mealplans import timetable
from mealplans.changing import future, instead, refusal, settle, write
from mealplans.models import OPEN_TO_CHANGE, MealStatus, PlannedMeal, WeekPlan
from mealplans.outcomes import Actor, Outcome
from mealplans.weeks import Change, Week, open_week

OFF = (MealStatus.SKIPPED, MealStatus.CANCELLED)


def skip(plan_id: int, meal_id: int, actor: Actor, now: datetime) -> Outcome:
    """Codes: skipped (facts: delta_paise), already_skipped, too_late, plan_over, no_such_meal."""
    with open_week(plan_id, now) as week:
        meal = week.meal(meal_id)
        if meal is not None and meal.status in OFF:
            return Outcome(False, "already_skipped", week.plan, meal)
        refused = refusal(week, meal)
        if refused or meal is None:
            return refused or Outcome(False, "no_such_meal")
        before = week.total()
        change = _turn_off(week, meal)
        if change is None:
            return Outcome(False, "too_late", week.plan, meal)
        delta = settle(week, [change], actor, before, f"{_when(meal)} is skipped ({meal.dish.name_en}).")
        return Outcome(True, "skipped", week.plan, meal, {"delta_paise": delta})


def restore(plan_id: int, meal_id: int, actor: Actor, now: datetime) -> Outcome:
    """Codes: restored, same_dish (it is on), refused (a rule changed meanwhile), too_late, plan_over."""
    with open_week(plan_id, now) as week:
        meal = week.meal(meal_id)
        refused = refusal(week, meal)
        if refused or meal is None:
            return refused or Outcome(False, "no_such_meal")
        if meal.status == MealStatus.PLANNED:
            return Outcome(False, "same_dish", week.plan, meal)
        wanted = instead(week, meal, status=MealStatus.PLANNED)
        broken = week.broken(wanted, next(m for m in wanted if m.pk == meal.pk))
        if broken:
            found = {"violations": broken, "home": week.home, "ingredients": week.larder.ingredients}
            return Outcome(False, "refused", week.plan, meal, {**found, "dish": meal.dish})
        before = week.total()
        change = write(week, meal, "restore", guard={"status": meal.status}, status=MealStatus.PLANNED)
        if change is None:
            return Outcome(False, "too_late", week.plan, meal)
        delta = settle(week, [change], actor, before, f"{_when(meal)} is on again ({meal.dish.name_en}).")
        return Outcome(True, "restored", week.plan, meal, {"delta_paise": delta})


def skip_days(household_id: int, start: date, end: date, actor: Actor, now: datetime) -> tuple[int, int]:
    """Skip every meal of those days (both included) in the plans there are. Returns (meals skipped, paise of change).

    One settlement per plan, so that everybody hears of a journey once and not once per meal.
    """
    days = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    plans = WeekPlan.objects.filter(
        household=household_id,
        status__in=OPEN_TO_CHANGE,
        week_start__lte=end,
        week_start__gt=start - timedelta(days=7),
    )
    count = delta = 0
    for plan_id in plans.order_by("week_start").values_list("pk", flat=True):
        with open_week(plan_id, now) as week:
            before = week.total()
            changes = [change for meal in _on(week, days) if (change := _turn_off(week, meal))]
            if changes:
                text = f"Away from {start:%d %b} to {end:%d %b}: {len(changes)} meals are skipped."
                delta += settle(week, changes, actor, before, text)
                count += len(changes)
    return count, delta


def _on(week: Week, days: list[date]) -> list[PlannedMeal]:
    return [meal for meal in future(week, days) if meal.status == MealStatus.PLANNED]


def _turn_off(week: Week, meal: PlannedMeal) -> Change | None:
    return write(week, meal, "skip", guard={"status": MealStatus.PLANNED}, status=MealStatus.SKIPPED)


def _when(meal: PlannedMeal) -> str:
    return f"{meal.meal.capitalize()} on {meal.date:%a %d %b}"


def first_day_to_change(plan: WeekPlan, now: datetime) -> date:
    return max(plan.week_start, timetable.local_day(plan.household, now))
