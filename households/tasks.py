"""Thin tasks: each nudges one act and may run twice."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from bettermeals.lib import clock


@shared_task(name="households.tick")
def tick(**_: Any) -> None:
    """Pauses that are over; people whose WhatsApp identity was found to be another row; erasures to go on with."""
    from households import erasing, identity, pausing

    now = clock.now()
    pausing.resume_due(now)
    identity.follow_merges(now)
    erasing.carry_on(now)


@shared_task(name="households.erase")
def erase(**_: Any) -> None:
    """Somebody is to be erased, and there is much of them."""
    from households import erasing

    erasing.carry_on(clock.now())
