"""The ops queue: what a person must decide, once per cause, with a time by which."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from bettermeals.lib.pages import change_page
from households.models import Household, OpsItem


@transaction.atomic
def open_item(
    *,
    kind: str,
    key: str,
    reason: str,
    now: datetime,
    household: Household | None = None,
    due_at: datetime | None = None,
    about: Model | None = None,
    target_label: str = "",
) -> OpsItem:
    """Put a cause on the queue, or freshen the open item that already stands for it.

    `key` names the cause ("link-failed:12"): two workers that notice it at once make one item, because the database
    allows one open row per key. A repeat keeps the earlier due time (nothing is put off by happening again) and takes
    the newer reason. `about` is the row whose page settles it: the queue leads there and offers its dialogs in place.
    """
    target_url = change_page(about) if about is not None else ""
    fresh = OpsItem(
        kind=kind,
        key=key,
        reason=reason,
        household=household,
        due_at=due_at,
        opened_at=now,
        target_url=target_url,
        target_label=target_label,
    )
    item = _insert_or_lock(fresh)
    _freshen(item, reason=reason, due_at=due_at, target_url=target_url, target_label=target_label)
    return item


def _insert_or_lock(fresh: OpsItem) -> OpsItem:
    """The open row of the cause, ours or the one already there. Tried again when a person closes it in between."""
    while True:
        OpsItem.objects.bulk_create([fresh], ignore_conflicts=True)
        item = OpsItem.objects.select_for_update(no_key=True).filter(key=fresh.key, closed_at=None).first()
        if item is not None:
            return item


def _freshen(item: OpsItem, *, due_at: datetime | None, **said: Any) -> None:
    """Take over the new words and the earlier of both due times, writing only when something differs."""
    times = [moment for moment in (item.due_at, due_at) if moment]
    new = {name: value for name, value in said.items() if value} | {"due_at": min(times, default=None)}
    if any(getattr(item, name) != value for name, value in new.items()):
        OpsItem.objects.filter(pk=item.pk).update(**new)
        for name, value in new.items():
            setattr(item, name, value)


def close_item(key: str, by: Any, note: str, now: datetime) -> bool:
    """Close the open item of that cause. `by` is the staff user, or None when it closed itself.

    Returns False when there was none open: somebody else was first, or the cause never came up.
    """
    return close_items([key], by, note, now) == 1


def close_items(keys: Iterable[str], by: Any, note: str, now: datetime) -> int:
    """Close the open items of several causes by one statement; returns how many were open."""
    still_open = OpsItem.objects.filter(key__in=list(keys), closed_at=None)
    return still_open.update(closed_at=now, closed_by=by, note=note)
