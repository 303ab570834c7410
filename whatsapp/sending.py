"""Put messages into the outbox. The caller's change and the queued row commit together; a worker sends afterwards.

Every function must be called inside the caller's transaction, raises CannotSend when the gate says no for good, and
raises ContentError for content that Meta would refuse. With a `once_key` the same row comes back however often it is
asked for. Times are aware; `now` comes from the door.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from bettermeals.lib import languages
from whatsapp import window
from whatsapp.contacts import current
from whatsapp.declare import DeclaredTemplate
from whatsapp.failures import TOLD_BY_CODE
from whatsapp.gate import CannotSend, Verdict, can_send, may_queue
from whatsapp.models import Contact, Message, PhoneNumber
from whatsapp.nudges import DELIVER, nudge
from whatsapp.outgoing.content import Content, body_of
from whatsapp.outgoing.files import Audio, Document, Image
from whatsapp.outgoing.interactive import Buttons, CtaUrl, ListMessage, LocationRequest, Row, Section
from whatsapp.outgoing.parameters import ContentError
from whatsapp.outgoing.plain import Text
from whatsapp.outgoing.template import Extras, HeaderFile, TemplateMessage

__all__ = [
    "CannotSend",
    "ContentError",
    "Fallback",
    "Verdict",
    "can_send",
    "cancel",
    "queue",
    "queue_buttons",
    "queue_cta_url",
    "queue_document",
    "queue_image",
    "queue_list",
    "queue_location_request",
    "queue_template",
    "queue_text",
    "reply_or_template",
]
REPLY, BULK = Message.Lane.REPLY, Message.Lane.BULK


@dataclass(frozen=True)
class Fallback:
    """The template to send instead when free text may not be sent any more."""

    template: DeclaredTemplate
    variables: Mapping[str, str]
    language: str | None = None
    url_suffix: str | Mapping[str, str] | None = None
    payloads: Sequence[str] = ()
    document: Document | None = None


def queue_template(
    *,
    contact: Contact,
    template: DeclaredTemplate,
    variables: Mapping[str, str],
    language: str | None = None,
    url_suffix: str | Mapping[str, str] | None = None,
    payloads: Sequence[str] = (),
    document: HeaderFile | None = None,
    extras: Extras | None = None,
    purpose: str | None = None,
    once_key: str | None = None,
    lane: str = BULK,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    route_reason: str = "",
    now: datetime,
) -> Message:
    """Queue a template in the person's language (or `language`), falling back to English. `document`: the file of its
    header; `extras`: a place, a code, a form's token.

    A template that Meta has not approved yet waits in the queue until it is, or until `expires_at`.
    """
    contact = current(contact)
    chosen = languages.pick(language or contact.language, template.bodies)
    content = TemplateMessage(
        template, chosen, variables, url_suffix, tuple(payloads), document, extras=extras or Extras()
    )
    return queue(
        contact,
        content,
        purpose=purpose or template.name,
        once_key=once_key,
        lane=lane,
        not_before=not_before,
        expires_at=expires_at,
        route_reason=route_reason,
        now=now,
    )


def queue_text(*, contact: Contact, text: str, preview: bool = False, **how: Any) -> Message:
    """Free text. `how`: see queue(). Raises CannotSend("window_closed") outside the customer service window."""
    return queue(contact, Text(text, preview), **how)


def queue_buttons(
    *,
    contact: Contact,
    text: str,
    buttons: Sequence[tuple[str, str]],
    header: str = "",
    footer: str = "",
    document: Document | None = None,
    **how: Any,
) -> Message:
    """Up to three reply buttons, each (payload, title); `document` stands above them in place of a header."""
    return queue(contact, Buttons(text, header or "", footer or "", tuple(buttons), document), **how)


def queue_list(
    *,
    contact: Contact,
    text: str,
    button: str,
    rows: Sequence[tuple[str, str, str]] = (),
    sections: Mapping[str, Sequence[tuple[str, str, str]]] | None = None,
    header: str = "",
    footer: str = "",
    **how: Any,
) -> Message:
    """Up to ten rows of (id, title, description), in one section (`rows`) or in several ({title: rows})."""
    grouped = sections if sections is not None else {"": rows}
    made = tuple(Section(tuple(Row(*row) for row in group), title) for title, group in grouped.items())
    return queue(contact, ListMessage(text, header or "", footer or "", button, made), **how)


def queue_cta_url(
    *, contact: Contact, text: str, label: str, url: str, header: str = "", footer: str = "", **how: Any
) -> Message:
    """One button that opens an address."""
    return queue(contact, CtaUrl(text, header, footer, label, url), **how)


def queue_location_request(*, contact: Contact, text: str, **how: Any) -> Message:
    return queue(contact, LocationRequest(text), **how)


def queue_document(
    *, contact: Contact, link: str = "", media_id: str = "", filename: str = "", caption: str = "", **how: Any
) -> Message:
    return queue(contact, Document(media_id, link, caption, filename), **how)


def queue_audio(*, contact: Contact, link: str = "", media_id: str = "", voice: bool = False, **how: Any) -> Message:
    """`voice`: drawn as a voice note; then the file must be OGG with Opus, mono."""
    return queue(contact, Audio(media_id, link, voice), **how)


def queue_image(*, contact: Contact, link: str = "", media_id: str = "", caption: str = "", **how: Any) -> Message:
    return queue(contact, Image(media_id, link, caption), **how)


def reply_or_template(
    *, contact: Contact, content: Content, fallback: Fallback, why: str = "", now: datetime, **how: Any
) -> Message:
    """`content` while the window is open, else the template; the reason for the choice stands on the row, `why` after
    it."""
    if window.is_open(current(contact).last_inbound_at, now):
        reason = f"Free text: the person wrote in the last 24 hours. {why}".strip()
        return queue(contact, content, route_reason=reason, now=now, **how)
    how.pop("reply_to", None)
    return queue_template(
        contact=contact,
        template=fallback.template,
        variables=fallback.variables,
        language=fallback.language,
        url_suffix=fallback.url_suffix,
        payloads=fallback.payloads,
        document=fallback.document,
        route_reason=f"Template: the customer service window is closed. {why}".strip(),
        now=now,
        **{"lane": REPLY, **how},
    )


def queue(
    contact: Contact,
    content: Content,
    *,
    purpose: str = "reply",
    once_key: str | None = None,
    lane: str = REPLY,
    reply_to: Message | str | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    route_reason: str = "",
    now: datetime,
) -> Message:
    """Queue any content. The gate's temporary reasons do not raise: such a message waits in the queue."""
    if not connection.in_atomic_block:
        raise RuntimeError("queue inside the transaction that changes your own rows, or one of both may be lost")
    if once_key and (first := Message.objects.filter(once_key=once_key).first()):
        return first
    contact = current(contact)
    template = content if isinstance(content, TemplateMessage) else None
    kind, language = (template.template, template.language) if template else (content.type, "")
    verdict = may_queue(contact, kind, now, language=language)
    if not verdict.goes:
        raise CannotSend(verdict)
    quoted = reply_to.wamid or "" if isinstance(reply_to, Message) else reply_to or ""
    return _insert(
        Message(
            contact=contact,
            phone_number_id=number_for(contact),
            direction=Message.Direction.OUT,
            type=content.type,
            purpose=purpose,
            status=Message.Status.QUEUED,
            payload=body_of(content, reply_to=quoted),
            text=content.display(),
            template_name=template.template.name if template else "",
            language=language,
            category=template.template.category if template else "",
            lane=lane,
            once_key=once_key,
            route_reason=route_reason,
            reply_to_wamid=quoted,
            created_at=now,
            not_before=not_before or now,
            expires_at=expires_at,
        )
    )


def cancel(message: Message, reason: str, now: datetime) -> bool:
    """Take a message back that still waits. False when it was too late. Failure routes are not called."""
    queued = Message.objects.filter(pk=message.pk, status=Message.Status.QUEUED)
    return bool(
        queued.update(
            status=Message.Status.CANCELLED,
            error_class=TOLD_BY_CODE,
            error_text=reason,
            failed_at=now,
            handled_at=now,
        )
    )


def _insert(message: Message) -> Message:
    try:
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        first = Message.objects.filter(once_key=message.once_key).first() if message.once_key else None
        if first is None:
            raise
        return first
    nudge(DELIVER)
    return message


def number_for(contact: Contact) -> int:
    """The number that writes to this person. Raises CannotSend for an account without one."""
    """The number of the thread so far, else the account's first: an answer comes from where the person wrote to."""
    last = Message.objects.filter(contact=contact).order_by("-created_at", "-id")
    number = last.values_list("phone_number_id", flat=True).first()
    if number is None:
        numbers = PhoneNumber.objects.filter(account_id=contact.account_id).order_by("id")
        number = numbers.values_list("pk", flat=True).first()
    if number is None:
        raise CannotSend(Verdict(False, "no_number", "The account has no phone number. Add it under Accounts."))
    return number
