"""Why not that one: every dish of the catalogue that may not stand at a meal, with the first rule against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from mealplans import planning, rules
from mealplans.models import PlannedMeal
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.problem import SlotKey
from mealplans.solving import refusals
from mealplans.weeks import Week, open_week


@dataclass(frozen=True)
class Refused:
    dish: str
    why: str


def not_there(meal: PlannedMeal, now: datetime) -> list[Refused]:
    """Dishes for this meal of the day that its own rules refuse, by name; milliseconds, no solver.

    What only the week as a whole forbids (the budget, two of a kind) is not here: those depend on the other meals.
    """
    with open_week(meal.plan_id, now, catalogue=True) as week:
        problem, slot = week.problem(), SlotKey(meal.date, meal.meal)
        if slot not in planning.chosen(week.meals):
            return []
        return sorted(_said(week, refusals(problem, slot)), key=lambda row: row.dish)


def _said(week: Week, found: Mapping[str, Iterable[Violation]]) -> Iterator[Refused]:
    for slug, violations in found.items():
        broken = list(violations)
        dish = week.larder.dishes[slug]
        if broken and dish.active and all(violation.rule != Rule.MEAL for violation in broken):
            yield Refused(dish.name_en, rules.why_not(broken, week.home, week.larder.ingredients, "en"))
