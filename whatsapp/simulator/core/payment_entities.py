"""Links, orders, payments and refunds as the provider writes them."""

from __future__ import annotations

from typing import Any

from whatsapp.simulator.core.entities import Link, Payment, Refund
from whatsapp.simulator.core.world import World

Entity = dict[str, Any]


def link_entity(world: World, link: Link) -> Entity:
    """A payment link with its captured payments."""
    paid = [p for p in world.payments.values() if p.link_id == link.id and p.status in ("captured", "refunded")]
    return {
        "accept_partial": link.accept_partial,
        "amount": link.amount,
        "amount_paid": link.amount_paid,
        "callback_method": link.callback_method,
        "callback_url": link.callback_url,
        "cancelled_at": link.cancelled_at,
        "created_at": link.created_at,
        "currency": link.currency,
        "customer": link.customer,
        "description": link.description,
        "expire_by": link.expire_by,
        "expired_at": link.expired_at,
        "first_min_partial_amount": link.first_min_partial_amount,
        "id": link.id,
        "notes": link.notes or None,
        "notify": link.notify,
        "order_id": link.order_id,
        "payments": [_link_payment(p) for p in paid] or None,
        "reference_id": link.reference_id,
        "reminder_enable": link.reminder_enable,
        "reminders": [],
        "short_url": link.short_url,
        "status": link.status,
        "updated_at": link.updated_at,
        "upi_link": link.upi_link,
        "user_id": "",
    }


def _link_payment(payment: Payment) -> Entity:
    return {
        "amount": payment.amount,
        "created_at": payment.created_at,
        "method": payment.method,
        "payment_id": payment.id,
        "plink_id": payment.link_id,
        "status": payment.status,
        "updated_at": payment.created_at,
    }


def order_entity(link: Link) -> Entity:
    """The order a link stands on."""
    return {
        "amount": link.amount,
        "amount_due": max(0, link.amount - link.amount_paid),
        "amount_paid": link.amount_paid,
        "attempts": 1,
        "created_at": link.created_at,
        "currency": link.currency,
        "entity": "order",
        "id": link.order_id,
        "notes": link.notes or [],
        "offer_id": None,
        "receipt": link.reference_id,
        "status": "paid" if link.amount_paid >= link.amount else "attempted",
    }


def payment_entity(payment: Payment) -> Entity:
    """A payment; captured ones carry a reference number of the bank, failed ones the reason."""
    refunded = payment.amount_refunded
    state = None if not refunded else "full" if refunded >= payment.amount else "partial"
    return {
        "id": payment.id,
        "entity": "payment",
        "amount": payment.amount,
        "currency": payment.currency,
        "status": payment.status,
        "order_id": payment.order_id,
        "invoice_id": None,
        "international": False,
        "method": payment.method,
        "amount_refunded": refunded,
        "refund_status": state,
        "captured": payment.status != "failed",
        "description": f"#{payment.link_id.removeprefix('plink_')}",
        "card_id": None,
        "bank": None,
        "wallet": None,
        "vpa": payment.vpa,
        "email": "void@razorpay.com",
        "contact": "+919000000000",
        "notes": [],
        "fee": payment.amount * 2 // 100,
        "tax": 0,
        "error_code": payment.error.get("code"),
        "error_description": payment.error.get("description"),
        "error_source": payment.error.get("source"),
        "error_step": payment.error.get("step"),
        "error_reason": payment.error.get("reason"),
        "acquirer_data": {"rrn": str(payment.created_at) + "01"},
        "created_at": payment.created_at,
    }


def refund_entity(refund: Refund) -> Entity:
    """A refund."""
    return {
        "id": refund.id,
        "entity": "refund",
        "amount": refund.amount,
        "currency": refund.currency,
        "payment_id": refund.payment_id,
        "notes": refund.notes or [],
        "receipt": refund.receipt or None,
        "acquirer_data": {"arn": None},
        "created_at": refund.created_at,
        "batch_id": None,
        "status": refund.status,
        "speed_processed": "normal",
        "speed_requested": refund.speed,
    }
