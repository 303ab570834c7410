"""Razorpay's Payment Links and Refunds over plain HTTP: timeouts, typed errors, no retries of its own.

Why not the published SDK: no default timeout, it prints, an HTML 502 raises inside `response.json()`, and a retried
POST may make two links. Creating has no idempotency header, so after a silence the caller looks up our reference.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import requests

from households.billing.provider import (
    AnswerUnknown,
    CapturedPayment,
    LinkRequest,
    LinkState,
    NotPossible,
    ProviderError,
    RefundState,
    State,
)

TIMEOUT = (5, 20)  # seconds to connect, to answer; shorter than the lease under which a link is claimed
PAGE = 100  # payments per page of a list: the most that Razorpay gives
STATES = {
    "created": State.OPEN,
    "issued": State.OPEN,  # older accounts
    "partially_paid": State.OPEN,
    "paid": State.PAID,
    "cancelled": State.CANCELLED,
    "expired": State.EXPIRED,
}
# Money that did come. One that went back since is still counted: its refund is a fact of its own.
CAME = frozenset({"captured", "refunded"})


class Razorpay:
    """The Provider for live and test keys alike. The secret stands only inside `requests`' auth, never in a text."""

    name = "razorpay"

    def __init__(self, *, key_id: str, key_secret: str, base_url: str) -> None:
        self._base = f"{base_url}/v1"
        self._auth = (key_id, key_secret)

    def __repr__(self) -> str:
        return f"Razorpay({self._base})"

    def create(self, request: LinkRequest) -> LinkState:
        body = {
            "amount": request.amount_paise,
            "currency": request.currency,
            "accept_partial": False,
            "reference_id": request.reference,
            "description": request.description[:2048],
            "expire_by": int(request.expires_at.timestamp()),
            # We write on WhatsApp; a second voice by SMS and mail confuses, and some of it cannot be stopped.
            "notify": {"sms": False, "email": False},
            "reminder_enable": False,
            "callback_url": request.return_url,
            "callback_method": "get",
        }
        return link_state(self._call("POST", "/payment_links", json=body))

    def find(self, reference: str) -> LinkState | None:
        answer = self._call("GET", "/payment_links", params={"reference_id": reference})
        same = [link for link in answer.get("payment_links") or [] if link.get("reference_id") == reference]
        # The list leaves `payments` empty even for a paid link; only the single fetch names them.
        return self.fetch(same[0]["id"]) if same else None

    def fetch(self, provider_id: str) -> LinkState:
        return link_state(self._call("GET", f"/payment_links/{provider_id}"))

    def cancel(self, provider_id: str) -> LinkState:
        return link_state(self._call("POST", f"/payment_links/{provider_id}/cancel"))

    def refund(self, provider_payment_id: str, *, amount_paise: int, idempotency_key: str, reason: str) -> RefundState:
        # Every byte of the body must be the same on each try, or the idempotency key is refused.
        body = {
            "amount": amount_paise,
            "speed": "normal",
            "receipt": idempotency_key,
            "notes": {"reason": reason[:256]},
        }
        headers = {"X-Refund-Idempotency": idempotency_key}
        path = f"/payments/{provider_payment_id}/refund"
        return refund_state(self._call("POST", path, json=body, headers=headers))

    def fetch_refund(self, provider_payment_id: str, provider_refund_id: str) -> RefundState:
        answer = self._call("GET", f"/payments/{provider_payment_id}/refunds")
        for entity in answer.get("items") or []:
            if entity.get("id") == provider_refund_id:
                return refund_state(entity)
        raise ProviderError(f"Razorpay does not list the refund {provider_refund_id}", permanent=False)

    def captured_between(self, start: datetime, end: datetime) -> list[CapturedPayment]:
        found: list[CapturedPayment] = []
        span = {"from": int(start.timestamp()), "to": int(end.timestamp()), "count": PAGE}
        items: list[dict[str, Any]] = [{}] * PAGE
        skip = 0
        while len(items) == PAGE:  # a short page is the last one
            items = self._call("GET", "/payments", params={**span, "skip": skip}).get("items") or []
            found += [captured(item, item["id"], None) for item in items if item.get("status") in CAME]
            skip += len(items)
        return found

    def _call(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        try:
            response = requests.request(method, self._base + path, auth=self._auth, timeout=TIMEOUT, **kwargs)
        except requests.RequestException as error:
            raise AnswerUnknown(f"No answer from Razorpay to {method} {path} ({type(error).__name__})") from error
        return _answer(response, f"{method} {path}")


def _answer(response: requests.Response, what: str) -> dict[str, Any]:
    """The JSON object of a 2xx answer; every other answer as the error that says what to do next."""
    try:
        body = response.json()
    except requests.JSONDecodeError:
        body = None
    if response.status_code >= 500 or (response.ok and not isinstance(body, dict)):
        raise AnswerUnknown(f"Razorpay answered {response.status_code} to {what}: it may or may not have been done")
    if response.ok:
        return body
    said = _description(body) or f"status {response.status_code}"
    if response.status_code in (401, 403):
        raise ProviderError(
            f"Razorpay refused our key ({said}). Check RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET.", permanent=False
        )
    if response.status_code in (409, 429):
        raise ProviderError(f"Razorpay is busy with {what} ({said}); it is tried again.", permanent=False)
    raise NotPossible(f"Razorpay refused {what}: {said}")


def _description(body: Any) -> str:
    error = body.get("error") if isinstance(body, dict) else None
    return str(error.get("description") or error.get("code") or "") if isinstance(error, dict) else ""


def link_state(entity: dict[str, Any]) -> LinkState:
    """A payment_link entity, from an answer or a webhook. Raises ProviderError for a status that we do not know."""
    status = entity.get("status")
    if status not in STATES:
        raise ProviderError(
            f"Razorpay reports the link status {status!r}, which is not in its contract", permanent=False
        )
    return LinkState(
        provider_id=entity["id"],
        reference=entity.get("reference_id") or "",
        state=STATES[status],
        amount_paise=entity.get("amount"),
        currency=entity.get("currency") or None,
        short_url=entity.get("short_url") or "",
        payments=tuple(
            captured(payment, payment["payment_id"], entity.get("currency"))
            for payment in entity.get("payments") or []
            if payment.get("status") in CAME
        ),
    )


def captured(payment: dict[str, Any], payment_id: str, currency: str | None) -> CapturedPayment:
    """A payment entity, or a row of a link's `payments`, which names neither its currency nor `id`."""
    return CapturedPayment(
        provider_payment_id=payment_id,
        amount_paise=payment["amount"],
        currency=payment.get("currency") or currency or "INR",
        captured_at=datetime.fromtimestamp(payment["created_at"], UTC),
    )


def refund_state(entity: dict[str, Any]) -> RefundState:
    """A refund entity: pending until the bank has it, then processed or failed."""
    status = entity.get("status")
    return RefundState(entity["id"], processed=status == "processed", failed=status == "failed")
