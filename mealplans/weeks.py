"""One plan under its lock, with all that a change of it must look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from mealplans import facts, planning, rules, shopping, timetable
from mealplans.locking import locked
from mealplans.models import Dish, PlannedMeal, PlanStatus, WeekPlan
from mealplans.planner.outcome import Violation
from mealplans.planner.problem import SlotKey, WeekProblem
from mealplans.planning import Larder
from mealplans.slots import Home, Table, visit_key
from mealplans.solving import violations


@dataclass
class Week:
    """One plan under its lock, with everything that a change must look at. Read once, a constant number of queries."""

    plan: WeekPlan
    home: Home
    meals: list[PlannedMeal]
    larder: Larder
    now: datetime

    def meal(self, meal_id: int) -> PlannedMeal | None:
        return next((meal for meal in self.meals if meal.pk == meal_id), None)

    @property
    def confirmed(self) -> bool:
        return self.plan.status == PlanStatus.CONFIRMED

    def starts_at(self, meal: PlannedMeal) -> datetime:
        """When the cook begins; without a cook, the start of the day."""
        cook = self.home.cook_of(meal.date, meal.meal)
        if cook is None:
            return timetable.at(self.plan.household, meal.date, time())
        return timetable.at(self.plan.household, meal.date, cook.arrives_at)

    def can_still_change(self, meal: PlannedMeal) -> bool:
        return self.now + timetable.SOONEST_CHANGE <= self.starts_at(meal)

    def problem(self, meals: Sequence[PlannedMeal] | None = None, looking_at: PlannedMeal | None = None) -> WeekProblem:
        """`looking_at`: the meal whose dish counts where two meals serve one dish with different ingredients."""
        pantry, rows = shopping.in_the_house(self.plan), meals or self.meals
        changed = [meal for meal in rows if (meal.instead or meal.version_id) and not _same_dish(meal, looking_at)]
        larder = self.larder.as_planned(*changed, *([looking_at] if looking_at else []))
        return planning.planned_week(self.home, rows, self.now, larder, pantry)

    def broken(self, meals: Sequence[PlannedMeal], meal: PlannedMeal) -> list[Violation]:
        """The unbreakable rules that these meals would break at that meal (planner's independent checker)."""
        found = rules.unbreakable(violations(self.problem(meals, meal), planning.chosen(meals)))
        table = Table(meal.date, meal.meal, self.home.cook_of(meal.date, meal.meal), meal.servings)
        return rules.touching(found, SlotKey(meal.date, meal.meal), visit_key(table))

    def with_dishes(self, dishes: Mapping[int, Dish]) -> list[PlannedMeal]:
        """The meals as they would be with these dishes, {meal id: dish}; nothing is written."""
        return [copied(meal, dish=dishes[meal.pk]) if meal.pk in dishes else meal for meal in self.meals]

    def total(self, meals: Sequence[PlannedMeal] | None = None) -> int:
        return shopping.total_paise(self.plan, meals or self.meals, self.larder)


def _same_dish(meal: PlannedMeal, other: PlannedMeal | None) -> bool:
    return other is not None and meal.dish.slug == other.dish.slug


def copied(meal: PlannedMeal, **values: Any) -> PlannedMeal:
    """The same row in memory with other values; its dish and lines stay loaded."""
    copy = PlannedMeal(**{field.attname: getattr(meal, field.attname) for field in PlannedMeal._meta.concrete_fields})
    copy.dish = meal.dish
    for name, value in values.items():
        setattr(copy, name, value)
    return copy


@contextmanager
def open_week(plan_id: int, now: datetime, *dishes: str, catalogue: bool = False) -> Iterator[Week]:
    """The plan locked, in a transaction. `dishes`: slugs that may come into it; `catalogue`: all of them may.

    Raises WeekPlan.DoesNotExist.
    """
    with locked(plan_id) as plan:
        meals = planning.meals_of(plan)
        if catalogue:
            larder = Larder.read(also=[meal.dish.slug for meal in meals])
        else:
            larder = Larder.of(meals, *(dish for slug in dishes if (dish := facts.dish_called(slug))))
        yield Week(plan, Home(plan.household, plan.week_start), meals, larder, now)


@dataclass(frozen=True)
class Change:
    """One written change, as those who are affected are told: `kind` is swap, skip, restore or guests."""

    kind: str
    meal: PlannedMeal
    old_dish: Dish | None = None

    @property
    def date(self) -> date:
        return self.meal.date
