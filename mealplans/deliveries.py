"""One order a week, brought in parts: which amount of a line comes on which delivery day. Pure.

The planner reckons that groceries came with the newest delivery before a meal, and minds what is older than half its
shelf life (`planner/freshness.py`). So each amount comes with the first delivery after which it is no older; what keeps
for two weeks comes all on the first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

WEEK = 7


class Part(NamedTuple):
    day: date
    amount: Decimal


def days_of(week_start: date, weekdays: Collection[int]) -> tuple[date, ...]:
    """The week's groceries arrive on its first day whatever else is agreed."""
    days = [week_start + timedelta(days=n) for n in range(WEEK)]
    return tuple(day for day in days if day == week_start or day.weekday() in weekdays)


def parts(
    provenance: Iterable[Mapping[str, Any]],
    keeps_days: int,
    days: Sequence[date],
    *,
    at_home: Decimal = Decimal(0),
    not_before: date,
) -> list[Part]:
    """What is to be brought on which day, in order. What is at home is used by the first meals. Deliveries before
    `not_before` (a list made in the middle of the week) are over: what is cooked before the next one comes at once.
    """
    coming = [day for day in days if day >= not_before]
    brought: dict[date, Decimal] = defaultdict(Decimal)
    for day, amount in sorted(_needs(provenance, not_before)):
        left = max(Decimal(0), amount - at_home)
        at_home -= amount - left
        if left:
            brought[_comes(day, keeps_days, coming, not_before)] += left
    return [Part(day, brought[day]) for day in sorted(brought)]


def _needs(provenance: Iterable[Mapping[str, Any]], first: date) -> list[tuple[date, Decimal]]:
    """A line of before meals were named counts for the first delivery."""
    return [
        (date.fromisoformat(origin["date"]) if "date" in origin else first, Decimal(origin.get("amount", 0)))
        for origin in provenance
    ]


def _comes(day: date, keeps_days: int, coming: Sequence[date], not_before: date) -> date:
    """The first that is still fresh (half its shelf life) on the day; failing that the newest before it."""
    before = [each for each in coming if each <= day] or [not_before]
    return next((each for each in before if (day - each).days <= keeps_days // 2), before[-1])
