"""Accounts, people and messages, as the use cases leave them; and webhooks as Meta writes and signs them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client

from bettermeals.lib.crypto import hmac_sha256_hex
from whatsapp import accounts, contacts, optouts, sending
from whatsapp.declare import DeclaredTemplate
from whatsapp.models import Account, Contact, Message, MessageTemplate

NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)  # Saturday 09:00 in Kolkata
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEBHOOK = "/api/v1/whatsapp/webhook"
_numbers = itertools.count(100_000)
_wamids = itertools.count(1)


def make_account(**fields: Any) -> Account:
    """The default account, as the environment names it."""
    account = accounts.ensure_default_account()
    if fields:
        Account.objects.filter(pk=account.pk).update(**fields)
        account.refresh_from_db()
    return account


def make_contact(phone: str = "", *, opted_in: bool = True, wrote_at: datetime | None = None, **fields: Any) -> Contact:
    """Somebody who agreed to be messaged; `wrote_at` opens the customer service window."""
    phone = phone or f"+919810{next(_numbers):06d}"
    contact = contacts.get_or_create_contact(accounts.default_account(), phone=phone)
    if opted_in:
        optouts.opt_in(contact, method="signed form", now=NOW - DAY)
    Contact.objects.filter(pk=contact.pk).update(last_inbound_at=wrote_at, **fields)
    return Contact.objects.select_related("account").get(pk=contact.pk)


def approve(template: DeclaredTemplate, account: Account | None = None, **fields: Any) -> list[MessageTemplate]:
    """Meta's copies of a declared template, approved in all its languages."""
    return approve_all([template], account, **fields)


def approve_all(
    templates: Iterable[DeclaredTemplate], account: Account | None = None, **fields: Any
) -> list[MessageTemplate]:
    """The same of several, in one statement: nearly every test of the layers above begins with a whole catalogue."""
    account = account or accounts.default_account()
    rows = [
        MessageTemplate(
            account=account,
            name=template.name,
            language=language,
            **{**_approved(template, language), **fields},
        )
        for template in templates
        for language in template.bodies
    ]
    changed = {"components", "status", "category", *fields}
    return MessageTemplate.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["account", "name", "language"], update_fields=sorted(changed)
    )


def _approved(template: DeclaredTemplate, language: str) -> dict[str, Any]:
    return {"components": template.components(language), "category": template.category, "status": "APPROVED"}


def queue_text(contact: Contact, text: str = "Hello", now: datetime = NOW, **how: Any) -> Message:
    with transaction.atomic():
        return sending.queue_text(contact=contact, text=text, now=now, **how)


def wamid() -> str:
    return f"wamid.test{next(_wamids):08d}"


def change(value: dict[str, Any], field: str = "messages", waba_id: str = "") -> dict[str, Any]:
    """A whole webhook body around one value."""
    entry = {"id": waba_id or settings.WHATSAPP_BUSINESS_ACCOUNT_ID, "changes": [{"field": field, "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def metadata() -> dict[str, str]:
    return {"display_phone_number": "918047182000", "phone_number_id": settings.WHATSAPP_PHONE_NUMBER_ID}


def inbound(
    message: dict[str, Any], *, phone: str = "+919810000001", name: str = "Asha", **also: Any
) -> dict[str, Any]:
    """A webhook with one message of a person who shows a phone number."""
    wa_id = phone.removeprefix("+")
    whole = {"from": wa_id, "id": wamid(), "timestamp": str(int(NOW.timestamp())), **message}
    people = [{"profile": {"name": name}, "wa_id": wa_id}]
    return change(
        {"messaging_product": "whatsapp", "metadata": metadata(), "contacts": people, "messages": [whole], **also}
    )


def text(body: str, **how: Any) -> dict[str, Any]:
    return inbound({"type": "text", "text": {"body": body}}, **how)


def status(id: str, status: str, at: datetime = NOW, **also: Any) -> dict[str, Any]:
    """One entry of `statuses[]`."""
    return {"id": id, "status": status, "timestamp": str(int(at.timestamp())), "recipient_id": "919810000001", **also}


def statuses(*entries: dict[str, Any]) -> dict[str, Any]:
    return change({"messaging_product": "whatsapp", "metadata": metadata(), "statuses": list(entries)})


def sign(raw: bytes, secret: str = "") -> str:
    return "sha256=" + hmac_sha256_hex(secret or settings.WHATSAPP_APP_SECRET, raw)


def post(body: Any, *, secret: str = "", client: Client | None = None) -> Any:
    """Post a webhook through the real view, signed over its bytes as Meta signs."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    header = {"X-Hub-Signature-256": sign(raw, secret)}
    return (client or Client()).post(WEBHOOK, raw, content_type="application/json", headers=header)
