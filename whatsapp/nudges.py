"""Wake a worker after a commit.

A nudge carries nothing: rows are the queue, and a tick finds what a lost nudge left.
"""

from __future__ import annotations

import logging
import threading
import time

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

DELIVER = "whatsapp.deliver"
PROCESS_WEBHOOKS = "whatsapp.process_webhooks"
FETCH_MEDIA = "whatsapp.fetch_media"
MARK_READ = "whatsapp.mark_read"
QUEUE_BROADCASTS = "whatsapp.queue_broadcasts"

PAUSE = 0.2  # seconds

logger = logging.getLogger(__name__)


def nudge(task: str) -> None:
    """Run `task` once soon after the surrounding transaction commits, however often this is called inside it."""
    connection = transaction.get_connection()
    if connection.in_atomic_block and any(getattr(entry[1], "task", "") == task for entry in connection.run_on_commit):
        return
    transaction.on_commit(_Send(task))


class _Send:
    """A callable with a name, so that a second nudge in the same transaction can recognise the first."""

    def __init__(self, task: str) -> None:
        self.task = task

    def __call__(self) -> None:
        try:
            current_app.send_task(self.task, retry=False, expires=60)
        except (OperationalError, OSError) as error:
            # The commit stands and the tick is near: a broker that is away must not fail what called us.
            logger.warning("could not nudge %s: %s", self.task, type(error).__name__)


class NudgeSoon:
    """At most one nudge each PAUSE from this process. What comes during the pause is nudged for when it ends.

    Hundreds of webhooks a second would otherwise cost a message to the broker and a run of the worker each, where one
    run takes all that is stored.
    """

    def __init__(self, task: str) -> None:
        self._send = _Send(task)
        self._lock = threading.Lock()
        self._next_at = 0.0
        self._promised = False

    def __call__(self) -> None:
        with self._lock:
            wait = self._next_at - time.monotonic()
            if wait <= 0:
                self._next_at = time.monotonic() + PAUSE
            elif not self._promised:
                self._promised = True
                timer = threading.Timer(wait, self._late)
                timer.daemon = True
                timer.start()
        if wait <= 0:
            self._send()

    def _late(self) -> None:
        with self._lock:
            self._promised = False
            self._next_at = time.monotonic() + PAUSE
        self._send()
