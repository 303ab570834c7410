"""Messages that a person of the business wrote on the phone (coexistence), and history: part of the thread, nobody's
job. They are stored as handled: a route must not answer last month's messages. One that names nobody, or a number that
is not ours, has no thread: it is counted as not understood, and its body stays in the webhook log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from whatsapp import contacts
from whatsapp.anomalies import Anomaly
from whatsapp.models import Account, Contact, Message, PhoneNumber
from whatsapp.payloads import Change, Json, Sender, event_of, moment, text_of

ECHO, HISTORY = "echo", "history"
STATUSES = {"SENT": "sent", "DELIVERED": "delivered", "READ": "read", "PLAYED": "read", "ERROR": "failed"}


def echoes(account: Account, change: Change, now: datetime) -> list[Anomaly]:
    rows = [
        (raw, _row(account, change, raw, str(raw.get("to", "")), ECHO, now))
        for raw in _dicts(change.value.get("message_echoes"))
    ]
    return _store(rows, change)


def history(account: Account, change: Change, now: datetime) -> list[Anomaly]:
    rows = [
        (raw, _row(account, change, raw, str(thread.get("id", "")), HISTORY, now))
        for part in _dicts(change.value.get("history"))
        for thread in _dicts(part.get("threads"))
        for raw in _dicts(thread.get("messages"))
    ]
    return _store(rows, change)


def _store(rows: list[tuple[Json, Message | None]], change: Change) -> list[Anomaly]:
    """Returns what has no place in a thread."""
    Message.objects.bulk_create([row for _raw, row in rows if row is not None], ignore_conflicts=True)
    return [Anomaly(change.field, "without a person or number", dict(raw)) for raw, row in rows if row is None]


def _row(account: Account, change: Change, raw: Json, wa_id: str, purpose: str, now: datetime) -> Message | None:
    number = PhoneNumber.objects.filter(account=account, phone_number_id=change.phone_number_id).first()
    digits = "".join(filter(str.isdigit, wa_id))
    if number is None or not digits or not raw.get("id"):
        return None
    contact: Contact = contacts.current(contacts.resolve(account, Sender(wa_id=digits)))
    theirs = purpose == HISTORY and str(raw.get("from", "")) == wa_id
    at = moment(raw.get("timestamp")) or now
    return Message(
        contact=contact,
        phone_number=number,
        direction=Message.Direction.IN if theirs else Message.Direction.OUT,
        type=str(raw.get("type", ""))[:40],
        purpose=purpose,
        status=Message.Status.RECEIVED if theirs else _status(raw),
        payload=dict(raw),
        text=text_of(event_of(raw)),
        wamid=str(raw["id"]),
        created_at=at,
        sent_at=at,
        not_before=at,
        handled_at=now,
        claimed_by=purpose,
    )


def _status(raw: Json) -> str:
    context: Any = raw.get("history_context")
    told = str(context.get("status", "")) if isinstance(context, dict) else ""
    return STATUSES.get(told.upper(), Message.Status.SENT)


def _dicts(value: Any) -> Iterator[Json]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
