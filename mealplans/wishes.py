"""What residents chose for a week that was called off and is planned anew: kept where it can be, named where not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mealplans.models import MealStatus, PlannedMeal, PlanStatus, WeekPlan
from mealplans.planner.checker import check_dish
from mealplans.planner.problem import SlotKey, WeekProblem


@dataclass(frozen=True)
class Wishes:
    """By meal: the dishes that may still stand there, and in words those that may not."""

    pins: Mapping[SlotKey, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    words: Mapping[SlotKey, str] = field(default_factory=dict)

    def none_kept(self) -> Wishes:
        """When no plan keeps them: all are named."""
        return Wishes(lost=tuple(self.words[slot] for slot in sorted(self.words)))


def of_the_week(plan: WeekPlan, problem: WeekProblem) -> Wishes:
    """From the last plan of the same week that was called off; two queries at most."""
    before = WeekPlan.objects.filter(household=plan.household, week_start=plan.week_start, status=PlanStatus.CANCELLED)
    last = before.order_by("-pk").first()
    if last is None:
        return Wishes()
    chosen = PlannedMeal.objects.filter(plan=last, pinned=True).exclude(status=MealStatus.SKIPPED)
    rows = [(SlotKey(meal.date, meal.meal), meal.dish) for meal in chosen.select_related("dish")]
    words = {slot: f"{dish.name_en} for {slot.meal} on {slot.day:%a %d %b}" for slot, dish in rows}
    pins = {slot: dish.slug for slot, dish in rows if _fits(problem, slot, dish.slug)}
    return Wishes(pins, tuple(words[slot] for slot in sorted(words) if slot not in pins), words)


def _fits(problem: WeekProblem, slot: SlotKey, slug: str) -> bool:
    there = any(place.key == slot for place in problem.slots) and any(dish.slug == slug for dish in problem.dishes)
    return there and not check_dish(problem, slot, slug)
