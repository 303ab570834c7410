"""A thread that staff took and left: the machine answers again by itself, and what nobody answered stays on the desk.

What counts is what staff did last in it (took it, wrote, noted, assigned), not what the person wrote: whoever goes
home must not leave people with nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from whatsapp.inbox import STAFF_ANSWER
from whatsapp.models import Contact, Message, ThreadNote


def give_back(now: datetime) -> int:
    """Returns how many threads; safe to run twice and beside staff, each under its person's lock. 0 minutes: never."""
    if not settings.HANDOVER_IDLE_MINUTES:
        return 0
    since = now - timedelta(minutes=settings.HANDOVER_IDLE_MINUTES)
    taken = Contact.objects.filter(taken_over_at__lte=since).order_by("taken_over_at", "pk")
    return sum(_give_back(pk, since, now) for pk in taken.values_list("pk", flat=True))


@transaction.atomic
def _give_back(contact_id: int, since: datetime, now: datetime) -> bool:
    rows = Contact.objects.select_for_update(no_key=True).filter(pk=contact_id, taken_over_at__lte=since)
    contact = rows.first()
    if contact is None or _last_act(contact) > since:
        return False
    rows.update(taken_over_at=None, desk_owner=None)
    ThreadNote.objects.create(contact=contact, kind=ThreadNote.Kind.IDLE, by=None, at=now)
    return True


def _last_act(contact: Contact) -> datetime:
    """When staff last did something in the thread."""
    noted = ThreadNote.objects.filter(contact=contact, by__isnull=False).aggregate(at=Max("at"))["at"]
    written = Message.objects.filter(contact=contact, direction=Message.Direction.OUT, purpose=STAFF_ANSWER)
    found = (contact.taken_over_at, noted, written.aggregate(at=Max("created_at"))["at"])
    return max(at for at in found if at is not None)
