"""Payment links: created, looked up, changed, cancelled, expired."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from whatsapp.simulator.core import payment_events
from whatsapp.simulator.core.entities import Link
from whatsapp.simulator.core.ids import razorpay
from whatsapp.simulator.core.payment_entities import link_entity, order_entity
from whatsapp.simulator.core.payment_errors import PaymentError, unknown_id
from whatsapp.simulator.core.world import World

Source = dict[str, Any]
EXPIRE_AHEAD = 15 * 60
DEFAULT_LIFE = 180 * 86400
PATCHABLE = frozenset({"accept_partial", "reference_id", "expire_by", "reminder_enable", "notes"})
FIELDS = PATCHABLE | {
    "amount", "currency", "first_min_partial_amount", "description", "customer", "notify", "callback_url",
    "callback_method", "upi_link", "options",
}  # fmt: skip
LARGEST = 50_00_00_000  # paise; above this the provider refuses an INR link


def create(world: World, source: Source, now: float) -> Link:
    """POST /v1/payment_links. Raises PaymentError."""
    extra = set(source) - FIELDS
    if extra:
        raise PaymentError(f"{sorted(extra)[0]} is/are not required and should not be sent", field=sorted(extra)[0])
    _check_amount(source)
    _check_common(world, source, now, "")
    _check_text(source)
    link = Link(
        razorpay("plink"), source["amount"], source.get("currency", "INR"), source.get("reference_id", ""), "", int(now)
    )
    link.short_url = f"{world.settings.base_url}/pay/{link.id}"
    for name in FIELDS - {"amount", "currency", "reference_id", "options"}:
        if source.get(name) is not None:
            setattr(link, name, source[name])
    link.order_id, link.updated_at = razorpay("order"), int(now)
    world.links[link.id] = link
    world.publish("link", id=link.id)
    return link


def _check_amount(source: Source) -> None:
    amount = source.get("amount")
    if amount is None:
        raise PaymentError("The amount field is required.", field="amount")
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise PaymentError("The amount must be an integer.", field="amount")
    if amount < 100:
        raise PaymentError("Order amount less than minimum amount allowed", field="amount")
    if amount > LARGEST:
        raise PaymentError("Amount exceeds maximum amount allowed.", field="amount")
    if source.get("currency", "INR") != "INR":
        raise PaymentError("The currency is invalid", field="currency")
    if source.get("upi_link") and source.get("accept_partial"):
        raise PaymentError("Partial payment is not supported for UPI payment links", field="accept_partial")


def _check_common(world: World, source: Source, now: float, own_id: str) -> None:
    reference = source.get("reference_id") or ""
    if len(reference) > 40:
        raise PaymentError("The reference id may not be greater than 40 characters.", field="reference_id")
    if reference and any(k.reference_id == reference and k.id != own_id for k in world.links.values()):
        raise PaymentError(f"payment link already exists with reference id {reference}", field="reference_id")
    expire_by = source.get("expire_by")
    if expire_by is not None and (not isinstance(expire_by, int) or expire_by < now + EXPIRE_AHEAD):
        raise PaymentError("expire_by should be at least 15 minutes after current time", field="expire_by")
    notes = source.get("notes") or {}
    if len(notes) > 15 or any(len(str(v)) > 256 for v in notes.values()):
        raise PaymentError("The notes may have at most 15 pairs of 256 characters.", field="notes")


def _check_text(source: Source) -> None:
    if len(source.get("description") or "") > 2048:
        raise PaymentError("The description may not be greater than 2048 characters.", field="description")
    callback = source.get("callback_url")
    if callback and not urlsplit(callback).netloc:
        raise PaymentError("The callback url format is invalid.", field="callback_url")
    if callback and source.get("callback_method") != "get":
        raise PaymentError("The callback method must be get.", field="callback_method")


def find(world: World, link_id: str, now: float) -> Link:
    """One link, expired first if its time has come. Raises PaymentError."""
    if link_id not in world.links:
        raise unknown_id()
    expire_due(world, now)
    return world.links[link_id]


def listed(world: World, query: dict[str, str], now: float) -> list[Link]:
    """GET /v1/payment_links?reference_id= or ?payment_id=, newest first."""
    expire_due(world, now)
    payment = world.payments.get(query.get("payment_id", ""))
    wanted = payment.link_id if payment else query.get("payment_id", "")
    found = [
        link
        for link in world.links.values()
        if query.get("reference_id", link.reference_id) == link.reference_id and wanted in ("", link.id)
    ]
    return found[::-1][: int(query.get("count") or 10)]


def change(world: World, link: Link, source: Source, now: float) -> None:
    """PATCH: never the amount; only while unpaid."""
    refused = sorted(set(source) - PATCHABLE)
    if refused:
        raise PaymentError(f"{refused[0]} is/are not required and should not be sent", field=refused[0])
    if link.status not in ("created", "partially_paid"):
        raise PaymentError(f"Payment Link cannot be updated in {link.status} state")
    _check_common(world, source, now, link.id)
    for name, value in source.items():
        setattr(link, name, value)
    link.updated_at = int(now)
    world.publish("link", id=link.id)


def cancel(world: World, link: Link, now: float) -> None:
    """Only a link nobody has paid anything on; a payer may be quicker: 400."""
    if link.status != "created":
        raise PaymentError(f"Payment Link cannot be cancelled in {link.status} state")
    link.status, link.cancelled_at, link.updated_at = "cancelled", int(now), int(now)
    payment_events.tell(world, "payment_link.cancelled", now, payment_link=link_entity(world, link))
    world.publish("link", id=link.id)


def expire_due(world: World, now: float) -> int:
    """Expire every open link whose time has come, with the event. How many."""
    due = [k for k in world.links.values() if k.status in ("created", "partially_paid") and _over(k, now)]
    for link in due:
        link.status, link.expired_at, link.updated_at = "expired", int(now), int(now)
        entities = {"payment_link": link_entity(world, link), "order": order_entity(link)}
        payment_events.tell(world, "payment_link.expired", now, **entities)
        world.publish("link", id=link.id)
    return len(due)


def _over(link: Link, now: float) -> bool:
    return now >= (link.expire_by or link.created_at + DEFAULT_LIFE)
