"""The payment provider's refusals: one envelope, a code, and which field was wrong."""

from __future__ import annotations

from typing import Any

STATUS_OF = {"BAD_REQUEST_ERROR": 400, "GATEWAY_ERROR": 502, "SERVER_ERROR": 500}


class PaymentError(Exception):
    """A refusal; `status` is the HTTP status."""

    def __init__(self, description: str, *, code: str = "BAD_REQUEST_ERROR", field: str = "", status: int = 0) -> None:
        self.description, self.code, self.field = description, code, field
        self.status = status or STATUS_OF[code]
        super().__init__(description)

    def envelope(self) -> dict[str, Any]:
        error: dict[str, Any] = {
            "code": self.code,
            "description": self.description,
            "source": "business" if self.code == "BAD_REQUEST_ERROR" else "internal",
            "step": "payment_initiation",
            "reason": "input_validation_failed" if self.code == "BAD_REQUEST_ERROR" else "server_error",
            "metadata": {},
        }
        return {"error": error | ({"field": self.field} if self.field else {})}


def unknown_id() -> PaymentError:
    """What the provider says for any id it does not have."""
    return PaymentError("The id provided does not exist")
