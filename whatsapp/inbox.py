"""Conversations handed to a person: parked, answered, closed."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from whatsapp.models import Contact, InboxItem, Message
from whatsapp.sending import queue_text

# A person who waits for an answer about today's dinner needs it within the hour.
DUE_AFTER = timedelta(hours=1)
STAFF_ANSWER = "staff_answer"


def park(message: Message, reason: str, now: datetime, *, due_after: timedelta = DUE_AFTER) -> InboxItem:
    """Put the thread on the staff's desk. A thread that is there already keeps its place and its due time."""
    Contact.objects.filter(pk=message.contact_id, unread_since=None).update(unread_since=now)
    open_items = InboxItem.objects.filter(contact_id=message.contact_id, closed_at=None)
    item = open_items.first()
    if item is not None:
        InboxItem.objects.filter(pk=item.pk).update(message=message, reason=reason)
        item.message, item.reason = message, reason
        return item
    try:
        with transaction.atomic():
            return InboxItem.objects.create(
                contact_id=message.contact_id, message=message, reason=reason, opened_at=now, due_at=now + due_after
            )
    except IntegrityError:  # somebody else parked it in the same moment
        return open_items.get()


def close(item: InboxItem, by: Any, note: str, now: datetime) -> bool:
    """False when somebody else closed it first. `by` is the staff user, or None for the system."""
    rows = InboxItem.objects.filter(pk=item.pk, closed_at=None)
    return bool(rows.update(closed_at=now, closed_by=by, note=note))


def answer(item: InboxItem, text: str, by: Any, now: datetime, *, reply_to: Message | None = None) -> Message:
    """Answer in the thread and close the item. Raises CannotSend("window_closed") when only a template may go."""
    with transaction.atomic():
        # The key is the item and the words: a double click sends once, an answer in other words goes out too.
        words = hashlib.sha256(text.strip().encode()).hexdigest()[:16]
        message = _write(item.contact, text, f"Answered by {by}.", f"inbox:{item.pk}:{words}", reply_to, now)
        close(item, by, "Answered.", now)
    return message


def reply(
    contact: Contact, text: str, by: Any, now: datetime, *, reply_to: Message | None = None, once: str = ""
) -> Message:
    """A staff member's free text in a thread, whether or not it is parked. `once`: the same one is sent once only."""
    with transaction.atomic():
        item = InboxItem.objects.filter(contact=contact, closed_at=None).first()
        if item is not None:
            return answer(item, text, by, now, reply_to=reply_to)
        return _write(contact, text, f"Written by {by}.", f"desk:{once}" if once else None, reply_to, now)


def answered(contact: Contact, by: Any, note: str, now: datetime) -> None:
    """The thread was answered by other means than free text: nothing waits any more."""
    for item in InboxItem.objects.filter(contact=contact, closed_at=None):
        close(item, by, note, now)
    Contact.objects.filter(pk=contact.pk, unread_since__lte=now).update(unread_since=None)


def _write(
    contact: Contact, text: str, why: str, once_key: str | None, reply_to: Message | None, now: datetime
) -> Message:
    message = queue_text(
        contact=contact,
        text=text,
        purpose=STAFF_ANSWER,
        once_key=once_key,
        reply_to=reply_to,
        route_reason=why,
        now=now,
    )
    Contact.objects.filter(pk=contact.pk, unread_since__lte=now).update(unread_since=None)
    return message
