"""A file that staff send in an answer: looked at first, uploaded to Meta, then queued like any other words.

The upload stands outside every transaction and comes before the row: a message is queued only with an id that Meta
gave. What was uploaded and not queued (the process died in between) is Meta's to forget after 30 days.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from whatsapp import inbox, sending, uploading
from whatsapp.cloud_api import CloudApiError
from whatsapp.contacts import current
from whatsapp.gate import CannotSend, can_send
from whatsapp.models import Contact, MediaFile, Message, PhoneNumber
from whatsapp.outgoing.files import SIZE_LIMITS, Audio, Document, Image, check_upload
from whatsapp.outgoing.parameters import ContentError

#: The largest that staff may send; Meta's own caps per kind are below it or equal.
MOST = SIZE_LIMITS["audio"]
#: Documents that a household can open on a phone. Meta takes any; a page or a program would only do harm.
DOCUMENTS = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/csv": ".csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
#: How a file of the kind begins, (offset, bytes): a name and a browser's word are no proof.
BEGINNINGS: dict[str, tuple[tuple[int, bytes], ...]] = {
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "application/pdf": ((0, b"%PDF-"),),
    "audio/mpeg": ((0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")),
    "audio/ogg": ((0, b"OggS"),),
    "audio/mp4": ((4, b"ftyp"),),
    "audio/amr": ((0, b"#!AMR"),),
    "audio/aac": ((0, b"\xff\xf1"), (0, b"\xff\xf9")),
}
ZIPPED = (0, b"PK\x03\x04")


@dataclass(frozen=True)
class Upload:
    """What staff chose: the browser's name for it and the bytes."""

    name: str
    data: bytes

    @property
    def mime(self) -> str:
        """By the name's ending; whether the bytes agree is asked by `kind`."""
        return {
            ".m4a": "audio/mp4",
            ".csv": "text/csv",
            ".ogg": "audio/ogg",
            ".aac": "audio/aac",
            ".amr": "audio/amr",
        }.get(self.ending, mimetypes.guess_type(self.name)[0] or "")

    @property
    def ending(self) -> str:
        _stem, dot, ending = self.name.rpartition(".")
        return f".{ending.lower()}" if dot else ""

    def kind(self) -> str:
        """image, audio or document. Raises ContentError, in words for whoever chose the file."""
        found = next((kind for kind in ("image", "audio") if self.mime.startswith(f"{kind}/")), "document")
        if not self.data:
            raise ContentError(_("The file is empty."))
        if found == "document" and self.mime not in DOCUMENTS:
            raise ContentError(_("Send a picture (JPEG, PNG), a sound, or a PDF, Word, Excel, text or CSV file."))
        check_upload(found, self.mime, len(self.data))
        if not self._begins():
            raise ContentError(_("The file is not what its name says; open it and save it again."))
        return found

    def _begins(self) -> bool:
        known = BEGINNINGS.get(self.mime) or ((ZIPPED,) if self.mime.startswith("application/vnd") else ())
        fits = any(self.data[at : at + len(start)] == start for at, start in known)
        return fits if known else b"\x00" not in self.data[:4096]


def send(
    contact: Contact, file: Upload, caption: str, by: Any, now: datetime, *, reply_to: Message | None, once: str
) -> Message:
    """Upload and queue; the thread's open item is closed. `once`: pressed twice, it is sent once.

    Raises ContentError (the file), CannotSend (the gate), ValueError with Meta's reason.
    """
    contact, kind, key = current(contact), file.kind(), f"desk:{once}" if once else None
    verdict = can_send(contact, kind, now)
    if not verdict.goes:
        raise CannotSend(verdict)
    if key and (first := Message.objects.filter(once_key=key).first()):
        return first
    media_id = upload(contact, file, now)
    with transaction.atomic():
        content = _content(kind, media_id, caption, file.name)
        message = sending.queue(
            contact,
            content,
            purpose=inbox.STAFF_ANSWER,
            once_key=key,
            reply_to=reply_to,
            route_reason=f"Written by {by}.",
            now=now,
        )
        _keep(message, media_id, file, now)
        inbox.answered(contact, by, "Answered with a file.", now)
    return message


def upload(contact: Contact, file: Upload, now: datetime) -> str:
    """Meta's id for it, at the number that writes to this person. Raises ValueError with Meta's reason."""
    number = PhoneNumber.objects.select_related("account").get(pk=sending.number_for(contact))
    try:
        return uploading.media_id(number, file.name, file.data, file.mime, now)
    except CloudApiError as error:
        raise ValueError(_("Meta did not take the file: %(why)s") % {"why": error.sentence}) from error


def _content(kind: str, media_id: str, caption: str, name: str) -> Image | Audio | Document:
    if kind == "image":
        return Image(media_id, caption=caption)
    return Audio(media_id) if kind == "audio" else Document(media_id, caption=caption, filename=name[:240])


def _keep(message: Message, media_id: str, file: Upload, now: datetime) -> None:
    """Our own copy, so that the thread shows what was sent. A second press that came to the same row finds it there."""
    if MediaFile.objects.filter(message=message).exists():
        return
    row = MediaFile(message=message, media_id=media_id[:80], mime_type=file.mime, filename=file.name[:255])
    row.size, row.status, row.next_attempt_at = len(file.data), MediaFile.Status.STORED, now
    row.file.save(f"{message.public_id}{file.ending}", ContentFile(file.data), save=False)
    row.save()
