"""Greedy with hill climbing, written once more and plainly: what a planner must never fall behind.

Reads the score's definition and the checker; shares nothing with the product's own search.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from mealplans.planner.checker import check_dish, check_plan
from mealplans.planner.problem import SlotKey, WeekProblem
from mealplans.planner.score import Scorer

Plan = dict[SlotKey, str]


def best_simple_plan(problem: WeekProblem) -> Plan | None:
    """Meal by meal the dish that adds most, then single changes and trades as long as one helps. None: it got stuck."""
    offered = {
        slot.key: [dish.slug for dish in problem.dishes if not check_dish(problem, slot.key, dish.slug)]
        for slot in problem.slots
    }
    plan = _greedy(problem, offered)
    if plan is None or check_plan(problem, plan):
        return None
    score = Scorer(problem).total
    while better := _better(problem, plan, offered):
        assert score(better) > score(plan)
        plan = better
    return plan


def _greedy(problem: WeekProblem, offered: dict[SlotKey, list[str]]) -> Plan | None:
    """Quotas and budget are left to luck, as greedy leaves them."""
    plan: Plan = {}
    for key in sorted(offered):
        options = [{**plan, key: slug} for slug in offered[key]]
        fitting = [option for option in options if not _broken_so_far(problem, option)]
        if not fitting:
            return None
        plan = max(fitting, key=Scorer(problem).total)
    return plan


def _broken_so_far(problem: WeekProblem, plan: Plan) -> bool:
    return any(found.rule not in ("empty", "quota_min") for found in check_plan(problem, plan))


def _better(problem: WeekProblem, plan: Plan, offered: dict[SlotKey, list[str]]) -> Plan | None:
    """The first neighbour that scores more and breaks nothing."""
    scorer = Scorer(problem)
    now = scorer.total(plan)
    for other in _neighbours(plan, offered):
        if scorer.total(other) > now and not check_plan(problem, other):
            return other
    return None


def _neighbours(plan: Plan, offered: dict[SlotKey, list[str]]) -> Iterator[Plan]:
    for key, slugs in offered.items():
        yield from ({**plan, key: slug} for slug in slugs if slug != plan[key])
    for first, second in combinations(plan, 2):
        yield {**plan, first: plan[second], second: plan[first]}
