"""When two contacts turn out to be one person, residents and cooks follow to the row that stands for them now.

WhatsApp may show somebody first by phone and later by a business-scoped id only; the merge happens a room below and
leaves the duplicate without an address. A resident that still pointed there could not be written to.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from households import ops
from households.models import Cook, Resident
from whatsapp import contacts


def follow_merges(now: datetime) -> int:
    """Repoint every resident and cook whose contact was merged into another; returns how many were moved."""
    people: Iterable[Any] = (
        *Resident.objects.filter(contact__merged_into__isnull=False).select_related("contact", "household"),
        *Cook.objects.filter(contact__merged_into__isnull=False).select_related("contact"),
    )
    return sum(_follow(person, now) for person in people)


def _follow(person: Resident | Cook, now: datetime) -> bool:
    target = contacts.current(person.contact)  # type: ignore[arg-type]
    try:
        with transaction.atomic():
            type(person)._default_manager.filter(pk=person.pk).update(contact=target)
    except IntegrityError:  # the same person was entered twice: which entry is right is for a person to say
        kind = type(person).__name__.lower()
        ops.open_item(
            kind="same_person_twice",
            key=f"same-person:{kind}:{person.pk}",
            about=person,
            reason=f"{person.name} was entered twice as a {kind}: WhatsApp shows that both are one person. End one.",
            household=getattr(person, "household", None),
            now=now,
        )
        return False
    return True
