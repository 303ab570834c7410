"""What a webhook left behind: everything that differs from before, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.factories.whatsapp import NOW, post
from whatsapp import receiving
from whatsapp.models import (
    ConsentEvent,
    Contact,
    Incident,
    MediaFile,
    Message,
    MessageStatusEvent,
    MessageTemplate,
    PhoneNumber,
    WebhookAnomaly,
    WebhookDelivery,
)
from whatsapp.payloads import event_of, payload_of

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
# The message of ours that the captured statuses, replies and reactions speak of.
SENT = "wamid.HBgMOTE5ODEwMDAwMDAxFQIAERgSOUY4"
PERSON = (
    "phone",
    "wa_id",
    "bsuid",
    "parent_bsuid",
    "username",
    "profile_name",
    "last_inbound_at",
    "opted_out_at",
    "marketing_opted_out_at",
    "undeliverable_since",
)
NUMBER = ("verified_name", "status", "quality_rating", "throughput_level", "messaging_limit", "paused_reason",
          "answers_only_until")  # fmt: skip
TEMPLATE = ("status", "category", "previous_category", "quality", "rejected_reason")
MESSAGE = ("status", "error_code", "error_class", "sent_at", "delivered_at", "read_at", "failed_at")


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def receive(*names: str) -> None:
    for name in names:
        assert post(load(name)).status_code == 200
        receiving.process_pending(NOW)
    assert set(WebhookDelivery.objects.values_list("status", "error")) == {("processed", "")}


class Before:
    """What stands before a webhook comes; `became()` is the difference."""

    def __init__(self) -> None:
        self.rows = _standing()
        self.seen = {model: set(model.objects.values_list("pk", flat=True)) for model in NEW}

    def became(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, values in _standing().items():
            if changed := _difference(self.rows[key], values):
                found[key] = changed
        for model, (name, facts) in NEW.items():
            made = [facts(row) for row in model.objects.exclude(pk__in=self.seen[model]).order_by("pk")]
            if made:
                found[name] = made
        return found


def _standing() -> dict[str, dict[str, Any]]:
    """The rows that were there (each the oldest of its kind), with what may change of them."""
    asha, number = Contact.objects.order_by("pk")[0], PhoneNumber.objects.order_by("pk")[0]
    template = MessageTemplate.objects.get(name="week_ready", language="en")
    ours = Message.objects.get(wamid=SENT)
    return {
        "asha": _facts(asha, PERSON),
        "number": _facts(number, NUMBER),
        "template": _facts(template, TEMPLATE) | {"words": _words(template.components)},
        "ours": _facts(ours, MESSAGE) | {"pricing": _price(ours.pricing)},
    }


def _facts(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    return {name: _short(value) for name, value in after.items() if value != before[name]}


def _short(value: Any) -> Any:
    """A moment as the seconds between it and NOW."""
    return int((value - NOW).total_seconds()) if hasattr(value, "tzinfo") else value


def _words(components: list[dict[str, Any]]) -> list[str]:
    return [str(part.get("text") or [button["text"] for button in part.get("buttons", [])]) for part in components]


def _price(pricing: dict[str, Any]) -> str:
    return " ".join(str(pricing.get(name, "")) for name in ("pricing_model", "type", "category") if pricing.get(name))


def _said(row: Message) -> tuple[str, ...]:
    """Direction, type, status, the words or the payload behind them, and which route took it."""
    payload = payload_of(event_of(row.payload))
    return row.direction, row.type, row.status, f"{row.text} ({payload})" if payload else row.text, row.claimed_by


def _plain(detail: str) -> str:
    """Without what other tests speak of: a row's number and a price."""
    return re.sub(r"message \d+", "message N", detail).partition(" That is ₹")[0]


NEW: dict[Any, tuple[str, Any]] = {
    Message: ("messages", _said),
    MediaFile: ("files", lambda row: (row.mime_type, row.status)),
    MessageStatusEvent: ("events", lambda row: (row.status, "ours" if row.message_id else "parked")),
    Contact: ("people", lambda row: (row.phone or row.bsuid, row.profile_name)),
    PhoneNumber: ("numbers", lambda row: (row.phone_number_id, row.display_phone_number)),
    MessageTemplate: ("templates", lambda row: (row.name, row.language, row.status, row.category)),
    ConsentEvent: ("consent", lambda row: (row.purpose, row.action, row.method)),
    Incident: ("incidents", lambda row: (row.kind, row.subject, _plain(row.detail))),
    WebhookAnomaly: ("anomalies", lambda row: (row.kind, row.detail)),
}
