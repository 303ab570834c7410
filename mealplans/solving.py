"""The planner's doors as this app uses them. The solver is imported when called: no web process needs its 80 MB."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.conf import settings

from mealplans.planner import checker, eligibility, swaps
from mealplans.planner.outcome import SwapOption, Violation, WeekPlanResult
from mealplans.planner.problem import SlotKey, WeekProblem


def solve(problem: WeekProblem, *, explain: bool = True) -> WeekPlanResult:
    """Seconds of CPU: for workers, outside any transaction. explain: whether to say why where there is no plan."""
    from mealplans.planner.plan import EFFORTS, plan_week

    return plan_week(problem, effort=EFFORTS[settings.PLANNER_EFFORT], explain=explain)


def replan(problem: WeekProblem, meals: Mapping[SlotKey, str], changed: Collection[SlotKey]) -> WeekPlanResult:
    """The sound week nearest to `meals` in which `changed` have another dish; seconds of CPU, as solve()."""
    from mealplans.planner import replan as nearest
    from mealplans.planner.plan import EFFORTS

    return nearest.replan(problem, meals, changed, effort=EFFORTS[settings.PLANNER_EFFORT])


def violations(problem: WeekProblem, chosen: Mapping[SlotKey, str]) -> Sequence[Violation]:
    """Every hard rule that this plan breaks, by the checker that shares no code with the solver."""
    return checker.check_plan(problem, chosen)


def swap_options(problem: WeekProblem, chosen: Mapping[SlotKey, str], slot: SlotKey) -> Sequence[SwapOption]:
    """What else may stand in that slot, best first."""
    return swaps.swap_options(problem, chosen, slot)


def refusals(problem: WeekProblem, slot: SlotKey) -> Mapping[str, Sequence[Violation]]:
    """Every dish -> the rules of this slot alone that it breaks; food safety first."""
    rules = eligibility.Eligibility(problem)
    place = next(place for place in problem.slots if place.key == slot)
    return {dish.slug: rules.refusals(place, dish) for dish in problem.dishes}
