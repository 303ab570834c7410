"""WhatsApp's own Review and pay: what is to be paid, and what became of it. Only inside the window.

The order wraps a payment link of the provider, which goes on being the one thing that can be paid: reference, amount
and end are the link's own. Nothing that WhatsApp says about it settles anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from whatsapp.outgoing.interactive import _Interactive
from whatsapp.outgoing.parameters import ContentError, fits, web_address

REFERENCE = re.compile(r"[A-Za-z0-9_.-]{1,35}")
#: What Meta takes today, and how many of its smallest unit make one: a country that Meta adds is a line here.
OFFSETS = {"INR": 100}
ITEMS_LIMIT, ITEM_NAME_LIMIT, DESCRIPTION_LIMIT = 10, 60, 120
STATUSES = ("processing", "partially_shipped", "shipped", "completed", "canceled")


def is_order(payload: Mapping[str, Any]) -> bool:
    """Does this queued body ask for a payment, or say what became of one?"""
    return (payload.get("interactive") or {}).get("type") in ("order_details", "order_status")


def reference_of(payload: Mapping[str, Any]) -> str:
    """The reference of a body for which is_order() holds."""
    return str(payload["interactive"]["action"]["parameters"]["reference_id"])


def _reference(value: str) -> None:
    if not REFERENCE.fullmatch(value):
        raise ContentError(f"The reference “{value}” must be 1 to 35 of A-Z, a-z, 0-9, _ . - for WhatsApp.")


@dataclass(frozen=True)
class Seller:
    """Who sells, as Meta asks for it where no catalogue of Meta's is used."""

    name: str
    address: str
    country: str  # in words: India
    country_code: str  # ISO: IN


@dataclass(frozen=True)
class OrderItem:
    name: str
    amount: int
    quantity: int = 1


@dataclass(frozen=True)
class OrderDetails(_Interactive):
    """A bubble with *Review and pay*. Amounts are integers of the currency's smallest unit."""

    reference: str = ""
    currency: str = "INR"
    items: Sequence[OrderItem] = ()
    url: str = ""
    seller: Seller = Seller("", "", "", "")
    expires_at: datetime | None = None
    expiry_text: str = ""

    @property
    def total(self) -> int:
        return sum(item.amount * item.quantity for item in self.items)

    def __post_init__(self) -> None:
        super().__post_init__()
        _reference(self.reference)
        web_address("The payment link", self.url)
        if self.currency not in OFFSETS:
            raise ContentError(f"WhatsApp takes no payments in {self.currency}, only in {', '.join(sorted(OFFSETS))}.")
        if not 1 <= len(self.items) <= ITEMS_LIMIT:
            raise ContentError(f"An order takes 1 to {ITEMS_LIMIT} lines; here are {len(self.items)}.")
        for item in self.items:
            fits(f"The line “{item.name}”", item.name, ITEM_NAME_LIMIT)
            if item.amount < 1 or item.quantity < 1:
                raise ContentError(f"The line “{item.name}” needs an amount and a quantity of at least 1.")
        fits("The words about the end", self.expiry_text, DESCRIPTION_LIMIT, least=int(self.expires_at is not None))
        for what, value in (("name", self.seller.name), ("address", self.seller.address)):
            fits(f"The seller's {what}", value, 200)

    def fields(self) -> dict[str, Any]:
        parameters = {
            "reference_id": self.reference,
            # Not “physical-goods”: that wants the home's full address, which WhatsApp has no need of. We deliver.
            "type": "digital-goods",
            "payment_settings": [{"type": "payment_link", "payment_link": {"uri": self.url}}],
            "currency": self.currency,
            "total_amount": self._money(self.total),
            "order": self._order(),
        }
        return self._frame("order_details", {"name": "review_and_pay", "parameters": parameters})

    def _order(self) -> dict[str, Any]:
        order: dict[str, Any] = {
            "status": "pending",
            "items": [self._item(item) for item in self.items],
            "subtotal": self._money(self.total),
            "tax": self._money(0),
        }
        if self.expires_at is not None:
            end = str(int(self.expires_at.timestamp()))
            order["expiration"] = {"timestamp": end, "description": self.expiry_text}
        return order

    def _item(self, item: OrderItem) -> dict[str, Any]:
        return {
            "name": item.name,
            "amount": self._money(item.amount),
            "quantity": item.quantity,
            "country_of_origin": self.seller.country,
            "importer_name": self.seller.name,
            "importer_address": {"address_line1": self.seller.address, "country_code": self.seller.country_code},
        }

    def _money(self, amount: int) -> dict[str, int]:
        return {"value": amount, "offset": OFFSETS[self.currency]}

    def display(self) -> str:
        return self._words(f"Review and pay: {self.url}")


@dataclass(frozen=True)
class OrderStatus(_Interactive):
    """What became of an order that was sent before: its bubble shows it, under the words of this one."""

    reference: str = ""
    status: str = "processing"
    description: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        _reference(self.reference)
        fits("The description", self.description, DESCRIPTION_LIMIT, least=0)
        if self.header:
            raise ContentError("An order's status has a text and a footer, no header.")
        if self.status not in STATUSES:
            raise ContentError(f"“{self.status}” is no status of an order; there are {', '.join(STATUSES)}.")

    def fields(self) -> dict[str, Any]:
        order = {"status": self.status} | ({"description": self.description} if self.description else {})
        parameters = {"reference_id": self.reference, "order": order}
        return self._frame("order_status", {"name": "review_order", "parameters": parameters})

    def display(self) -> str:
        return self._words()
