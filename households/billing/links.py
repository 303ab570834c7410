"""Payment links: made and withdrawn at the provider by claim, act, record; reminders for those that nobody paid."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from bettermeals.lib.states import move
from households import timeline
from households.billing import attention, settle
from households.billing.counting import rebalance
from households.billing.locking import locked
from households.billing.models import Charge, Payment, PaymentLink
from households.billing.provider import LinkRequest, LinkState, NotPossible, ProviderError, State
from households.billing.providers import named
from households.billing.routes import tell_ready

log = logging.getLogger(__name__)
Status = PaymentLink.Status

LIFETIME = timedelta(hours=24)
SHORTEST = timedelta(minutes=20)  # Razorpay refuses links that end within 15 minutes
LEASE = timedelta(minutes=2)  # longer than every timeout of one act together
FIRST_RETRY, LONGEST_RETRY = timedelta(seconds=15), timedelta(minutes=30)
TROUBLE_AFTER = 4  # tries; then staff are told, while it goes on by itself
REMIND_AFTER = timedelta(hours=4)


def due(now: datetime) -> QuerySet[PaymentLink]:
    """Links that wait for an act at the provider: to be made, or to be withdrawn."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    ready = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    waiting = PaymentLink.objects.filter(free, ready, status__in=(Status.CREATING, Status.CANCELLING))
    return waiting.order_by("created_at", "pk")


def create_links(now: datetime, limit: int = 50) -> int:
    """Do what is due, each link in its own transactions; returns how many were worked on."""
    charges = list(due(now).values_list("charge_id", flat=True)[:limit])
    return sum(create_link(charge_id, now) is not None for charge_id in charges)


def create_link(charge_id: int, now: datetime) -> PaymentLink | None:
    """Bring the charge's waiting link one step on: make it, or withdraw it and then make its successor.

    Returns the link as it stands afterwards, None when nothing was due or another worker has it. May run twice and
    may die at any line: the row says where to go on, and a link that was asked for once is looked up before it is
    asked for again.
    """
    link = _claim(charge_id, now)
    if link is None:
        return None
    try:
        _withdraw(link, now) if link.status == Status.CANCELLING else _make(link, now)
    except Exception as error:  # noqa: BLE001 - the provider, or a route of LINK_READY_ROUTES: it belongs on the row
        _put_off(link, error, now)
    link.refresh_from_db()
    return link


