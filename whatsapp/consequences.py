"""What one refused message means beyond itself: for the person, the template, the number."""

from __future__ import annotations

from datetime import datetime, timedelta

from whatsapp import reach, tries
from whatsapp.accounts import answers_only_for_now, pause_number
from whatsapp.errors import ErrorInfo, Kind
from whatsapp.incidents import open_incident
from whatsapp.models import Contact, Message
from whatsapp.optouts import MARKETING, opt_out

NOT_ON_WHATSAPP, STOPPED_MARKETING = 131026, 131050
SENDING, ANSWERS_ONLY, TEMPLATE, REFUSED = "sending", "answers only", "template", "refused"
# Meta blocks what a business begins before it blocks its answers, and its limits count only what is begun: refused for
# one of these, a message that begins a conversation proves nothing about answers, and a refused answer proves all.
BEGINNING_FIRST = frozenset({368, 131048, 131064})
# Such a refusal names no end: after this long one message that begins a conversation goes ahead (see resuming.py).
BEGINNING_REST = timedelta(hours=1)


def follow(info: ErrorInfo, message: Message, details: str, now: datetime) -> None:
    """Called in the transaction that records the refusal."""
    words = f"{info.sentence} {details}".strip()
    if info.code == NOT_ON_WHATSAPP:
        Contact.objects.filter(pk=message.contact_id).update(undeliverable_since=now, undeliverable_reason=words)
    elif info.code == STOPPED_MARKETING:
        opt_out(message.contact, method=f"Meta error {info.code}", message=message, now=now, purpose=MARKETING)
    elif info.kind is Kind.ACCOUNT:
        _stop(info, message, words, now)
    elif info.kind is Kind.TEMPLATE and message.template_name:
        subject = f"{message.template_name} ({message.language})"
        _open(message, TEMPLATE, subject, info, words, now)
    elif info.kind is Kind.BUG:
        _tell_developers(info, message, words, now)


def given_up(info: ErrorInfo, message: Message, details: str, now: datetime) -> None:
    """Called where no more tries follow: what Meta failed at again and again is perhaps our own fault."""
    if info.tries and tries.used_up(message) >= info.tries:
        _tell_developers(info, message, f"{info.sentence} {details}".strip(), now)


def _tell_developers(info: ErrorInfo, message: Message, words: str, now: datetime) -> None:
    _open(message, REFUSED, str(info.code), info, f"{words} First seen on message {message.pk}.", now)


def _stop(info: ErrorInfo, message: Message, words: str, now: datetime) -> None:
    number, said = message.phone_number, f"{words} (error {info.code})"
    if info.code in BEGINNING_FIRST and reach.begins(message, now):
        answers_only_for_now(number, now + BEGINNING_REST)
        _open(message, ANSWERS_ONLY, number.phone_number_id, info, f"{said} Answers still go.", now)
    else:
        pause_number(number, words, now)
        _open(message, SENDING, number.phone_number_id, info, said, now)


def _open(message: Message, kind: str, subject: str, info: ErrorInfo, detail: str, now: datetime) -> None:
    account = message.phone_number.account
    open_incident(account, kind, subject=subject, detail=detail, fix=info.remedy, now=now)
