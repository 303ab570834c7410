"""Razorpay in memory, obeying its rules: for order and money properties, where a process per example is too slow.

References are unique, a paid link cannot be cancelled, a refund key counts once. `lose` makes one call fail after it
was done (the answer was lost) or before (it never arrived). Each change is told by a webhook body in `outbox`.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from households.billing.provider import AnswerUnknown, CapturedPayment, LinkRequest, LinkState, NotPossible, RefundState
from households.billing.razorpay import captured, link_state

START = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)


@dataclass
class FakeRazorpay:
    name = "razorpay"
    now: datetime = START
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    payments: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    outbox: list[tuple[str, bytes]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    lose: str = ""  # "answer" or "request": the next call that changes something
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    # --- what our code calls ------------------------------------------------------------------------------------
    def create(self, request: LinkRequest) -> LinkState:
        self._arrives("create")
        if any(link["reference_id"] == request.reference for link in self.links.values()):
            raise NotPossible("payment link with given reference_id already exists")
        assert request.expires_at >= self.now + timedelta(minutes=15)
        entity = {
            "id": f"plink_{next(self.numbers)}",
            "reference_id": request.reference,
            "amount": request.amount_paise,
            "currency": request.currency,
            "status": "created",
            "short_url": f"https://rzp.io/i/{request.reference}",
            "expire_by": int(request.expires_at.timestamp()),
            "payments": [],
        }
        self.links[entity["id"]] = entity
        self._answers("create")
        return link_state(entity)

    def find(self, reference: str) -> LinkState | None:
        self.calls.append("find")
        return next((self.fetch(id) for id, link in self.links.items() if link["reference_id"] == reference), None)

    def fetch(self, provider_id: str) -> LinkState:
        self.calls.append("fetch")
        return link_state(self.links[provider_id])

    def cancel(self, provider_id: str) -> LinkState:
        self._arrives("cancel")
        link = self.links[provider_id]
        if link["status"] != "created":
            raise NotPossible(f"payment link is already {link['status']}")
        link["status"] = "cancelled"
        self._tell("payment_link.cancelled", payment_link=link)
        self._answers("cancel")
        return link_state(link)

    def refund(self, provider_payment_id: str, *, amount_paise: int, idempotency_key: str, reason: str) -> RefundState:
        self._arrives("refund")
        made = self.refunds.get(idempotency_key)
        if made is None:
            left = self.payments[provider_payment_id]["amount"] - sum(
                refund["amount"] for refund in self.refunds.values() if refund["payment_id"] == provider_payment_id
            )
            if amount_paise > left:
                raise NotPossible("The total refund amount is greater than the refund payment amount")
            made = self.refunds[idempotency_key] = {
                "id": f"rfnd_{next(self.numbers)}",
                "payment_id": provider_payment_id,
                "amount": amount_paise,
                "receipt": idempotency_key,
                "status": "pending",
            }
        self._answers("refund")
        return RefundState(made["id"], processed=made["status"] == "processed")

    def fetch_refund(self, provider_payment_id: str, provider_refund_id: str) -> RefundState:
        made = next(refund for refund in self.refunds.values() if refund["id"] == provider_refund_id)
        return RefundState(made["id"], processed=made["status"] == "processed", failed=made["status"] == "failed")

    def captured_between(self, start: datetime, end: datetime) -> list[CapturedPayment]:
        self.calls.append("captured_between")
        made = [captured(payment, id, None) for id, payment in self.payments.items()]
        return [payment for payment in made if start <= payment.captured_at <= end]

    # --- what the world does ------------------------------------------------------------------------------------
    def pay(self, provider_id: str, *, late: bool = False, amount: int | None = None) -> str:
        """Somebody pays. `late`: the bank confirms after the link has ended, as UPI does."""
        link = self.links[provider_id]
        assert late or link["status"] == "created"
        payment = {
            "id": f"pay_{next(self.numbers)}",
            "amount": amount or link["amount"],
            "currency": link["currency"],
            "status": "captured",
            "created_at": int(self.now.timestamp()),
        }
        self.payments[payment["id"]] = payment
        link["payments"].append({**payment, "payment_id": payment["id"]})
        link["status"] = "paid"
        self._tell("payment_link.paid", payment_link=link, payment=payment)
        return str(payment["id"])

    def expire(self, provider_id: str) -> None:
        self.links[provider_id]["status"] = "expired"
        self._tell("payment_link.expired", payment_link=self.links[provider_id])

    def finish_refund(self, key: str, status: str = "processed") -> None:
        self.refunds[key]["status"] = status
        self._tell(f"refund.{status}", refund=self.refunds[key])

    def payable(self) -> list[str]:
        return [id for id, link in self.links.items() if link["status"] == "created"]

    # --- the wire -----------------------------------------------------------------------------------------------
    def _arrives(self, call: str) -> None:
        self.calls.append(call)
        if self.lose == "request":
            self.lose = ""
            raise AnswerUnknown(f"no answer to {call}")

    def _answers(self, call: str) -> None:
        if self.lose == "answer":
            self.lose = ""
            raise AnswerUnknown(f"no answer to {call}")

    def _tell(self, event: str, **entities: dict[str, Any]) -> None:
        payload = {name: {"entity": dict(entity)} for name, entity in entities.items()}
        # The real webhook's link does not list its payments: the one it is about stands beside it.
        payload.get("payment_link", {}).get("entity", {}).pop("payments", None)
        body = {"event": event, "contains": list(payload), "payload": payload}
        self.outbox.append((f"evt_{next(self.numbers)}", json.dumps(body).encode()))
