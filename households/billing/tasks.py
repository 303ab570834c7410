"""Thin tasks: each only nudges one act, may run twice, and finds its work in the database."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from bettermeals.lib import clock


@shared_task(name="billing.create_links")
def create_links(**_: Any) -> None:
    from households.billing import links

    links.create_links(clock.now())


@shared_task(name="billing.process_events")
def process_events(**_: Any) -> None:
    from households.billing import settle

    settle.process_events(clock.now())


@shared_task(name="billing.poll_links")
def poll_links(**_: Any) -> None:
    from households.billing import polling

    polling.poll_open_links(clock.now())


@shared_task(name="billing.expire_links")
def expire_links(**_: Any) -> None:
    from households.billing import polling

    polling.expire_links(clock.now())


@shared_task(name="billing.send_refunds")
def send_refunds(**_: Any) -> None:
    from households.billing import refunds

    refunds.send_refunds(clock.now())
