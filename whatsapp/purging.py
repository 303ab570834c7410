"""Remove what `retention.py` says is due: in batches, each a short transaction, so that nobody waits for it.

Every batch asks again under its lock: a webhook that staff replay, or a person kept for a dispute, in the same moment
stays whole. Two runs at once do no harm, and a run that is killed leaves the rest to the next.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from bettermeals.lib import clock
from whatsapp import retention
from whatsapp.models import Contact, MediaFile, Message, PurgeRun, WebhookDelivery

BATCH = 500
COUNTED = ("webhooks", "samples", "messages", "files", "notes", "held")
F = MediaFile.Status

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """How many rows a run would touch, and how many whose time is over stay all the same."""

    webhooks: int
    samples: int
    messages: int
    files: int
    notes: int
    held: int


def due(now: datetime) -> Due:
    """Counts only."""
    webhooks, messages = retention.webhooks_due(now).count(), retention.messages_due(now).count()
    over = retention.webhooks_over(now).count() + retention.messages_over(now).count()
    files = MediaFile.objects.filter(message__in=retention.messages_due(now), status=F.STORED).count()
    notes = sum(rows.count() for rows, _blank in retention.beside(now))
    return Due(webhooks, retention.samples_due(now).count(), messages, files, notes, over - webhooks - messages)


def purge(now: datetime, batch: int = BATCH) -> PurgeRun:
    """Remove everything that is due. Raises what the storage or the database raise, with the run's row saying so."""
    run = PurgeRun.objects.create(started_at=now)
    try:
        _each(run, "webhooks", lambda after: _webhooks(now, after, batch))
        run.samples = retention.samples_due(now).update(sample={})
        _each(run, "messages", lambda after: _messages(now, after, batch))
        _each(run, "files", lambda after: _files(after, batch))
        for rows, blank in retention.beside(now):
            _each(run, "notes", partial(_emptied, rows, blank, batch))
        run.held = due(now).held
    except Exception:
        run.error = traceback.format_exc()[-4000:]
        raise
    finally:
        run.finished_at = clock.now()
        run.save()
        logger.info("purge: %s", {name: getattr(run, name) for name in COUNTED})
    return run


def keep(contact: int, because: str, now: datetime) -> bool:
    """Remove nothing of this person until `release`. False when it was so already."""
    rows = Contact.objects.filter(pk=contact, kept_since=None)
    return bool(rows.update(kept_since=now, kept_because=because))


def release(contact: int) -> bool:
    rows = Contact.objects.filter(pk=contact, kept_since__isnull=False)
    return bool(rows.update(kept_since=None, kept_because=""))


# Each step takes the id behind which it looks, and gives the last one it looked at (None: no more) and its count.
Step = Callable[[int], tuple[int | None, int]]


def _each(run: PurgeRun, name: str, step: Step) -> None:
    """Step until nothing is left, keeping the count on the run's row. Held rows are passed by."""
    after: int | None = 0
    while after is not None:
        after, count = step(after)
        if count:
            setattr(run, name, getattr(run, name) + count)
            run.save(update_fields=[name])


def _webhooks(now: datetime, after: int, batch: int) -> tuple[int | None, int]:
    with transaction.atomic():
        rows = retention.webhooks_due(now).filter(pk__gt=after).order_by("pk")
        pks = _locked(rows, batch)
        if not pks:
            return None, 0
        # Without the bodies: deleting reads the rows, and a batch of bodies may be a gigabyte.
        WebhookDelivery.objects.filter(pk__in=pks).defer("body").delete()
    return pks[-1], len(pks)


def _messages(now: datetime, after: int, batch: int) -> tuple[int | None, int]:
    """Words go; the files are marked in the same transaction and removed after it."""
    with transaction.atomic():
        rows = retention.messages_due(now).filter(pk__gt=after).order_by("pk")
        pks = _locked(rows, batch)
        if not pks:
            return None, 0
        MediaFile.objects.filter(message__in=pks, status=F.STORED).update(status=F.ERASING)
        MediaFile.objects.filter(message__in=pks).exclude(status=F.ERASING).update(filename="", status=F.ERASED)
        Message.objects.filter(pk__in=pks).update(text="", payload={}, handling_error="", erased_at=now)
    return pks[-1], len(pks)


def _emptied(rows: QuerySet[Any], blank: dict[str, Any], batch: int, after: int) -> tuple[int | None, int]:
    with transaction.atomic():
        pks = _locked(rows.filter(pk__gt=after).order_by("pk"), batch)
        if not pks:
            return None, 0
        QuerySet(rows.model).filter(pk__in=pks).update(**blank)  # past a manager that keeps history as written
    return pks[-1], len(pks)


def _locked(rows: QuerySet[Any], batch: int) -> list[int]:
    """The rows alone: what they join may be null, and PostgreSQL locks no null."""
    return [row.pk for row in rows.only("pk").select_for_update(no_key=True, skip_locked=True, of=("self",))[:batch]]


def _files(after: int, batch: int) -> tuple[int | None, int]:
    """Also those that a killed run had marked: removing a file twice is no error."""
    rows = list(MediaFile.objects.filter(status=F.ERASING, pk__gt=after).order_by("pk")[:batch])
    for row in rows:
        row.file.storage.delete(str(row.file.name))
        MediaFile.objects.filter(pk=row.pk).update(file="", filename="", status=F.ERASED)
    return (rows[-1].pk, len(rows)) if rows else (None, 0)
