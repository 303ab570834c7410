"""Thin tasks: each nudges one act and may run twice."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from bettermeals.lib import clock


@shared_task(name="households.tick")
def tick(**_: Any) -> None:
    """Pauses that are over; people whose WhatsApp identity was found to be another row."""
    from households import identity, pausing

    now = clock.now()
    pausing.resume_due(now)
    identity.follow_merges(now)
