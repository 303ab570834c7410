"""Sample households brought in as staff would: through the onboarding use cases, never by writing rows."""

from __future__ import annotations

from datetime import datetime

from bettermeals.sample_homes import Person, SampleHome
from households import onboarding
from households.models import Household, Resident
from whatsapp.accounts import cloud_api, ensure_default_account
from whatsapp.models import Account
from whatsapp.template_sync import sync

CONSENT = "sample household, agreed when joining"


def register_account(now: datetime) -> Account:
    """The account of the environment, subscribed to its webhooks, its templates submitted. Safe to repeat."""
    account = ensure_default_account()
    cloud_api(account).subscribe()
    sync(account, now)
    return account


def onboard(home: SampleHome, now: datetime) -> Household:
    """The household of that name: found when it is there, else made with its people, pattern and cook."""
    known = Household.objects.filter(name=home.name).first()
    if known:
        return known
    heads = len(home.residents)
    household = onboarding.add_household(
        name=home.name,
        now=now,
        pattern={(weekday, meal): heads for weekday in home.weekdays for meal in home.meals},
        city=home.city,
        language=home.language,
        spice_level=home.spice_level,
        weekly_budget_paise=home.weekly_budget_paise,
        equipment=list(home.equipment),
        veg_days=list(home.veg_days),
    )
    for person in home.residents:
        _resident(household, person, now)
    cook = onboarding.add_cook(
        name=home.cook.name, phone=home.cook.phone, opted_in_how=CONSENT, language=home.cook.language, now=now
    )
    onboarding.engage(
        household=household,
        cook=cook,
        weekdays=home.weekdays,
        meals=home.meals,
        arrives_at=home.arrives_at,
        minutes_per_visit=180,
        now=now,
    )
    return household


def _resident(household: Household, person: Person, now: datetime) -> Resident:
    return onboarding.add_resident(
        household=household,
        name=person.name,
        phone=person.phone,
        opted_in_how=CONSENT if person.phone else "",
        language=person.language,
        portion=person.portion,
        diet=person.diet,
        jain=person.jain,
        allergens=list(person.allergens),
        dislikes=list(person.dislikes),
        now=now,
    )
