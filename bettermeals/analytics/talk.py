"""What became of the messages: by template and language, why they failed, and what Meta charges."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from bettermeals.analytics.tables import Period, Share, Table
from whatsapp import rates, rates_said
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


def costs(period: Period) -> Table:
    """Templates that Meta charged for by its own word in the status; a forecast for those it said nothing about."""
    rows = sent(period).exclude(template_name="").exclude(status="failed").annotate(week=TruncWeek("created_at"))
    said: dict[tuple[date, str], Counter[str]] = defaultdict(Counter)
    priced: dict[tuple[date, str], list[rates.Sent]] = defaultdict(list)
    columns = ("week", "category", "pricing", "contact__wa_id", "contact__bsuid", "created_at")
    for week, category, pricing, wa_id, bsuid, at in rows.values_list(*columns):
        charged = str(pricing.get("category") or category).upper()
        key = (timezone.localtime(week).date(), charged)
        said[key][_word(pricing)] += 1
        if pricing.get("billable", True):
            priced[key].append(rates.Sent(wa_id or bsuid or "", charged, timezone.localtime(at).date()))
    card = rates.Card()
    return Table(
        key="costs",
        title="What the messages cost",
        note="Billable or free is Meta's word in each status; the amount is by our rates of that day. Meta bills.",
        columns=[
            "Week from",
            "Category",
            "Billable",
            "Free",
            "Not told yet",
            "By the rate card",
            "Without a rate",
        ],
        rows=[
            _cost_row(key, said[key], rates.forecast(priced[key], card))
            for key in sorted(said, key=lambda key: (-key[0].toordinal(), key[1]))
        ],
        empty="No template was sent in this time.",
    )


def _word(pricing: dict[str, Any]) -> str:
    return {True: "billable", False: "free"}.get(pricing.get("billable"), "untold")  # type: ignore[arg-type]


def _cost_row(key: tuple[date, str], said: Counter[str], cost: rates.Forecast) -> list[Any]:
    words = (rates_said.money(cost.amounts) or "—", rates_said.without(cost.without) or "—")
    return [*key, said["billable"], said["free"], said["untold"], *words]
