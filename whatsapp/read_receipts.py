"""Blue ticks at once, with the typing bubble until the answer is out: beside the handling, never in its way.

Due from the moment a message is stored (`ingest`), sent by a task of its own. Best effort: never repeated, and what
fails here is no failure of the message.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import Q

from whatsapp.accounts import cloud_api
from whatsapp.cloud_api import CloudApiError
from whatsapp.models import Message
from whatsapp.nudges import MARK_READ, nudge
from whatsapp.outgoing.receipts import mark_read

TOO_LATE = timedelta(minutes=10)
MOST_PEOPLE = 40
DUE, DONE = Message.ReadReceipt.DUE, Message.ReadReceipt.DONE

logger = logging.getLogger(__name__)


def send_due(now: datetime, limit: int = 200) -> int:
    """Marks each person's newest message: Meta marks the earlier ones with it. Returns how many were sent.

    A few people a run: in a storm the worker is needed for the answers, and the rest is nudged for again.
    """
    rows = Message.objects.filter(read_receipt=DUE).select_related("phone_number__account", "contact").order_by("id")
    newest: dict[int, Message] = {}
    for message in rows[:limit]:
        newest[message.contact_id] = message
    people = list(newest.values())
    if len(people) > MOST_PEOPLE:
        nudge(MARK_READ)
    return sum(_send(message, now) for message in people[:MOST_PEOPLE])


def _send(message: Message, now: datetime) -> bool:
    """Claimed before the call: a receipt that is lost is not worth a second one."""
    earlier = Message.objects.filter(contact_id=message.contact_id, read_receipt=DUE, id__lte=message.pk)
    if not earlier.update(read_receipt=DONE) or now - message.created_at > TOO_LATE:
        return False
    number = message.phone_number
    # Only while an answer is still to come: after the answer the bubble would stand there for 25 seconds.
    waiting = Q(watched=Message.Status.QUEUED, not_before__lte=now)
    unread = Q(direction=Message.Direction.IN, handled_at=None)
    to_come = Message.objects.filter(waiting | unread, contact_id=message.contact_id)
    body = mark_read(message.wamid or "", typing=to_come.exists())
    try:
        cloud_api(number.account).mark_read(number.phone_number_id, body)
    except CloudApiError as error:
        logger.warning("message %s could not be marked as read: %s", message.pk, error)
        return False
    return True
