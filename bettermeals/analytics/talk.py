"""What became of the messages: by template and language, and why they failed."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from bettermeals.analytics.tables import Period, Share, Table
from whatsapp.errors import lookup
from whatsapp.models import Message

LEFT = ("accepted", "sent", "delivered", "read", "failed")


def sent(period: Period) -> QuerySet[Message]:
    since = timezone.make_aware(datetime.combine(period.first, time()))
    return Message.objects.filter(direction="out", created_at__gte=since, status__in=LEFT).order_by()


def templates(period: Period) -> Table:
    rows = (
        sent(period)
        .exclude(template_name="")
        .values_list("template_name", "language")
        .annotate(
            sent=Count("pk"),
            delivered=Count("pk", filter=Q(status__in=("delivered", "read"))),
            read=Count("pk", filter=Q(status="read")),
            failed=Count("pk", filter=Q(status="failed")),
        )
    )
    return Table(
        key="templates",
        title="Templates by language",
        note="Delivered includes read. People may switch read receipts off: “read” is the least it was.",
        columns=["Template", "Language", "Sent", "Delivered", "Read", "Failed"],
        rows=[
            [name, language, whole, Share(got, whole), Share(read, whole), Share(failed, whole)]
            for name, language, whole, got, read, failed in sorted(rows, key=lambda row: (-row[2], row[0], row[1]))
        ],
        empty="No template was sent in this time.",
    )


def failures(period: Period) -> Table:
    failed = sent(period).filter(status="failed").values_list("error_code", "error_class").annotate(n=Count("pk"))
    found = sorted(failed, key=lambda row: -row[2])
    whole = sum(count for _, _, count in found)
    return Table(
        key="failures",
        title="Why messages failed",
        note="Meta's code, what it means, and what helps.",
        columns=["Code", "Kind", "Messages", "What helps"],
        rows=[[code or "—", kind or "—", Share(n, whole), _fix(code)] for code, kind, n in found],
        empty="Nothing failed in this time.",
    )


def _fix(code: int | None) -> str:
    return lookup(code).fix if code is not None else "Look at the message: no code came with it."
