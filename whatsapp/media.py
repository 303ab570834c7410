"""Files that people send: fetched at once (their address lives five minutes), checked, stored, never shown inline."""

from __future__ import annotations

import base64
import binascii
import hashlib
import mimetypes
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db.models import QuerySet

from whatsapp.accounts import cloud_api
from whatsapp.cloud_api import AnswerLost, CloudApi, MediaAddress, NotSent, Refused
from whatsapp.models import MediaFile
from whatsapp.outgoing.files import SIZE_LIMITS

MAX_ATTEMPTS = 6
LEASE = timedelta(minutes=3)
# What we keep of documents is a tenth of what WhatsApp carries: a household sends a list or a bill, not an archive.
DOCUMENT_LIMIT = 10_000_000
REFUSED_TYPES = frozenset(
    {"text/html", "application/xhtml+xml", "image/svg+xml", "application/javascript", "text/javascript"}
)


class Unacceptable(Exception):
    """The file is not kept; the message says why."""


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
    _keep(row, data, found)
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
    row.file.save(name, ContentFile(data), save=False)
    row.status, row.size, row.mime_type, row.error = MediaFile.Status.STORED, len(data), mime[:120], ""
    row.save(update_fields=["file", "status", "size", "mime_type", "error"])


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
