"""A day's books against the provider's: link by link by our own reference, then its list of the day's payments.

Empty when all is right. The second look finds what the first cannot: money under a link that we hold to be quiet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from bettermeals.lib.money import format_money
from households.billing import ledger
from households.billing.models import Charge, Payment, PaymentLink, Refund
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
    span = span_of(day)
    links = PaymentLink.objects.select_related("charge__household").filter(
        Q(created_at__range=span) | Q(closed_at__range=span) | Q(payments__captured_at__range=span)
    )
    charges = Charge.objects.select_related("household").filter(
        Q(created_at__range=span) | Q(payments__recorded_at__range=span) | Q(refunds__created_at__range=span)
    )
    found = [sentence for link in links.distinct().order_by("pk") for sentence in _link(link)]
    found += list(_unknown_payments(span, already=" ".join(found)))
    found += [f"{charge}: {wrong}" for charge in charges.distinct().order_by("pk") for wrong in ledger.prove(charge)]
    found += [f"posting {key} does not add up" for key in ledger.uneven_postings()]
    return found + list(_stuck_refunds(span))


def span_of(day: date) -> tuple[datetime, datetime]:
    """The day by the office's clock, its last microsecond included."""
    start = timezone.make_aware(datetime.combine(day, time()))
    return start, start + timedelta(days=1) - timedelta(microseconds=1)


def _unknown_payments(span: tuple[datetime, datetime], already: str) -> Iterator[str]:
    """What the provider took that day and we never counted. `already`: what is said, to say nothing twice."""
    provider = named(settings.PAYMENTS_PROVIDER)
    try:
        theirs = provider.captured_between(*span)
    except ProviderError as error:
        yield f"the list of the day's payments: not compared: {error}"
        return
    ids = [paid.provider_payment_id for paid in theirs]
    ours = Payment.objects.filter(provider=provider.name, provider_payment_id__in=ids)
    counted = set(ours.values_list("provider_payment_id", flat=True))
    for paid in sorted(theirs, key=lambda paid: (paid.captured_at, paid.provider_payment_id)):
        if paid.provider_payment_id not in counted and paid.provider_payment_id not in already:
            money = format_money(paid.amount_paise, paid.currency)
            yield (
                f"payment {paid.provider_payment_id} of {money} is at the provider and not here; "
                "run the poll, and if it stays, find out in the dashboard which system it belongs to"
            )


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
