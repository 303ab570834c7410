"""Everything that is held about one person, to be handed to them: JSON, their files, the proof of consent; one zip.

Found over the same tables and columns as the erasure looks through, so that what would be erased is what is handed out.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import FileField, ForeignKey, Model, Q

from bettermeals.lib.crypto import EncryptedTextField
from bettermeals.lib.scrubbing import Scrubber
from households import columns, erasing
from households.models import Cook, Resident
from households.personal import Person
from whatsapp import consent_proof
from whatsapp.models import Contact, InboxItem, MediaFile, Message, ThreadNote, WebhookDelivery

#: Whose row it is, when a foreign key leads from it to one of these.
OWNERS: tuple[tuple[type[Model], str], ...] = ((Contact, "contacts"), (Resident, "residents"), (Cook, "cooks"))

#: Somebody else's words are theirs, even where they speak of this person.
OF_OTHERS: tuple[type[Model], ...] = (Message, ThreadNote, InboxItem)


def as_zip(person: Person, now: datetime) -> bytes:
    """`person.json`, `consent.csv`, and `files/` with what they sent us."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as bundle:
        bundle.writestr(
            "person.json", json.dumps(everything(person, now), ensure_ascii=False, indent=1, default=_plain)
        )
        for contact in Contact.objects.select_related("account").filter(pk__in=person.contacts):
            bundle.writestr(f"consent-{contact.pk}.csv", consent_proof.as_csv(contact))
        for name, content in _files(person):
            bundle.writestr(f"files/{name}", content)
    return out.getvalue()


def everything(person: Person, now: datetime) -> dict[str, Any]:
    """Table -> rows: the person's own, and those of others that name them."""
    scrub = person.scrubber(words=False)
    tables = {model._meta.label: rows for model in columns.tables() if (rows := list(_rows(model, person, scrub)))}
    return {"of": now.isoformat(), "called": person.names, "tables": tables, "webhooks": list(_webhooks(scrub))}


def held(person: Person) -> dict[str, int]:
    """How many rows of each table are the person's own, for staff to see before they act."""
    found = {}
    for model in columns.tables():
        own = _own(model, person)
        if own and (count := erasing.raw(model).filter(own).distinct().count()):
            found[str(model._meta.verbose_name_plural)] = count
    return found


def _own(model: type[Model], person: Person) -> Q | None:
    found = Q()
    for owner, name in OWNERS:
        for path in columns.paths(model, owner):
            found |= Q(**{f"{path}__in": getattr(person, name)})
    return found or None


def _rows(model: type[Model], person: Person, scrub: Scrubber) -> Iterator[dict[str, Any]]:
    own, near = _own(model, person), erasing.nearby(model, person)
    mine = set(erasing.raw(model).filter(own).values_list("pk", flat=True)) if own else set()
    rows = erasing.raw(model)
    looked = rows.filter(Q(pk__in=mine) | Q(pk__in=rows.filter(near).values("pk")) if near else Q(pk__in=mine))
    if model in OF_OTHERS:
        looked = rows.filter(pk__in=mine)
    for row in looked.order_by("pk").iterator():
        if row.pk in mine or scrub.mentions([_text(row, column) for column in columns.words(model)]):
            yield _dump(row)


def _text(row: Any, column: Any) -> Any:
    value = getattr(row, column.attname)
    return bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, memoryview)) else value


def _dump(row: Model) -> dict[str, Any]:
    """Without secrets, and without files (they are beside it). A foreign key is its number."""
    kept = [c for c in row._meta.concrete_fields if not isinstance(c, (EncryptedTextField, FileField))]
    return {c.attname if isinstance(c, ForeignKey) else c.name: _text(row, c) for c in kept}


def _webhooks(scrub: Scrubber) -> Iterator[Any]:
    """Of each stored webhook the parts that are about the person, never the whole: it may be about others too."""
    for row in WebhookDelivery.objects.order_by("pk").iterator(chunk_size=200):
        raw = bytes(row.body)
        if scrub.mentions_id(raw.decode("utf-8", "replace")):
            yield {"received_at": row.received_at, "parts": _parts(scrub, raw)}


def _parts(scrub: Scrubber, raw: bytes) -> list[Any]:
    try:
        return scrub.pruned(json.loads(raw))
    except ValueError:
        return [raw.decode("utf-8", "replace")]


def _files(person: Person) -> Iterator[tuple[str, bytes]]:
    for row in MediaFile.objects.filter(message__contact__in=person.contacts).exclude(file="").order_by("pk"):
        with row.file.open("rb") as file:
            yield str(row.file.name).rpartition("/")[2], file.read()


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
