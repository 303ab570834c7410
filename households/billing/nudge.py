"""Wake a worker after the commit. Rows are the queue: when the broker is away, the next tick finds the same work."""

from __future__ import annotations

from celery import current_app
from django.db import transaction


def nudge(task: str) -> None:
    """Send `task` once this transaction has committed. A broker that is down must not fail what is already done."""

    def send() -> None:  # not a partial: Django names the callback when it logs its failure, and a partial has no name
        current_app.send_task(task, retry=False)

    transaction.on_commit(send, robust=True)
