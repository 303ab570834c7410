"""Whom a bulk send goes to: a group of the layers above, a language, words to search by, or people picked by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from whatsapp import conversations, people
from whatsapp.models import Account, Broadcast, BroadcastPreset, BroadcastRecipient, Contact

#: More people than a broadcast may hold: a mistake in the filter, or work for several.
MOST = 10_000


@dataclass(frozen=True)
class Choice:
    """A filter as the page's form says it; `label` is how staff read it later."""

    group: str = ""
    language: str = ""
    words: str = ""

    @property
    def empty(self) -> bool:
        return not (self.group or self.language or self.words)

    def label(self) -> str:
        names = {group.key: group.label for group in people.groups()}
        return " · ".join(filter(None, (names.get(self.group, self.group), self.language, self.words)))


def chosen(choice: Choice, account: Account) -> QuerySet[Contact]:
    """Everybody whom the filter names, in a lasting order. Raises LookupError for a group that nobody knows."""
    rows = conversations.people_rows().filter(account=account)
    if choice.group:
        groups = {group.key: group for group in people.groups()}
        if choice.group not in groups:
            raise LookupError(f"There is no group {choice.group}. Choose another.")
        rows = rows.filter(pk__in=groups[choice.group].contacts())
    if choice.language:
        rows = rows.filter(language=choice.language)
    return conversations.search(rows, choice.words).order_by("profile_name", "pk")


def default_name(now: datetime) -> str:
    return _("Bulk send of %(moment)s") % {"moment": formats.date_format(timezone.localtime(now), "j M, H:i")}


def make(
    contacts: Collection[int], account: Account, by: Any, now: datetime, *, name: str, choice: Choice | None = None
) -> Broadcast:
    """A draft to these people, `choice` being the filter that found them. Raises ValueError for nobody, or for more
    than MOST."""
    choice = choice or Choice()
    if not contacts:
        raise ValueError("Choose at least one person.")
    if len(contacts) > MOST:
        raise ValueError(f"{len(contacts)} people are more than the {MOST} that one bulk send holds.")
    with transaction.atomic():
        broadcast = Broadcast.objects.create(
            name=name,
            account=account,
            group=choice.group,
            language=choice.language,
            chosen_by=(choice.label() or _("by hand"))[:300],
            created_by=by,
            created_at=now,
        )
        _add(broadcast, contacts)
    return broadcast


def _add(broadcast: Broadcast, contacts: Iterable[int]) -> None:
    known = conversations.people_rows().filter(account=broadcast.account_id, pk__in=list(contacts))
    rows = [
        BroadcastRecipient(broadcast=broadcast, contact_id=pk)
        for pk in known.order_by("pk").values_list("pk", flat=True)
    ]
    BroadcastRecipient.objects.bulk_create(rows, batch_size=1000)


def keep_preset(broadcast: Broadcast, name: str, by: Any, now: datetime) -> BroadcastPreset:
    """The template, its texts and whom it was for (group, language) under a name; the same name again replaces it."""
    preset, _made = BroadcastPreset.objects.update_or_create(
        name=name,
        defaults={
            "template_name": broadcast.template_name,
            "variables": broadcast.variables,
            "group": broadcast.group,
            "language": broadcast.language,
            "created_by": by,
            "created_at": now,
        },
    )
    return preset
