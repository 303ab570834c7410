from __future__ import annotations

from households.billing.models.charges import Charge, PaymentLink, Quote
from households.billing.models.events import ProviderEvent
from households.billing.models.ledger import LedgerEntry
from households.billing.models.payments import Payment, Refund

__all__ = ["Charge", "LedgerEntry", "Payment", "PaymentLink", "ProviderEvent", "Quote", "Refund"]
