"""What the provider says, counted: the stored signed events and the answers we asked for go through one `apply`.

The browser's return never comes here. Everything is idempotent: a repeated, reordered or late word changes nothing
that it has changed before, and stale news about a link loses against the transition table.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from bettermeals.lib.states import move
from households import ops
from households.billing import attention, razorpay_events, refunds
from households.billing.aligning import align
from households.billing.counting import count_payment
from households.billing.locking import locked
from households.billing.models import Charge, Payment, PaymentLink, ProviderEvent
from households.billing.provider import LinkState, State
from households.billing.razorpay_events import Ignored, LinkChanged, RefundChanged

log = logging.getLogger(__name__)
Status = PaymentLink.Status
Event = ProviderEvent.Status

AFTER = {State.PAID: Status.PAID, State.CANCELLED: Status.CANCELLED, State.EXPIRED: Status.EXPIRED}
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=15), timedelta(hours=1)
TROUBLE_AFTER = 4


class MoneyNotNamed(ValueError):
    """The provider says paid and names no payment: counted only once it is named."""


def apply(link_id: int, state: LinkState, *, source: str, now: datetime) -> None:
    """Count what the provider says about a link, in one transaction under the charge's lock.

    Raises MoneyNotNamed, WrongCurrency, and whatever a settled-route raises; then nothing is changed.
    """
    charge_id = PaymentLink.objects.values_list("charge_id", flat=True).get(pk=link_id)
    with locked(charge_id) as charge:
        link = PaymentLink.objects.get(pk=link_id)
        if state.state == State.PAID and not state.payments and not link.payments.exists():
            raise MoneyNotNamed(f"{link.reference} is paid, but no payment is named")
        before = link.status
        _close(link, state, now)
        for paid in state.payments:
            count_payment(charge, paid, provider=link.provider, source=source, link=link, now=now)
        if link.status != before:
            _follow_up(charge, link, before, now)


def _close(link: PaymentLink, state: LinkState, now: datetime) -> None:
    """Take over the provider's state where the table allows it; a link that is paid stays paid whatever comes late."""
    seen: dict[str, Any] = {"polled_at": now, "claimed_until": None}
    if link.provider_id is None:
        seen["provider_id"] = state.provider_id
    PaymentLink.objects.filter(pk=link.pk).update(**seen)
    new = AFTER.get(state.state)
    if new and PaymentLink.TRANSITIONS.allowed(link.status, new):
        move(PaymentLink, link.pk, table=PaymentLink.TRANSITIONS, old=link.status, new=new, closed_at=now)
    link.refresh_from_db()


def _follow_up(charge: Charge, link: PaymentLink, before: str, now: datetime) -> None:
    """A link that ended leaves room for the next one, except when a person withdrew it at the provider."""
    withdrawn_elsewhere = link.status == Status.CANCELLED and before != Status.CANCELLING
    if withdrawn_elsewhere and charge.status == Charge.Status.OPEN:
        attention.link_withdrawn_elsewhere(charge, now)
    else:
        align(charge, now)


def store_event(*, provider: str, event_id: str, event_type: str, body: bytes, now: datetime) -> bool:
    """Keep a signed event before judging it. False when it is here already: providers repeat themselves."""
    before = ProviderEvent.objects.filter(provider=provider, event_id=event_id)
    if before.exists():
        return False
    fresh = ProviderEvent(provider=provider, event_id=event_id, event_type=event_type, body=body, received_at=now)
    ProviderEvent.objects.bulk_create([fresh], ignore_conflicts=True)
    return True


def waiting(now: datetime) -> QuerySet[ProviderEvent]:
    ready = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    return ProviderEvent.objects.filter(ready, status__in=(Event.RECEIVED, Event.FAILED)).order_by("received_at", "pk")


def process_events(now: datetime, limit: int = 200) -> int:
    """Count every stored event that waits, each in a transaction of its own; returns how many were done."""
    return sum(process_event(pk, now) for pk in list(waiting(now).values_list("pk", flat=True)[:limit]))


