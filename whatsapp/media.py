"""Files that people send: fetched at once (their address lives five minutes), checked, stored, never shown inline."""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import mimetypes
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db.models import QuerySet

from whatsapp.accounts import cloud_api
from whatsapp.cloud_api import AnswerLost, CloudApi, MediaAddress, NotSent, Refused
from whatsapp.incidents import close_incident, open_incident
from whatsapp.models import Account, MediaFile
from whatsapp.outgoing.files import SIZE_LIMITS

MAX_ATTEMPTS = 6
LEASE = timedelta(minutes=3)
# What we keep of documents is a tenth of what WhatsApp carries: a household sends a list or a bill, not an archive.
DOCUMENT_LIMIT = 10_000_000
REFUSED_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "image/svg+xml", "application/javascript", "text/javascript"}
)
STORAGE = "storage"
# A full disk is ours to repair: it uses up no tries, and Meta keeps the file for seven days.
STORAGE_PAUSE = timedelta(minutes=10)
FREE_SPACE = (
    "Free space on the disk or bucket of MEDIA_ROOT, or repair its access. Nothing is lost: Meta keeps the files for "
    "seven days, and they are fetched again every ten minutes."
)

logger = logging.getLogger(__name__)


class Unacceptable(Exception):
    """The file is not kept; the message says why."""


class StorageFailed(Exception):
    """Our own storage did not take the file: full, or out of reach."""


def fetch_due(now: datetime, limit: int = 100) -> int:
    """Returns how many files were stored. Each row is leased first, so that two workers do not fetch the same."""
    return sum(_fetch(pk, now) for pk in _due(now).order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def _due(now: datetime) -> QuerySet[MediaFile]:
    return MediaFile.objects.filter(status=MediaFile.Status.DUE, next_attempt_at__lte=now)


def _fetch(pk: int, now: datetime) -> bool:
    if not _due(now).filter(pk=pk).update(next_attempt_at=now + LEASE):
        return False
    row = MediaFile.objects.select_related("message__phone_number__account").get(pk=pk)
    number = row.message.phone_number
    try:
        data, found = _download(row, cloud_api(number.account), number.phone_number_id)
    except Unacceptable as error:
        return _give_up(row, MediaFile.Status.REFUSED, str(error))
    except (NotSent, AnswerLost, Refused) as error:
        return _again(row, error, now)
    try:
        _keep(row, data, found)
    except StorageFailed as error:
        return _wait_for_space(row, number.account, str(error), now)
    close_incident(number.account, STORAGE, because="Files are stored again.", now=now)
    return True


def _download(row: MediaFile, api: CloudApi, phone_number_id: str) -> tuple[bytes, MediaAddress]:
    """The address is asked for each time: an old one answers 404 after five minutes."""
    found = api.media(row.media_id, phone_number_id)
    mime = (found.mime_type or row.mime_type).split(";")[0].strip().lower()
    if mime in REFUSED_TYPES:
        raise Unacceptable(f"Files of the type {mime} are not kept: a browser could run them.")
    limit = _limit(row.message.type)
    if found.size > limit:
        raise Unacceptable(f"The file has {found.size:,} bytes; at most {limit:,} are kept.")
    data = api.download(found.url, limit)
    wanted = row.sha256 or found.sha256
    if wanted and not _digest_fits(data, wanted):
        raise AnswerLost("the file's checksum does not fit")
    return data, found


def _limit(kind: str) -> int:
    return min(SIZE_LIMITS.get(kind, DOCUMENT_LIMIT), SIZE_LIMITS["audio"]) if kind != "document" else DOCUMENT_LIMIT


def _digest_fits(data: bytes, wanted: str) -> bool:
    """Webhooks write the digest in base64, the media call in hex."""
    digest = hashlib.sha256(data).digest()
    if wanted.lower() == digest.hex():
        return True
    try:
        return base64.b64decode(wanted + "=" * (-len(wanted) % 4)) == digest
    except (binascii.Error, ValueError):
        return False


def _keep(row: MediaFile, data: bytes, found: MediaAddress) -> None:
    mime = (found.mime_type or row.mime_type).split(";")[0].strip().lower()
    # The stored name is ours: the sender's may hold anything. It is given back on download only.
    name = f"{row.message.public_id}{mimetypes.guess_extension(mime) or '.bin'}"
    _write(row, name, data)
    row.status, row.size, row.mime_type, row.error = MediaFile.Status.STORED, len(data), mime[:120], ""
    row.save(update_fields=["file", "status", "size", "mime_type", "error"])


def _write(row: MediaFile, name: str, data: bytes) -> None:
    """Raises StorageFailed. What a full disk has taken of the file is removed, or it would stay full of halves."""
    try:
        row.file.save(name, ContentFile(data), save=False)
    except Exception as error:  # whatever storage a deployment uses has errors of its own
        logger.exception("the file of message %s could not be stored", row.message_id)
        _remove_half(row, name)
        raise StorageFailed(f"{type(error).__name__}: {error}") from error


def _remove_half(row: MediaFile, name: str) -> None:
    field = row._meta.get_field("file")
    try:
        field.storage.delete(field.generate_filename(row, name))
    except Exception:
        logger.exception("nor could its half be removed")


def _wait_for_space(row: MediaFile, account: Account, why: str, now: datetime) -> bool:
    row.error = f"Our storage did not take the file. {why}"[:1000]
    row.next_attempt_at = now + STORAGE_PAUSE
    row.save(update_fields=["error", "next_attempt_at"])
    detail = f"Files that people send cannot be stored. {why}"
    open_incident(account, STORAGE, detail=detail, fix=FREE_SPACE, now=now)
    return False


def _again(row: MediaFile, error: NotSent | AnswerLost | Refused, now: datetime) -> bool:
    row.attempts += 1
    row.error = f"{error.sentence} ({error})"[:1000]
    if row.attempts >= MAX_ATTEMPTS:
        return _give_up(row, MediaFile.Status.FAILED, row.error)
    row.next_attempt_at = now + timedelta(seconds=10 * 3**row.attempts)
    row.save(update_fields=["attempts", "error", "next_attempt_at"])
    return False


def _give_up(row: MediaFile, status: str, why: str) -> bool:
    row.status, row.error = status, why
    row.save(update_fields=["status", "error", "attempts"])
    return False
