"""What a payment provider must be able to do, and the values it speaks in. Nothing here knows a provider's name.

Only the provider's word moves money: a signed webhook, or an answer that we asked for. Both arrive as LinkState.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class State(StrEnum):
    """The provider's view of a link, in our words."""

    OPEN = "open"
    PAID = "paid"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class CapturedPayment:
    """Money the provider says it holds. Only captured payments are reported."""

    provider_payment_id: str
    amount_paise: int
    currency: str
    captured_at: datetime


@dataclass(frozen=True)
class LinkState:
    """What the provider says about one link. `payments` may be incomplete in a webhook: it names the one it is about.

    `amount_paise` and `currency` are what the link asks for, None where the provider does not say it.
    """

    provider_id: str
    reference: str
    state: State
    amount_paise: int | None
    currency: str | None
    short_url: str = ""
    payments: Sequence[CapturedPayment] = field(default_factory=tuple)


@dataclass(frozen=True)
class LinkRequest:
    """What is asked for. `reference` is ours, unique, committed before the provider is asked."""

    reference: str
    amount_paise: int
    currency: str
    description: str
    expires_at: datetime
    return_url: str


@dataclass(frozen=True)
class RefundState:
    provider_refund_id: str
    processed: bool
    failed: bool = False


class ProviderError(Exception):
    """The provider did not do it. `permanent`: asking again will not help; otherwise it is tried again later.

    The text is fit for staff: it says what was refused and never holds a credential.
    """

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class AnswerUnknown(ProviderError):
    """Asked, and no answer came: it may or may not have been done. Look before asking again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class NotPossible(ProviderError):
    """The provider understood and refuses (already paid, amount too large): look at its state, do not repeat."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class Provider(Protocol):
    """Every call may take seconds: never inside a transaction. All raise ProviderError."""

    name: str

    def create(self, request: LinkRequest) -> LinkState:
        """Make a link. Raises AnswerUnknown after a timeout: find() before a second try."""

    def find(self, reference: str) -> LinkState | None:
        """The link with our reference, or None when the provider has none."""

    def fetch(self, provider_id: str) -> LinkState:
        """The link's state with every captured payment."""

    def cancel(self, provider_id: str) -> LinkState:
        """Make it unpayable. Raises NotPossible when it is paid, cancelled or expired already: fetch() tells which."""

    def refund(self, provider_payment_id: str, *, amount_paise: int, idempotency_key: str, reason: str) -> RefundState:
        """Send money back. The same key sent again never refunds twice. Raises NotPossible."""

    def fetch_refund(self, provider_payment_id: str, provider_refund_id: str) -> RefundState:
        """What became of a refund that was accepted."""

    def captured_between(self, start: datetime, end: datetime) -> list[CapturedPayment]:
        """Every payment created from `start` to `end`, whole seconds and both included, that the provider holds."""
