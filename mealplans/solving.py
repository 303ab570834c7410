"""The planner's doors as this app uses them. The solver is imported when called: no web process needs its 80 MB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mealplans.planner import checker, swaps
from mealplans.planner.outcome import SwapOption, Violation, WeekPlanResult
from mealplans.planner.problem import SlotKey, WeekProblem


def solve(problem: WeekProblem) -> WeekPlanResult:
    """Seconds of CPU: for workers, outside any transaction."""
    from mealplans.planner.plan import plan_week

    return plan_week(problem)


def violations(problem: WeekProblem, chosen: Mapping[SlotKey, str]) -> Sequence[Violation]:
    """Every hard rule that this plan breaks, by the checker that shares no code with the solver."""
    return checker.check_plan(problem, chosen)


def swap_options(problem: WeekProblem, chosen: Mapping[SlotKey, str], slot: SlotKey) -> Sequence[SwapOption]:
    """What else may stand in that slot, best first."""
    return swaps.swap_options(problem, chosen, slot)
