"""The provider that settings name, and the one that a stored link was made with."""

from __future__ import annotations

from django.conf import settings

from households.billing.manual import Manual
from households.billing.provider import Provider
from households.billing.razorpay import Razorpay


def named(name: str) -> Provider:
    """Raises LookupError for a name that no code stands behind."""
    if name == Manual.name:
        return Manual()
    if name == Razorpay.name:
        return Razorpay(
            key_id=settings.RAZORPAY_KEY_ID,
            key_secret=settings.RAZORPAY_KEY_SECRET,
            base_url=settings.RAZORPAY_BASE_URL,
        )
    raise LookupError(f"PAYMENTS_PROVIDER is {name!r}; there are {Razorpay.name} and {Manual.name}")
