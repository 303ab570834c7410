"""The dated identifiers of a contact follow its row: who had which number, user id or name, and when.

The contact's own columns say what holds now and are what is asked; these rows are the history beside them. `follow`
is called after each change of those columns, in its transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from whatsapp.models import Contact, ContactIdentifier

KINDS = tuple(ContactIdentifier.Kind.values)


def follow(contact: Contact, now: datetime) -> None:
    """Close what no longer holds, open what is new. Running it again changes nothing."""
    standing = {row.kind: row for row in ContactIdentifier.objects.filter(contact=contact, until=None)}
    held = {kind: getattr(contact, kind) or "" for kind in KINDS}
    over = [row.pk for kind, row in standing.items() if row.value != held[kind]]
    if over:
        ContactIdentifier.objects.filter(pk__in=over).update(until=now)
    begun = [kind for kind, value in held.items() if value and (kind not in standing or standing[kind].pk in over)]
    ContactIdentifier.objects.bulk_create(
        [ContactIdentifier(contact=contact, kind=kind, value=held[kind], since=now) for kind in begun]
    )


def move(other: Contact, keeper: Contact, at: datetime) -> list[int]:
    """A merge: the other's identifiers are the keeper's. Those of which the keeper has one already end now. Returns
    what moved."""
    rows = ContactIdentifier.objects.filter(contact=other)
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    taken = ContactIdentifier.objects.filter(contact=keeper, until=None).values_list("kind", flat=True)
    rows.filter(until=None, kind__in=list(taken)).update(until=at)
    rows.update(contact=keeper)
    return pks


def give_back(pks: Sequence[int], keeper: Contact, other: Contact, merged_at: datetime, now: datetime) -> None:
    """A merge undone: what moved goes back, and what ended by the merge alone goes on where it still holds."""
    rows = ContactIdentifier.objects.filter(pk__in=list(pks), contact=keeper)
    rows.update(contact=other)
    for row in ContactIdentifier.objects.filter(pk__in=list(pks), contact=other, until=merged_at):
        if (getattr(other, row.kind) or "") == row.value:
            ContactIdentifier.objects.filter(pk=row.pk).update(until=None)
    follow(keeper, now)
    follow(other, now)


def erase(contacts: Sequence[int], now: datetime) -> None:
    """Nobody can tell any more which they were; that there were so many, and when, stays."""
    ContactIdentifier.objects.filter(contact__in=list(contacts), until=None).update(until=now)
    ContactIdentifier.objects.filter(contact__in=list(contacts)).update(value="")


def ever(contacts: Sequence[int], *kinds: str) -> set[str]:
    """Every value of these kinds that the people have or had."""
    rows = ContactIdentifier.objects.filter(contact__in=list(contacts), kind__in=kinds).exclude(value="")
    return set(rows.values_list("value", flat=True))
