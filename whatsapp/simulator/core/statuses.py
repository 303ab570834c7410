"""What becomes of an accepted message: sent, delivered, read, played or failed, with Meta's pricing object."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from whatsapp.simulator.core import contacts
from whatsapp.simulator.core.entities import Message
from whatsapp.simulator.core.errors import status_error
from whatsapp.simulator.core.webhooks import tell_messages
from whatsapp.simulator.core.world import World

FREE_SERVICE_MESSAGES = 1000  # per number and month, since October 2026


def progress(world: World, message: Message, now: float) -> None:
    """Take a fresh message as far as the phone lets it come."""
    person = world.people[message.wa_id]
    if message.status == "accepted":
        _advance(world, message, "sent", now)
    if message.type == "reaction" or person.blocked or not (person.online and world.knobs.auto_deliver):
        return
    if message.status == "sent":
        _advance(world, message, "delivered", now)
    if world.knobs.auto_read:
        read(world, message, now)


def read(world: World, message: Message, now: float) -> None:
    """The person saw it."""
    if message.status == "delivered" and message.direction == "outgoing":
        _advance(world, message, "read", now)


def played(world: World, message: Message, now: float) -> None:
    """The person listened to a voice note."""
    if message.status in ("delivered", "read"):
        _advance(world, message, "played", now)


def fail(world: World, message: Message, code: int, now: float, details: str = "") -> None:
    """The asynchronous refusal: accepted with 200, then a `failed` status."""
    message.error = status_error(code, details)
    _advance(world, message, "failed", now)


def catch_up(world: World, wa_id: str, now: float) -> None:
    """A phone is back, or delivering was switched on: everything waiting arrives."""
    for message in outgoing(world, wa_id):
        if message.status == "sent":
            progress(world, message, now)


def outgoing(world: World, wa_id: str) -> list[Message]:
    """All messages of the businesses to a person, oldest first."""
    wamids = (w for (_, person), chat in world.chats.items() if person == wa_id for w in chat)
    return [m for m in (world.messages[w] for w in wamids) if m.direction == "outgoing"]


def _advance(world: World, message: Message, status: str, now: float) -> None:
    message.status = status
    number = world.numbers[message.phone_number_id]
    person = world.people[message.wa_id]
    business = world.businesses[number.waba_id]
    shown = [] if status == "failed" else [contacts.contact(world, business, person)]
    tell_messages(world, number, shown, statuses=[_status(world, message, status, now)])
    world.publish("status", wa_id=message.wa_id, wamid=message.wamid, status=status)


def _status(world: World, message: Message, status: str, now: float) -> dict[str, Any]:
    number = world.numbers[message.phone_number_id]
    item: dict[str, Any] = {"id": message.wamid, "status": status, "timestamp": str(int(now))}
    item |= contacts.recipient(world, number, world.people[message.wa_id])
    if message.biz_opaque_callback_data:
        item["biz_opaque_callback_data"] = message.biz_opaque_callback_data
    if status in ("sent", "delivered") and message.type != "reaction":
        item["pricing"] = _pricing(message)
    if message.error:
        item["errors"] = [message.error]
    return item


def _pricing(message: Message) -> dict[str, Any]:
    return {
        "billable": message.pricing_type == "regular",
        "pricing_model": "PMP",
        "type": message.pricing_type,
        "category": message.category,
    }


def price(world: World, message: Message) -> None:
    """Set category and pricing type: templates by their category; free-form is `service`, and the first thousand
    of a number and month are free."""
    if message.template_name:
        message.pricing_type = "regular"
        return
    message.category = "service"
    month = datetime.fromtimestamp(message.at, UTC).strftime("%Y-%m")
    used = world.service_messages.get((message.phone_number_id, month), 0)
    world.service_messages[message.phone_number_id, month] = used + 1
    message.pricing_type = "free_customer_service" if used < FREE_SERVICE_MESSAGES else "regular"
