"""A day's books against the provider's, link by link, by our own reference: empty when all is right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from bettermeals.lib.money import format_money
from households.billing import ledger
from households.billing.models import Charge, PaymentLink, Refund
from households.billing.provider import LinkState, ProviderError, State
from households.billing.providers import named

Status = PaymentLink.Status

# What the provider must say for each of our states; a link being made or withdrawn is judged once that is done.
EXPECTED: dict[str, set[State | None]] = {
    Status.LIVE: {State.OPEN},
    Status.PAID: {State.PAID},
    Status.CANCELLED: {State.CANCELLED, None},
    Status.EXPIRED: {State.EXPIRED},
    Status.FAILED: {None},
    Status.CREATING: {None, State.OPEN},
    Status.CANCELLING: {*State},
}


def differences(day: date) -> list[str]:
    """Sentences about everything of that day (by the office's clock) that does not agree; each says what to do."""
    start = timezone.make_aware(datetime.combine(day, time()))
    span = (start, start + timedelta(days=1) - timedelta(microseconds=1))
    links = PaymentLink.objects.select_related("charge__household").filter(
        Q(created_at__range=span) | Q(closed_at__range=span) | Q(payments__captured_at__range=span)
    )
    charges = Charge.objects.select_related("household").filter(
        Q(created_at__range=span) | Q(payments__recorded_at__range=span) | Q(refunds__created_at__range=span)
    )
    found = [sentence for link in links.distinct().order_by("pk") for sentence in _link(link)]
    found += [f"{charge}: {wrong}" for charge in charges.distinct().order_by("pk") for wrong in ledger.prove(charge)]
    found += [f"posting {key} does not add up" for key in ledger.uneven_postings()]
    return found + list(_stuck_refunds(span))


def _link(link: PaymentLink) -> Iterator[str]:
    if link.provider == "manual":
        return
    name = f"{link.reference} ({link.charge})"
    try:
        theirs = named(link.provider).find(link.reference)
    except ProviderError as error:
        yield f"{name}: not compared: {error}"
        return
    state = theirs.state if theirs else None
    if state not in EXPECTED[link.status]:
        said = state or "there is none"
        yield f"{name}: ours is {link.status}, the provider says {said}; run the poll, then look again"
    if theirs is not None:
        yield from _money(link, theirs, name)


def _money(link: PaymentLink, theirs: LinkState, name: str) -> Iterator[str]:
    if (theirs.amount_paise, theirs.currency) != (link.amount_paise, link.currency):
        yield f"{name}: ours asks for {link.amount_paise} {link.currency}, theirs for another amount"
    here = dict(link.payments.values_list("provider_payment_id", "amount_paise"))
    there = {paid.provider_payment_id: paid.amount_paise for paid in theirs.payments}
    for payment_id in sorted(here.keys() | there.keys()):
        if here.get(payment_id) == there.get(payment_id):
            continue
        ours, other = (format_money(side.get(payment_id, 0), link.currency) for side in (here, there))
        yield f"{name}: payment {payment_id} is {ours} here and {other} there; process its event or run the poll"


def _stuck_refunds(span: tuple[datetime, datetime]) -> Iterator[str]:
    """Accepted refunds take days at the bank; one that was never accepted within its day has been forgotten."""
    stuck = Refund.objects.filter(created_at__range=span, status=Refund.Status.REQUESTED).select_related(
        "charge__household"
    )
    for refund in stuck.order_by("pk"):
        money = format_money(refund.amount_paise, refund.charge.currency)
        yield f"refund of {money} on {refund.charge} was never accepted: {refund.error or 'not sent yet'}"
