"""A planner without a solver: the first dish that is allowed and not used yet, meal by meal, in milliseconds.

Its plans are sound, because the product's own checker says so, but not good; good ones are the planner's own tests'
matter, and `test_planning.py` and the journeys here use the real one.
"""

from __future__ import annotations

from mealplans.planner.checker import bill, check_dish
from mealplans.planner.outcome import Impossible, Planned, Rule, Violation
from mealplans.planner.problem import SlotKey, WeekProblem


def first_fit(problem: WeekProblem, *, explain: bool = True) -> Planned | Impossible:
    meals: dict[SlotKey, str] = {}
    for slot in sorted(problem.slots, key=lambda slot: slot.key):
        fits = (
            d.slug for d in problem.dishes if d.slug not in meals.values() and not check_dish(problem, slot.key, d.slug)
        )
        dish = next(fits, None)
        if dish is None:
            return Impossible((Violation(Rule.EMPTY, slot.key),), True, 0.0, "first-fit")
        meals[slot.key] = dish
    return Planned(meals, 0, 0, 0.0, bill(problem, meals).total_paise, {}, 0.0, "first-fit")
