"""Opting out and in again: the contact's state, the ledger that proves it, and what is queued already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from whatsapp.failures import cancel_queued
from whatsapp.models import ConsentEvent, Contact, Message

ALL, MARKETING = ConsentEvent.Purpose.ALL, ConsentEvent.Purpose.MARKETING


def opt_out(
    contact: Contact, *, method: str, message: Message | None = None, now: datetime, purpose: str = ALL, note: str = ""
) -> bool:
    """Nothing (or no marketing) goes to this person from this moment, what is queued included. False when it was so.

    `method` says how it was said: "stop word", "Meta preference", "told staff".
    """
    field = "opted_out_at" if purpose == ALL else "marketing_opted_out_at"
    with transaction.atomic():
        changed = Contact.objects.filter(pk=contact.pk, **{field: None}).update(**{field: now})
        if changed:
            _record(contact, ConsentEvent.Action.OPT_OUT, purpose, method, message, now, note)
        # Cancelled even when nothing changed: what was queued in between must not slip out.
        queued = Q(contact_id=contact.pk) if purpose == ALL else Q(contact_id=contact.pk, category="MARKETING")
        cancel_queued(queued, "opted_out", f"The person opted out ({method}).", now)
    setattr(contact, field, getattr(contact, field) or now)
    return bool(changed)


def opt_in(
    contact: Contact, *, method: str, message: Message | None = None, now: datetime, purpose: str = ALL, note: str = ""
) -> bool:
    """Record consent and lift an earlier opt-out. False when the person was opted in already, or was erased."""
    with transaction.atomic():
        row = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk)
        if row.erased_at is not None:
            return False
        lifted: dict[str, Any] = {"marketing_opted_out_at": None}
        if purpose == ALL:
            lifted = {"opted_out_at": None, "opted_in_at": row.opted_in_at if _opted_in(row) else now}
        changed = any(getattr(row, name) != value for name, value in lifted.items())
        if changed:
            Contact.objects.filter(pk=contact.pk).update(**lifted)
            _record(contact, ConsentEvent.Action.OPT_IN, purpose, method, message, now, note)
    for name, value in lifted.items():
        setattr(contact, name, value)
    return changed


def _opted_in(contact: Contact) -> bool:
    return contact.opted_in_at is not None and contact.opted_out_at is None


def _record(
    contact: Contact, action: str, purpose: str, method: str, message: Message | None, now: datetime, note: str
) -> None:
    ConsentEvent.objects.create(
        contact=contact, action=action, purpose=purpose, method=method, message=message, at=now, note=note
    )
