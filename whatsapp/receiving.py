"""Stored webhooks -> rows: messages, statuses, templates, accounts. Idempotent: a replay changes nothing.

Deliveries are taken in batches, oldest first, and a batch commits as one. When a batch fails, its deliveries are done
one by one, so that one which cannot be processed keeps nobody waiting: it is tried again, then shown to staff.
"""

from __future__ import annotations

import json
import logging
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from whatsapp import anomalies, changes, ingest, statuses
from whatsapp.anomalies import Anomaly
from whatsapp.changes import Context
from whatsapp.handling import handle_due
from whatsapp.late_statuses import Late
from whatsapp.models import Account, PhoneNumber, WebhookDelivery
from whatsapp.payloads import Change, StatusChanged
from whatsapp.payloads import changes as changes_of
from whatsapp.payloads import messages as messages_of
from whatsapp.payloads import statuses as statuses_of

BATCH = 500
MAX_ATTEMPTS = 5
S = WebhookDelivery.Status

logger = logging.getLogger(__name__)


@dataclass
class _Batch:
    """What a batch of deliveries says, gathered before anything is written."""

    messages: list[ingest.Arrival] = field(default_factory=list)
    statuses: list[StatusChanged] = field(default_factory=list)
    others: list[tuple[Context, Change]] = field(default_factory=list)
    anomalies: list[tuple[WebhookDelivery, Anomaly]] = field(default_factory=list)


def process_pending(now: datetime, limit: int = 5000) -> int:
    """Process what is stored and hand new messages to their routes. Returns the number of deliveries taken."""
    taken = 0
    while taken < limit:
        count = _process_batch(now, min(BATCH, limit - taken))
        if not count:
            break
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


def _process_batch(now: datetime, size: int) -> int:
    ids: list[int] = []
    try:
        with transaction.atomic():
            deliveries = list(_due(now).select_for_update(no_key=True, skip_locked=True)[:size])
            ids = [delivery.pk for delivery in deliveries]
            if ids:
                _apply(deliveries, now)
    except Exception:
        logger.exception("a batch of %s webhooks failed; doing them one by one", len(ids))
        for pk in ids:
            _process_one(pk, now)
    return len(ids)


def _process_one(pk: int, now: datetime) -> None:
    try:
        with transaction.atomic():
            delivery = _due(now).filter(pk=pk).select_for_update(no_key=True, skip_locked=True).first()
            if delivery is not None:
                _apply([delivery], now)
    except Exception:  # noqa: BLE001  (kept on the row with its traceback, tried again, then shown to staff)
        _keep_error(pk, traceback.format_exc(), now)


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


def _apply(deliveries: list[WebhookDelivery], now: datetime) -> None:
    batch = _without_the_erased(_gather(deliveries), deliveries)
    new_anomalies = [(deliveries[0], found) for found in statuses.apply(batch.statuses, now)]
    ingest.store(batch.messages, now)
    for context, change in batch.others:
        new_anomalies += [(context.delivery, found) for found in changes.follow(context, change, now)]
    for delivery in deliveries:
        found = [a for owner, a in (*batch.anomalies, *new_anomalies) if owner.pk == delivery.pk]
        if found:
            anomalies.record(found, delivery, now)
    _note_seen(deliveries)
    pks = [delivery.pk for delivery in deliveries]
    WebhookDelivery.objects.filter(pk__in=pks).update(status=S.PROCESSED, processed_at=now, error="")


def _without_the_erased(batch: _Batch, deliveries: list[WebhookDelivery]) -> _Batch:
    late = Late(batch.statuses)
    if late.wamids:
        late.bodies(deliveries)
        batch.statuses = [late.hidden(change) for change in batch.statuses]
        batch.anomalies = [(delivery, late.anomaly(found)) for delivery, found in batch.anomalies]
    return batch


def _note_seen(deliveries: list[WebhookDelivery]) -> None:
    latest: dict[int, datetime] = {}
    for delivery in deliveries:
        if delivery.account_id is not None:
            latest[delivery.account_id] = delivery.received_at
    for pk, seen in sorted(latest.items()):
        rows = Account.objects.filter(pk=pk).filter(Q(webhooks_seen_at=None) | Q(webhooks_seen_at__lt=seen))
        rows.update(webhooks_seen_at=seen)


def _gather(deliveries: list[WebhookDelivery]) -> _Batch:
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
    """The JSON of a body. Raises ValueError. PostgreSQL stores no NUL character, so it is taken out of texts."""
    body = json.loads(raw)
    return _without_nul(body) if b"\\u0000" in raw else body


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
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
