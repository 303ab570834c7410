"""Blue ticks for what was handled, with the typing bubble while an answer waits. Best effort: never repeated."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from whatsapp.accounts import cloud_api
from whatsapp.cloud_api import CloudApiError
from whatsapp.models import Message
from whatsapp.outgoing.receipts import mark_read

TOO_LATE = timedelta(minutes=10)
DUE, DONE = Message.ReadReceipt.DUE, Message.ReadReceipt.DONE

logger = logging.getLogger(__name__)


def send_due(now: datetime, limit: int = 200) -> int:
    """Marks each person's newest handled message: Meta marks the earlier ones with it. Returns how many were sent."""
    rows = Message.objects.filter(read_receipt=DUE).select_related("phone_number__account", "contact").order_by("id")
    newest: dict[int, Message] = {}
    for message in rows[:limit]:
        newest[message.contact_id] = message
    return sum(_send(message, now) for message in newest.values())


def _send(message: Message, now: datetime) -> bool:
    """Claimed before the call: a receipt that is lost is not worth a second one."""
    earlier = Message.objects.filter(contact_id=message.contact_id, read_receipt=DUE, id__lte=message.pk)
    if not earlier.update(read_receipt=DONE) or now - message.created_at > TOO_LATE:
        return False
    number = message.phone_number
    # Only while an answer still waits: after the answer the bubble would stand there for 25 seconds.
    waiting = Message.objects.filter(contact_id=message.contact_id, status=Message.Status.QUEUED, not_before__lte=now)
    body = mark_read(message.wamid or "", typing=waiting.exists())
    try:
        cloud_api(number.account).mark_read(number.phone_number_id, body)
    except CloudApiError as error:
        logger.warning("message %s could not be marked as read: %s", message.pk, error)
        return False
    return True
