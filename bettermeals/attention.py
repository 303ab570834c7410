"""What needs a person now, across every room, and today and this week at a glance.

Each source is one query with a limit; a source whose rows the staff member may not view is left out, counts included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.http import HttpRequest
from django.urls import reverse

from bettermeals.lib.money import format_money
from bettermeals.navigation import changelist, may_view
from households.billing.models import Charge, ProviderEvent
from households.models import OpsItem
from mealplans.models import CookInstruction, InstructionStatus, PlanStatus, WeekPlan
from whatsapp import unknowns
from whatsapp.models import InboxItem, Incident, Message, WebhookAnomaly, WebhookDelivery

LIMIT = 100


@dataclass(frozen=True)
class Need:
    """One line of the queue: who, why in words, since when, until when, and where its action is."""

    kind: str
    who: str
    reason: str
    since: datetime
    due: datetime | None
    url: str
    act: str

    def overdue(self, now: datetime) -> bool:
        return self.due is not None and self.due < now


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


def _change_url(label: str, pk: Any) -> str:
    return reverse(f"admin:{label.lower().replace('.', '_')}_change", args=[pk])


def _ops_items() -> Iterator[Need]:
    rows = OpsItem.objects.filter(closed_at=None).select_related("household")[:LIMIT]
    for row in rows:
        who = row.household.name if row.household else "—"
        url = row.target_url or _change_url("households.OpsItem", row.pk)
        kind = row.kind.replace("_", " ").replace("-", " ")
        yield Need(kind, who, row.reason, row.opened_at, row.due_at, url, row.target_label or "Open")


def _parked() -> Iterator[Need]:
    rows = InboxItem.objects.filter(closed_at=None).select_related("contact", "message")
    for row in rows.order_by(F("due_at").asc(nulls_last=True), "opened_at")[:LIMIT]:
        text = row.message.text if row.message else row.reason
        who = str(row.contact)
        yield Need("message", who, text, row.opened_at, row.due_at, _change_url("whatsapp.InboxItem", row.pk), "Answer")


def _unknown_sends() -> Iterator[Need]:
    rows = unknowns.waiting_for_staff().select_related("contact").order_by("created_at")
    for row in rows[:LIMIT]:
        reason = f"The answer to “{row.purpose}” was lost: it may or may not have arrived. Resend it or leave it."
        who = str(row.contact)
        yield Need("unknown send", who, reason, row.created_at, None, _change_url("whatsapp.Message", row.pk), "Decide")


def _incidents() -> Iterator[Need]:
    for row in Incident.objects.filter(closed_at=None).order_by("opened_at")[:LIMIT]:
        reason = f"{row.detail} {row.fix}".strip()
        url = _change_url("whatsapp.Incident", row.pk)
        yield Need("incident", row.kind.replace("_", " "), reason, row.opened_at, None, url, "See the fix")


def _failed_webhooks(label: str, model: type[WebhookDelivery] | type[ProviderEvent]) -> Iterator[Need]:
    for row in model._default_manager.filter(status="failed").order_by("received_at")[:LIMIT]:
        reason = f"A stored webhook could not be processed: {row.error[:200]}"
        yield Need("webhook", "—", reason, row.received_at, None, _change_url(label, row.pk), "Replay")


def _anomalies() -> Iterator[Need]:
    rows = WebhookAnomaly.objects.filter(acknowledged_at=None).order_by("-last_seen")[:5]
    for row in rows:
        reason = f"{row.detail} ({row.count}×). Stored, not understood."
        url = _change_url("whatsapp.WebhookAnomaly", row.pk)
        yield Need("not understood", row.kind, reason, row.first_seen, None, url, "Look")


SOURCES: tuple[tuple[str, Callable[[], Iterator[Need]]], ...] = (
    ("households.OpsItem", _ops_items),
    ("whatsapp.InboxItem", _parked),
    ("whatsapp.Message", _unknown_sends),
    ("whatsapp.Incident", _incidents),
    ("whatsapp.WebhookDelivery", lambda: _failed_webhooks("whatsapp.WebhookDelivery", WebhookDelivery)),
    ("billing.ProviderEvent", lambda: _failed_webhooks("billing.ProviderEvent", ProviderEvent)),
    ("whatsapp.WebhookAnomaly", _anomalies),
)


def attention(request: HttpRequest, now: datetime) -> list[Need]:
    """Overdue first, then by due time, then by age."""
    needs = [need for label, source in SOURCES if may_view(request, label) for need in source()]
    far = now + timedelta(days=365)
    return sorted(needs, key=lambda need: (need.due or far, need.since))


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
        ("Open", format_money(sums["open"] or 0), "warn"),
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
