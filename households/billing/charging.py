"""Open, re-price and cancel a charge. No network here: links are made and withdrawn by workers after the commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from bettermeals.lib.money import format_money
from bettermeals.lib.states import move
from households import timeline
from households.billing import attention, ledger
from households.billing.counting import rebalance
from households.billing.ledger import Account
from households.billing.locking import locked
from households.billing.models import Charge, Quote
from households.billing.quotes import BadQuote, QuoteLine, frozen, total
from households.models import Household

TO_PAY_IN = timedelta(days=2)


@transaction.atomic
def open_charge(
    *,
    household: Household,
    subject: str,
    lines: Sequence[QuoteLine],
    now: datetime,
    week_start: date | None = None,
    due_by: datetime | None = None,
    use_wallet: bool = True,
    gives_back: bool = False,
) -> Charge:
    """Charge the household for `subject` ("plan:12"), or re-price the charge that is alive for it.

    The lines are frozen as a new revision; a payment link for what is owed follows by itself, and an old link for
    another amount is withdrawn first. The same lines again change nothing. `due_by`: until when links are renewed by
    themselves (two days unless given). Money kept for the household is used up first. Nothing to pay settles at once,
    which calls the CHARGE_SETTLED_ROUTES in this transaction. Raises BadQuote, also for a cheaper quote of a
    charge of which goods were refunded: taking them off its price once more would give the money back twice; unless
    `gives_back` says that what is cheaper is something else, and as much is still charged.
    """
    amount = total(lines)
    fresh = Charge(
        household=household,
        subject=subject,
        week_start=week_start,
        amount_paise=0,
        currency=household.currency,
        revision=0,
        due_by=due_by or now + TO_PAY_IN,
        created_at=now,
    )
    charge = _insert_or_lock(fresh)
    if charge.revision and charge.quote == frozen(lines):
        return charge
    charge.due_by = due_by or charge.due_by
    _price(charge, amount, frozen(lines), now, gives_back=gives_back)
    if use_wallet:
        _use_wallet(charge, now)
    rebalance(charge, now)
    return charge


def _insert_or_lock(fresh: Charge) -> Charge:
    """The living charge of the subject, under its lock. Two workers at once: the constraint lets one row in.

    Tried again when the charge is cancelled between both statements.
    """
    alive = Charge.objects.select_for_update(no_key=True, of=("self",)).select_related("household")
    while True:
        Charge.objects.bulk_create([fresh], ignore_conflicts=True)
        charge = alive.filter(subject=fresh.subject, status__in=Charge.ALIVE).first()
        if charge is not None:
            return charge


def _price(charge: Charge, amount: int, lines: list[dict[str, Any]], now: datetime, *, gives_back: bool) -> None:
    more, refunded = amount - charge.amount_paise, ledger.allowance(charge)
    if more < 0 and refunded and not (gives_back and amount >= refunded):
        # The refund took it off the price already: a cheaper quote would give the same money back twice.
        raise BadQuote(f"part of {charge} was refunded already: refund the difference instead of a cheaper quote")
    charge.amount_paise, charge.quote, charge.revision = amount, lines, charge.revision + 1
    charge.save(update_fields=["amount_paise", "quote", "revision", "due_by"])
    Quote.objects.create(charge=charge, revision=charge.revision, lines=lines, amount_paise=amount, at=now)
    if more:
        key = f"quote:{charge.pk}:{charge.revision}"
        ledger.post(charge, kind="quote", key=key, debit=Account.DUE, credit=Account.SALES, paise=more, now=now)
    timeline.record(
        charge.household,
        "charge_opened" if charge.revision == 1 else "charge_repriced",
        f"{charge.what}: the price is {format_money(amount, charge.currency)}.",
        week_start=charge.week_start,
        now=now,
        charge=charge.pk,
        revision=charge.revision,
    )


def can_give_back(charge: Charge, paise: int) -> bool:
    """Whether the price may fall by so much more: what was refunded already is not given back a second time."""
    return charge.amount_paise - paise >= ledger.allowance(charge)


def _use_wallet(charge: Charge, now: datetime) -> None:
    """The household's row is locked while its wallet is read: two charges opened at once must not spend it twice."""
    Household.objects.select_for_update(no_key=True).get(pk=charge.household_id)
    stands = ledger.balance(charge)
    owed = stands.owed - stands.undecided
    paise = min(owed, ledger.wallet(charge.household_id, charge.currency))
    if paise > 0:
        key = ledger.sequence(charge, "wallet_used")
        ledger.post(charge, kind="wallet_used", key=key, debit=Account.WALLET, credit=Account.DUE, paise=paise, now=now)


def cancel(charge_id: int, *, reason: str, now: datetime, by: Any = None) -> bool:
    """Cancel what is not wanted any more. What was paid becomes a credit on the ops queue, to refund or to keep.

    Returns False when it was cancelled or refunded already. Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why the charge is cancelled.")
    with locked(charge_id) as charge:
        if charge.status not in (Charge.Status.OPEN, Charge.Status.SETTLED):
            return False
        charged = -ledger.balance(charge).sales
        move(
            Charge,
            charge.pk,
            table=Charge.TRANSITIONS,
            old=charge.status,
            new=Charge.Status.CANCELLED,
            cancelled_at=now,
            cancel_reason=reason.strip()[:200],
        )
        charge.refresh_from_db(fields=["status", "cancelled_at", "cancel_reason"])
        if charged:
            key = f"cancel:{charge.pk}"
            ledger.post(charge, kind="cancel", key=key, debit=Account.SALES, credit=Account.DUE, paise=charged, now=now)
        _say_cancelled(charge, by, now)
        rebalance(charge, now)
        return True


def _say_cancelled(charge: Charge, by: Any, now: datetime) -> None:
    attention.over(charge, "The charge is cancelled.", now)
    timeline.record(
        charge.household,
        "charge_cancelled",
        f"{charge.what} is no longer to be paid: {charge.cancel_reason}",
        week_start=charge.week_start,
        actor=str(by or ""),
        now=now,
        charge=charge.pk,
    )
