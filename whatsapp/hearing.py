"""Does what Meta posts reach us? The address it uses beside the one we expect, and silence after sends.

An address may be set for a number, for its account or for the app, and the nearest wins: so one number of an account
may be deaf while the others hear.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse

from whatsapp.incidents import settle
from whatsapp.models import Account, Message, PhoneNumber

SILENCE = timedelta(minutes=15)
LOOK_BACK = timedelta(days=1)
# One message without a status may be Meta's own delay; three in a row are not.
IN_A_ROW = 3
ADDRESS, SILENT = "webhook address", "webhook silence"
NEAREST_FIRST = ("phone_number", "whatsapp_business_account", "application")
SET_AT = {"phone_number": "the number", "whatsapp_business_account": "the account", "application": "the app"}
CHECK_ADDRESS = (
    "In Meta's dashboard check the webhook's address and the field `messages`; then press “Subscribe to webhooks”."
)


def expected_webhook() -> str:
    return f"{settings.PUBLIC_BASE_URL}{reverse('whatsapp:webhook')}"


def address_of(raw: dict[str, Any]) -> tuple[str, str]:
    """Where Meta posts this number's messages, and where that is set; empty when Meta does not tell."""
    given = raw.get("webhook_configuration")
    known = given if isinstance(given, dict) else {}
    found = next((name for name in NEAREST_FIRST if known.get(name)), "")
    return str(known.get(found, "")), SET_AT.get(found, "")


def check_address(number: PhoneNumber, raw: dict[str, Any], now: datetime) -> str:
    """An incident while Meta posts elsewhere. Returns the address it uses."""
    actual, where = address_of(raw)
    wanted = expected_webhook()
    problem = f"Meta posts the messages of {number} to {actual} (set at {where}); expected is {wanted}."
    fix = f"Correct the callback URL at {where} (docs/whatsapp.md, “Connecting a Meta account”), or PUBLIC_BASE_URL."
    differs = bool(actual) and actual != wanted
    settle(
        number.account, ADDRESS, subject=number.phone_number_id, problem=problem if differs else "", fix=fix, now=now
    )
    return actual


def check_silence(account: Account, now: datetime) -> None:
    """Meta sends a status within seconds of each message: none for a while after a send means a broken webhook."""
    last = _last_accepted(account, now)
    heard = account.webhooks_seen_at
    silent = last is not None and (heard is None or heard < last)
    problem = f"Meta took messages at {last:%H:%M} UTC, and no webhook has come since." if silent and last else ""
    settle(account, SILENT, problem=problem, fix=CHECK_ADDRESS, now=now)
    for number in account.numbers.order_by("pk"):
        words = "" if silent else _deaf(number, now)
        settle(account, SILENT, subject=number.phone_number_id, problem=words, fix=CHECK_ADDRESS, now=now)


def _last_accepted(account: Account, now: datetime) -> datetime | None:
    sent = Message.objects.filter(
        phone_number__account=account,
        direction=Message.Direction.OUT,
        attempts__outcome="accepted",
        attempts__finished_at__range=(now - LOOK_BACK, now - SILENCE),
    )
    return sent.order_by("-attempts__finished_at").values_list("attempts__finished_at", flat=True).first()


def _deaf(number: PhoneNumber, now: datetime) -> str:
    """Words when the last messages of this number all stayed without any status, while others of the account got some.

    Marketing is left out: Meta may hold it back for a quality check of an hour or more."""
    sent = Message.objects.filter(
        phone_number=number,
        direction=Message.Direction.OUT,
        status__in=("accepted", "sent", "delivered", "read"),
        created_at__range=(now - LOOK_BACK, now - SILENCE),
    ).exclude(category="MARKETING")
    last = list(sent.order_by("-created_at", "-id").values_list("status", flat=True)[:IN_A_ROW])
    if last != ["accepted"] * IN_A_ROW:
        return ""
    return f"The last {IN_A_ROW} messages of {number} got no status from Meta, while the account's other webhooks come."
