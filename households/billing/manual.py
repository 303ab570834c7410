"""Money that staff collect themselves: cash, a transfer, UPI to the shop. The same ledger, with a name and a reason."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from households.billing.counting import count_payment
from households.billing.ledger import balance
from households.billing.locking import locked
from households.billing.models import Payment
from households.billing.provider import CapturedPayment, LinkRequest, LinkState, RefundState, State

PREFIX = "manual_"


class NothingDue(ValueError):
    """Marked paid when nothing is owed: somebody else was first. The sentence says so to whoever clicked."""


class Manual:
    """The Provider without a provider: the link is our own page, which says that our people will collect the money."""

    name = "manual"

    def create(self, request: LinkRequest) -> LinkState:
        return LinkState(
            provider_id=PREFIX + request.reference,
            reference=request.reference,
            state=State.OPEN,
            amount_paise=request.amount_paise,
            currency=request.currency,
            short_url=request.return_url,
        )

    def find(self, reference: str) -> LinkState | None:
        return None  # nothing is kept anywhere else, so making it once more is the same link

    def fetch(self, provider_id: str) -> LinkState:
        return self._state(provider_id, State.OPEN)

    def cancel(self, provider_id: str) -> LinkState:
        return self._state(provider_id, State.CANCELLED)

    def refund(self, provider_payment_id: str, *, amount_paise: int, idempotency_key: str, reason: str) -> RefundState:
        """Staff hand the money back before they write it down here."""
        return RefundState(PREFIX + idempotency_key, processed=True)

    def fetch_refund(self, provider_payment_id: str, provider_refund_id: str) -> RefundState:
        return RefundState(provider_refund_id, processed=True)

    def captured_between(self, start: datetime, end: datetime) -> list[CapturedPayment]:
        return []  # nobody else keeps a list to compare with

    def _state(self, provider_id: str, state: State) -> LinkState:
        return LinkState(provider_id, provider_id.removeprefix(PREFIX), state, amount_paise=None, currency=None)


def mark_paid(charge_id: int, *, by: Any, reason: str, now: datetime, amount_paise: int | None = None) -> Payment:
    """Staff say that money arrived outside the link. `amount_paise`: what is owed, unless given.

    Raises NothingDue when the charge owes nothing (any more) and ValueError without a reason or for an amount that is
    not positive. A payable link is cancelled by it.
    """
    if not reason.strip():
        raise ValueError("Say how the money came: the reason stands in the ledger.")
    with locked(charge_id) as charge:
        owed = balance(charge).owed
        if charge.status != charge.Status.OPEN or not owed:
            raise NothingDue(f"Nothing is owed on {charge} (it is {charge.status}); nothing was changed.")
        amount = owed if amount_paise is None else amount_paise
        if amount <= 0:
            raise ValueError("The amount must be more than nothing.")
        paid = CapturedPayment(PREFIX + uuid.uuid4().hex, amount, charge.currency, captured_at=now)
        return count_payment(
            charge, paid, provider=Manual.name, source=Payment.Source.STAFF, now=now, by=by, note=reason.strip()
        )
