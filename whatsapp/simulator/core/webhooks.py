"""Meta's webhooks: the envelope, how updates share one body, which address they go to, and the signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import TYPE_CHECKING, Any

from whatsapp.simulator.core.outbox import Delivery

if TYPE_CHECKING:
    from whatsapp.simulator.core.entities import Business, Number
    from whatsapp.simulator.core.world import World

SIGNATURE_HEADER = "X-Hub-Signature-256"


def serialise(body: dict[str, Any]) -> str:
    """JSON as Meta writes it: non-ASCII as lower-case \\uXXXX, `/` as `\\/`, no spaces. Receivers that parse and dump
    again get other bytes, and a signature that does not match; so must ours make them."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/")


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 over the raw bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def tell(world: World, business: Business, field: str, value: dict[str, Any], number: Number | None = None) -> None:
    """Queue one change. An app that is not subscribed to the account hears nothing, ever (not even later)."""
    if not business.subscribed:
        return
    fact = {"waba_id": business.waba_id, "number_id": number.id if number else "", "field": field, "value": value}
    world.outbox.queue(fact | {"at": int(world.now())})


def tell_messages(world: World, number: Number, contacts: list[dict[str, Any]], **items: list[Any]) -> None:
    """Queue a change of field `messages`; items is one of messages=[…], statuses=[…], errors=[…]."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": number.digits, "phone_number_id": number.id},
    }
    if contacts:
        value["contacts"] = contacts
    tell(world, world.businesses[number.waba_id], "messages", value | items, number)


def pack(world: World, facts: list[dict[str, Any]]) -> list[Delivery]:
    """Queued changes -> bodies of at most `batch_size` updates for one address each."""
    if world.knobs.reorder_webhooks:
        facts = facts[::-1]
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for fact in facts:
        groups.setdefault((_address(world, fact), fact["waba_id"]), []).append(fact)
    size, due = world.knobs.batch_size, time.monotonic() + world.knobs.webhook_delay_ms / 1000
    return [
        _delivery(url, waba_id, group[start : start + size], due)
        for (url, waba_id), group in groups.items()
        for start in range(0, len(group), size)
    ]


def _address(world: World, fact: dict[str, Any]) -> str:
    """Overrides: number before account before app; template and account fields go to the app's address always."""
    business = world.businesses[fact["waba_id"]]
    number = world.numbers.get(fact["number_id"])
    if fact["field"] != "messages":
        return business.callback_url
    return (number and number.override_callback_uri) or business.override_callback_uri or business.callback_url


def _delivery(url: str, waba_id: str, facts: list[dict[str, Any]], due: float) -> Delivery:
    changes: list[dict[str, Any]] = []
    for fact in facts:
        if not (changes and _merged(changes[-1], fact)):
            changes.append({"value": fact["value"], "field": fact["field"]})
    entry: dict[str, Any] = {"id": waba_id, "changes": changes}
    told = [fact for fact in facts if fact["field"] != "messages"]
    if told:  # of conversations Meta says the time in each update, of all else in the entry
        entry["time"] = told[0].get("at", int(time.time()))  # a state file of before has none
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    wamids = [m["id"] for change in changes for m in change["value"].get("messages", [])]
    kind = {"Content-Type": "application/json"}
    return Delivery(url, serialise(body), kind, waba_id, len(facts), wamids, not_before=due)


def _merged(change: dict[str, Any], fact: dict[str, Any]) -> bool:
    """Put a fact into the change before it when both are messages, or both statuses, of one number."""
    ours, theirs = change["value"], fact["value"]
    kind = next((k for k in ("messages", "statuses") if k in ours and k in theirs), None)
    if fact["field"] != "messages" or change["field"] != "messages" or kind is None:
        return False
    if ours["metadata"] != theirs["metadata"] or ("contacts" in ours) != ("contacts" in theirs):
        return False
    ours[kind] += theirs[kind]
    ours.setdefault("contacts", []).extend(c for c in theirs.get("contacts", []) if c not in ours["contacts"])
    if not ours["contacts"]:
        del ours["contacts"]
    return True
