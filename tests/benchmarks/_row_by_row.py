"""The plain way to follow a status, as most integrations have it: a Celery task for each, which reads and saves rows.

`celery -A tests.benchmarks._row_by_row worker` runs it; only the benchmark does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bettermeals.celery import app

TASK = "bench.one_status"
MOMENTS = {"sent": "sent_at", "delivered": "delivered_at", "read": "read_at"}


@app.task(name=TASK)
def one_status(raw: dict[str, Any]) -> None:
    from whatsapp.models import Message, MessageStatusEvent

    message = Message.objects.get(wamid=raw["id"])
    at = datetime.fromtimestamp(int(raw["timestamp"]), UTC)
    MessageStatusEvent.objects.create(
        wamid=raw["id"], status=raw["status"], at=at, message=message, raw=raw, received_at=datetime.now(UTC)
    )
    if Message.TRANSITIONS.allowed(message.status, raw["status"]):
        message.status = raw["status"]
        setattr(message, MOMENTS[raw["status"]], at)
        message.save()
