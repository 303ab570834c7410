"""Money back: decided in the ledger first, then sent, with one idempotency key however often it is sent."""

from __future__ import annotations

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from bettermeals.lib.money import format_money
from bettermeals.lib.states import move
from households import timeline
from households.billing import attention, ledger
from households.billing.counting import rebalance
from households.billing.ledger import Account
from households.billing.locking import locked
from households.billing.models import Charge, LedgerEntry, Payment, Refund
from households.billing.nudge import nudge
from households.billing.provider import NotPossible, ProviderError, RefundState
from households.billing.providers import named

log = logging.getLogger(__name__)
Status = Refund.Status

WORK = "billing.send_refunds"
LEASE = timedelta(minutes=2)
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=30), timedelta(hours=1)
ASK_AGAIN = timedelta(minutes=30)  # how often a refund that the bank still has is asked for
TROUBLE_AFTER = 4


class CannotRefund(ValueError):
    """The sentence says how much can be refunded."""


def refundable(payment: Payment, charge: Charge) -> int:
    """Paise of this payment that can still go back: not refunded already and not kept in the household's wallet."""
    rows = Refund.objects.filter(payment=payment).exclude(status=Status.FAILED)
    left = payment.amount_paise - (rows.aggregate(paise=Sum("amount_paise"))["paise"] or 0)
    stands = ledger.balance(charge)
    return max(0, min(left, stands.received + min(stands.wallet, 0)))


def refund(payment_id: int, *, amount_paise: int, reason: str, now: datetime, by: Any = None) -> Refund:
    """Send `amount_paise` of a payment back: an over-payment first, then the price of what was not delivered.

    The money leaves the ledger at once, so that nobody can give it away twice; a worker sends it. Raises CannotRefund
    for more than is there, ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why the money goes back: the household will ask.")
    charge_id = Payment.objects.values_list("charge_id", flat=True).get(pk=payment_id)
    with locked(charge_id) as charge:
        payment = Payment.objects.get(pk=payment_id)
        most = refundable(payment, charge)
        if not 0 < amount_paise <= most:
            raise CannotRefund(f"Between nothing and {format_money(most, charge.currency)} can be refunded.")
        made = Refund.objects.create(
            charge=charge,
            payment=payment,
            idempotency_key=f"bm-{uuid.uuid4().hex}",
            amount_paise=amount_paise,
            reason=reason.strip()[:300],
            requested_by=by,
            created_at=now,
        )
        _post(charge, made, now)
        _say(charge, made, "refund_requested", f"to be refunded: {made.reason}", now)
        rebalance(charge, now)
        nudge(WORK)
        return made


def _post(charge: Charge, made: Refund, now: datetime) -> None:
    """Out of the credit as far as it goes. The rest: owed again while the charge is open, else off the price."""
    from_credit = min(made.amount_paise, ledger.balance(charge).undecided)
    rest = Account.DUE if charge.status == Charge.Status.OPEN else Account.SALES
    for account, paise in ((Account.CREDIT, from_credit), (rest, made.amount_paise - from_credit)):
        if paise:
            ledger.post(
                charge,
                kind="refund",
                key=f"refund:{made.pk}:{account}",
                debit=account,
                credit=Account.RECEIVED,
                paise=paise,
                now=now,
                refund=made,
                payment=made.payment,
                note=made.reason[:200],
            )


def _say(charge: Charge, made: Refund, kind: str, words: str, now: datetime) -> None:
    timeline.record(
        charge.household,
        kind,
        f"{format_money(made.amount_paise, charge.currency)} {words}",
        week_start=charge.week_start,
        actor=str(made.requested_by or ""),
        now=now,
        charge=charge.pk,
        refund=made.pk,
    )


def due(now: datetime) -> QuerySet[Refund]:
    """Refunds to be sent, or accepted a while ago and not yet heard of again."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    ready = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    return Refund.objects.filter(free, ready, status__in=(Status.REQUESTED, Status.PENDING)).order_by(
        "created_at", "pk"
    )


def send_refunds(now: datetime, limit: int = 50) -> int:
    """Send or ask after what is due; returns how many were worked on."""
    return sum(send_refund(pk, now) for pk in list(due(now).values_list("pk", flat=True)[:limit]))


