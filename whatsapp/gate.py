"""The one gate: may this be sent to this person now? Asked when a message is queued, and again just before it leaves.

The same answer for the page, the task and the preflight. `waits` marks a reason that passes by itself (a template in
review, a stopped number): such a message stays in the queue.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from whatsapp import catalogue, drift, window
from whatsapp.declare import MARKETING, DeclaredTemplate
from whatsapp.models import Contact, Message, MessageTemplate, PhoneNumber

TemplateRows = Mapping[tuple[str, str], MessageTemplate]
# After "not on WhatsApp" one more try a day later is worth it; until then it only harms the number's quality.
UNDELIVERABLE_REST = timedelta(hours=24)
# Verdicts about the account's numbers, not about the person or the template.
OF_NUMBERS = frozenset({"number_stopped", "answers_only"})
WAITING_STATUSES = frozenset({"PENDING", "IN_APPEAL", "PAUSED", ""})


@dataclass(frozen=True)
class Verdict:
    """`code` is for programs, `sentence` for staff."""

    ok: bool
    code: str = "ok"
    sentence: str = ""
    waits: bool = False

    @property
    def goes(self) -> bool:
        """Now, or by itself as soon as it may: it can be queued."""
        return self.ok or self.waits


@dataclass(frozen=True)
class Known:
    """What callers that ask for many people of an account read once: Meta's templates, and how its numbers stand (why
    each is stopped, until when it takes answers only)."""

    templates: TemplateRows
    lines: Sequence[tuple[str, datetime | None]]


OK = Verdict(True)


class CannotSend(Exception):
    """The gate said no. `code` is the verdict's; the message says what to do."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.sentence)
        self.code = verdict.code


def can_send(
    contact: Contact,
    kind: str | DeclaredTemplate,
    now: datetime,
    *,
    language: str = "",
    known: Known | None = None,
) -> Verdict:
    """`kind` is a content type ("text", "interactive", "document", ...) or the declared template."""
    verdict = may_queue(contact, kind, now, language=language, rows=known.templates if known else None)
    if not verdict.ok:
        return verdict
    begins = isinstance(kind, DeclaredTemplate) and not window.is_open(contact.last_inbound_at, now)
    return _lines(lines_of(contact.account_id) if known is None else known.lines, begins=begins)


def may_queue(
    contact: Contact,
    kind: str | DeclaredTemplate,
    now: datetime,
    *,
    language: str = "",
    rows: TemplateRows | None = None,
) -> Verdict:
    """The same without the numbers: the queue of one that is stopped is kept. `rows`: Meta's templates of the account
    by (name, language)."""
    template = kind if isinstance(kind, DeclaredTemplate) else None
    category = template.category if template else ""
    for verdict in (_person(contact, now), _consent(contact, category, now)):
        if not verdict.ok:
            return verdict
    if template is None:
        return OK if window.is_open(contact.last_inbound_at, now) else _closed(contact)
    return _template(contact, template.name, language or contact.language, template, rows)


def objections(
    contact: Contact, template: DeclaredTemplate, now: datetime, *, language: str, known: Known
) -> list[Verdict]:
    """All that speaks against sending this template, of which `can_send` says the first: for a page that shows each."""
    begins = not window.is_open(contact.last_inbound_at, now)
    asked = (
        _person(contact, now),
        _consent(contact, template.category, now),
        _template(contact, template.name, language, template, known.templates),
        _lines(known.lines, begins=begins),
    )
    return [verdict for verdict in asked if not verdict.ok]


def recheck(message: Message, now: datetime, rows: TemplateRows | None = None) -> Verdict:
    """The gate once more for a queued message, just before it leaves: days may have passed."""
    contact = message.contact
    if not message.template_name:
        return may_queue(contact, message.type, now)
    for verdict in (_person(contact, now), _consent(contact, message.category, now)):
        if not verdict.ok:
            return verdict
    declared = catalogue.declared().get(message.template_name)
    return _template(contact, message.template_name, message.language, declared, rows)


