"""One plan, one writer at a time.

A change reads meals, checks hard rules over the whole week, writes and re-prices: two of them side by side could each
be safe and together not. So every use case holds the plan's row, and its states still move by compare-and-set.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from households.billing.models import Charge
from mealplans.models import WeekPlan


def subject(plan_id: int) -> str:
    """The charge's name for a plan; `plan_of` reads it back."""
    return f"plan:{plan_id}"


def plan_of(charge_subject: str) -> int | None:
    kind, _, number = charge_subject.partition(":")
    return int(number) if kind == "plan" and number.isdigit() else None


@contextmanager
def locked(plan_id: int) -> Iterator[WeekPlan]:
    """A transaction that holds the plan's row. Raises WeekPlan.DoesNotExist.

    The charge is locked first: a settling payment holds the charge and then confirms the plan, and two locks taken
    in two orders wait for each other for ever. SQLite has no row locks; its IMMEDIATE transactions do the same.
    """
    with transaction.atomic():
        alive = Charge.objects.select_for_update(no_key=True, of=("self",)).filter(
            subject=subject(plan_id), status__in=Charge.ALIVE
        )
        list(alive.values_list("pk", flat=True))
        yield (
            WeekPlan.objects.select_for_update(no_key=True, of=("self",))
            .select_related("household", "approved_by")
            .get(pk=plan_id)
        )
