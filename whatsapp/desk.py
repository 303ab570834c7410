"""What staff do with a thread besides answering: take it over and give it back, assign, note, mark unread.

While staff have a thread the machine does not answer its words: they wait for staff (`routing.TAKEN_OVER`). A tapped
button still does what it says, and scheduled messages still go out: both were promised to the person.
Each change is compare-and-set and leaves a line in the thread; False means that somebody else was first.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from whatsapp import inbox
from whatsapp.models import Contact, InboxItem, ThreadNote

Kind = ThreadNote.Kind


def take_over(contact: Contact, by: Any, now: datetime, reason: str = "") -> bool:
    """The thread is `by`'s from now on; False when staff had it already."""
    with transaction.atomic():
        if not Contact.objects.filter(pk=contact.pk, taken_over_at=None).update(taken_over_at=now, desk_owner=by):
            return False
        _write(contact, Kind.TAKEN, reason, by, now)
    return True


def give_back(contact: Contact, by: Any, now: datetime, reason: str = "") -> bool:
    """The machine answers again; what waited for staff is closed. False when nobody had the thread."""
    with transaction.atomic():
        rows = Contact.objects.filter(pk=contact.pk, taken_over_at__isnull=False)
        if not rows.update(taken_over_at=None, desk_owner=None, unread_since=None):
            return False
        for item in InboxItem.objects.filter(contact=contact, closed_at=None):
            inbox.close(item, by, reason or "Given back.", now)
        _write(contact, Kind.GIVEN, reason, by, now)
    return True


def assign(contact: Contact, to: Any, by: Any, now: datetime) -> bool:
    """`to` is a staff user or None. False when it was so."""
    with transaction.atomic():
        others = Contact.objects.filter(pk=contact.pk).exclude(desk_owner=to) if to else _owned(contact)
        if not others.update(desk_owner=to):
            return False
        _write(contact, Kind.ASSIGNED, name_of(to) if to else "", by, now)
    return True


def _owned(contact: Contact) -> Any:
    return Contact.objects.filter(pk=contact.pk, desk_owner__isnull=False)


def note(contact: Contact, text: str, by: Any, now: datetime) -> ThreadNote:
    """For colleagues only; never sent. Raises ValueError for an empty one."""
    if not text.strip():
        raise ValueError("An empty note says nothing: write something first.")
    return _write(contact, Kind.NOTE, text.strip(), by, now)


def close(contact: Contact, by: Any, reason: str, now: datetime) -> bool:
    """Nothing needs to be answered, and why. False when nothing was open."""
    with transaction.atomic():
        item = InboxItem.objects.filter(contact=contact, closed_at=None).first()
        if item is None or not inbox.close(item, by, reason, now):
            return False
        _write(contact, Kind.CLOSED, reason, by, now)
    return True


def mark_unread(contact: Contact, now: datetime) -> bool:
    return bool(Contact.objects.filter(pk=contact.pk, unread_since=None).update(unread_since=now))


def mark_seen(contact: Contact, until: datetime) -> bool:
    """Somebody has looked at what came until then; what came later stays unread."""
    return bool(Contact.objects.filter(pk=contact.pk, unread_since__lte=until).update(unread_since=None))


def name_of(user: Any) -> str:
    return str(user.get_full_name() or user.get_username()) if user else ""


def _write(contact: Contact, kind: str, text: str, by: Any, now: datetime) -> ThreadNote:
    return ThreadNote.objects.create(contact=contact, kind=kind, text=text, by=by, at=now)
