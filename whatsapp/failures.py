"""A message that will not arrive: recorded, and told to the upper apps in the same transaction.

A bug in an upper app's route must not undo the record of a failure (the attempt would look unanswered): then the
failure stands alone, with the route's error on the row, and is told again by the sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from whatsapp.models import Message

FailedRoute = Callable[[Message, datetime], Any]
TELL_LIMIT = 5
CLOSED = (Message.Status.FAILED, Message.Status.CANCELLED)
TOLD_BY_CODE = "deliberate"  # cancelled on purpose by the app that owns it: nobody needs to be told

logger = logging.getLogger(__name__)


@cache
def _routes(path: str) -> tuple[FailedRoute, ...]:
    return tuple(import_string(path))


def record(
    message_id: int,
    status: str,
    *,
    old: Iterable[str],
    error_class: str,
    error_text: str,
    error_code: int | None = None,
    now: datetime,
) -> bool:
    """Move a message to failed or cancelled and tell the upper apps. False when somebody else moved it first."""
    values = {
        "status": status,
        "error_class": error_class,
        "error_code": error_code,
        "error_text": error_text,
        "failed_at": now,
        "settle_by": None,
    }
    Message.TRANSITIONS.check(old, status)
    try:
        with transaction.atomic():
            if not Message.objects.filter(pk=message_id, status__in=list(old)).update(**values, handled_at=now):
                return False
            _tell(message_id, now)
    except Exception as error:
        logger.exception("a failure route raised for message %s", message_id)
        rows = Message.objects.filter(pk=message_id, status__in=list(old))
        why = f"{type(error).__name__}: {error}"[:2000]
        return bool(rows.update(**values, handled_at=None, handling_error=why, handling_attempts=1))
    return True


def _tell(message_id: int, now: datetime) -> None:
    message = Message.objects.select_related("contact", "phone_number").get(pk=message_id)
    for route in _routes(settings.MESSAGE_FAILED_ROUTES):
        route(message, now)


def tell_again(now: datetime) -> int:
    """Failures whose routes raised: told again, a limited number of times. Returns how many were told."""
    untold = Message.objects.filter(
        direction=Message.Direction.OUT, status__in=CLOSED, handled_at=None, handling_attempts__gt=0
    ).filter(handling_attempts__lt=TELL_LIMIT, failed_at__gt=now - timedelta(days=7))
    return sum(_tell_once(pk, now) for pk in untold.order_by("id").values_list("pk", flat=True)[:100])


def _tell_once(message_id: int, now: datetime) -> bool:
    rows = Message.objects.filter(pk=message_id, handled_at=None)
    try:
        with transaction.atomic():
            if not rows.update(handled_at=now, handling_error=""):
                return False
            _tell(message_id, now)
    except Exception as error:
        logger.exception("a failure route raised again for message %s", message_id)
        rows.update(
            handling_attempts=F("handling_attempts") + 1, handling_error=f"{type(error).__name__}: {error}"[:2000]
        )
        return False
    return True


def cancel_queued(which: Q, code: str, reason: str, now: datetime) -> int:
    """Cancel what still waits in the queue. Returns how many were cancelled."""
    waiting = Message.objects.filter(which, direction=Message.Direction.OUT, watched=Message.Status.QUEUED)
    return sum(
        record(pk, Message.Status.CANCELLED, old=[Message.Status.QUEUED], error_class=code, error_text=reason, now=now)
        for pk in waiting.order_by("id").values_list("pk", flat=True)
    )
