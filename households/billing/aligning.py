"""One payable link per charge, for exactly what is owed. Called under the charge's lock after every change of either.

A link that asks for the wrong amount is first made unpayable and only then replaced, so that a household never sees
two links that both work.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from bettermeals.lib.states import move
from households import ops, timeline
from households.billing import attention
from households.billing.ledger import balance
from households.billing.models import Charge, PaymentLink
from households.billing.nudge import nudge

Status = PaymentLink.Status
WORK = "billing.create_links"
RENEWED_FOR = timedelta(hours=24)


def align(charge: Charge, now: datetime) -> None:
    """Start, keep or withdraw the charge's link, by what the ledger says is owed."""
    owed = balance(charge).owed if charge.status == Charge.Status.OPEN else 0
    link = PaymentLink.objects.filter(charge=charge, status__in=PaymentLink.PAYABLE).first()
    if link is not None and (link.amount_paise != owed or not owed):
        withdraw(link, now)
        link = PaymentLink.objects.filter(pk=link.pk, status__in=PaymentLink.PAYABLE).first()
    if link is None and owed:
        _start(charge, owed, now)


def withdraw(link: PaymentLink, now: datetime) -> None:
    """Take a link out of use: at once when the provider was never asked, else by asking it (a worker does)."""
    unasked = PaymentLink.objects.filter(pk=link.pk, status=Status.CREATING, attempts=0)
    if unasked.update(status=Status.CANCELLED, closed_at=now):
        return
    if link.status != Status.CANCELLING:
        move(
            PaymentLink,
            link.pk,
            table=PaymentLink.TRANSITIONS,
            old=(Status.CREATING, Status.LIVE),
            new=Status.CANCELLING,
            next_attempt_at=None,
        )
    nudge(WORK)


def _start(charge: Charge, owed: int, now: datetime) -> None:
    if now >= charge.due_by:
        attention.unpaid(charge, owed, now)
        return
    PaymentLink.objects.create(
        charge=charge,
        reference=new_reference(charge),
        provider=settings.PAYMENTS_PROVIDER,
        revision=charge.revision,
        amount_paise=owed,
        currency=charge.currency,
        created_at=now,
    )
    ops.close_item(attention.key("unpaid", charge), None, "A new link is on its way.", now)
    nudge(WORK)


def new_reference(charge: Charge) -> str:
    """`BM-12-r2-K3QJ7MBA`: fits Razorpay (40) and WhatsApp's native payments (35 of [A-Za-z0-9_.-]).

    The random end keeps two databases that share one provider account (a test account, a restored backup) apart.
    """
    end = base64.b32encode(secrets.token_bytes(5)).decode()
    return f"BM-{charge.pk}-r{charge.revision}-{end}"


def renew(charge: Charge, now: datetime, *, by: Any, reason: str, lifetime: timedelta = RENEWED_FOR) -> bool:
    """Staff want a fresh link: withdraw the present one, and let links follow by themselves again for `lifetime`.

    Under the charge's lock. Returns False when nothing is owed.
    """
    if charge.status != Charge.Status.OPEN or not balance(charge).owed:
        return False
    if charge.due_by < now + lifetime:
        charge.due_by = now + lifetime
        charge.save(update_fields=["due_by"])
    link = PaymentLink.objects.filter(charge=charge, status__in=PaymentLink.PAYABLE).first()
    if link is not None:
        withdraw(link, now)
    timeline.record(
        charge.household,
        "link_renewed",
        f"A new payment link was asked for: {reason}",
        week_start=charge.week_start,
        actor=str(by or ""),
        now=now,
        charge=charge.pk,
    )
    ops.close_items([attention.key("link_withdrawn", charge)], by, reason, now)
    align(charge, now)
    return True
