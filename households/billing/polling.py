"""Ask the provider: webhooks get lost, and Razorpay itself says not to rely on them where time matters."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from households.billing import attention, settle
from households.billing.aligning import withdraw
from households.billing.locking import locked
from households.billing.models import Payment, PaymentLink
from households.billing.nudge import nudge
from households.billing.provider import LinkState, ProviderError, State
from households.billing.providers import named

log = logging.getLogger(__name__)
Status = PaymentLink.Status

WORK = "billing.poll_links"
EVERY = timedelta(minutes=3)
# A link that ended may still be paid for: UPI confirms late. It is asked for until the money can no longer come.
LATE_FOR = timedelta(days=2)
LATE_EVERY = timedelta(hours=1)
GRACE = timedelta(minutes=10)  # our clock and the provider's need not agree


def due(now: datetime) -> QuerySet[PaymentLink]:
    """Links whose state may have changed without our hearing of it."""
    alive = Q(status__in=(Status.LIVE, Status.CANCELLING)) & _older(now - EVERY)
    ended = Q(status__in=(Status.EXPIRED, Status.CANCELLED), closed_at__gt=now - LATE_FOR) & _older(now - LATE_EVERY)
    known = PaymentLink.objects.filter(alive | ended, provider_id__isnull=False).exclude(provider="manual")
    return known.select_related("charge__household").order_by(F("polled_at").asc(nulls_first=True), "pk")


def _older(moment: datetime) -> Q:
    return Q(polled_at=None) | Q(polled_at__lte=moment)


def poll_open_links(now: datetime, limit: int = 100) -> int:
    """Ask about each link that is due; returns how many answered. One that fails does not hold up the others."""
    return sum(poll_link(link, now) for link in due(now)[:limit])


def look_up(references: Iterable[str], now: datetime) -> int:
    """Something was said about these references that settles nothing: the provider is asked at once. How many links."""
    told = PaymentLink.objects.filter(reference__in=list(references), provider_id__isnull=False)
    count = told.exclude(provider="manual").update(polled_at=None)
    if count:
        nudge(WORK)
    return count


def poll_link(link: PaymentLink, now: datetime) -> bool:
    state = _fetch(link, now)
    if state is None:
        return False
    return _count(link, state, now)


def _count(link: PaymentLink, state: LinkState, now: datetime) -> bool:
    try:
        settle.apply(link.pk, state, source=Payment.Source.POLL, now=now)
    except Exception as error:
        log.exception("cannot count what the provider says about %s", link.reference)
        PaymentLink.objects.filter(pk=link.pk).update(error=f"{type(error).__name__}: {error}", polled_at=now)
        attention.provider_trouble(link.charge, str(error), now)
        return False
    return True


def _fetch(link: PaymentLink, now: datetime) -> LinkState | None:
    """The state, or None when the provider does not answer; then it is asked again at the next tick's turn."""
    try:
        return named(link.provider).fetch(link.provider_id or "")
    except ProviderError as error:
        log.warning("cannot ask about %s: %s", link.reference, error)
        PaymentLink.objects.filter(pk=link.pk).update(error=str(error), polled_at=now)
        return None


def expire_links(now: datetime, limit: int = 100) -> int:
    """Links whose time is over: the provider says whether they were paid in the last second. Returns how many ended.

    One that the provider still takes for payable after a grace is withdrawn; its successor follows by itself.
    """
    over = PaymentLink.objects.filter(status=Status.LIVE, expires_at__lte=now).order_by("expires_at", "pk")
    return sum(_expire(link, now) for link in over[:limit])


def _expire(link: PaymentLink, now: datetime) -> bool:
    state = _fetch(link, now)
    if state is None:
        return False
    if state.state != State.OPEN or state.payments:
        return _count(link, state, now)
    if link.provider == "manual" or (link.expires_at and now >= link.expires_at + GRACE):
        with locked(link.charge_id):
            withdraw(PaymentLink.objects.get(pk=link.pk), now)
        return True
    return False
