"""Days on which a cook does not come. Whole days, or the meals of a part of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction

from households import timeline
from households.models import Cook, CookLeave, Household
from households.vocabulary import Meal, choice_list

LONGEST_DAYS = 62


@transaction.atomic
def leave(
    *,
    cook: Cook,
    start: date,
    end: date,
    now: datetime,
    household: Household | None = None,
    meals: Iterable[str] = (),
    reason: str = "",
    by: str = "",
    message: Any = None,
) -> CookLeave:
    """The cook is away from `start` to `end`, both included; `meals` for a part of the day, `household` for one only.

    Told twice (a button tapped twice, a message repeated) it is one leave. Each household concerned gets a line of
    its timeline. Raises ValueError for days in the wrong order or longer than two months: that is an ended engagement.
    """
    if end < start:
        raise ValueError(f"The leave ends on {end}, before it starts on {start}.")
    if (end - start).days >= LONGEST_DAYS:
        raise ValueError(f"A leave of more than {LONGEST_DAYS} days: end the engagement instead.")
    parts = choice_list(list(meals), Meal, "meals")
    Cook.objects.select_for_update(no_key=True).get(pk=cook.pk)  # the same message handled twice at once
    known = _covering(cook, household, start, end, parts)
    if known is not None:
        return known
    taken = CookLeave.objects.create(
        cook=cook, household=household, start=start, end=end, meals=parts, reason=reason[:200], created_at=now
    )
    _tell(taken, f"{cook.name} is away {_when(taken)}.", "cook_leave", by or cook.name, message, now)
    return taken


def _covering(cook: Cook, household: Household | None, start: date, end: date, parts: list[str]) -> CookLeave | None:
    """A leave that already says all of it: at least these days, these meals, this household."""
    around = CookLeave.objects.filter(cook=cook, cancelled_at=None, start__lte=start, end__gte=end).order_by("pk")
    return next(
        (
            row
            for row in around
            if row.household_id in (None, household.pk if household else None)
            and (not row.meals or (parts and set(parts) <= set(row.meals)))
        ),
        None,
    )


@transaction.atomic
def cancel_leave(leave_id: int, *, by: str, now: datetime) -> bool:
    """The cook comes after all. False when it was cancelled before."""
    if not CookLeave.objects.filter(pk=leave_id, cancelled_at=None).update(cancelled_at=now):
        return False
    taken = CookLeave.objects.select_related("cook", "household").get(pk=leave_id)
    _tell(taken, f"{taken.cook.name} comes after all {_when(taken)}.", "cook_leave_cancelled", by, None, now)
    return True


def _when(taken: CookLeave) -> str:
    days = f"on {taken.start}" if taken.start == taken.end else f"from {taken.start} to {taken.end}"
    return f"{days} ({', '.join(taken.meals)})" if taken.meals else days


def _tell(taken: CookLeave, text: str, kind: str, by: str, message: Any, now: datetime) -> None:
    homes = Household.objects.filter(engagements__cook=taken.cook, engagements__active=True).distinct()
    for home in homes.filter(pk=taken.household_id) if taken.household_id else homes:
        week = timeline.week_of(taken.start)
        timeline.record(home, kind, text, actor=by, message=message, week_start=week, now=now, leave=taken.pk)
