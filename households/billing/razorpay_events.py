"""Razorpay's signatures, and its webhook JSON as values. What is not understood is a value too, never a crash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from bettermeals.lib.crypto import hmac_sha256_hex, same
from households.billing.provider import LinkState, RefundState
from households.billing.razorpay import CAME, captured, link_state, refund_state

LINK_EVENTS = frozenset(
    {"payment_link.paid", "payment_link.partially_paid", "payment_link.cancelled", "payment_link.expired"}
)
REFUND_EVENTS = frozenset({"refund.created", "refund.processed", "refund.failed"})


class Unreadable(ValueError):
    """Signed, and yet not what the contract says: kept for a person to look at."""


@dataclass(frozen=True)
class LinkChanged:
    state: LinkState


@dataclass(frozen=True)
class RefundChanged:
    provider_payment_id: str
    idempotency_key: str
    state: RefundState


@dataclass(frozen=True)
class Ignored:
    """Of a kind that changes nothing here: payment.captured and order.paid repeat what payment_link.paid says."""


def signed(raw: bytes, signature: str) -> bool:
    """Whether Razorpay signed exactly these bytes. After a rotation retries still carry the old secret's."""
    secrets = [settings.RAZORPAY_WEBHOOK_SECRET, settings.RAZORPAY_WEBHOOK_SECRET_PREVIOUS]
    # Every secret is tried, so that the time taken does not tell which one matched.
    return any([same(hmac_sha256_hex(secret, raw), signature) for secret in secrets if secret])  # noqa: C419


def signed_return(query: Mapping[str, str]) -> bool:
    """Whether the browser's return carries Razorpay's own signature (made with the key secret, not the webhook's)."""
    parts = ("payment_link_id", "payment_link_reference_id", "payment_link_status", "payment_id")
    text = "|".join(query.get(f"razorpay_{part}", "") for part in parts)
    expected = hmac_sha256_hex(settings.RAZORPAY_KEY_SECRET, text.encode())
    return bool(settings.RAZORPAY_KEY_SECRET) and same(expected, query.get("razorpay_signature", ""))


def event_type(raw: bytes) -> str:
    """The event's name for the list of stored events; empty when the body cannot be read."""
    try:
        return str(json.loads(raw).get("event", ""))[:60]
    except (ValueError, AttributeError):
        return ""


def parse(raw: bytes) -> LinkChanged | RefundChanged | Ignored:
    """Raises Unreadable when a kind that matters does not hold what its contract says."""
    try:
        body = json.loads(raw)
        name, payload = body["event"], body.get("payload", {})
        if name in LINK_EVENTS:
            return LinkChanged(_with_payment(link_state(payload["payment_link"]["entity"]), payload))
        if name in REFUND_EVENTS:
            entity = payload["refund"]["entity"]
            return RefundChanged(entity["payment_id"], entity.get("receipt") or "", refund_state(entity))
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"cannot read the event: {type(error).__name__} {error}") from error
    return Ignored()


def _with_payment(state: LinkState, payload: dict[str, Any]) -> LinkState:
    """The state with the payment that the event is about, which stands beside the link and not in it."""
    entity = (payload.get("payment") or {}).get("entity")
    if not entity or entity.get("status") not in CAME:
        return state
    paid = captured(entity, entity["id"], state.currency)
    others = [payment for payment in state.payments if payment.provider_payment_id != paid.provider_payment_id]
    return replace(state, payments=(*others, paid))


def fingerprint(raw: bytes) -> str:
    """A stand-in for a missing event id: the same bytes are the same event."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()
