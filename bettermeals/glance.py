"""Today and this week at a glance: four figures with their parts, above the queue of the home page."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest
from django.utils import timezone

from bettermeals.lib.money import format_money
from bettermeals.navigation import changelist
from bettermeals.roles import may_view
from households.billing.models import Charge
from mealplans.models import CookInstruction, InstructionStatus, PlanStatus, WeekPlan
from whatsapp.models import Message


@dataclass(frozen=True)
class Tile:
    """One figure at a glance, split into parts: (label, count or money in words, tone).

    `drawn`: the bars of its chart, (share, tone) each; one without them draws its counts.
    """

    title: str
    url: str
    parts: list[tuple[str, Any, str]]
    drawn: Sequence[tuple[int, str]] = ()

    @property
    def bars(self) -> list[tuple[int, str]]:
        shares = self.drawn or [(n, tone) for _, n, tone in self.parts if isinstance(n, int)]
        return [(share, tone) for share, tone in shares if share]


def today(now: datetime) -> date:
    """The office's day: in India Monday begins while it is Sunday in UTC."""
    return timezone.localtime(now).date()


def _plans(now: datetime) -> Tile:
    monday = today(now) - timedelta(days=today(now).weekday())
    rows = WeekPlan.objects.filter(week_start__gte=monday).exclude(status=PlanStatus.CANCELLED)
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    tones = {"confirmed": "good", "completed": "good", "failed": "bad", "awaiting_payment": "warn", "proposed": "info"}
    parts = [(str(s.label), counts.get(s.value, 0), tones.get(s.value, "info")) for s in PlanStatus]
    return Tile("Week plans", changelist("mealplans.WeekPlan"), parts)


def _messages(now: datetime) -> Tile:
    rows = Message.objects.filter(direction="out", created_at__gte=now - timedelta(hours=24))
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    waiting = sum(counts.get(status, 0) for status in ("queued", "sending", "accepted"))
    bad = sum(counts.get(status, 0) for status in ("failed", "unknown"))
    parts = [
        ("Read", counts.get("read", 0), "good"),
        ("Delivered", counts.get("delivered", 0), "good"),
        ("Sent", counts.get("sent", 0), "info"),
        ("Waiting", waiting, "warn"),
        ("Failed or unknown", bad, "bad"),
    ]
    return Tile("Messages, last 24 h", changelist("whatsapp.Message"), parts)


def _cooks(now: datetime) -> Tile:
    rows = CookInstruction.objects.filter(date__range=(today(now), today(now) + timedelta(days=1)))
    counts = dict(rows.order_by().values_list("status").annotate(Count("pk")))
    good = counts.get(InstructionStatus.ACKNOWLEDGED, 0) + counts.get(InstructionStatus.DONE, 0)
    silent = counts.get(InstructionStatus.OVERDUE, 0) + counts.get(InstructionStatus.ESCALATED, 0)
    parts = [
        ("Acknowledged", good, "good"),
        ("Asked", counts.get(InstructionStatus.SENT, 0), "info"),
        ("Silent", silent, "bad"),
        ("Scheduled", counts.get(InstructionStatus.DUE, 0), "warn"),
    ]
    return Tile("Cooks, today and tomorrow", changelist("mealplans.CookInstruction"), parts)


PAID, UNPAID = "settled", "open"


def _money(now: datetime) -> Tile:
    """Each currency by itself, the most charged first; only that one is drawn."""
    rows = Charge.objects.filter(created_at__gte=now - timedelta(days=7), status__in=(PAID, UNPAID))
    summed = rows.order_by().values_list("currency", "status").annotate(Sum("amount_paise"))
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for currency, status, paise in summed:
        sums[currency][status] += paise
    ranked = sorted(sums.items(), key=lambda of: (-of[1].total(), of[0]))
    parts = [("Paid", _in_words(ranked, PAID), "good"), ("Unpaid", _in_words(ranked, UNPAID), "warn")]
    drawn = [(of[PAID], "good") for _, of in ranked[:1]] + [(of[UNPAID], "warn") for _, of in ranked[:1]]
    return Tile("Money, last 7 days", changelist("billing.Charge"), parts, drawn)


def _in_words(ranked: Sequence[tuple[str, Counter[str]]], status: str) -> str:
    return " · ".join(format_money(of[status], currency) for currency, of in ranked if of[status])


TILES: tuple[tuple[str, Callable[[datetime], Tile]], ...] = (
    ("mealplans.WeekPlan", _plans),
    ("whatsapp.Message", _messages),
    ("mealplans.CookInstruction", _cooks),
    ("billing.Charge", _money),
)


def glance(request: HttpRequest, now: datetime) -> list[Tile]:
    return [tile(now) for label, tile in TILES if may_view(request, label)]
