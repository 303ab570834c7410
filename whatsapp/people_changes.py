"""What people changed about themselves outside a conversation: marketing preference, user id."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from whatsapp import contacts
from whatsapp.anomalies import Anomaly
from whatsapp.models import Account, ConsentEvent, Contact
from whatsapp.optouts import MARKETING, opt_in, opt_out
from whatsapp.payloads import Change, Json, Sender

METHOD = "Meta preference"


def preferences(account: Account, change: Change, now: datetime) -> Iterator[Anomaly]:
    """Meta's own button against marketing. It does not touch what the person asked for."""
    for item in _items(change, "user_preferences"):
        contact = _contact(account, item)
        value = str(item.get("value", ""))
        note = str(item.get("detail", ""))[:500]
        if contact is None or item.get("category") != "marketing_messages":
            yield Anomaly("user_preferences", str(item.get("category") or "without an id"), dict(item))
        elif value == "stop":
            opt_out(contact, method=METHOD, now=now, purpose=MARKETING, note=note)
        elif value in ("resume", "signup"):
            # Only Meta's own stop is taken back by Meta's own button.
            if _stopped_by_meta(contact):
                opt_in(contact, method=METHOD, now=now, purpose=MARKETING, note=note)
        else:
            yield Anomaly("user_preferences", f"value {value}", dict(item))


def _stopped_by_meta(contact: Contact) -> bool:
    last = contact.consent_events.filter(purpose=MARKETING, action=ConsentEvent.Action.OPT_OUT).first()
    return last is not None and last.method.startswith("Meta")


def user_ids(account: Account, change: Change, now: datetime) -> Iterator[Anomaly]:
    """A person's business-scoped id changes with their phone number."""
    for item in _items(change, "user_id_update"):
        ids, parents = item.get("user_id"), item.get("parent_user_id")
        previous = ids.get("previous") if isinstance(ids, dict) else None
        new = ids.get("current") if isinstance(ids, dict) else None
        found = Contact.objects.filter(account=account, bsuid=previous).first() if previous else None
        if found is None and new and Contact.objects.filter(account=account, bsuid=new).exists():
            continue  # told before
        contact = found or _contact(account, {"wa_id": item.get("wa_id")})
        if contact is None or not isinstance(new, str):
            yield Anomaly("user_id_update", "nobody of ours", dict(item))
            continue
        parent = parents.get("current") if isinstance(parents, dict) else ""
        contacts.change_bsuid(contact, new, str(parent or ""))


def _items(change: Change, key: str) -> list[Json]:
    found = change.value.get(key)
    if isinstance(found, list):
        return [item for item in found if isinstance(item, dict)]
    return [found] if isinstance(found, dict) else [change.value]


def _contact(account: Account, item: Json) -> Contact | None:
    wa_id, bsuid = str(item.get("wa_id") or ""), item.get("user_id")
    sender = Sender(wa_id=wa_id, bsuid=bsuid if isinstance(bsuid, str) else "")
    if not sender.known:
        return None
    return contacts.current(contacts.resolve(account, sender))
