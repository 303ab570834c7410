"""Thin doors for the worker. Each may run twice, and each at the same time as itself: the rows decide.

`**_` lets an old worker take a nudge of a newer deployment, which may carry more.
"""

from __future__ import annotations

from typing import Any

from celery import shared_task

from bettermeals.lib import clock
from whatsapp import (
    delivery,
    health,
    idle_threads,
    media,
    purging,
    read_receipts,
    receiving,
    template_sync,
    unknowns,
    uploading,
)
from whatsapp.broadcasts import sending as broadcasting


@shared_task(name="whatsapp.deliver")
def deliver(**_: Any) -> None:
    delivery.deliver_due(clock.now())


@shared_task(name="whatsapp.process_webhooks")
def process_webhooks(**_: Any) -> None:
    receiving.process_pending(clock.now())


@shared_task(name="whatsapp.sweep")
def sweep(**_: Any) -> None:
    """What a dead process, a lost nudge, a passed deadline or a colleague who went home left behind."""
    unknowns.sweep(clock.now())
    media.fetch_due(clock.now())
    uploading.renew_due(clock.now())
    read_receipts.send_due(clock.now())
    idle_threads.give_back(clock.now())


@shared_task(name="whatsapp.fetch_media")
def fetch_media(**_: Any) -> None:
    media.fetch_due(clock.now())


@shared_task(name="whatsapp.queue_broadcasts")
def queue_broadcasts(**_: Any) -> None:
    broadcasting.queue_due(clock.now())


@shared_task(name="whatsapp.mark_read")
def mark_read(**_: Any) -> None:
    read_receipts.send_due(clock.now())


@shared_task(name="whatsapp.sync_templates")
def sync_templates(**_: Any) -> None:
    template_sync.sync_all(clock.now())


@shared_task(name="whatsapp.check_health")
def check_health(**_: Any) -> None:
    health.check_all(clock.now())


@shared_task(name="whatsapp.purge")
def purge(**_: Any) -> None:
    purging.purge(clock.now())
    uploading.forget_old(clock.now())
