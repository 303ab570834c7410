"""What happened to a template, line by line, and how it does: written where Meta's word arrives, read on its page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from whatsapp.models import Account, Message, MessageTemplate, TemplateEvent

USED_WITHIN = timedelta(days=30)


def tell(account: Account, name: str, language: str, what: str, now: datetime, by: Any = None) -> TemplateEvent:
    return TemplateEvent.objects.create(account=account, name=name, language=language, what=what[:300], by=by, at=now)


def tell_changes(row: MessageTemplate, before: dict[str, str], now: datetime) -> None:
    """A line for each of status, category and quality that differs from `before`."""
    for field in ("status", "category", "quality"):
        was, is_now = before.get(field, ""), getattr(row, field)
        if is_now and was != is_now:
            why = f": {row.rejected_reason}" if field == "status" and row.rejected_reason else ""
            came = f"{was.lower()} → " if was else ""
            tell(row.account, row.name, row.language, f"{field}: {came}{is_now.lower()}{why}", now)


def usage(row: MessageTemplate, now: datetime) -> dict[str, int]:
    """How its messages of the last 30 days fared. Cumulative: what was read was delivered."""
    sent = Message.objects.filter(
        template_name=row.name, language=row.language, created_at__gte=now - USED_WITHIN, direction="out"
    )
    return sent.aggregate(
        queued=Count("pk"),
        accepted=Count("pk", filter=Q(status__in=["accepted", "sent", "delivered", "read"])),
        delivered=Count("pk", filter=Q(status__in=["delivered", "read"])),
        read=Count("pk", filter=Q(status="read")),
        failed=Count("pk", filter=Q(status="failed")),
    )
