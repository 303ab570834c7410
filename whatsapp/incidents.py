"""Incidents open once, are refreshed while they last, and close themselves when the check finds them gone."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from whatsapp.models import Account, Incident

logger = logging.getLogger(__name__)


def open_incident(
    account: Account, kind: str, *, subject: str = "", detail: str, fix: str = "", now: datetime
) -> Incident:
    """The open incident of this kind and subject, opened if there was none."""
    rows = Incident.objects.filter(account=account, kind=kind, subject=subject, closed_at=None)
    if rows.update(last_seen_at=now, detail=detail, fix=fix):
        return rows.get()
    try:
        with transaction.atomic():
            incident = Incident.objects.create(
                account=account, kind=kind, subject=subject, detail=detail, fix=fix, opened_at=now, last_seen_at=now
            )
    except IntegrityError:  # another process opened it in the same moment
        return rows.get()
    logger.error("incident opened: %s %s: %s", kind, subject, detail)
    return incident


def close_incident(
    account: Account, kind: str, *, subject: str = "", because: str, now: datetime, by: Any = None
) -> bool:
    """True when one was open."""
    rows = Incident.objects.filter(account=account, kind=kind, subject=subject, closed_at=None)
    closed = rows.update(closed_at=now, closed_because=because, closed_by=by)
    if closed:
        logger.info("incident closed: %s %s: %s", kind, subject, because)
    return bool(closed)


def settle(account: Account, kind: str, *, subject: str = "", problem: str, fix: str = "", now: datetime) -> None:
    """Open or refresh while `problem` has words, close when it is empty."""
    if problem:
        open_incident(account, kind, subject=subject, detail=problem, fix=fix, now=now)
    else:
        close_incident(account, kind, subject=subject, because="The check found it gone.", now=now)
