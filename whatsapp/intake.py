"""Webhooks into the database, durable before Meta hears 200, at the price of one commit for all that came together.

A row, a commit and a task for each request leave a small part of what the framework could answer; the figures stand in
docs/performance.md and come from `python -m tests.benchmarks intake`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from bettermeals.lib import clock
from bettermeals.lib.group_commit import GroupCommit
from whatsapp.nudges import PROCESS_WEBHOOKS, NudgeSoon

# By hand: the ORM's bulk insert costs twice as much, and three more round trips for its transaction.
_INSERT = (
    "INSERT INTO whatsapp_webhookdelivery (account_id, received_at, body, body_sha256, status, attempts, error) VALUES "
)
_ROW = "(%s, %s, %s, %s, 'received', 0, '')"


@dataclass(frozen=True, slots=True)
class _Delivery:
    account_id: int
    received_at: datetime
    body: bytes
    body_sha256: str


def store(raw: bytes, account_id: int) -> None:
    """Returns once the body is committed: what is answered is never lost. Raises what the database raises."""
    _commit(_Delivery(account_id, clock.now(), raw, hashlib.sha256(raw).hexdigest()))


def _write(deliveries: list[_Delivery]) -> None:
    """One statement, which commits by itself (the view has no transaction around it)."""
    adapt = connection.ops.adapt_datetimefield_value
    values = [v for d in deliveries for v in (d.account_id, adapt(d.received_at), d.body, d.body_sha256)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT + ", ".join([_ROW] * len(deliveries)), values)
    transaction.on_commit(_nudge)


_nudge = NudgeSoon(PROCESS_WEBHOOKS)
_commit = GroupCommit(_write)
