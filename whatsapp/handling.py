"""Hand stored messages to their routes: one person's messages one at a time and in order.

Claim, the handler's writes and the queued answers commit together. A handler that raises leaves the message
unhandled with the error on its row; it is tried again later, and after the last try parked for staff. Until then the
person's next messages wait: an answer out of order is worse than a late one.
"""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from whatsapp import inbox, routing
from whatsapp.models import Contact, Message

MAX_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=5)
FAILED = "failed"

logger = logging.getLogger(__name__)


def handle_due(now: datetime, limit: int = 2000) -> int:
    """Returns the number of messages handled."""
    handled = 0
    for contact_id in _people_with_mail(now, limit):
        while handled < limit and _handle_next(contact_id, now):
            handled += 1
    return handled


def _unhandled() -> Any:
    return Message.objects.filter(direction=Message.Direction.IN, handled_at=None)


def _people_with_mail(now: datetime, limit: int) -> list[int]:
    ready = Q(handle_after=None) | Q(handle_after__lte=now)
    return list(
        _unhandled().filter(ready).order_by("contact_id").values_list("contact_id", flat=True).distinct()[:limit]
    )


def _handle_next(contact_id: int, now: datetime) -> bool:
    """The person's oldest unhandled message. False when there is none, it is not due, or somebody else is at it."""
    pk = None
    seen, value = _look_ahead(contact_id, now)
    try:
        with transaction.atomic():
            # The person is the lock: held by whoever handles a message of theirs, in whatever process.
            if not Contact.objects.filter(pk=contact_id).select_for_update(no_key=True, skip_locked=True).exists():
                return False
            message = _oldest(contact_id)
            if message is None or (message.handle_after is not None and message.handle_after > now):
                return False
            pk = message.pk
            route = routing.dispatch(message, now, seen_ahead=value if seen == pk else None)
            _finish(message, route, now)
    except Exception:
        logger.exception("the handler of message %s raised", pk)
        if pk is None:
            return False
        return _keep_error(pk, traceback.format_exc(), now)
    return True


def _look_ahead(contact_id: int, now: datetime) -> tuple[int | None, Any]:
    """(the message looked at, what was seen), outside any transaction; should another worker be quicker, it is unused.

    A look that raises is no reason to leave the message unanswered: it is logged, and the handler sees nothing."""
    ahead = routing.look_ahead()
    message = _oldest(contact_id) if ahead else None
    if ahead is None or message is None or (message.handle_after is not None and message.handle_after > now):
        return None, None
    try:
        return message.pk, ahead.look(routing.inbound(message), now)
    except Exception:
        logger.exception("looking ahead at message %s raised", message.pk)
        return None, None


def _oldest(contact_id: int) -> Message | None:
    rows = _unhandled().filter(contact_id=contact_id).select_related("contact__account", "phone_number")
    found: Message | None = rows.order_by("created_at", "id").first()
    return found


def _finish(message: Message, route: str, now: datetime) -> None:
    row = Message.objects.filter(pk=message.pk, handled_at=None)
    row.update(handled_at=now, claimed_by=route, handling_error="", handle_after=None)
    if route in (routing.PARKED, routing.TAKEN):
        # Not sent yet: blue ticks would promise attention that nobody may give for hours.
        receipt = Message.ReadReceipt
        Message.objects.filter(pk=message.pk, read_receipt=receipt.DUE).update(read_receipt=receipt.NONE)


def _keep_error(pk: int, error: str, now: datetime) -> bool:
    """True when the message is done with (parked), so that the person's next one may be handled."""
    rows = Message.objects.filter(pk=pk, handled_at=None)
    rows.update(handling_attempts=F("handling_attempts") + 1, handling_error=error[-4000:])
    message = Message.objects.select_related("contact").get(pk=pk)
    if message.handling_attempts < MAX_ATTEMPTS:
        rows.update(handle_after=now + FIRST_WAIT * 3 ** (message.handling_attempts - 1))
        return False
    with transaction.atomic():
        inbox.park(message, "A program error kept this message from being answered; the error is on the message.", now)
        rows.update(handled_at=now, claimed_by=FAILED, handle_after=None)
    return True
