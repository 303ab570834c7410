"""What became of the messages: by template and language, and why they failed."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bettermeals.analytics.charts import MOST_DRAWN, Bar, Chart, bars
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
    found = [
        [name, language, whole, Share(got, whole), Share(read, whole), Share(failed, whole)]
        for name, language, whole, got, read, failed in sorted(rows, key=lambda row: (-row[2], row[0], row[1]))
    ]
    return Table(
        key="templates",
        title="Templates by language",
        note="Delivered includes read. People may switch read receipts off: “read” is the least it was.",
        columns=["Template", "Language", "Sent", "Delivered", "Read", "Failed"],
        rows=found,
        empty="No template was sent in this time.",
        chart=_rates_drawn(found),
    )


def _rates_drawn(rows: list[list[Any]]) -> Chart | None:
    drawn = [
        Bar(f"{name} · {language}", f"{got.percent} % · {read.percent} %", [got.part, read.part])
        for name, language, _whole, got, read, _failed in rows[:MOST_DRAWN]
    ]
    title = _("Delivered and read, of what was sent; the most sent first")
    return bars(title, drawn, [_("Delivered"), _("Read")])


def failures(period: Period) -> Table:
    failed = sent(period).filter(watched="failed")  # a status of few, which has an index
    found = sorted(failed.values_list("error_code", "error_class").annotate(n=Count("pk")), key=lambda row: -row[2])
    whole = sum(count for *_reason, count in found)
    rows = [[code or "—", kind or "—", Share(n, whole), _fix(code)] for code, kind, n in found]
    return Table(
        key="failures",
        title="Why messages failed",
        note="Meta's code, what it means, and what helps.",
        columns=["Code", "Kind", "Messages", "What helps"],
        rows=rows,
        empty="Nothing failed in this time.",
        chart=_failures_drawn(rows),
    )


def _failures_drawn(rows: list[list[Any]]) -> Chart | None:
    drawn = [Bar(f"{code} · {kind}", str(share), [share.part]) for code, kind, share, _helps in rows[:MOST_DRAWN]]
    return bars(_("Messages that failed, by reason"), drawn)


def _fix(code: int | None) -> str:
    return lookup(code).fix if code is not None else "Look at the message: no code came with it."
