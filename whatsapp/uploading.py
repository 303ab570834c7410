"""Files of ours at Meta: the same file to the same number goes up once while Meta keeps it, and anew when it is gone.

Meta keeps an upload for 30 days. An id is used again for 25 of them, so that a message which waits for a while still
finds it; if it does not, the refusal leads to one new upload, and the message goes out with the new id.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime, timedelta

from whatsapp.accounts import cloud_api
from whatsapp.cloud_api import AnswerLost, CloudApiError, NotSent
from whatsapp.models import MediaFile, Message, PhoneNumber, UploadedFile
from whatsapp.nudges import DELIVER, nudge

USED_AGAIN = timedelta(days=25)
# A file id that Meta no longer knows: it names no code of its own for that.
UNKNOWN_ID = frozenset({100, 131009})
LEASE = timedelta(minutes=3)
# So long a refused message waits for its new upload before it is tried as it is.
PATIENCE = timedelta(hours=1)

logger = logging.getLogger(__name__)


class Gone(Exception):
    """Our own copy cannot be read: the message is tried as it is."""

    sentence = "Our storage does not give the file back."


def media_id(number: PhoneNumber, name: str, data: bytes, mime_type: str, now: datetime) -> str:
    """The id under which Meta has the file, uploaded if need be. Raises CloudApiError. `number` with its account."""
    digest = _digest(data, mime_type)
    fresh = UploadedFile.objects.filter(number=number, digest=digest, uploaded_at__gt=now - USED_AGAIN)
    found = fresh.values_list("media_id", flat=True).first()
    return found or _upload(number, name, data, mime_type, now)


def _upload(number: PhoneNumber, name: str, data: bytes, mime_type: str, now: datetime) -> str:
    made = cloud_api(number.account).upload(number.phone_number_id, name, data, mime_type)
    values = {"media_id": made[:80], "uploaded_at": now}
    UploadedFile.objects.update_or_create(number=number, digest=_digest(data, mime_type), defaults=values)
    return made


def _digest(data: bytes, mime_type: str) -> str:
    return hashlib.sha256(mime_type.encode() + b"\0" + data).hexdigest()


def ask_anew(message: Message, code: int, now: datetime) -> bool:
    """Meta refused a message; True when its file shall be uploaded anew for it, which is done once. Called in the
    transaction that records the refusal: the upload itself is `renew_due`'s."""
    if code not in UNKNOWN_ID or "id" not in (message.payload.get(message.type) or {}):
        return False
    rows = MediaFile.objects.filter(message=message, status=MediaFile.Status.STORED, attempts=0)
    if not rows.update(status=MediaFile.Status.RENEW, attempts=1, next_attempt_at=now):
        return False
    UploadedFile.objects.filter(media_id=message.payload[message.type]["id"]).delete()
    return True


def renew_due(now: datetime) -> int:
    """Upload anew what refused messages wait for. Returns how many go on."""
    due = MediaFile.objects.filter(status=MediaFile.Status.RENEW, next_attempt_at__lte=now)
    return sum(_renew(pk, now) for pk in due.order_by("next_attempt_at").values_list("pk", flat=True)[:100])


def _renew(pk: int, now: datetime) -> bool:
    mine = MediaFile.objects.filter(pk=pk, status=MediaFile.Status.RENEW, next_attempt_at__lte=now)
    if not mine.update(next_attempt_at=now + LEASE):
        return False
    row = MediaFile.objects.select_related("message__phone_number__account").get(pk=pk)
    message = row.message
    try:
        new = media_id(message.phone_number, row.filename, _bytes(row), row.mime_type, now)
    except (NotSent, AnswerLost):
        return False  # the lease ends, and it is tried again
    except (Gone, CloudApiError) as error:
        MediaFile.objects.filter(pk=pk).update(status=MediaFile.Status.STORED, error=error.sentence)
        return False
    payload = {**message.payload, message.type: {**message.payload[message.type], "id": new}}
    queued = Message.objects.filter(pk=message.pk, status=Message.Status.QUEUED)
    queued.update(payload=payload, not_before=now)
    MediaFile.objects.filter(pk=pk).update(status=MediaFile.Status.STORED, media_id=new[:80], error="")
    nudge(DELIVER)
    return True


def _bytes(row: MediaFile) -> bytes:
    try:
        data: bytes = row.file.read()
    except Exception as error:  # whatever storage a deployment uses has errors of its own
        logger.exception("the file of message %s cannot be read", row.message_id)
        raise Gone from error
    return data


def forget_old(now: datetime) -> int:
    """Rows of uploads that Meta no longer has."""
    return UploadedFile.objects.filter(uploaded_at__lte=now - USED_AGAIN).delete()[0]