def send_refund(refund_id: int, now: datetime) -> bool:
    """Claim, send (or ask), record. False when it was not due or another worker has it."""
    if not due(now).order_by().filter(pk=refund_id).update(claimed_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    made = Refund.objects.select_related("payment", "charge__household").get(pk=refund_id)
    try:
        state = _ask(made)
        _record(made.pk, state, now)
    except NotPossible as refusal:
        _fail(made.pk, str(refusal), now)
    except ProviderError as error:
        _put_off(made, str(error), now)
    return True


def _ask(made: Refund) -> RefundState:
    provider, paid = named(made.payment.provider), made.payment.provider_payment_id
    if made.status == Status.PENDING and made.provider_refund_id:
        return provider.fetch_refund(paid, made.provider_refund_id)
    return provider.refund(
        paid, amount_paise=made.amount_paise, idempotency_key=made.idempotency_key, reason=made.reason
    )


def apply(provider_payment_id: str, idempotency_key: str, state: RefundState, now: datetime) -> int | None:
    """The provider's own word about a refund; the charge's id, or None for a refund that is not ours."""
    ours = Q(idempotency_key=idempotency_key) | Q(provider_refund_id=state.provider_refund_id)
    made = Refund.objects.filter(ours, payment__provider_payment_id=provider_payment_id).first()
    if made is None:
        return None
    _record(made.pk, state, now)
    return made.charge_id


def _record(refund_id: int, state: RefundState, now: datetime) -> None:
    if state.failed:
        return _fail(refund_id, "the bank did not take the money", now)
    made = Refund.objects.select_related("charge").get(pk=refund_id)
    new = Status.PROCESSED if state.processed else Status.PENDING
    with locked(made.charge_id) as charge:
        made.refresh_from_db()
        also = {"provider_refund_id": state.provider_refund_id, "claimed_until": None, "error": ""}
        Refund.objects.filter(pk=refund_id).update(**also, next_attempt_at=now + ASK_AGAIN)
        closed: dict[str, Any] = {"closed_at": now} if state.processed else {}
        if Refund.TRANSITIONS.allowed(made.status, new) and move(
            Refund, refund_id, table=Refund.TRANSITIONS, old=made.status, new=new, **closed
        ):
            _say(charge, made, f"refund_{new}", "was paid back." if state.processed else "is on its way back.", now)
            _all_back(charge)
    return None


def _all_back(charge: Charge) -> None:
    """Everything that came for a settled charge is back with the household, to the last paisa and for certain."""
    moving = Refund.objects.filter(charge=charge, status__in=(Status.REQUESTED, Status.PENDING)).exists()
    stands = ledger.balance(charge)
    if (
        charge.status == Charge.Status.SETTLED
        and charge.amount_paise
        and not (moving or stands.received or stands.sales)
    ):
        settled, refunded = Charge.Status.SETTLED, Charge.Status.REFUNDED
        move(Charge, charge.pk, table=Charge.TRANSITIONS, old=settled, new=refunded)


def _fail(refund_id: int, error: str, now: datetime) -> None:
    """The money is still with us: the posting is turned round, and what is over-paid now is a credit again."""
    made = Refund.objects.select_related("charge").get(pk=refund_id)
    with locked(made.charge_id) as charge:
        won = move(
            Refund,
            refund_id,
            table=Refund.TRANSITIONS,
            old=(Status.REQUESTED, Status.PENDING),
            new=Status.FAILED,
            closed_at=now,
            claimed_until=None,
            error=error,
        )
        if won:
            _turn_round(charge, made, now)
            attention.refund_failed(charge, error, now)
            _say(charge, made, "refund_failed", f"could not be refunded: {error}", now)
            rebalance(charge, now)


def _turn_round(charge: Charge, made: Refund, now: datetime) -> None:
    """Back where it came from. Only a settled charge takes a part of its price back; else it covers or is a credit."""
    for row in LedgerEntry.objects.filter(refund=made, kind="refund").exclude(account=Account.RECEIVED):
        price = row.account == Account.SALES and charge.status == Charge.Status.SETTLED
        ledger.post(
            charge,
            kind="refund_failed",
            key=f"refund-failed:{made.pk}:{row.account}",
            debit=Account.RECEIVED,
            credit=Account.SALES if price else Account.DUE,
            paise=row.amount_paise,
            now=now,
            refund=made,
            payment=made.payment,
        )


def _put_off(made: Refund, error: str, now: datetime) -> None:
    wait = min(FIRST_RETRY * 2 ** min(made.attempts - 1, 10), LONGEST_RETRY)
    Refund.objects.filter(pk=made.pk).update(claimed_until=None, next_attempt_at=now + wait, error=error)
    log.warning("refund %s put off for %s: %s", made.idempotency_key, wait, error)
    if made.attempts >= TROUBLE_AFTER:
        attention.provider_trouble(made.charge, error, now)
