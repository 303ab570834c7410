"""One person's threads without the person: words, files and addresses go; rows, counts, attempts and prices stay.

Meta's message ids carry the phone number in base64, so they become digests too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from bettermeals.lib import clock
from bettermeals.lib.scrubbing import ERASED, Scrubber
from whatsapp import identifying, optouts, sending
from whatsapp.models import (
    BroadcastRecipient,
    Contact,
    InboxItem,
    MediaFile,
    Message,
    MessageStatusEvent,
    Portfolio,
    SendAttempt,
    ThreadNote,
    WebhookDelivery,
)
from whatsapp.remembering import HIDDEN, digest, remember

METHOD = "erased on request"
WAITING = "The person was erased."


def stop(contact: Contact, now: datetime) -> None:
    """From this moment nothing goes out: what waits is cancelled, and the addresses are remembered as opted out."""
    with transaction.atomic():
        for message in Message.objects.filter(contact=contact, watched=Message.Status.QUEUED).order_by("id"):
            sending.cancel(message, WAITING, now)
        optouts.opt_out(contact, method=METHOD, now=now)
        remember([contact.wa_id or "", contact.bsuid or ""], now)
        Contact.objects.filter(pk=contact.pk, erased_at=None).update(erased_at=now)
        InboxItem.objects.filter(contact=contact, closed_at=None).update(closed_at=now, note=METHOD)
        _uncounted_by_name(contact)


def _uncounted_by_name(contact: Contact) -> None:
    """Meta counts them for the rest of the 24 hours, and so do we, under a name that is nobody's."""
    for portfolio in Portfolio.objects.order_by("pk"):
        theirs = portfolio.reached.filter(person__in=[contact.wa_id, contact.bsuid]).order_by("-at")
        for number, row in enumerate(theirs):
            theirs.filter(pk=row.pk).update(person=f"erased:{contact.pk}.{number}")


def messages(contacts: list[int], after: int, most: int, now: datetime) -> int | None:
    """Erase the next `most` messages beyond `after`. Returns the last one's id, None when there were none."""
    rows = list(Message.objects.filter(contact__in=contacts, pk__gt=after).order_by("pk")[:most])
    for message in rows:
        _message(message, now)
    return rows[-1].pk if rows else None


def _message(message: Message, now: datetime) -> None:
    for file in MediaFile.objects.filter(message=message):
        _file(file)
    for attempt in SendAttempt.objects.filter(message=message):
        attempt.wamid, attempt.response, attempt.note = _hidden(attempt.wamid), {}, ""
        attempt.save(update_fields=["wamid", "response", "note"])
    for event in MessageStatusEvent.objects.filter(message=message):
        event.wamid, event.raw = _hidden(event.wamid) or "", {}
        event.save(update_fields=["wamid", "raw"])
    blank = {"text": "", "payload": {}, "error_text": "", "handling_error": "", "route_reason": ""}
    ids = {"wamid": _hidden(message.wamid), "reply_to_wamid": _hidden(message.reply_to_wamid) or ""}
    Message.objects.filter(pk=message.pk).update(
        **blank, **ids, read_receipt=_receipt(message), erased_at=message.erased_at or now
    )


def _receipt(message: Message) -> str:
    """A tick that was still to be sent needs Meta's own id: it is not sent any more."""
    return Message.ReadReceipt.NONE if message.read_receipt == Message.ReadReceipt.DUE else message.read_receipt


def _hidden(wamid: str | None) -> str | None:
    """The same for the same id, so that a message, its attempts and its statuses still belong together."""
    return wamid if not wamid or wamid.startswith(HIDDEN) else f"{HIDDEN}{digest(wamid)}"


def _file(row: MediaFile) -> None:
    """Raises OSError when the store does not take it away: then nothing of this batch is called erased."""
    if row.file:
        row.file.delete(save=False)
    row.file, row.filename, row.media_id, row.sha256, row.error = "", "", "", "", ""
    row.status = MediaFile.Status.ERASED
    row.save(update_fields=["file", "filename", "media_id", "sha256", "error", "status"])


def thread(contacts: list[int]) -> None:
    """What staff wrote about the person, and what a bulk send said to them alone."""
    ThreadNote.objects.filter(contact__in=contacts).exclude(text="").update(text=ERASED)
    InboxItem.objects.filter(contact__in=contacts).update(reason=ERASED)
    BroadcastRecipient.objects.filter(contact__in=contacts).update(values={}, excluded_reason="")


def contacts(pks: list[int]) -> None:
    """The rows stay, so that every message and consent still has its person; nobody can tell whose they were."""
    identifying.erase(pks, clock.now())
    for contact in Contact.objects.filter(pk__in=pks):
        blank: dict[str, Any] = dict.fromkeys(("parent_bsuid", "username", "profile_name"), "")
        contact_id = None if contact.merged_into_id else f"erased:{contact.pk}"
        Contact.objects.filter(pk=contact.pk).update(
            **blank, phone=None, wa_id=None, bsuid=contact_id, undeliverable_reason="", desk_owner=None,
            unread_since=None, taken_over_at=None,
        )  # fmt: skip
        contact.consent_events.exclude(note="").update(note=ERASED)


def webhooks(scrub: Scrubber, near: set[str], after: int, most: int) -> int | None:
    """The next `most` stored webhooks: what is about the person goes; names go where one of `near`'s ids stands too.

    Returns the last one's id, None when there were none left.
    """
    rows = list(WebhookDelivery.objects.filter(pk__gt=after).order_by("pk")[:most])
    for row in rows:
        raw = bytes(row.body)
        kept = scrub.body(raw, names=any(text.encode() in raw for text in near))
        if kept != raw:
            WebhookDelivery.objects.filter(pk=row.pk).update(body=kept)
    return rows[-1].pk if rows else None


def everywhere(contact: Contact) -> list[Contact]:
    """All rows that are this person: merged ones, and the same number or id at our other business accounts."""
    same = Q(pk=contact.pk) | Q(merged_into=contact)
    for name in ("wa_id", "bsuid"):
        if value := getattr(contact, name):
            same |= Q(**{name: value})
    return list(Contact.objects.filter(same).order_by("pk"))
