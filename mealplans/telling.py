"""One message to one person: free text while their window is open, else the template; the system decides, and why
stands on the message's row. A person who may not be written to raises nothing here: that is noted on the timeline and
everybody else is still told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bettermeals.lib import languages
from households import ops, timeline
from households.models import Household
from households.undelivered import ACT_WITHIN, undelivered_key
from mealplans.models import WeekPlan
from whatsapp import sending, window
from whatsapp.contacts import current
from whatsapp.declare import DeclaredTemplate, UrlButton
from whatsapp.models import Contact, Message
from whatsapp.outgoing.content import Content
from whatsapp.outgoing.files import CAPTION_LIMIT, Document
from whatsapp.outgoing.interactive import BODY_LIMIT, Buttons, CtaUrl
from whatsapp.outgoing.plain import Text
from whatsapp.outgoing.template import TemplateMessage


@dataclass(frozen=True)
class Notice:
    """What to say and how it may be answered. `payloads` go with the template's quick replies, in their order."""

    template: DeclaredTemplate
    variables: Mapping[str, str]
    payloads: Sequence[str] = ()
    url_suffix: str | None = None
    text: str = ""  # the same in free form, with line breaks; empty: the template's own words
    titles: Sequence[str] = field(default_factory=tuple)  # of the buttons in free form, each at most 20 characters
    document: Document | None = None  # above the words, in the template as in free form
    #: In place of the free form: (words, address) -> content, for instance an order to pay in the chat.
    in_place: Callable[[str, str], Content] | None = None
    why: str = ""  # beside the reason for free text or template, on the message's row
    important: bool = False  # the week stands still without an answer: staff must reach this person otherwise


def tell(
    contact: Contact,
    notice: Notice,
    *,
    language: str,
    once_key: str,
    now: datetime,
    household: Household,
    plan: WeekPlan | None = None,
    expires_at: datetime | None = None,
) -> Message | None:
    """Queue the notice inside the caller's transaction; the same `once_key` queues nothing twice.

    Returns None when this person may not be written to (opted out, no consent): the timeline says so.
    """
    filled = _filled(notice, language)
    if _too_long_for_buttons(contact, notice, now):
        _details_first(contact, notice, once_key, now)
    fallback = sending.Fallback(
        notice.template,
        notice.variables,
        filled.language,
        notice.url_suffix,
        tuple(notice.payloads),
        notice.document,
    )
    try:
        return sending.reply_or_template(
            contact=contact,
            content=_free_form(notice, filled),
            fallback=fallback,
            purpose=notice.template.name,
            once_key=once_key,
            lane=sending.BULK,
            expires_at=expires_at,
            why=notice.why,
            now=now,
        )
    except sending.CannotSend as refused:
        _not_told(household, plan, notice, contact, refused, now)
        return None


def _filled(notice: Notice, language: str) -> TemplateMessage:
    code = languages.pick(language, notice.template.bodies)
    payloads = tuple(notice.payloads)
    return TemplateMessage(notice.template, code, notice.variables, notice.url_suffix, payloads, notice.document)


def _free_form(notice: Notice, filled: TemplateMessage) -> Content:
    """The same answers in free form. WhatsApp mixes no reply buttons with an address button: then the text has it."""
    body = notice.text if 0 < len(notice.text) <= BODY_LIMIT else filled.display_body()
    links = [b for b in filled.buttons if isinstance(b, UrlButton)] if notice.url_suffix else []
    if notice.in_place is not None:
        return notice.in_place(body, links[0].full(str(notice.url_suffix)) if links else "")
    if notice.payloads:
        address = f"\n\n{links[0].full(str(notice.url_suffix))}" if links else ""
        pairs = tuple(zip(notice.payloads, notice.titles, strict=True))
        return Buttons(f"{body}{address}", buttons=pairs, document=notice.document)
    if notice.document is not None and len(body) <= CAPTION_LIMIT:
        return replace(notice.document, caption=body)
    if links:
        return CtaUrl(body, label=links[0].text, url=links[0].full(str(notice.url_suffix)))
    return Text(body)


def _too_long_for_buttons(contact: Contact, notice: Notice, now: datetime) -> bool:
    return len(notice.text) > BODY_LIMIT and window.is_open(current(contact).last_inbound_at, now)


def _details_first(contact: Contact, notice: Notice, once_key: str, now: datetime) -> None:
    """Buttons hold 1,024 characters, a text 4,096: the details go ahead, the short form with the buttons follows."""
    if not sending.can_send(current(contact), "text", now).goes:
        return
    sending.queue_text(
        contact=contact,
        text=notice.text[:4096],
        purpose=notice.template.name,
        once_key=f"{once_key}:details",
        lane=sending.BULK,
        route_reason="Free text: the person wrote in the last 24 hours.",
        now=now,
    )


def _not_told(
    household: Household,
    plan: WeekPlan | None,
    notice: Notice,
    contact: Contact,
    refused: sending.CannotSend,
    now: datetime,
) -> None:
    timeline.record(
        household,
        "not_told",
        f"{contact} was not sent {notice.template.name}: {refused}",
        week_start=plan.week_start if plan else None,
        now=now,
        code=refused.code,
    )
    if notice.important:
        ops.open_item(
            kind="undelivered",
            key=undelivered_key(contact),
            about=contact,
            reason=f"{notice.variables.get('name', contact)} of {household} could not be sent "
            f"“{notice.template.name.replace('_', ' ')}”: {refused} Call them.",
            household=household,
            due_at=now + ACT_WITHIN,
            now=now,
        )
