"""The payment provider's webhooks: one event per body, an id to deduplicate by, HMAC over the raw body."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import TYPE_CHECKING, Any

from whatsapp.simulator.core.ids import razorpay
from whatsapp.simulator.core.outbox import Delivery
from whatsapp.simulator.core.webhooks import serialise

if TYPE_CHECKING:
    from whatsapp.simulator.core.world import World

ACCOUNT = "acc_SimulatorBMeals"
SIGNER = "payments"


def tell(world: World, event: str, now: float, **entities: dict[str, Any]) -> None:
    """Queue an event; entities by name: payment_link, order, payment, refund."""
    body = {
        "entity": "event",
        "account_id": ACCOUNT,
        "event": event,
        "contains": list(entities),
        "payload": {name: {"entity": entity} for name, entity in entities.items()},
        "created_at": int(now),
    }
    world.payment_outbox.queue({"body": body, "event_id": razorpay("evt")[4:]})


def pack(world: World, facts: list[dict[str, Any]]) -> list[Delivery]:
    """One delivery per event, in order unless reorder_webhooks is on."""
    if world.knobs.reorder_webhooks:
        facts = facts[::-1]
    due = time.monotonic() + world.knobs.webhook_delay_ms / 1000
    return [_delivery(world, fact, due) for fact in facts]


def _delivery(world: World, fact: dict[str, Any], due: float) -> Delivery:
    headers = {"Content-Type": "application/json", "x-razorpay-event-id": fact["event_id"]}
    return Delivery(world.settings.payment_callback_url, serialise(fact["body"]), headers, SIGNER, not_before=due)


def signature(secret: str, body: bytes) -> str:
    """X-Razorpay-Signature: plain hex, keyed with the webhook secret (not the API key's)."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def callback_signature(key_secret: str, link_id: str, reference: str, status: str, payment_id: str) -> str:
    """The browser's return is signed too, with the API key's secret, over four values joined by bars."""
    return signature(key_secret, f"{link_id}|{reference}|{status}|{payment_id}".encode())
