"""Households, their people and their charges, as the use cases leave them; a test states only what matters."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model

from households.billing import charging, links
from households.billing.models import Charge, PaymentLink
from households.billing.quotes import QuoteLine
from households.models import Cook, Engagement, Household, Resident
from whatsapp.models import Account, Contact

NOW = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)  # Saturday 09:00 in Kolkata
MONDAY = date(2026, 11, 23)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_numbers = itertools.count(100_000)


def make_contact(phone: str | None = None, **fields: Any) -> Contact:
    account, _ = Account.objects.get_or_create(waba_id="102290129340398", defaults={"name": "BetterMeals"})
    phone = phone or f"+919000{next(_numbers):06d}"
    return Contact.objects.create(account=account, phone=phone, wa_id=phone.removeprefix("+"), **fields)


def make_household(name: str = "Sharma home", **fields: Any) -> Household:
    return Household.objects.create(name=name, created_at=fields.pop("created_at", NOW), **fields)


def make_resident(household: Household, name: str = "Asha", **fields: Any) -> Resident:
    fields.setdefault("decides", not household.residents.filter(decides=True).exists())
    if "contact" not in fields:
        fields["contact"] = make_contact()
    return Resident.objects.create(household=household, name=name, created_at=NOW, **fields)


def make_cook(name: str = "Sunita", **fields: Any) -> Cook:
    return Cook.objects.create(
        name=name, contact=fields.pop("contact", None) or make_contact(), created_at=NOW, **fields
    )


def make_engagement(household: Household, cook: Cook | None = None, **fields: Any) -> Engagement:
    values: dict[str, Any] = {"weekdays": [0, 1, 2, 3, 4, 5], "meals": ["lunch", "dinner"], "arrives_at": time(10)}
    return Engagement.objects.create(household=household, cook=cook or make_cook(), created_at=NOW, **(values | fields))


def make_staff(username: str = "priya", **fields: Any) -> Any:
    return get_user_model().objects.create_user(username, is_staff=True, **fields)


def lines(*amounts: int) -> list[QuoteLine]:
    """A quote with one line per amount, in paise."""
    return [QuoteLine(f"Item {number}", amount, "1 kg") for number, amount in enumerate(amounts, start=1)]


def make_charge(household: Household | None = None, *amounts: int, now: datetime = NOW, **fields: Any) -> Charge:
    """An open charge, by default of ₹1,200 for the week plan of one household."""
    household = household or make_household()
    values: dict[str, Any] = {"subject": f"plan:{household.pk}", "week_start": MONDAY}
    return charging.open_charge(
        household=household, lines=lines(*(amounts or (120_000,))), now=now, **(values | fields)
    )


def make_live_link(charge: Charge, now: datetime = NOW) -> PaymentLink:
    """Let the worker make what the charge waits for; the test's provider answers."""
    links.create_link(charge.pk, now)
    return PaymentLink.objects.get(charge=charge, status=PaymentLink.Status.LIVE)
