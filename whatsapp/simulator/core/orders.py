"""WhatsApp's Review and pay: an order over a payment link, what becomes of it, and what the business is told.

Meta documents payment statuses for payment gateways that are connected to the account; over a plain payment link the
gateway's own webhook is the only sure word. Here both are told, so that the product can be seen to trust only the one.
"""

from __future__ import annotations

import re
from typing import Any

from whatsapp.simulator.core import contacts, params
from whatsapp.simulator.core.entities import Link, Message, Number, Payment
from whatsapp.simulator.core.errors import GraphError
from whatsapp.simulator.core.webhooks import tell_messages
from whatsapp.simulator.core.world import World

Shown = dict[str, Any]
REFERENCE = re.compile(r"[A-Za-z0-9_.-]{1,35}")
STATUSES = ("processing", "partially_shipped", "shipped", "completed", "canceled")
PARAMETERS = "interactive['action']['parameters']"
ORDER = f"{PARAMETERS}['order']"


def read_details(action: Shown) -> Shown:
    """A checked order as the phone draws it; raises GraphError (131008, 131009, 100)."""
    found = _parameters(action, "review_and_pay")
    params.one_of(("digital-goods", "physical-goods"), found.get("type"), f"{PARAMETERS}['type']")
    params.one_of(("INR",), found.get("currency"), f"{PARAMETERS}['currency']")
    order = params.take(dict, found, "order", PARAMETERS)
    params.one_of(("pending",), order.get("status"), f"{ORDER}['status']")
    total = _money(found, "total_amount", PARAMETERS)
    items = [_item(item, f"{ORDER}['items'][{at}]") for at, item in enumerate(params.take(list, order, "items", ORDER))]
    if not 1 <= len(items) <= 10:
        raise params.bad_value(f"Param {ORDER}['items'] must have between 1 and 10 items.")
    extra = [_money(order, name, ORDER) if order.get(name) else 0 for name in ("tax", "shipping", "discount")]
    subtotal = _money(order, "subtotal", ORDER)
    if subtotal != sum(item["amount"] * item["quantity"] for item in items):
        raise params.bad_value(f"Param {ORDER}['subtotal'] is not the sum of the items.")
    if total != subtotal + extra[0] + extra[1] - extra[2]:
        raise params.bad_value(f"Param {PARAMETERS}['total_amount'] is not subtotal + tax + shipping - discount.")
    drawn = {"reference_id": found["reference_id"], "total": total, "items": items, "status": "pending"}
    return {"order": drawn, "buttons": [{"type": "review_and_pay", "text": "Review and pay", "url": _address(found)}]}


def read_status(action: Shown) -> Shown:
    found = _parameters(action, "review_order")
    order = params.take(dict, found, "order", PARAMETERS)
    status = params.one_of(STATUSES, order.get("status"), f"{ORDER}['status']")
    words = params.optional_text(order, "description", ORDER, 120)
    return {"order": {"reference_id": found["reference_id"], "status": status, "description": words}}


def _parameters(action: Shown, name: str) -> Shown:
    params.one_of((name,), params.take(str, action, "name", "interactive['action']"), "interactive['action']['name']")
    found: Shown = params.take(dict, action, "parameters", "interactive['action']")
    if not REFERENCE.fullmatch(str(params.take(str, found, "reference_id", PARAMETERS))):
        raise params.bad_value(f"Param {PARAMETERS}['reference_id'] takes 1 to 35 of A-Z, a-z, 0-9, _, . and -.")
    return found


def _money(source: Shown, name: str, where: str) -> int:
    amount = params.take(dict, source, name, where)
    value, offset = amount.get("value"), amount.get("offset")
    if not isinstance(value, int) or isinstance(value, bool) or value < 0 or offset != 100:
        raise params.bad_value(f"Param {where}['{name}'] needs a whole value and the offset 100.")
    return value


def _item(item: Any, where: str) -> Shown:
    params.of_kind(dict, item, where)
    for name in ("country_of_origin", "importer_name", "importer_address"):
        if not item.get(name):
            raise params.missing(f"{where}['{name}'] (there is no catalog_id)")
    quantity = item.get("quantity")
    if not isinstance(quantity, int) or quantity < 1:
        raise params.bad_value(f"Param {where}['quantity'] must be a whole number of at least 1.")
    return {"name": params.text(item, "name", where, 60), "amount": _money(item, "amount", where), "quantity": quantity}


def _address(found: Shown) -> str:
    settings = params.take(list, found, "payment_settings", PARAMETERS)
    where = f"{PARAMETERS}['payment_settings'][0]"
    first = params.of_kind(dict, settings[0] if settings else None, where)
    params.one_of(("payment_link",), first.get("type"), f"{where}['type']")
    return params.url(params.take(dict, first, "payment_link", where), "uri", where)


def check(world: World, number: Number, shown: Shown) -> None:
    """A reference is used for one order only, and a status is of an order that was sent: 131009, 2047."""
    order = shown.get("order")
    if order is None:
        return
    sent = of(world, order["reference_id"], number)
    if "items" in order and sent is not None:
        raise params.bad_value(f"Param {PARAMETERS}['reference_id'] was used for another order.")
    if "items" not in order and sent is None:
        raise GraphError(2047, f"There is no order {order['reference_id']!r} to change.")
    if "items" not in order and sent is not None:
        _change(sent.shown["order"], order["status"])


def _change(order: Shown, status: str) -> None:
    if status == "canceled" and order["status"] in ("paid", "processing", "shipped", "completed"):
        raise GraphError(2046, "The order is paid: it cannot be canceled.")
    order["status"] = status


def of(world: World, reference: str, number: Number | None = None) -> Message | None:
    """The message that asked for this reference."""
    orders = (m for m in world.messages.values() if "items" in m.shown.get("order", {}))
    mine = (m for m in orders if number is None or m.phone_number_id == number.id)
    return next((m for m in mine if m.shown["order"]["reference_id"] == reference), None)


def paid(world: World, link: Link, payment: Payment, now: float) -> None:
    """A link was paid, or somebody tried to: the business hears of it as of a status of the order's message."""
    message = of(world, link.reference_id) if link.reference_id else None
    if message is None:
        return
    done = payment.status == "captured"
    if done:
        message.shown["order"]["status"] = "paid"
    number, person = world.numbers[message.phone_number_id], world.people[message.wa_id]
    item: dict[str, Any] = {
        "id": message.wamid,
        "type": "payment",
        "status": "captured" if done else "pending",
        "timestamp": str(int(now)),
        "payment": _payment(link, payment, now),
    }
    tell_messages(world, number, [], statuses=[item | contacts.recipient(world, number, person)])
    world.publish("status", wa_id=message.wa_id, wamid=message.wamid, status=message.status)


def _payment(link: Link, payment: Payment, now: float) -> dict[str, Any]:
    transaction: dict[str, Any] = {
        "id": payment.id,
        "pg_transaction_id": payment.id,
        "type": "upi",
        "status": "success" if payment.status == "captured" else "failed",
        "method": {"type": "upi"},
        "created_timestamp": int(now),
        "updated_timestamp": int(now),
    }
    if payment.error:
        transaction["error"] = {"code": payment.error["code"], "reason": payment.error["reason"]}
    amount = {"value": payment.amount, "offset": 100}
    return {
        "reference_id": link.reference_id,
        "amount": amount,
        "currency": payment.currency,
        "transaction": transaction,
    }
