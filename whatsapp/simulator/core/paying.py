"""What happens to money: somebody pays a link (once, twice, late, too little), a payment fails, a refund is made."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from whatsapp.simulator.core import orders, payment_events
from whatsapp.simulator.core.entities import Link, Payment, Refund
from whatsapp.simulator.core.ids import razorpay
from whatsapp.simulator.core.payment_entities import link_entity, order_entity, payment_entity, refund_entity
from whatsapp.simulator.core.payment_errors import PaymentError, unknown_id
from whatsapp.simulator.core.world import World

Source = dict[str, Any]
FAILURE = {
    "code": "BAD_REQUEST_ERROR",
    "description": "Payment was unsuccessful as the UPI app declined it. Try another account.",
    "source": "customer",
    "step": "payment_authorization",
    "reason": "payment_declined",
}


def pay(world: World, link: Link, now: float, *, amount: int | None = None, force: bool = False) -> Payment:
    """Money arrives. `force` makes the races: a paid, expired or cancelled link is paid all the same, and any amount.

    Raises PaymentError when the hosted page would not have offered it.
    """
    due = link.amount - link.amount_paid
    paid = due if amount is None else amount
    if not force:
        _check_payable(link, paid, due)
    payment = _payment(link, paid or link.amount, "captured", now)
    world.payments[payment.id] = payment
    link.amount_paid += payment.amount
    link.status = "paid" if link.amount_paid >= link.amount else "partially_paid"
    link.updated_at = int(now)
    entities = {"payment_link": link_entity(world, link), "order": order_entity(link)}
    payment_events.tell(world, f"payment_link.{link.status}", now, **entities, payment=payment_entity(payment))
    orders.paid(world, link, payment, now)
    world.publish("link", id=link.id, status=link.status)
    return payment


def _check_payable(link: Link, paid: int, due: int) -> None:
    if link.status not in ("created", "partially_paid"):
        raise PaymentError(f"Payment Link is {link.status}")
    if paid != due and not (link.accept_partial and max(1, link.first_min_partial_amount) <= paid < due):
        raise PaymentError(f"The amount must be {due} paise", field="amount")


def fail(world: World, link: Link, now: float) -> Payment:
    """An attempt that the bank or the person refused; the link stays open."""
    payment = _payment(link, link.amount - link.amount_paid, "failed", now)
    payment.error = dict(FAILURE)
    world.payments[payment.id] = payment
    payment_events.tell(world, "payment.failed", now, payment=payment_entity(payment))
    orders.paid(world, link, payment, now)
    world.publish("link", id=link.id, status="failed")
    return payment


def _payment(link: Link, amount: int, status: str, now: float) -> Payment:
    return Payment(razorpay("pay"), link.id, link.order_id, amount, link.currency, status, int(now))


def find_payment(world: World, payment_id: str) -> Payment:
    """Raises PaymentError for an unknown id."""
    if payment_id not in world.payments:
        raise unknown_id()
    return world.payments[payment_id]


def refund(world: World, payment: Payment, source: Source, key: str, now: float) -> Refund:
    """POST /v1/payments/{id}/refund; the same idempotency key and body return the same refund."""
    if key and len(key) < 10:
        raise PaymentError("The idempotency key must have at least 10 characters.", field="X-Refund-Idempotency")
    earlier = next((r for r in world.refunds.values() if key and r.idempotency_key == key), None)
    if earlier is not None:
        return _same(earlier, payment, source)
    amount = source.get("amount", payment.amount - payment.amount_refunded)
    _check_refund(payment, amount)
    made = Refund(razorpay("rfnd"), payment.id, amount, payment.currency, int(now), idempotency_key=key)
    made.request, made.notes = source, source.get("notes") or {}
    made.speed, made.receipt = source.get("speed", "normal"), source.get("receipt", "")
    world.refunds[made.id] = made
    payment.amount_refunded += amount
    payment.status = "refunded" if payment.amount_refunded >= payment.amount else payment.status
    payment_events.tell(world, "refund.processed", now, refund=refund_entity(made), payment=payment_entity(payment))
    world.publish("refund", id=made.id)
    return made


def _same(earlier: Refund, payment: Payment, source: Source) -> Refund:
    if earlier.payment_id != payment.id or earlier.request != source:
        raise PaymentError("Different request body sent with the same idempotency key.", field="X-Refund-Idempotency")
    return earlier


def _check_refund(payment: Payment, amount: Any) -> None:
    if payment.status == "failed":
        raise PaymentError("The payment has not been captured")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount < 1:
        raise PaymentError("The amount must be an integer of at least 1.", field="amount")
    if payment.amount_refunded >= payment.amount:
        raise PaymentError("The payment has been fully refunded already")
    if amount > payment.amount - payment.amount_refunded:
        raise PaymentError("The refund amount provided is greater than amount captured", field="amount")


def return_url(world: World, link: Link, payment: Payment) -> str:
    """Where the hosted page sends the browser afterwards, signed; "" when the link names no callback."""
    if not link.callback_url:
        return ""
    secret = world.settings.razorpay_key_secret
    query = {
        "razorpay_payment_id": payment.id,
        "razorpay_payment_link_id": link.id,
        "razorpay_payment_link_reference_id": link.reference_id,
        "razorpay_payment_link_status": link.status,
        "razorpay_signature": payment_events.callback_signature(
            secret, link.id, link.reference_id, link.status, payment.id
        ),
    }
    return link.callback_url + ("&" if "?" in link.callback_url else "?") + urlencode(query)
