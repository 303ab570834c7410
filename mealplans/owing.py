"""What a household still owes for a plan, and where to pay it. Reads only."""

from __future__ import annotations

from households.billing import ledger
from households.billing.models import Charge, PaymentLink
from mealplans.locking import subject
from mealplans.models import WeekPlan


def owed(charge: Charge) -> int:
    """Paise still to be paid for this charge."""
    return ledger.balance(charge).owed


def open_charge_of(plan: WeekPlan) -> Charge | None:
    return Charge.objects.filter(subject=subject(plan.pk), status=Charge.Status.OPEN).first()


def live_link(charge: Charge) -> PaymentLink | None:
    """The link that may be paid now; None while a new one is being made."""
    return charge.links.filter(status=PaymentLink.Status.LIVE).order_by("-pk").first()
