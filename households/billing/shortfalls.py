"""Something that was paid for is not delivered: what becomes of its price, by the household's own wish.

The charge was re-priced without it (`charging.open_charge(gives_back=True)`), so what was paid for it stands there as a
credit. Here it goes back to where it came from, or into the wallet, or stays with staff, who see it on their queue.
"""

from __future__ import annotations

from datetime import datetime

from households.billing import credits, refunds
from households.billing.ledger import balance
from households.billing.manual import Manual
from households.billing.models import Charge, Payment
from households.vocabulary import NotDelivered


def give_back(charge: Charge, paise: int, *, reason: str, now: datetime) -> str:
    """Give back at most `paise` of the charge's credit. Under the charge's lock.

    Returns what was done: refund, next_bill, ask_ops, or "" when nothing had been paid for it yet. Money that our own
    people took in cash goes back through their hands, never by itself.
    """
    rest = min(paise, balance(charge).undecided)
    if rest <= 0:
        return ""
    policy = charge.household.not_delivered
    if policy == NotDelivered.NEXT_BILL:
        credits.keep(charge.pk, by=None, reason=reason, now=now, most=rest)
        return policy
    if policy == NotDelivered.REFUND and _refund(charge, rest, reason, now):
        return policy
    return NotDelivered.ASK_OPS


def _refund(charge: Charge, paise: int, reason: str, now: datetime) -> bool:
    """Out of the newest payments first. False, and nothing sent, when they do not hold that much."""
    shares = []
    for payment in Payment.objects.filter(charge=charge).exclude(provider=Manual.name).order_by("-captured_at", "-pk"):
        share = min(paise, refunds.refundable(payment, charge))
        paise -= share
        shares.append((payment.pk, share))
    if paise:
        return False
    for pk, share in shares:
        if share:
            refunds.refund(pk, amount_paise=share, reason=reason, now=now)
    return True
