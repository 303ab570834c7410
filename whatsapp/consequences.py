"""What one refused message means beyond itself: for the person, the template, the number."""

from __future__ import annotations

from datetime import datetime

from whatsapp.accounts import pause_number
from whatsapp.errors import ErrorInfo, Kind
from whatsapp.incidents import open_incident
from whatsapp.models import Contact, Message
from whatsapp.optouts import MARKETING, opt_out

NOT_ON_WHATSAPP, STOPPED_MARKETING = 131026, 131050
SENDING, TEMPLATE, REFUSED = "sending", "template", "refused"


def follow(info: ErrorInfo, message: Message, details: str, now: datetime) -> None:
    """Called in the transaction that records the refusal."""
    words = f"{info.sentence} {details}".strip()
    if info.code == NOT_ON_WHATSAPP:
        Contact.objects.filter(pk=message.contact_id).update(undeliverable_since=now, undeliverable_reason=words)
    elif info.code == STOPPED_MARKETING:
        opt_out(message.contact, method=f"Meta error {info.code}", message=message, now=now, purpose=MARKETING)
    elif info.kind is Kind.ACCOUNT:
        _pause(info, message, words, now)
    elif info.kind is Kind.TEMPLATE and message.template_name:
        subject = f"{message.template_name} ({message.language})"
        _open(message, TEMPLATE, subject, info, words, now)
    elif info.kind is Kind.BUG:
        _open(message, REFUSED, str(info.code), info, f"{words} First seen on message {message.pk}.", now)


def _pause(info: ErrorInfo, message: Message, words: str, now: datetime) -> None:
    pause_number(message.phone_number, words, now)
    _open(message, SENDING, message.phone_number.phone_number_id, info, f"{words} (error {info.code})", now)


def _open(message: Message, kind: str, subject: str, info: ErrorInfo, detail: str, now: datetime) -> None:
    account = message.phone_number.account
    open_incident(account, kind, subject=subject, detail=detail, fix=info.remedy, now=now)