def _person(contact: Contact, now: datetime) -> Verdict:
    if contact.merged_into_id is not None:
        return Verdict(False, "merged", "This contact was merged into another one; write to that one.")
    if contact.erased_at is not None:
        return Verdict(False, "erased", "This person was erased at their request; nothing can be sent to them.")
    if not (contact.phone or contact.wa_id or contact.bsuid):
        return Verdict(False, "no_address", "Neither a phone number nor a WhatsApp user id is known.")
    if contact.opted_out_at is not None:
        return Verdict(False, "opted_out", "The person has opted out. Only they can opt in again.")
    if not contact.account.allows(contact.phone or ""):
        return Verdict(
            False,
            "not_in_test_list",
            "The account is in test mode and this number is not on its list. Add it to WHATSAPP_TEST_RECIPIENTS.",
        )
    if contact.undeliverable_since and now < contact.undeliverable_since + UNDELIVERABLE_REST:
        return Verdict(False, "undeliverable", contact.undeliverable_reason or "The number is not on WhatsApp.")
    return OK


def _consent(contact: Contact, category: str, now: datetime) -> Verdict:
    if category == MARKETING and contact.marketing_opted_out_at is not None:
        return Verdict(False, "marketing_opted_out", "The person has stopped marketing messages.")
    if contact.opted_in_at is None and not window.is_open(contact.last_inbound_at, now):
        return Verdict(False, "no_consent", "No opt-in is recorded. Record how the person agreed, then send.")
    return OK


def _closed(contact: Contact) -> Verdict:
    ago = "never wrote" if contact.last_inbound_at is None else "wrote more than 24 hours ago"
    return Verdict(False, "window_closed", f"The person {ago}: only a template may be sent now.")


def _template(
    contact: Contact, name: str, language: str, declared: DeclaredTemplate | None, rows: TemplateRows | None
) -> Verdict:
    row = _row(contact, name, language, rows)
    label = f"{name} ({language})"
    if row is None:
        return Verdict(False, "template_unknown", f"{label} is not at Meta yet. Run sync_templates.", waits=True)
    if row.status in WAITING_STATUSES:
        return Verdict(
            False, "template_waiting", f"{label} is {row.status.lower() or 'unchecked'} at Meta.", waits=True
        )
    if row.status != MessageTemplate.APPROVED:
        why = f" ({row.rejected_reason})" if row.rejected_reason not in ("", "NONE") else ""
        return Verdict(False, "template_not_sendable", f"{label} is {row.status.lower()} at Meta{why}.")
    known = declared is not None and language in declared.bodies
    found = drift.differences(declared, language, row.components) if declared and known else []
    if found:
        return Verdict(False, "template_drifted", f"{label} differs from Meta's copy: {'; '.join(found)}.", waits=True)
    return OK


def _row(contact: Contact, name: str, language: str, rows: TemplateRows | None) -> MessageTemplate | None:
    if rows is not None:
        return rows.get((name, language))
    return MessageTemplate.objects.filter(account_id=contact.account_id, name=name, language=language).first()


def _lines(lines: Sequence[tuple[str, datetime | None]], *, begins: bool) -> Verdict:
    """While one of the account's numbers sends, something goes."""
    if not lines or any(not stopped and not (begins and answers_until) for stopped, answers_until in lines):
        return OK
    why = next((stopped for stopped, _ in lines if stopped), "")
    if begins and not all(stopped for stopped, _ in lines):
        words = "Meta takes answers only for now; what begins a conversation waits until it takes more."
        return Verdict(False, "answers_only", words, waits=True)
    return Verdict(False, "number_stopped", f"The number is stopped and its queue waits: {why}", waits=True)


def lines_of(account_id: int) -> list[tuple[str, datetime | None]]:
    numbers = PhoneNumber.objects.filter(account_id=account_id).order_by("pk")
    return list(numbers.values_list("paused_reason", "answers_only_until"))


def known(account_id: int, names: set[str]) -> Known:
    """For `can_send(known=...)`: two queries for any number of people."""
    return Known(template_rows(account_id, names), lines_of(account_id))


def template_rows(account_id: int, names: set[str]) -> dict[tuple[str, str], MessageTemplate]:
    """Meta's copies of the named templates."""
    found = MessageTemplate.objects.filter(account_id=account_id, name__in=names)
    return {(row.name, row.language): row for row in found}
