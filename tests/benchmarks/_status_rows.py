"""Accepted messages and the statuses that Meta sends about them; runs in the processes of the `statuses` benchmark."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from celery import current_app
from django.db.models import Max, Min

from tests.benchmarks._row_by_row import TASK
from whatsapp.accounts import ensure_default_account
from whatsapp.models import Contact, Message, MessageStatusEvent, PhoneNumber, SendAttempt, WebhookDelivery
from whatsapp.receiving import process_pending

NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)
STATUSES = ("sent", "delivered", "read")


def fill(messages: int, per_body: int = 0) -> None:
    """`messages` accepted ones and, with `per_body`, three statuses of each as stored webhooks."""
    account = ensure_default_account()
    number = PhoneNumber.objects.get(account=account)
    people = [Contact(account=account, phone=f"+9198{10_000_000 + n}") for n in range(messages)]
    Contact.objects.bulk_create(people, 1000)
    rows = [_message(person, number, n) for n, person in enumerate(people)]
    Message.objects.bulk_create(rows, 1000)
    attempts = [
        SendAttempt(message=row, started_at=NOW, finished_at=NOW, outcome="accepted", wamid=row.wamid) for row in rows
    ]
    SendAttempt.objects.bulk_create(attempts, 1000)
    if per_body:
        entries = list(_entries(attempts))
        bodies = [entries[at : at + per_body] for at in range(0, len(entries), per_body)]
        WebhookDelivery.objects.bulk_create([_delivery(account, number, body) for body in bodies], 1000)


def _message(person: Contact, number: PhoneNumber, n: int) -> Message:
    payload = {"messaging_product": "whatsapp", "type": "text", "text": {"body": f"Dinner today: rajma chawal {n}"}}
    return Message(
        contact=person, phone_number=number, direction="out", type="text", status="accepted", payload=payload,
        wamid=f"wamid.{uuid4().hex}", created_at=NOW, not_before=NOW, attempt_count=1,
    )  # fmt: skip


def _entries(attempts: list[SendAttempt]) -> Iterator[dict[str, Any]]:
    """As they come: each message's statuses in order, the messages interleaved."""
    for step, name in enumerate(STATUSES, start=1):
        for attempt in attempts:
            yield {
                "id": attempt.wamid,
                "status": name,
                "timestamp": str(int((NOW + timedelta(seconds=step)).timestamp())),
                "recipient_id": attempt.message.contact.phone.removeprefix("+"),
                "biz_opaque_callback_data": str(attempt.pk),
                "conversation": {"id": "6f4dfb3a1c6b2d1e0f", "origin": {"type": "utility"}},
                "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"},
            }


def _delivery(account: Any, number: PhoneNumber, entries: list[dict[str, Any]]) -> WebhookDelivery:
    metadata = {"display_phone_number": "918047182000", "phone_number_id": number.phone_number_id}
    value = {"messaging_product": "whatsapp", "metadata": metadata, "statuses": entries}
    entry = [{"id": account.waba_id, "changes": [{"field": "messages", "value": value}]}]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entry}).encode()
    sha256 = hashlib.sha256(body).hexdigest()
    return WebhookDelivery(account=account, received_at=NOW, body=body, body_sha256=sha256)


def drain(start_at: float) -> None:
    """Process all that is stored, from this moment of the machine's clock on; prints when it began and ended."""
    WebhookDelivery.objects.count()  # connected before the clock starts
    time.sleep(max(0.0, start_at - time.time()))
    began, cpu = time.time(), time.process_time()
    while process_pending(NOW):
        continue
    print(json.dumps({"began": began, "ended": time.time(), "cpu": time.process_time() - cpu}))


def publish(messages: int) -> None:
    """One task for each status of `messages` new messages."""
    before = Message.objects.count()
    fill(messages)
    attempts = list(SendAttempt.objects.select_related("message__contact").order_by("message_id")[before:])
    for entry in _entries(attempts):
        current_app.send_task(TASK, [entry])


def row_by_row() -> None:
    """Prints how many statuses the tasks have followed, and in how many seconds."""
    seen = MessageStatusEvent.objects.aggregate(first=Min("received_at"), last=Max("received_at"))
    spent = (seen["last"] - seen["first"]).total_seconds() if seen["first"] else 0.0
    print(json.dumps({"count": MessageStatusEvent.objects.count(), "seconds": spent}))


def check(messages: int) -> None:
    """Prints how many messages did not end as `read` with each moment known."""
    done = Message.objects.filter(status="read", sent_at__lt=NOW + timedelta(days=1), delivered_at__isnull=False)
    print(messages - done.count())
