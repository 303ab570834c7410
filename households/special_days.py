"""Somebody fasts on Mondays, nobody eats meat in Navratri, Ravi has lunch at the office: entered and taken back.

What a table must respect changes with each of these, so weeks planned before are looked through at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from households import timeline
from households.food_rules import tell_changed
from households.models import DayKind, Household, Resident, SpecialDay
from households.vocabulary import Meal, choice_list, weekday_list

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@transaction.atomic
def enter(
    household_id: int,
    kind: str,
    *,
    by: str,
    now: datetime,
    who: str = "",
    weekdays: Iterable[int] = (),
    start: date | None = None,
    end: date | None = None,
    meals: Iterable[str] = (),
    reason: str = "",
) -> list[SpecialDay]:
    """Every week on `weekdays`, or once from `start` to `end` (one day without `end`).

    who: a resident's name; empty for everybody. Told twice it is one entry. Raises ValueError.
    """
    household = Household.objects.select_for_update(no_key=True).get(pk=household_id)
    if kind not in DayKind.values:
        raise ValueError(f"no such kind of day: {kind}; choose from {', '.join(DayKind.values)}")
    resident = _resident(household, who)
    of = choice_list(list(meals), Meal, "meals")
    rows = [_enter(household, resident, kind, when, of, reason, now) for when in _when(list(weekdays), start, end)]
    for row in rows:
        _record(row, f"{_sentence(row)}.", by, now)
    tell_changed(household, now)
    return rows


def _when(weekdays: list[int], start: date | None, end: date | None) -> list[dict[str, date | int]]:
    if bool(weekdays) == (start is not None):
        raise ValueError("Say either the weekdays on which it is so every week, or the first day.")
    if start is None:
        return [{"weekday": day} for day in weekday_list(weekdays, "weekdays")]
    if end is not None and end < start:
        raise ValueError(f"It ends on {end}, before it starts on {start}.")
    return [{"start": start, "end": end or start}]


def _resident(household: Household, name: str) -> Resident | None:
    if not name.strip():
        return None
    rows = {row.name.casefold(): row for row in Resident.objects.filter(household=household, active=True)}
    if name.strip().casefold() not in rows:
        known = ", ".join(row.name for row in rows.values())
        raise ValueError(f"Nobody called {name.strip()} eats here; there are {known or 'no residents yet'}.")
    return rows[name.strip().casefold()]


def _enter(
    household: Household,
    resident: Resident | None,
    kind: str,
    when: dict[str, date | int],
    meals: list[str],
    reason: str,
    now: datetime,
) -> SpecialDay:
    known = SpecialDay.objects.filter(
        household=household, resident=resident, kind=kind, meals=meals, cancelled_at=None, **when
    ).first()
    if known is not None:
        return known
    return SpecialDay.objects.create(
        household=household,
        resident=resident,
        kind=kind,
        meals=meals,
        reason=reason[:200],
        created_at=now,
        **when,
    )


@transaction.atomic
def cancel(day_id: int, *, by: str, now: datetime) -> bool:
    """It does not hold any more. False when it was cancelled before."""
    if not SpecialDay.objects.filter(pk=day_id, cancelled_at=None).update(cancelled_at=now):
        return False
    row = SpecialDay.objects.select_related("household", "resident").get(pk=day_id)
    _record(row, f"Not any more: {_sentence(row)}.", by, now)
    tell_changed(row.household, now)
    return True


def _record(row: SpecialDay, text: str, by: str, now: datetime) -> None:
    timeline.record(row.household, "special_day", text, actor=by, now=now, special_day=row.pk)


def _sentence(row: SpecialDay) -> str:
    meals = f" at {', '.join(row.meals)}" if row.meals else ""
    return f"{row}{meals}, {when_in_words(row)}"


def when_in_words(row: SpecialDay) -> str:
    if row.weekday is not None:
        return f"every {DAYS[row.weekday]}"
    return f"on {row.start}" if row.start == row.end else f"from {row.start} to {row.end}"
