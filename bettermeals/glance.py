"""Today and this week at a glance: four figures with their parts, above the queue of the home page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest

from bettermeals.lib.money import format_money
from bettermeals.navigation import changelist
from bettermeals.roles import may_view
from households.billing.models import Charge
from mealplans.models import CookInstruction, InstructionStatus, PlanStatus, WeekPlan
from whatsapp.models import Message


@dataclass(frozen=True)
class Tile:
    """One figure at a glance, split into parts: (label, count, tone)."""

    title: str
    url: str
    parts: list[tuple[str, Any, str]]

    @property
    def total(self) -> int:
        return sum(count for _, count, _ in self.parts if isinstance(count, int))

    @property
    def bars(self) -> list[tuple[str, Any, str, int]]:
        """The parts with their share in percent, for a bar that is drawn by CSS."""
        return [(label, n, tone, round(100 * n / self.total)) for label, n, tone in self.parts if self.total and n]


def _plans(now: datetime) -> Tile:
    monday = now.date() - timedelta(days=now.weekday())
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
    rows = CookInstruction.objects.filter(date__gte=now.date(), date__lte=now.date() + timedelta(days=1))
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


def _money(now: datetime) -> Tile:
    sums = Charge.objects.filter(created_at__gte=now - timedelta(days=7)).aggregate(
        settled=Sum("amount_paise", filter=Q(status="settled")), open=Sum("amount_paise", filter=Q(status="open"))
    )
    parts = [
        ("Paid", format_money(sums["settled"] or 0), "good"),
        ("Unpaid", format_money(sums["open"] or 0), "warn"),
    ]
    return Tile("Money, last 7 days", changelist("billing.Charge"), parts)


TILES: tuple[tuple[str, Callable[[datetime], Tile]], ...] = (
    ("mealplans.WeekPlan", _plans),
    ("whatsapp.Message", _messages),
    ("mealplans.CookInstruction", _cooks),
    ("billing.Charge", _money),
)


def glance(request: HttpRequest, now: datetime) -> list[Tile]:
    return [tile(now) for label, tile in TILES if may_view(request, label)]
