"""What of a home's history holds words about people, and goes when theirs go: see whatsapp/retention.py.

Of the timeline stays that something of this kind happened to this home at this time, and by which message; of what
staff decided, that there was something to decide and who closed it. Charges, payments and refunds have rows of their
own, which stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from households.models import Engagement, OpsItem, Resident, TimelineEvent
from whatsapp import retention


def history(before: datetime) -> Iterator[tuple[QuerySet[Any], dict[str, Any]]]:
    """Rows older than `before`, of homes without an open case, with what stands there afterwards."""
    events = TimelineEvent.objects.filter(at__lt=before).exclude(text="", actor="", data={})
    yield _of_closed_cases(events), {"text": "", "actor": "", "data": {}}
    items = OpsItem.objects.filter(closed_at__lt=before).exclude(reason="", note="")
    yield _of_closed_cases(items), {"reason": "", "note": ""}


def _of_closed_cases(rows: QuerySet[Any]) -> QuerySet[Any]:
    for people in retention.held():
        rows = rows.exclude(household__in=Resident.objects.filter(contact__in=people).values("household"))
        rows = rows.exclude(household__in=Engagement.objects.filter(cook__contact__in=people).values("household"))
    return rows
