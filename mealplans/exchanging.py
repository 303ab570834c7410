"""Two meals of a week change places: what to cook when something is missing today and nothing shall be bought."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from mealplans.changing import refusal, settle, write
from mealplans.models import Dish, MealStatus, PlannedMeal
from mealplans.outcomes import Actor, Outcome
from mealplans.swapping import closes_missing
from mealplans.weeks import Week, open_week


def partners(
    plan_id: int, meal_id: int, now: datetime, *, without: Collection[str], most: int
) -> Sequence[PlannedMeal]:
    """Later meals whose dish could be cooked at this one instead, nearest first, none with an ingredient of `without`.

    Both places are checked: each dish must be allowed where it would go.
    """
    with open_week(plan_id, now) as week:
        meal = week.meal(meal_id)
        if meal is None or refusal(week, meal):
            return []
        fit = (other for other in week.meals if _may_trade(week, meal, other, without))
        return [other for _, other in zip(range(most), fit, strict=False)]


def exchange(plan_id: int, meal_id: int, other_id: int, actor: Actor, now: datetime) -> Outcome:
    """The two dishes change places. Codes: swapped (facts: delta_paise), refused_exchange, too_late, plan_over."""
    with open_week(plan_id, now) as week:
        meal, other = week.meal(meal_id), week.meal(other_id)
        refused = refusal(week, meal) or refusal(week, other)
        if refused or meal is None or other is None:
            return refused or Outcome(False, "no_such_meal", week.plan)
        if not _may_trade(week, meal, other, ()):
            return Outcome(False, "refused_exchange", week.plan, meal)
        before, mine, theirs = week.total(), meal.dish, other.dish
        here = {"dish": theirs, "instead": other.instead, "version": other.version}
        there = {"dish": mine, "instead": meal.instead, "version": meal.version}
        changes = [
            write(week, meal, "swap", guard={"dish": mine, "status": MealStatus.PLANNED}, reason=[], **here),
            write(week, other, "swap", guard={"dish": theirs, "status": MealStatus.PLANNED}, reason=[], **there),
        ]
        done = [change for change in changes if change is not None]
        closes_missing(meal, now)
        text = f"{mine.name_en} ({meal.date:%a} {meal.meal}) and {theirs.name_en} ({other.date:%a} {other.meal}) trade."
        delta = settle(week, done, actor, before, text)
        return Outcome(True, "swapped", week.plan, meal, {"delta_paise": delta})


def _may_trade(week: Week, meal: PlannedMeal, other: PlannedMeal, without: Collection[str]) -> bool:
    later = other.status == MealStatus.PLANNED and (other.date, other.meal) != (meal.date, meal.meal)
    if not later or other.date < meal.date or not week.can_still_change(other) or other.dish_id == meal.dish_id:
        return False
    if _holds(other.dish, without):
        return False
    traded = week.with_dishes({meal.pk: other.dish, other.pk: meal.dish})
    return not any(week.broken(traded, changed) for changed in traded if changed.pk in (meal.pk, other.pk))


def _holds(dish: Dish, slugs: Collection[str]) -> bool:
    return any(line.ingredient.slug in slugs for line in dish.lines.all())
