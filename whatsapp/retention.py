"""How long what is kept, and what is due to go. Reads only; `purging.py` acts.

Raw webhooks go first: what they said stands in rows. The words and files of a message go later; its ledger stays for
ever: who, when, template, status, attempts, price, consent, payment. Nothing goes that is unfinished (a webhook that
failed, a message that may still be sent, one nobody has handled), that proves a consent, or that an open case may ask
for: an incident of the account, a thread that waits for staff, a person kept for a dispute, or whom an app above holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, Min, Model, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string

from whatsapp.models import (
    BroadcastRecipient,
    ConsentEvent,
    Contact,
    InboxItem,
    Incident,
    Message,
    ThreadNote,
    WebhookAnomaly,
    WebhookDelivery,
)

# What led to an incident came before it was noticed.
BEFORE_AN_INCIDENT = timedelta(days=7)
Row = TypeVar("Row", bound=Model)
ENDED = ("accepted", "sent", "delivered", "read", "failed", "cancelled", "received")


@dataclass(frozen=True)
class Periods:
    """None keeps for ever."""

    webhooks: timedelta | None
    messages: timedelta | None


def periods() -> Periods:
    return Periods(_days(settings.WEBHOOKS_KEPT_DAYS), _days(settings.MESSAGES_KEPT_DAYS))


def _days(count: int) -> timedelta | None:
    return timedelta(days=count) if count else None


def webhooks_over(now: datetime) -> QuerySet[WebhookDelivery]:
    """Those whose time is over, held back or not."""
    kept = periods().webhooks
    rows = WebhookDelivery.objects.all()
    return rows.filter(received_at__lt=now - kept) if kept else rows.none()


def webhooks_due(now: datetime) -> QuerySet[WebhookDelivery]:
    unread = WebhookAnomaly.objects.filter(delivery=OuterRef("pk"), acknowledged_at=None)
    rows = webhooks_over(now).filter(status=WebhookDelivery.Status.PROCESSED)
    return rows.exclude(_of_open_incidents("account", "received_at")).exclude(Exists(unread))


def samples_due(now: datetime) -> QuerySet[WebhookAnomaly]:
    """Examples of what was not understood hold people's words as the bodies do; the counts stay."""
    kept = periods().webhooks
    looked_at = WebhookAnomaly.objects.filter(acknowledged_at__isnull=False).exclude(sample={})
    return looked_at.filter(last_seen__lt=now - kept) if kept else looked_at.none()


def messages_over(now: datetime) -> QuerySet[Message]:
    kept = periods().messages
    rows = Message.objects.filter(erased_at=None)
    return rows.filter(created_at__lt=now - kept) if kept else rows.none()


def messages_due(now: datetime) -> QuerySet[Message]:
    proof = ConsentEvent.objects.filter(message=OuterRef("pk"))
    rows = messages_over(now).filter(status__in=ENDED)
    rows = rows.exclude(direction=Message.Direction.IN, handled_at=None).exclude(Exists(proof))
    return _of_closed_cases(rows.exclude(_of_open_incidents("phone_number__account", "created_at")))


def _of_closed_cases(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Without people who wait for staff, are kept for a dispute, or are held by an app above."""
    for people in held():
        rows = rows.exclude(contact__in=people)
    return rows


def held() -> Iterator[QuerySet[Any]]:
    """People of an open case, as querysets of contact ids."""
    yield Contact.objects.filter(kept_since__isnull=False).values("pk")
    yield InboxItem.objects.filter(closed_at=None).values("contact")
    yield from holds()


def beside(now: datetime) -> Iterator[tuple[QuerySet[Any], dict[str, Any]]]:
    """What else holds words about people as messages do, and goes when theirs go: staff's notes, why a thread waited,
    what a bulk send said to one person alone, and what the apps above name in settings.RETENTION_BESIDE. With what
    stands there afterwards; that there was one stays."""
    kept = periods().messages
    if kept is None:
        return
    before = now - kept
    notes = ThreadNote.objects.filter(at__lt=before).exclude(text="")
    items = InboxItem.objects.filter(closed_at__lt=before).exclude(reason="", note="")
    values = BroadcastRecipient.objects.filter(broadcast__created_at__lt=before)
    values = values.filter(broadcast__status__in=("sent", "cancelled")).exclude(values={}, excluded_reason="")
    yield _of_closed_cases(notes), {"text": ""}
    yield _of_closed_cases(items), {"reason": "", "note": ""}
    yield _of_closed_cases(values), {"values": {}, "excluded_reason": ""}
    for ask in _load(settings.RETENTION_BESIDE):
        yield from ask(before)


def _of_open_incidents(account: str, moment: str) -> Q:
    """Rows of accounts with an open incident, from a while before the oldest of them."""
    first = Incident.objects.filter(closed_at=None).order_by().values_list("account").annotate(Min("opened_at"))
    found = Q(pk__in=[])
    for pk, opened_at in first:
        found |= Q(**{account: pk, f"{moment}__gte": opened_at - BEFORE_AN_INCIDENT})
    return found


@cache
def _load(path: str) -> tuple[Callable[..., Any], ...]:
    return tuple(import_string(path)) if path else ()


def holds() -> Iterator[QuerySet[Any]]:
    """People whom the apps above hold, as querysets of contact ids: settings.RETENTION_HOLDS."""
    return (ask() for ask in _load(settings.RETENTION_HOLDS))
