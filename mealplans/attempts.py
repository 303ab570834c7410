"""What the planner said of a home when it was last asked. Two queries for any number of homes; nothing is solved.

The sentences are English, as they are exported; a page says them again in the reader's language (`resaid`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, Q

from bettermeals.lib.money import format_money
from mealplans.models import WeekPlan


@dataclass(frozen=True)
class Attempt:
    """`result` is the planner's word on that week, `failed` that it found no plan."""

    plan_id: int
    result: str
    sentence: str
    failed: bool


def latest(homes: Iterable[int]) -> dict[int, Attempt]:
    """Home -> the last of its weeks that was planned, or that no plan was found for."""
    asked = WeekPlan.objects.filter(Q(proposed_at__isnull=False) | ~Q(problem=""), household__in=list(homes))
    newest = asked.order_by().values("household").annotate(newest=Max("pk")).values("newest")
    rows = WeekPlan.objects.filter(pk__in=newest).select_related("household").defer("pantry")
    return {plan.household_id: attempt(plan) for plan in rows}


def attempt(plan: WeekPlan) -> Attempt:
    """Of a plan that was asked for; `household` is loaded."""
    said = result(plan)
    return Attempt(plan.pk, said, f"Week from {plan.week_start:%d %b}: {said}", bool(plan.problem))


def result(plan: WeekPlan) -> str:
    """Why there is no plan, or how good the plan is; empty while the planner has not spoken."""
    if plan.problem or plan.proposed_at is None:
        return plan.problem
    solver = plan.solver
    if "cost_paise" not in solver:
        return "Planned."
    cost = format_money(solver["cost_paise"], plan.household.currency)
    said = f"Groceries about {cost}, at most {100 * float(solver.get('gap') or 0):.1f} % from the best plan."
    return f"{said} Given up: {solver['given_up']}." if solver.get("given_up") else said
