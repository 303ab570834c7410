"""How a home is asked for money: in the chat by WhatsApp's own Review and pay, or by the link alone.

Either way the provider's link is what is paid. Review and pay only wraps it, so that the payer does not leave the chat.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from bettermeals.lib.phones import country
from households.billing.models import PaymentLink
from households.billing.razorpay import Razorpay
from households.models import Household
from households.vocabulary import PaymentAsk
from whatsapp.outgoing.orders import OFFSETS

#: Meta wants an order's end at least five minutes ahead; a minute of ours is for the queue.
SHORTEST = timedelta(minutes=6)


def wants_chat(household: Household, phone: str) -> bool:
    """By the household's own wish, else as settings say for the country of the payer's number."""
    if household.payment_ask != PaymentAsk.COUNTRY:
        return household.payment_ask == PaymentAsk.CHAT
    return country(phone) in settings.REVIEW_AND_PAY_COUNTRIES


def hindrance(link: PaymentLink, phone: str, now: datetime) -> str:
    """Why the link cannot be wrapped, in a sentence for staff; empty when it can."""
    if not (settings.REVIEW_AND_PAY_SELLER and settings.REVIEW_AND_PAY_SELLER_ADDRESS):
        return "REVIEW_AND_PAY_SELLER and REVIEW_AND_PAY_SELLER_ADDRESS are not set."
    if link.provider != Razorpay.name:
        return f"WhatsApp wraps links of a payment gateway, not those of “{link.provider}”."
    if link.currency not in OFFSETS:
        return f"WhatsApp takes no payments in {link.currency}."
    if not country(phone):
        return "The payer's number is not known, so neither is their country."
    if link.expires_at is not None and link.expires_at < now + SHORTEST:
        return "The link ends within minutes."
    return ""
