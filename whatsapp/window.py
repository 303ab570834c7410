"""The customer service window: free text may be sent for 24 hours after the person's last message. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

WINDOW = timedelta(hours=24)
# Ours closes a minute early: a message queued in the last seconds must not arrive at Meta after theirs has closed.
MARGIN = timedelta(minutes=1)


def closes_at(last_inbound_at: datetime) -> datetime:
    return last_inbound_at + WINDOW - MARGIN


def is_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    return last_inbound_at is not None and now < closes_at(last_inbound_at)


def remaining(last_inbound_at: datetime | None, now: datetime) -> timedelta:
    """How long free text may still be sent; zero when the window is closed."""
    if last_inbound_at is None:
        return timedelta(0)
    return max(timedelta(0), closes_at(last_inbound_at) - now)
