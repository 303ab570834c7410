"""Stored webhooks of a span of time, processed once more: what that would touch, and how far it is.

The act itself is `receiving.replay_since`, the same for the page and for `manage.py replay`. Effects are keyed, so what
was done already is recognised; a webhook whose raw body was removed (`retention.py`) cannot come again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, QuerySet

from whatsapp import receiving
from whatsapp.models import WebhookDelivery
from whatsapp.nudges import PROCESS_WEBHOOKS, nudge

S = WebhookDelivery.Status


@dataclass(frozen=True)
class Span:
    """`until` is excluded; None is now."""

    since: datetime
    until: datetime | None = None
    only_failed: bool = False

    def rows(self) -> QuerySet[WebhookDelivery]:
        rows = WebhookDelivery.objects.filter(received_at__gte=self.since)
        return rows.filter(received_at__lt=self.until) if self.until else rows


@dataclass(frozen=True)
class Standing:
    """The webhooks of a span by what became of them."""

    waiting: int
    processed: int
    failed: int

    @property
    def total(self) -> int:
        return self.waiting + self.processed + self.failed

    def to_replay(self, span: Span) -> int:
        return self.failed if span.only_failed else self.failed + self.processed


def standing(span: Span) -> Standing:
    counted = span.rows().order_by().values_list("status").annotate(Count("pk"))
    by = {str(status): count for status, count in counted}
    return Standing(by.get(S.RECEIVED, 0) + by.get(S.PROCESSING, 0), by.get(S.PROCESSED, 0), by.get(S.FAILED, 0))


def again(span: Span) -> int:
    """Mark them and wake a worker. Returns how many; those that wait already are not counted."""
    count = receiving.replay_since(span.since, span.until, only_failed=span.only_failed)
    if count:
        nudge(PROCESS_WEBHOOKS)
    return count
