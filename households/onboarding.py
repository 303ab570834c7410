"""A household, its people and its cook come in. Every phone number is read here, every consent recorded here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django.db import transaction

from households import timeline
from households.food_rules import checked, tell_changed
from households.leave import leave
from households.models import Cook, Engagement, Household, MealPattern, Resident
from households.pattern import set_pattern
from households.vocabulary import Meal, choice_list, weekday_list
from whatsapp import accounts, contacts, optouts
from whatsapp.models import Contact

__all__ = [
    "add_cook",
    "add_household",
    "add_resident",
    "end_engagement",
    "engage",
    "leave",
    "let_decide",
    "set_pattern",
]


class OnboardingError(ValueError):
    """What was entered cannot be so; the sentence is meant for the person who entered it."""


@transaction.atomic
def add_household(
    *, name: str, now: datetime, pattern: Mapping[tuple[int, str], int] | None = None, by: str = "", **fields: Any
) -> Household:
    """A household with its weekly pattern {(weekday, meal): servings}; `fields` are the model's own.

    Raises OnboardingError, ValueError (weekday, meal or servings) and ValidationError (timezone and the like).
    """
    if not name.strip():
        raise OnboardingError("A household needs a name, for example “Sharma home”.")
    for days in ("veg_days", "fasting_days"):
        if days in fields:
            fields[days] = weekday_list(list(fields[days]), days)
    household = Household(name=name.strip(), created_at=now, **fields)
    household.full_clean()
    household.save()
    timeline.record(household, "household_added", f"{household.name} joined.", actor=by, now=now)
    if pattern:
        set_pattern(household, pattern, by=by, now=now)
    return household


@transaction.atomic
def add_resident(
    *,
    household: Household,
    name: str,
    now: datetime,
    phone: str = "",
    opted_in_how: str = "",
    decides: bool | None = None,
    language: str = "",
    portion: Decimal | str = "1",
    by: str = "",
    **rules: Any,
) -> Resident:
    """Somebody who eats here. `phone` in any local way of writing (none for a child); `rules`: diet, allergens, …

    With a phone the opt-in is recorded, and `opted_in_how` must say how it was given ("signed form of 3 Nov", "asked on
    the phone"): without consent nobody may be written to. The first resident who can be reached decides unless said
    otherwise. Raises OnboardingError, PhoneError (with what to do) and ValueError (food rules).
    """
    contact = None
    language = language or household.language
    if phone.strip():
        contact = _contact(phone, name=name, language=language, how=opted_in_how, now=now)
        if Resident.objects.filter(household=household, contact=contact, active=True).exists():
            raise OnboardingError(f"{name}'s number is already entered for {household.name}.")
    someone_decides = Resident.objects.filter(household=household, decides=True).exists()
    if decides is None:
        decides = contact is not None and not someone_decides
    if decides and contact is None:
        raise OnboardingError(f"{name} cannot decide for {household.name}: there is no phone number to ask.")
    resident = Resident.objects.create(
        household=household,
        contact=contact,
        name=name.strip(),
        language=language,
        portion=Decimal(portion),
        created_at=now,
        **checked(rules),
    )
    eats = f"{resident.name} eats here."
    how = f"{eats} Consent: {opted_in_how.strip()}." if contact else eats
    timeline.record(household, "resident_added", how, actor=by, now=now)
    tell_changed(household, now)
    if decides:
        let_decide(resident, by=by, now=now)
    return resident


@transaction.atomic
def let_decide(resident: Resident, *, by: str, now: datetime) -> None:
    """Exactly one resident decides: the one before stops in the same transaction. Raises OnboardingError."""
    if resident.contact_id is None or not resident.active:
        raise OnboardingError(f"{resident.name} cannot decide: there is no phone number to ask.")
    household = Household.objects.select_for_update(no_key=True).get(pk=resident.household_id)
    Resident.objects.filter(household=household, decides=True).exclude(pk=resident.pk).update(decides=False)
    Resident.objects.filter(pk=resident.pk).update(decides=True)
    resident.decides = True
    timeline.record(household, "decider_set", f"{resident.name} decides.", actor=by, now=now, resident=resident.pk)


@transaction.atomic
def remove_resident(resident_id: int, *, reason: str, by: str, now: datetime) -> bool:
    """Somebody no longer eats here; the row stays. False when they had left before. Raises OnboardingError for the
    one who decides: another must decide first, or the household could not be asked any more.
    """
    resident = (
        Resident.objects.select_for_update(no_key=True, of=("self",)).select_related("household").get(pk=resident_id)
    )
    if resident.decides:
        raise OnboardingError(f"{resident.name} decides for {resident.household}: let somebody else decide first.")
    if not resident.active:
        return False
    Resident.objects.filter(pk=resident_id).update(active=False)
    text = f"{resident.name} no longer eats here: {reason}"
    timeline.record(resident.household, "resident_left", text, actor=by, now=now, resident=resident_id)
    return True


@transaction.atomic
def add_cook(*, name: str, phone: str, opted_in_how: str, now: datetime, language: str = "hi") -> Cook:
    """A cook, known by the phone number; one who is known already is returned as is. May be a resident somewhere too.

    Raises OnboardingError without a consent, PhoneError.
    """
    contact = _contact(phone, name=name, language=language, how=opted_in_how, now=now)
    cook, _ = Cook.objects.get_or_create(
        contact=contact, defaults={"name": name.strip(), "language": language, "created_at": now}
    )
    return cook


@transaction.atomic
def engage(
    *,
    household: Household,
    cook: Cook,
    weekdays: Iterable[int],
    meals: Iterable[str],
    arrives_at: time,
    now: datetime,
    minutes_per_visit: int = 90,
    by: str = "",
) -> Engagement:
    """The cook comes on these weekdays at this time of the household's clock. Raises ValueError, OnboardingError."""
    days, cooked = weekday_list(list(weekdays), "weekdays"), choice_list(list(meals), Meal, "meals")
    if not days or not cooked:
        raise OnboardingError("An engagement needs at least one weekday and one meal.")
    made, new = Engagement.objects.get_or_create(
        household=household,
        cook=cook,
        arrives_at=arrives_at,
        active=True,
        defaults={"weekdays": days, "meals": cooked, "minutes_per_visit": minutes_per_visit, "created_at": now},
    )
    if not new and (made.weekdays, made.meals) != (days, cooked):
        raise OnboardingError(f"{cook} already comes to {household} at {arrives_at:%H:%M}: change that visit instead.")
    if new:
        timeline.record(household, "cook_engaged", f"{cook.name} cooks here.", actor=by, now=now, engagement=made.pk)
    return made


@transaction.atomic
def end_engagement(engagement_id: int, *, reason: str, by: str, now: datetime) -> bool:
    """The cook stops coming; what was is kept. False when it had ended before."""
    ended = Engagement.objects.filter(pk=engagement_id, active=True).update(active=False, ended_at=now)
    if ended:
        visit = Engagement.objects.select_related("household", "cook").get(pk=engagement_id)
        text = f"{visit.cook.name} no longer cooks here: {reason}"
        timeline.record(visit.household, "cook_left", text, actor=by, now=now, engagement=visit.pk)
    return bool(ended)


def _contact(phone: str, *, name: str, language: str, how: str, now: datetime) -> Contact:
    """The person at the default business account, opted in. Somebody who opted out is not opted in by being entered."""
    if not how.strip():
        raise OnboardingError(f"Say how {name} agreed to be written to on WhatsApp, for example “asked on the phone”.")
    account = accounts.ensure_default_account()
    contact = contacts.get_or_create_contact(account, phone=phone, language=language, name=name)
    if contact.opted_out_at is None:
        optouts.opt_in(contact, method=how.strip()[:80], now=now, note="onboarding")
    return contact


def pattern_of(household: Household) -> dict[tuple[int, str], int]:
    """{(weekday, meal): servings} of what is cooked every week."""
    rows = MealPattern.objects.filter(household=household)
    return {(row.weekday, row.meal): row.servings for row in rows}
