"""What proves a person's consent: each event with who, what purpose, how, when, and the message that said so."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.db.models import Q

from whatsapp.models import ConsentEvent, Contact

COLUMNS = ("at", "action", "purpose", "method", "note", "message_wamid", "message_at", "message_text")


def proof(contact: Contact) -> dict[str, Any]:
    """The person as they stand now and the whole ledger, oldest first; rows merged into this one included."""
    events = ConsentEvent.objects.filter(Q(contact=contact) | Q(contact__merged_into=contact)).select_related("message")
    person = {"id": contact.pk, "name": contact.profile_name, "phone": contact.phone, "bsuid": contact.bsuid}
    states = ("opted_in_at", "opted_out_at", "marketing_opted_out_at")
    return {
        "person": {**person, "username": contact.username, "business": contact.account.name},
        "now": {name: _iso(getattr(contact, name)) for name in states},
        "events": [_event(event) for event in events.order_by("at", "id")],
    }


def as_csv(contact: Contact) -> str:
    """The ledger as a table; a text that a spreadsheet would run as a formula is made plain."""
    out = io.StringIO()
    writer = csv.DictWriter(out, ["person_id", "phone", *COLUMNS])
    writer.writeheader()
    for event in proof(contact)["events"]:
        row = {"person_id": contact.pk, "phone": contact.phone or contact.bsuid or "", **event}
        writer.writerow({name: _plain(value) if name != "phone" else value for name, value in row.items()})
    return out.getvalue()


def _event(event: ConsentEvent) -> dict[str, Any]:
    message = event.message
    return {
        "at": _iso(event.at),
        "action": event.action,
        "purpose": event.purpose,
        "method": event.method,
        "note": event.note,
        "message_wamid": message.wamid if message else None,
        "message_at": _iso(message.created_at) if message else None,
        "message_text": message.text if message else None,
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