def _claim(charge_id: int, now: datetime) -> PaymentLink | None:
    link = due(now).filter(charge_id=charge_id).first()
    if link is None:
        return None
    mine = due(now).filter(pk=link.pk, status=link.status, attempts=link.attempts)
    if not mine.order_by().update(claimed_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return PaymentLink.objects.select_related("charge__household").get(pk=link.pk)


def _make(link: PaymentLink, now: datetime) -> None:
    provider = named(link.provider)
    state = provider.find(link.reference) if link.attempts > 1 else None
    if state is None:
        try:
            state = provider.create(_request(link, now))
        except NotPossible as refusal:
            # "Reference already used" is what a lost answer of ours looks like from the other side.
            state = provider.find(link.reference)
            if state is None:
                return _give_up(link, str(refusal), now)
    if (state.amount_paise, state.currency) != (link.amount_paise, link.currency):
        return _give_up(link, f"the provider's link {state.provider_id} asks for another amount", now)
    return _record(link, state, now)


def _request(link: PaymentLink, now: datetime) -> LinkRequest:
    until = max(now + SHORTEST, min(now + LIFETIME, link.charge.due_by))
    PaymentLink.objects.filter(pk=link.pk).update(expires_at=until)
    return LinkRequest(
        reference=link.reference,
        amount_paise=link.amount_paise,
        currency=link.currency,
        description=f"BetterMeals: groceries, {link.charge.household.name}",
        expires_at=until,
        return_url=settings.PUBLIC_BASE_URL + reverse("billing:return", args=[link.reference]),
    )


def _record(link: PaymentLink, state: LinkState, now: datetime) -> None:
    """The provider has the link. Whoever changed the row meanwhile was right; we only add what they could not know."""
    known = {"provider_id": state.provider_id, "short_url": state.short_url, "claimed_until": None, "error": ""}
    with locked(link.charge_id) as charge:
        PaymentLink.objects.filter(pk=link.pk).update(**known)
        table, creating = PaymentLink.TRANSITIONS, Status.CREATING
        if state.state == State.OPEN and move(
            PaymentLink, link.pk, table=table, old=creating, new=Status.LIVE, live_at=now, next_attempt_at=None
        ):
            _say_ready(charge, PaymentLink.objects.get(pk=link.pk), now)
            return
    if state.state != State.OPEN:
        settle.apply(link.pk, state, source=Payment.Source.POLL, now=now)
    elif not PaymentLink.objects.filter(pk=link.pk, status__in=PaymentLink.PAYABLE).exists():
        # It was given up while our answer was under way, so at the provider it must not stay payable.
        settle.apply(
            link.pk, withdraw_at_provider(link.provider, state.provider_id), source=Payment.Source.POLL, now=now
        )


def _say_ready(charge: Charge, link: PaymentLink, now: datetime) -> None:
    attention.over(charge, "There is a live payment link.", now)
    if link.provider == "manual":
        attention.collect(charge, link.amount_paise, now)
    timeline.record(
        charge.household,
        "link_ready",
        f"Payment link {link.reference} is live.",
        week_start=charge.week_start,
        now=now,
        charge=charge.pk,
        link=link.pk,
    )
    tell_ready(charge, link, now)


def _withdraw(link: PaymentLink, now: datetime) -> None:
    """The claim has outlived every creation that was under way, so a link that cannot be found does not exist."""
    provider_id = link.provider_id
    if provider_id is None:
        state = named(link.provider).find(link.reference)
        if state is None:
            return _never_made(link, now)
        provider_id = state.provider_id
    return settle.apply(link.pk, withdraw_at_provider(link.provider, provider_id), source=Payment.Source.POLL, now=now)


def withdraw_at_provider(provider_name: str, provider_id: str) -> LinkState:
    """Cancel it, and when that is refused believe what the link itself says: it may have been paid this second."""
    provider = named(provider_name)
    try:
        state = provider.cancel(provider_id)
    except NotPossible:
        state = provider.fetch(provider_id)
    if state.state == State.OPEN:
        raise ProviderError(f"{provider_id} is still payable after we cancelled it", permanent=False)
    return state


def _never_made(link: PaymentLink, now: datetime) -> None:
    with locked(link.charge_id) as charge:
        table = PaymentLink.TRANSITIONS
        move(PaymentLink, link.pk, table=table, old=Status.CANCELLING, new=Status.CANCELLED, closed_at=now)
        rebalance(charge, now)


def _give_up(link: PaymentLink, error: str, now: datetime) -> None:
    with locked(link.charge_id) as charge:
        table, creating = PaymentLink.TRANSITIONS, Status.CREATING
        if move(PaymentLink, link.pk, table=table, old=creating, new=Status.FAILED, closed_at=now, error=error):
            attention.link_failed(charge, error, now)


def _put_off(link: PaymentLink, error: Exception, now: datetime) -> None:
    """Tried again later, a little later each time. The claim is given back: nothing of ours is under way any more."""
    wait = min(FIRST_RETRY * 2 ** min(link.attempts - 1, 10), LONGEST_RETRY)
    PaymentLink.objects.filter(pk=link.pk).update(claimed_until=None, next_attempt_at=now + wait, error=str(error))
    expected = isinstance(error, ProviderError)
    log.warning("link %s put off for %s: %s", link.reference, wait, error, exc_info=None if expected else error)
    if link.attempts >= TROUBLE_AFTER:
        attention.provider_trouble(link.charge, str(error), now)


def due_for_reminder(now: datetime) -> QuerySet[PaymentLink]:
    """Live links that nobody has paid for four hours, not yet reminded of, and with time left to pay."""
    return (
        PaymentLink.objects.filter(
            status=Status.LIVE,
            live_at__lte=now - REMIND_AFTER,
            reminded_at=None,
            expires_at__gt=now,
            charge__status=Charge.Status.OPEN,
        )
        .select_related("charge__household")
        .order_by("live_at", "pk")
    )


def mark_reminded(link: PaymentLink, now: datetime) -> bool:
    """Take the reminder: True for the one caller that must send it, in the same transaction as its message."""
    unsaid = PaymentLink.objects.filter(pk=link.pk, status=Status.LIVE, reminded_at=None)
    return unsaid.update(reminded_at=now) == 1
