"""The household-week timeline: one line per thing that happened, with its cause, written once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from households.models import Household, TimelineEvent


def week_of(day: date) -> date:
    """The Monday of the week that `day` is in."""
    return day - timedelta(days=day.weekday())


def record(
    household: Household,
    kind: str,
    text: str,
    *,
    now: datetime,
    week_start: date | None = None,
    actor: str = "",
    message: Any = None,
    **data: Any,
) -> TimelineEvent:
    """Write what happened, inside the transaction that made it happen.

    `text` is a sentence for staff; `actor` names the person (empty: the system by itself); `message` is the WhatsApp
    message that caused it or was caused by it; `data` is kept as JSON.
    """
    return TimelineEvent.objects.create(
        household=household,
        kind=kind,
        text=text,
        at=now,
        week_start=week_start,
        actor=actor,
        message=message,
        data=data,
    )