def process_event(pk: int, now: datetime) -> bool:
    """One stored event. False when it failed (kept, tried again) or another worker has it."""
    try:
        with transaction.atomic():
            event = _lock(pk, now)
            if event is None:
                return False
            _judge(event, now)
    except Exception as error:
        log.exception("payment event %s failed", pk)
        _put_off(pk, error, now)
        return False
    return True


def process_again(pks: Iterable[int], now: datetime) -> int:
    """Staff ask for it: what failed need not wait, what was not ours may be now. Returns how many were done."""
    again = ProviderEvent.objects.filter(pk__in=list(pks), status__in=(Event.FAILED, Event.UNMATCHED))
    for event in again:
        if event.status == Event.UNMATCHED:
            table = ProviderEvent.TRANSITIONS
            move(ProviderEvent, event.pk, table=table, old=Event.UNMATCHED, new=Event.RECEIVED)
    again = ProviderEvent.objects.filter(pk__in=[event.pk for event in again])
    again.update(next_attempt_at=None)
    return sum(process_event(event.pk, now) for event in again)


def _lock(pk: int, now: datetime) -> ProviderEvent | None:
    skip = connection.features.has_select_for_update_skip_locked
    return waiting(now).select_for_update(no_key=True, of=("self",), skip_locked=skip).filter(pk=pk).first()


def _judge(event: ProviderEvent, now: datetime) -> None:
    said = razorpay_events.parse(bytes(event.body))
    charge_id, status = None, Event.IGNORED
    if not isinstance(said, Ignored):
        charge_id = _count(said, now)
        status = Event.PROCESSED if charge_id else Event.UNMATCHED
        if charge_id is None:
            _say_unmatched(event, said, now)
    also: dict[str, Any] = {"charge_id": charge_id, "processed_at": now, "error": ""}
    move(ProviderEvent, event.pk, table=ProviderEvent.TRANSITIONS, old=event.status, new=status, **also)


def _count(said: LinkChanged | RefundChanged, now: datetime) -> int | None:
    """The id of the charge that it was about; None when it is not ours."""
    if isinstance(said, LinkChanged):
        return _link_changed(said, now)
    return refunds.apply(said.provider_payment_id, said.idempotency_key, said.state, now)


def _link_changed(said: LinkChanged, now: datetime) -> int | None:
    """By our reference first: it was committed before the provider knew the link, its id perhaps not yet."""
    mine = Q(reference=said.state.reference) | Q(provider_id=said.state.provider_id)
    link = PaymentLink.objects.filter(mine, provider="razorpay").order_by("pk").first()
    if link is None:
        return None
    apply(link.pk, said.state, source=Payment.Source.WEBHOOK, now=now)
    return link.charge_id


def _say_unmatched(event: ProviderEvent, said: LinkChanged | RefundChanged, now: datetime) -> None:
    """Money that we cannot place is never silent; somebody else's cancelled or expired link is nobody's trouble."""
    if isinstance(said, LinkChanged) and not said.state.payments:
        return
    ops.open_item(
        kind="billing_unmatched",
        key=f"unmatched:{event.provider}:{event.event_id}",
        about=event,
        reason=f"The provider reports {event.event_type} for a payment that is not ours. Find it in the provider's "
        "dashboard; if it is another system's, close this.",
        now=now,
        due_at=now + attention.TODAY,
    )


def _put_off(pk: int, error: Exception, now: datetime) -> None:
    event = ProviderEvent.objects.get(pk=pk)
    tries = event.attempts + 1
    wait = min(FIRST_RETRY * 2 ** min(event.attempts, 10), LONGEST_RETRY)
    move(
        ProviderEvent,
        pk,
        table=ProviderEvent.TRANSITIONS,
        old=(Event.RECEIVED, Event.FAILED),
        new=Event.FAILED,
        attempts=tries,
        next_attempt_at=now + wait,
        error=f"{type(error).__name__}: {error}",
    )
    if tries >= TROUBLE_AFTER:
        ops.open_item(
            kind="billing_event_failed",
            key=f"event-failed:{pk}",
            about=event,
            reason=f"A payment event ({event.event_type}) could not be counted {tries} times: {error} "
            "The money is at the provider. It is tried again by itself; put the cause right.",
            now=now,
            due_at=now + attention.SOON,
        )
