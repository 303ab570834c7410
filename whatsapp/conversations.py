"""The desk's list of conversations: by need, searched, each with its last words. A fixed number of queries."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from whatsapp import people
from whatsapp.models import Contact, InboxItem, Message
from whatsapp.people import About

NEED, MINE, TAKEN, UNREAD, TROUBLED, ALL = "need", "mine", "taken", "unread", "troubled", "all"
BOXES = (NEED, UNREAD, MINE, TAKEN, TROUBLED, ALL)
SHOWN = 40
# A message that did not arrive is news for as long as its matter is.
TROUBLED_FOR = timedelta(days=3)
# Shorter words would read every message of the house for nothing.
LEAST_LETTERS = 3


@dataclass(frozen=True)
class Line:
    """One conversation of the list."""

    contact: Contact
    last: Message | None
    item: InboxItem | None
    about: Sequence[About] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        return self.contact.profile_name or (self.about[0].name if self.about else str(self.contact))

    def overdue(self, now: datetime) -> bool:
        return self.item is not None and self.item.due_at < now


def people_rows() -> QuerySet[Contact]:
    return Contact.objects.filter(merged_into=None)


def in_box(box: str, user: Any, now: datetime) -> QuerySet[Contact]:
    """The conversations of a box, the most urgent or newest first."""
    rows = people_rows()
    newest = (F("last_inbound_at").desc(nulls_last=True), "-pk")
    match box:
        case "need":
            waiting = rows.filter(inbox_items__closed_at=None, inbox_items__isnull=False)
            return waiting.order_by("inbox_items__due_at", "pk")
        case "mine":
            return rows.filter(desk_owner=user).order_by(*newest)
        case "taken":
            return rows.filter(taken_over_at__isnull=False).order_by("taken_over_at", "pk")
        case "unread":
            return rows.filter(unread_since__isnull=False).order_by("unread_since", "pk")
        case "troubled":
            return rows.filter(pk__in=_troubled(now)).order_by(*newest)
    return rows.order_by(*newest)


def _troubled(now: datetime) -> Any:
    failed = Message.objects.filter(watched__in=[Message.Status.FAILED, Message.Status.UNKNOWN])
    return failed.filter(direction="out", created_at__gte=now - TROUBLED_FOR).order_by().values("contact")


def counts(user: Any, now: datetime) -> dict[str, int]:
    """How many conversations stand in each box that can be emptied; the whole list has no number."""
    return {box: in_box(box, user, now).order_by().count() for box in BOXES if box != ALL}


def search(rows: QuerySet[Contact], words: str) -> QuerySet[Contact]:
    """By name, phone in any way of writing, user name, BSUID, household, or words of the thread, in any script."""
    words = unicodedata.normalize("NFC", words.strip())
    if not words:
        return rows
    bare = words.removeprefix("@")
    wanted = Q(profile_name__icontains=words) | Q(username__icontains=bare) | Q(pk__in=people.find(words))
    wanted |= Q(bsuid__icontains=bare) | Q(parent_bsuid__icontains=bare)
    digits = re.sub(r"\D", "", words)
    if len(digits) >= LEAST_LETTERS and not re.search(r"[^\W\d]", words):
        wanted |= Q(wa_id__contains=digits.lstrip("0") or digits)
    if len(words) >= LEAST_LETTERS:
        said = Message.objects.filter(text__icontains=words).order_by("-created_at")
        wanted |= Q(pk__in=list(said.values_list("contact", flat=True)[:500]))
    return rows.filter(wanted)


def introduced(rows: QuerySet[Contact], limit: int) -> list[Line]:
    """The first people with who they are, without their words: for choosing among many."""
    found = list(rows[:limit])
    known = people.about([contact.pk for contact in found])
    return [Line(contact, None, None, known.get(contact.pk, ())) for contact in found]


def lines(rows: QuerySet[Contact], limit: int = SHOWN) -> list[Line]:
    """The first `limit` conversations with what the list shows of each: five queries for any number."""
    newest = Message.objects.filter(contact=OuterRef("pk")).order_by("-created_at", "-id").values("pk")[:1]
    found = list(rows.select_related("desk_owner").annotate(last_id=Subquery(newest))[:limit])
    last = Message.objects.defer("payload").in_bulk([c.last_id for c in found if c.last_id])
    ids = [contact.pk for contact in found]
    items = {item.contact_id: item for item in InboxItem.objects.filter(contact__in=ids, closed_at=None)}
    known = people.about(ids)
    return [Line(c, last.get(c.last_id), items.get(c.pk), known.get(c.pk, ())) for c in found]
