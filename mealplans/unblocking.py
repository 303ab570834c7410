"""A week without a plan, unblocked from its own page: the change that the planner named is made, and it plans again.

What is not a number (an allergy, a fasting day, a missing pan) is changed on its own page by a person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from households import means
from mealplans import on_behalf, proposing
from mealplans.changing import record
from mealplans.locking import locked
from mealplans.models import PlanStatus, WeekPlan
from mealplans.planner.outcome import Rule

RUPEE = 100


class NothingChosen(Exception):
    """The week was planned again meanwhile, and other rules stand in its way now."""


@dataclass(frozen=True)
class Step:
    """One change that can be made by a press. `amount`: the paise, minutes or repeats that are needed at least."""

    key: str
    rule: str
    change: str
    amount: int

    @property
    def rupees(self) -> int:
        """A whole number of rupees that is enough."""
        return -(-self.amount // RUPEE)


def steps(plan: WeekPlan) -> list[Step]:
    """All that must be made together, or each that is enough by itself; nothing where a person must change a page."""
    together = plan.solver.get("together") or []
    rows = together or [row for row in plan.solver.get("hurdles", []) if row.get("enough")]
    found = [step for step in map(_step, rows) if step is not None]
    return [] if together and len(found) < len(rows) else found


def needs_all(plan: WeekPlan) -> bool:
    return bool(plan.solver.get("together"))


def _step(row: Mapping[str, Any]) -> Step | None:
    rule, got = row.get("rule", ""), row.get("got")
    known = (Rule.BUDGET, Rule.MINUTES, Rule.COOLDOWN)
    return Step(f"{rule}:{row['subject']}", rule, row["change"], got) if rule in known and got else None


@transaction.atomic
def change_and_plan_again(
    plan_id: int, keys: Collection[str], rupees: int | None, by: str, reason: str, now: datetime
) -> bool:
    """Make these changes and hand the week to the planner. False when it is not failed any more.

    rupees: the new weekly budget, when it is to be more than what is needed at least.
    Raises ValueError without a reason, NothingChosen when nothing of what the planner named is chosen.
    """
    if not reason.strip():
        raise ValueError("Say who agreed: whoever reads the timeline in a month must understand it.")
    with locked(plan_id) as plan:
        if plan.status != PlanStatus.FAILED:
            return False
        chosen = [step for step in steps(plan) if needs_all(plan) or step.key in keys]
        if not chosen:
            raise NothingChosen
        _make(plan, chosen, rupees, by, reason, now)
        repeats = any(step.rule == Rule.COOLDOWN for step in chosen)
        record(plan, "staff_reason", f"Planned again: {reason}", on_behalf.staff(by), now)
        return proposing.try_again(plan_id, now, repeats=repeats or bool(proposing.granted(plan)))


def _make(plan: WeekPlan, chosen: Sequence[Step], rupees: int | None, by: str, reason: str, now: datetime) -> None:
    for step in chosen:
        if step.rule == Rule.BUDGET:
            paise = max(step.rupees, rupees or 0) * RUPEE
            means.raise_budget(plan.household_id, paise, by=by, reason=reason, now=now)
        elif step.rule == Rule.MINUTES:
            engagement = step.key.rpartition(":")[2]
            means.lengthen_visits(int(engagement), step.amount, by=by, reason=reason, now=now)
