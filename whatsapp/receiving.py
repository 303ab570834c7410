"""Stored webhooks -> rows: messages, statuses, templates, accounts. Idempotent: a replay changes nothing.

Deliveries are taken in batches, oldest first, and a batch commits as one. When a batch fails, its deliveries are done
one by one, so that one which cannot be processed keeps nobody waiting: it is tried again, then shown to staff.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate, groupby
from typing import Any

from django.db import transaction
from django.db.models import Q

from whatsapp import anomalies, bulk, changes, ingest, making_room, statuses
from whatsapp.anomalies import Anomaly
from whatsapp.changes import Context, Delivery
from whatsapp.handling import handle_due
from whatsapp.late_statuses import Late
from whatsapp.models import Account, Message, PhoneNumber, WebhookDelivery
from whatsapp.payloads import Change, StatusChanged
from whatsapp.payloads import changes as changes_of
from whatsapp.payloads import messages as messages_of
from whatsapp.payloads import statuses as statuses_of

BATCH = 1000
# One body may hold a thousand updates: a batch ends here too, so that its rows are not locked for minutes. The others
# of it that were locked are free again with the commit.
BATCH_BYTES = 4_000_000
MAX_ATTEMPTS = 5
# As JSON writes them: NUL, and either half of a pair of surrogates without the other.
_FIRST, _SECOND = rb"\\ud[89ab][0-9a-f]{2}", rb"\\ud[c-f][0-9a-f]{2}"
_NOT_STORABLE = re.compile(rb"\\u0000|%b(?!%b)|(?<!%b)%b" % (_FIRST, _SECOND, _FIRST, _SECOND), re.IGNORECASE)
S = WebhookDelivery.Status

logger = logging.getLogger(__name__)


@dataclass
class _Batch:
    """What a batch of deliveries says, gathered before anything is written."""

    messages: list[ingest.Arrival] = field(default_factory=list)
    statuses: list[StatusChanged] = field(default_factory=list)
    others: list[tuple[Context, Change]] = field(default_factory=list)
    anomalies: list[tuple[Delivery, Anomaly]] = field(default_factory=list)


def process_pending(now: datetime, limit: int = 5000) -> int:
    """Process what is stored and hand new messages to their routes. Returns the number of deliveries taken.

    What is stored meanwhile has its own nudge: whoever waited for an empty table would, at 300 webhooks a second, go
    round and round with two or three of them (a batch of three costs nearly what one of a hundred costs).
    """
    taken, more = 0, True
    while more and taken < limit:
        count, more = _process_batch(now, min(BATCH, limit - taken))
        taken += count
    handle_due(now)
    return taken


def replay(delivery: WebhookDelivery) -> bool:
    """Process a delivery once more. False while it is still waiting."""
    done = WebhookDelivery.objects.filter(pk=delivery.pk, status__in=[S.PROCESSED, S.FAILED])
    return bool(done.update(status=S.RECEIVED, attempts=0, next_attempt_at=None, error=""))


def replay_since(since: datetime, until: datetime | None = None, *, only_failed: bool = False) -> int:
    """Process once more what was received from `since` on (and before `until`). Returns how many deliveries."""
    done = WebhookDelivery.objects.filter(received_at__gte=since, status__in=[S.FAILED] if only_failed else _ENDED)
    if until is not None:
        done = done.filter(received_at__lt=until)
    return done.update(status=S.RECEIVED, attempts=0, next_attempt_at=None, error="")


_ENDED = [S.PROCESSED, S.FAILED]


def _due(now: datetime) -> Any:
    ready = Q(next_attempt_at=None) | Q(next_attempt_at__lte=now)
    return WebhookDelivery.objects.filter(ready, status=S.RECEIVED).order_by("id")


def _process_batch(now: datetime, size: int) -> tuple[int, bool]:
    """How many were taken, and whether there were more than fit."""
    ids: list[int] = []
    found: list[Delivery] = []
    fresh: list[Message] = []
    try:
        with transaction.atomic():
            found = _locked(_due(now)[:size])
            deliveries = _portion(found)
            ids = [delivery.pk for delivery in deliveries]
            fresh = _apply(deliveries, now) if ids else []
    except Exception:
        logger.exception("a batch of %s webhooks failed; doing them one by one", len(ids))
        for pk in ids:
            _process_one(pk, now)
    making_room.after(fresh, now)
    return len(ids), len(found) == size or len(found) > len(ids)


def _process_one(pk: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            deliveries = _locked(_due(now).filter(pk=pk))
            if deliveries:
                _apply(deliveries, now)
    except Exception:  # noqa: BLE001  (kept on the row with its traceback, tried again, then shown to staff)
        _keep_error(pk, traceback.format_exc(), now)


def _locked(rows: Any) -> list[Delivery]:
    locked = rows.select_for_update(no_key=True, skip_locked=True)
    return [Delivery(*values) for values in locked.values_list("pk", "account_id", "received_at", "body")]


def _portion(deliveries: list[Delivery]) -> list[Delivery]:
    """The first of them, and as many more as fit."""
    sizes = accumulate(len(delivery.body) for delivery in deliveries)
    return deliveries[: max(1, sum(size <= BATCH_BYTES for size in sizes))]


def _keep_error(pk: int, error: str, now: datetime) -> None:
    delivery = WebhookDelivery.objects.get(pk=pk)
    attempts = delivery.attempts + 1
    logger.error("webhook %s failed (attempt %s)", pk, attempts)
    WebhookDelivery.objects.filter(pk=pk, status=S.RECEIVED).update(
        attempts=attempts,
        error=error[-4000:],
        status=S.FAILED if attempts >= MAX_ATTEMPTS else S.RECEIVED,
        next_attempt_at=now + timedelta(seconds=5 * 4**attempts),
    )


def _apply(deliveries: list[Delivery], now: datetime) -> list[Message]:
    """Returns the new messages of people."""
    batch = _without_the_erased(_gather(deliveries), deliveries)
    found = [*batch.anomalies, *((deliveries[0], each) for each in statuses.apply(batch.statuses, now))]
    fresh = ingest.store(batch.messages, now)
    for context, change in batch.others:
        found += [(context.delivery, each) for each in changes.follow(context, change, now)]
    for pk, group in groupby(sorted(found, key=_owner), key=_owner):
        anomalies.record([each for _, each in group], pk, now)
    _note_seen(deliveries)
    done = WebhookDelivery.objects.filter(bulk.among("pk", (delivery.pk for delivery in deliveries)))
    done.update(status=S.PROCESSED, processed_at=now, error="")
    return fresh


def _owner(found: tuple[Delivery, Anomaly]) -> int:
    return found[0].pk


def _without_the_erased(batch: _Batch, deliveries: list[Delivery]) -> _Batch:
    late = Late(batch.statuses)
    if late.wamids:
        late.bodies(deliveries)
        batch.statuses = [late.hidden(change) for change in batch.statuses]
        batch.anomalies = [(delivery, late.anomaly(found)) for delivery, found in batch.anomalies]
    return batch


def _note_seen(deliveries: list[Delivery]) -> None:
    latest: dict[int, datetime] = {}
    for delivery in deliveries:
        if delivery.account_id is not None:
            latest[delivery.account_id] = delivery.received_at
    for pk, seen in sorted(latest.items()):
        rows = Account.objects.filter(pk=pk).filter(Q(webhooks_seen_at=None) | Q(webhooks_seen_at__lt=seen))
        rows.update(webhooks_seen_at=seen)


def _gather(deliveries: list[Delivery]) -> _Batch:
    batch, accounts = _Batch(), Account.objects.in_bulk()
    by_waba = {account.waba_id: account for account in accounts.values()}
    numbers = {number.phone_number_id: number for number in PhoneNumber.objects.select_related("account")}
    for delivery in deliveries:
        try:
            body = parse(bytes(delivery.body))
        except ValueError:
            batch.anomalies.append((delivery, Anomaly("body", "signed, but no JSON")))
            continue
        found = list(changes_of(body))
        if not found:
            batch.anomalies.append((delivery, Anomaly("body", "JSON without any change", {"body": body})))
        signer = accounts.get(delivery.account_id or 0)
        for change in found:
            _sort(batch, Context(delivery, signer, by_waba.get(change.waba_id), numbers), change)
    return batch


def parse(raw: bytes) -> Any:
    """The JSON of a body. Raises ValueError. What no database stores is taken out of its texts: the NUL character, and
    half an emoji, as a text has at its end that was cut somewhere."""
    body = json.loads(raw)
    return _storable(body) if _NOT_STORABLE.search(raw) else body


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def _sort(batch: _Batch, context: Context, change: Change) -> None:
    problem = changes.ownership_problem(context, change)
    if problem:
        batch.anomalies.append((context.delivery, problem))
        return
    batch.anomalies += [(context.delivery, found) for found in changes.unknown_parts(change)]
    if change.field != "messages":
        batch.others.append((context, change))
        return
    number = changes.number_for(context, change)
    received_at = context.delivery.received_at
    if number is not None:
        batch.messages += [ingest.Arrival(number, message) for message in messages_of(change, received_at)]
    batch.statuses += statuses_of(change, received_at)
