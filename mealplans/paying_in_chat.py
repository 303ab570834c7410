"""WhatsApp's Review and pay around a payment link: asking, what stands in its way, and saying that it is paid.

It settles nothing; whatever Meta refuses goes out once more as the link alone (`payments.order_refused`).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from babel import Locale
from django.conf import settings

from bettermeals.lib.phones import country
from households.billing import asking
from households.billing.models import PaymentLink
from mealplans.models import WeekPlan
from whatsapp import window
from whatsapp.contacts import current
from whatsapp.models import Contact, Message
from whatsapp.outgoing.content import Content
from whatsapp.outgoing.orders import OrderDetails, OrderItem, OrderStatus, Seller, is_order, reference_of

InPlace = Callable[[str, str], Content]


def order(contact: Contact, link: PaymentLink, week: str, end: str, now: datetime) -> tuple[InPlace | None, str]:
    """(what stands in place of free text, why not or why so). (None, "") where nobody wants it."""
    contact = current(contact)
    phone = contact.phone or ""
    if not asking.wants_chat(link.charge.household, phone):
        return None, ""
    why_not = asking.hindrance(link, phone, now)
    if not why_not and not window.is_open(contact.last_inbound_at, now):
        why_not = "the customer service window is closed."
    if why_not:
        return None, f"The payment link instead of Review and pay: {why_not}"

    def wrapped(body: str, address: str) -> OrderDetails:
        return OrderDetails(
            body,
            reference=link.reference,
            currency=link.currency,
            items=(OrderItem(f"BetterMeals {week}"[:60], link.amount_paise),),
            url=link.short_url,
            seller=_seller(country(phone)),
            expires_at=link.expires_at,
            expiry_text=end if link.expires_at else "",
        )

    return wrapped, "Review and pay, as set for the household or its country."


def _seller(code: str) -> Seller:
    name = Locale("en").territories[code]
    return Seller(settings.REVIEW_AND_PAY_SELLER, settings.REVIEW_AND_PAY_SELLER_ADDRESS, name, code)


def paid(plan: WeekPlan, contact: Contact) -> InPlace | None:
    """The order's own bubble says that it is paid, to the one who was asked by it; None for everybody else."""
    reference = _asked(plan, contact)
    if not reference:
        return None

    def told(body: str, address: str) -> OrderStatus:
        return OrderStatus(f"{body}\n\n{address}" if address else body, reference=reference, status="processing")

    return told


def _asked(plan: WeekPlan, contact: Contact) -> str:
    """The reference of the order that this person was sent, when its link is what was paid."""
    asked = Message.objects.filter(contact=current(contact), purpose="payment_prompt").exclude(status="failed")
    orders = asked.filter(type="interactive", once_key__startswith=f"plan:{plan.pk}:pay:").order_by("-pk")
    references = [reference_of(message.payload) for message in orders if is_order(message.payload)]
    links = PaymentLink.objects.filter(reference__in=references, status=PaymentLink.Status.PAID)
    return next(iter(links.values_list("reference", flat=True)), "")
