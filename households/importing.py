"""Homes, residents and cooks brought in from a sheet, by the same use cases as one by one in the back office.

A dry run is the real run rolled back: what it says is what will happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction

from bettermeals.lib import sheet_reports
from bettermeals.lib.phones import to_e164
from households import onboarding
from households.models import Cook, Engagement, Household, Resident
from households.sheets import Row
from households.vocabulary import Meal

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YES = ("yes", "y", "true", "1", "haan", "हाँ")
USUAL_MINUTES = 90


class Fate(StrEnum):
    NEW = "new"
    KNOWN = "known"
    WRONG = "wrong"


@dataclass(frozen=True)
class Result:
    """One row: its line in the sheet (the head is 1), what becomes of it, and the sentence for staff."""

    line: int
    row: Row
    fate: Fate
    sentence: str


Report = sheet_reports.Report[Result]


def bring_in(rows: Sequence[Row], by: str, now: datetime, *, dry_run: bool) -> Report:
    """Each row by itself: a wrong one leaves the others alone. Nothing is kept of a dry run."""
    with transaction.atomic():
        results = [_one(line, row, by, now) for line, row in enumerate(rows, start=2)]
        if dry_run:
            transaction.set_rollback(True)
    return Report(results)


def _one(line: int, row: Row, by: str, now: datetime) -> Result:
    try:
        with transaction.atomic():
            fate, sentence = _person(row, by, now)
    except ValidationError as error:
        fate, sentence = Fate.WRONG, " ".join(error.messages)
    except ValueError as error:  # OnboardingError, PhoneError and the food rules': each says what to do
        fate, sentence = Fate.WRONG, str(error)
    return Result(line, row, fate, sentence)


def _person(row: Row, by: str, now: datetime) -> tuple[Fate, str]:
    if not row["household"] or not row["name"]:
        raise ValueError("A row needs the name of the household and the name of the person.")
    role = row["role"].lower()
    if role not in ("resident", "cook"):
        raise ValueError(f"The role is “{row['role']}”: write resident or cook.")
    home, is_new = _home(row, by, now)
    said = f" {home.name} is new." if is_new else ""
    known = _resident(home, row, by, now) if role == "resident" else _cook(home, row, by, now)
    if known:
        return Fate.KNOWN, f"{row['name']} is entered for {home.name} already; nothing is changed.{said}"
    return Fate.NEW, f"{row['name']} {'eats' if role == 'resident' else 'cooks'} at {home.name}.{said}"


def _home(row: Row, by: str, now: datetime) -> tuple[Household, bool]:
    name = row["household"]
    found = list(Household.objects.filter(name__iexact=name).exclude(status=Household.Status.ENDED)[:2])
    if len(found) > 1:
        raise ValueError(f"There are several households called {name}: enter this person on the right one's page.")
    if found:
        return found[0], False
    days = _days(row["days"]) or list(range(7))
    servings = {meal.value: _number(row[meal.value], f"{meal.label} servings") for meal in Meal if row[meal.value]}
    pattern = {(day, meal): count for day in days for meal, count in servings.items() if count}
    given = {"city": row["city"]} | ({"language": row["language"]} if row["language"] else {})
    return onboarding.add_household(name=name, now=now, pattern=pattern, by=by, **given), True


def _resident(home: Household, row: Row, by: str, now: datetime) -> bool:
    """True when this person was entered before: by the number, or by the name where there is none."""
    same = Resident.objects.filter(household=home, active=True)
    phone = to_e164(row["phone"]) if row["phone"] else ""
    if (same.filter(contact__phone=phone) if phone else same.filter(name__iexact=row["name"])).exists():
        return True
    rules = {"diet": row["diet"].lower()} if row["diet"] else {}
    allergens = _words(row["allergens"])
    onboarding.add_resident(
        household=home,
        name=row["name"],
        now=now,
        phone=phone,
        opted_in_how=row["consent"],
        decides=(row["decides"].lower() in YES) if row["decides"] else None,
        language=row["language"],
        portion=_portion(row["portion"]),
        by=by,
        **rules,
        **({"allergens": allergens} if allergens else {}),
    )
    return False


def _cook(home: Household, row: Row, by: str, now: datetime) -> bool:
    phone = to_e164(row["phone"]) if row["phone"] else ""
    if phone and Engagement.objects.filter(household=home, active=True, cook__contact__phone=phone).exists():
        return True
    language = {"language": row["language"]} if row["language"] else {}
    cook: Cook = onboarding.add_cook(name=row["name"], phone=phone, opted_in_how=row["consent"], now=now, **language)
    onboarding.engage(
        household=home,
        cook=cook,
        now=now,
        by=by,
        weekdays=_days(row["days"]) or list(range(6)),
        meals=_words(row["meals"]) or [Meal.LUNCH, Meal.DINNER],
        arrives_at=_time(row["arrives_at"]),
        minutes_per_visit=_number(row["minutes"], "minutes") if row["minutes"] else USUAL_MINUTES,
    )
    return False


def _words(text: str) -> list[str]:
    return [word.strip().lower() for word in text.replace(";", ",").split(",") if word.strip()]


def _days(text: str) -> list[int]:
    """ "mon, wed, fri" """
    unknown = [word for word in _words(text) if word[:3] not in DAYS]
    if unknown:
        raise ValueError(f"days: no such day as {', '.join(unknown)}; write mon, tue, wed, thu, fri, sat, sun.")
    return [DAYS.index(word[:3]) for word in _words(text)]


def _number(text: str, what: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"{what}: “{text}” is no whole number.")
    return int(text)


def _portion(text: str) -> Decimal:
    try:
        return Decimal(text or "1")
    except InvalidOperation as error:
        raise ValueError(f"portion: “{text}” is no number; 1 is an adult, 0.5 a child.") from error


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"arrives_at: “{text}” is no time; write it as 07:30.") from error
