"""Two rows of one person become one, and are taken apart again when that was a mistake.

The history moves, the ids move, the empty row points at the keeper. What moved is written down by id, so that undoing
gives each row back exactly what it had; what came since stays with the keeper, because nobody can tell whose it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.dateparse import parse_datetime

from bettermeals.lib import clock
from whatsapp import identifying
from whatsapp.models import ConsentEvent, Contact, ContactMerge, InboxItem, Message, ThreadNote

IDS = ("wa_id", "bsuid", "phone")
MOMENTS = ("last_inbound_at", "opted_out_at", "marketing_opted_out_at", "opted_in_at", "taken_over_at", "unread_since")
KEPT = (*IDS, *MOMENTS, "desk_owner_id")
TABLES: dict[str, Any] = {"message": Message, "consent": ConsentEvent, "inbox": InboxItem, "note": ThreadNote}


class CannotUndo(Exception):
    """The words say why."""


def merge(keeper: Contact, other: Contact) -> Contact:
    """Raises nothing: whatever both have, the keeper's stands."""
    at = clock.now()
    with transaction.atomic():
        before = {"keeper": _values(keeper), "other": _values(other)}
        if InboxItem.objects.filter(contact=keeper, closed_at=None).exists():
            open_items = InboxItem.objects.filter(contact=other, closed_at=None)
            open_items.update(closed_at=F("opened_at"), note="Merged: the person has another open item.")
        moved = {name: _move(model, other, keeper) for name, model in TABLES.items()}
        moved["identifier"] = identifying.move(other, keeper, at)
        emptied = dict.fromkeys((*IDS, "taken_over_at", "desk_owner", "unread_since"))
        Contact.objects.filter(pk=other.pk).update(**emptied, merged_into=keeper)
        _join(keeper, other)
        identifying.follow(keeper, at)
        ContactMerge.objects.create(keeper=keeper, other=other, at=at, before=before, moved=moved)
    return keeper


def _values(contact: Contact) -> dict[str, Any]:
    found = {name: getattr(contact, name) for name in KEPT}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


def _move(model: Any, other: Contact, keeper: Contact) -> list[int]:
    rows = model._default_manager.filter(contact=other)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.update(contact=keeper)
    return pks


def _join(keeper: Contact, other: Contact) -> None:
    for name in (*IDS, "taken_over_at", "desk_owner_id", "unread_since"):
        setattr(keeper, name, getattr(keeper, name) or getattr(other, name))
    for name in ("last_inbound_at", "opted_out_at", "marketing_opted_out_at", "opted_in_at"):
        known = [moment for moment in (getattr(keeper, name), getattr(other, name)) if moment]
        setattr(keeper, name, max(known, default=None))
    if other.kept_since and not keeper.kept_since:
        keeper.kept_since, keeper.kept_because = other.kept_since, other.kept_because
    keeper.save()


def undo(pk: int, *, by: Any, because: str, now: datetime) -> Contact:
    """Take a merge apart again. Returns the row that stands alone now; raises CannotUndo.

    An opt-out that either had, or that came since, holds for both: nobody is written to because of a mistake of ours.
    """
    with transaction.atomic():
        row = ContactMerge.objects.select_for_update(no_key=True).get(pk=pk)
        if row.undone_at is not None:
            raise CannotUndo("It was undone already.")
        pks = [row.keeper_id, row.other_id]
        pair = {found.pk: found for found in Contact.objects.select_for_update(no_key=True).filter(pk__in=pks)}
        keeper, other = pair[row.keeper_id], pair[row.other_id]
        if keeper.erased_at or other.erased_at:
            raise CannotUndo("The person was erased.")
        if other.merged_into_id != keeper.pk:
            raise CannotUndo("The keeper was merged into another contact since: undo that first.")
        _give_back(row, keeper, other)
        for name, model in TABLES.items():
            model._default_manager.filter(pk__in=row.moved.get(name, ()), contact=keeper).update(contact=other)
        identifying.give_back(row.moved.get("identifier", ()), keeper, other, row.at, now)
        row.undone_at, row.undone_by, row.undone_because = now, by, because
        row.save(update_fields=["undone_at", "undone_by", "undone_because"])
    return other


def latest(contact: int) -> ContactMerge | None:
    """The newest merge of this row, on either side, that was not undone."""
    rows = ContactMerge.objects.filter(Q(other=contact) | Q(keeper=contact), undone_at=None)
    return rows.order_by("-at", "-pk").first()


def _give_back(row: ContactMerge, keeper: Contact, other: Contact) -> None:
    """The ids that came from the other go back, unless the keeper has another one by now; own ids were never lost."""
    mine, theirs = row.before["keeper"], row.before["other"]
    for name in IDS:
        if mine[name] is None and getattr(keeper, name) == theirs[name]:
            setattr(keeper, name, None)
    if not (keeper.wa_id or keeper.bsuid or keeper.phone):
        raise CannotUndo("The other row's address is the only one left: write to the person first.")
    out = {name: getattr(keeper, name) for name in ("opted_out_at", "marketing_opted_out_at")}
    keeper.save(update_fields=list(IDS))
    for name in KEPT:
        value = theirs[name]
        setattr(other, name, parse_datetime(value) if name in MOMENTS and value else value)
    for name, moment in out.items():
        setattr(other, name, moment or getattr(other, name))
    taken = Contact.objects.filter(account=other.account_id).exclude(pk=other.pk)
    for name in ("wa_id", "bsuid"):
        if getattr(other, name) and taken.filter(**{name: getattr(other, name)}).exists():
            setattr(other, name, None)  # somebody else has it now: it is not taken from them
    if not (other.wa_id or other.bsuid or other.phone):
        raise CannotUndo("Every address of the other row belongs to somebody else by now.")
    other.merged_into = None
    other.save()
