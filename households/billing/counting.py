"""Count money: post it, settle what it settles, turn what was not owed into a credit. All under the charge's lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bettermeals.lib.money import format_money
from bettermeals.lib.states import move
from households import ops, timeline
from households.billing import attention, ledger
from households.billing.aligning import align
from households.billing.ledger import Account, Balance
from households.billing.models import Charge, Payment, PaymentLink
from households.billing.provider import CapturedPayment
from households.billing.routes import tell_settled

Effect = Payment.Effect


class WrongCurrency(ValueError):
    """Money in another currency than the charge's: it cannot be counted, a person must look."""


def count_payment(
    charge: Charge,
    paid: CapturedPayment,
    *,
    provider: str,
    source: str,
    now: datetime,
    link: PaymentLink | None = None,
    by: Any = None,
    note: str = "",
) -> Payment:
    """Count a captured payment once, whatever is repeated; the row that counts it is returned each time.

    It counts towards the charge whatever state its link is in: money for an expired or cancelled link is still money
    for this charge, and becomes a credit only when the charge owes nothing. Raises WrongCurrency.
    """
    known = Payment.objects.filter(provider=provider, provider_payment_id=paid.provider_payment_id).first()
    if known is not None:
        return known
    if paid.currency != charge.currency:
        raise WrongCurrency(f"{paid.provider_payment_id} is in {paid.currency}, the charge in {charge.currency}")
    owed = ledger.balance(charge).owed
    payment = Payment.objects.create(
        charge=charge,
        link=link,
        provider=provider,
        provider_payment_id=paid.provider_payment_id,
        amount_paise=paid.amount_paise,
        currency=paid.currency,
        captured_at=paid.captured_at,
        recorded_at=now,
        effect=effect_of(paid.amount_paise, owed),
        surplus_paise=max(paid.amount_paise - owed, 0),
        source=source,
        recorded_by=by,
        note=note,
    )
    _post(charge, payment, now)
    rebalance(charge, now)
    return payment


def effect_of(paise: int, owed: int) -> str:
    """What a payment does when `owed` paise are owed. Pure."""
    if owed == 0:
        return Effect.CREDIT
    if paise < owed:
        return Effect.SHORT
    return Effect.SETTLES if paise == owed else Effect.OVER


def _post(charge: Charge, payment: Payment, now: datetime) -> None:
    ledger.post(
        charge,
        kind="payment",
        key=f"payment:{payment.provider}:{payment.provider_payment_id}",
        debit=Account.RECEIVED,
        credit=Account.DUE,
        paise=payment.amount_paise,
        now=now,
        payment=payment,
        note=payment.note[:200],
    )
    timeline.record(
        charge.household,
        f"payment_{payment.effect}",
        f"Paid {format_money(payment.amount_paise, charge.currency)}: {Payment.Effect(payment.effect).label.lower()}.",
        week_start=charge.week_start,
        actor=str(payment.recorded_by or ""),
        now=now,
        charge=charge.pk,
        payment=payment.provider_payment_id,
    )


def rebalance(charge: Charge, now: datetime) -> None:
    """After any posting: nothing stays over-paid without being a credit, and the state says what the ledger says."""
    _cover_from_credit(charge, now)
    _set_surplus_aside(charge, now)
    stands = ledger.balance(charge)
    _say_credit(charge, stands, now)
    if charge.status in (Charge.Status.SETTLED, Charge.Status.REFUNDED) and stands.due > 0:
        _reopen(charge)
    elif charge.status == Charge.Status.OPEN and stands.due <= 0:
        _settle(charge, now)
    align(charge, now)


def _cover_from_credit(charge: Charge, now: datetime) -> None:
    """What was over-paid on this charge pays for a dearer quote of it, before the household is asked again."""
    stands = ledger.balance(charge)
    paise = min(stands.owed, stands.undecided)
    if paise > 0:
        key = ledger.sequence(charge, "credit_used")
        ledger.post(charge, kind="credit_used", key=key, debit=Account.CREDIT, credit=Account.DUE, paise=paise, now=now)


def _set_surplus_aside(charge: Charge, now: datetime) -> None:
    """First back to the wallet what this charge took from it; the rest is a credit that a person decides on."""
    stands = ledger.balance(charge)
    back = min(stands.surplus, max(stands.wallet, 0))
    for kind, account, paise in (
        ("wallet_back", Account.WALLET, back),
        ("credit", Account.CREDIT, stands.surplus - back),
    ):
        if paise:
            key = ledger.sequence(charge, kind)
            ledger.post(charge, kind=kind, key=key, debit=Account.DUE, credit=account, paise=paise, now=now)


def _say_credit(charge: Charge, stands: Balance, now: datetime) -> None:
    if stands.undecided > 0:
        attention.credit(charge, stands.undecided, now)
    else:
        ops.close_item(attention.key("credit", charge), None, "Nothing is over-paid any more.", now)


def _reopen(charge: Charge) -> None:
    _move(charge, charge.status, Charge.Status.OPEN, settled_at=None)


def _settle(charge: Charge, now: datetime) -> None:
    _move(charge, Charge.Status.OPEN, Charge.Status.SETTLED, settled_at=now)
    attention.over(charge, "The charge is settled.", now)
    timeline.record(
        charge.household,
        "charge_settled",
        f"{charge.what} is paid in full: {format_money(charge.amount_paise, charge.currency)}.",
        week_start=charge.week_start,
        now=now,
        charge=charge.pk,
        revision=charge.revision,
    )
    tell_settled(charge, now)


def _move(charge: Charge, old: str, new: str, **also: Any) -> None:
    """Under the lock nobody else can have moved it; still a compare-and-set, so that a missing lock shows at once."""
    if not move(Charge, charge.pk, table=Charge.TRANSITIONS, old=old, new=new, **also):
        raise RuntimeError(f"charge {charge.pk} was changed without its lock")
    charge.refresh_from_db(fields=["status", *also])
