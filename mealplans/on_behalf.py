"""What staff do for a household or a cook, each with its reason on the timeline.

The acts are the same ones that a button on the phone calls, with the same hard rules; here is only written down who
did it and why, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.urls import reverse

from households import queries
from mealplans import cooking, lifecycle, plan_links, proposing, tasting
from mealplans.changing import record
from mealplans.locking import locked
from mealplans.models import CookInstruction, PlannedMeal, WeekPlan
from mealplans.outcomes import Actor, Outcome

Answer = TypeVar("Answer", bool, Outcome)


def staff(name: str) -> Actor:
    """A member of staff as the timeline names them."""
    return Actor(name, "staff")


@transaction.atomic
def _with_reason(
    act: Callable[[Actor], Answer], plan_id: int, by: str, kind: str, text: str, reason: str, now: datetime
) -> Answer:
    """Do it and, only when it was done, write the reason behind it. Raises ValueError without a reason."""
    if not reason.strip():
        raise ValueError("Say why: whoever reads the timeline in a month must understand it.")
    answer = act(staff(by))
    done = answer.done if isinstance(answer, Outcome) else answer
    if done:
        plan = WeekPlan.objects.select_related("household").get(pk=plan_id)
        record(plan, kind, f"{text}: {reason}", staff(by), now)
    return answer


def approve(plan_id: int, by: str, reason: str, now: datetime) -> Outcome:
    """As if the one who decides had tapped Approve. Codes as of `lifecycle.approve`."""
    return _with_reason(
        lambda actor: lifecycle.approve(plan_id, actor, now),
        plan_id, by, "staff_reason", "Approved for the household", reason, now,
    )  # fmt: skip


def confirm_unpaid(plan_id: int, by: str, reason: str, now: datetime) -> bool:
    """Cook and shop although nothing was paid; what is owed stays owed. False when somebody else was first."""
    return _with_reason(
        lambda actor: lifecycle.confirm(plan_id, actor, now),
        plan_id, by, "staff_reason", "Confirmed without payment", reason, now,
    )  # fmt: skip


def buy_again(plan_id: int, by: str, reason: str, now: datetime) -> Outcome:
    """The catalogue was put right: price the approved week once more. Codes as of `lifecycle.buy_again`."""
    return _with_reason(
        lambda actor: lifecycle.buy_again(plan_id, actor, now),
        plan_id, by, "staff_reason", "Priced again", reason, now,
    )  # fmt: skip


def plan_again(plan_id: int, by: str, reason: str, now: datetime) -> bool:
    """A failed week goes back to the planner. False when it is not failed any more."""
    return _with_reason(
        lambda _: proposing.try_again(plan_id, now), plan_id, by, "staff_reason", "Planned again", reason, now
    )


def change_meal(act: Callable[[Actor], Outcome], plan_id: int, by: str, reason: str, now: datetime) -> Outcome:
    """A swap, skip, restore or number of guests that somebody asked for by phone. `act` is the use case."""
    return _with_reason(act, plan_id, by, "staff_reason", "Changed for the household", reason, now)


def note_taste(meal: PlannedMeal, kind: str, by: str, reason: str, now: datetime) -> Outcome:
    """Much was left of a dish, or it was not enough: somebody said so to staff. Codes as of `tasting.note`."""
    return _with_reason(
        lambda actor: tasting.note(meal, kind, actor, now),
        meal.plan_id, by, "staff_reason", "Noted for the household", reason, now,
    )  # fmt: skip


def plan_page(plan_id: int, by: str, now: datetime) -> str | None:
    """The path of the page as the one who decides sees it, or None without such a person.

    Whoever has it can act in that person's name, so that it was taken is written down.
    """
    with locked(plan_id) as plan:
        decider = queries.deciding_resident(plan.household)
        if decider is None:
            return None
        record(plan, "plan_page_taken", f"The plan page of {decider.name} was opened by staff.", staff(by), now)
        return reverse("plan-page", args=[plan_links.token(plan, decider)])


def acknowledged(instruction_id: int, by: str, reason: str, now: datetime) -> bool:
    """The cook said yes on the phone, to everything sent about that day. False when it was answered or is over."""
    rows = CookInstruction.objects.select_related("engagement__cook")
    row = rows.get(pk=instruction_id)

    def act(_: Actor) -> bool:
        with locked(row.plan_id):
            return cooking.acknowledge(row.engagement, row.date, now)

    return _with_reason(act, row.plan_id, by, "acknowledged_by_phone", "Acknowledged by phone", reason, now)
