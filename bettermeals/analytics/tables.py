"""A table of figures as the page draws it and the export writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bettermeals.analytics.charts import Chart


@dataclass(frozen=True)
class Share:
    """A count out of a whole: drawn as a bar, written as both numbers."""

    count: int
    whole: int

    @property
    def percent(self) -> int:
        return round(100 * self.part)

    @property
    def part(self) -> float:
        return self.count / self.whole if self.whole else 0.0

    def __str__(self) -> str:
        return f"{self.count} ({self.percent} %)" if self.whole else "—"


@dataclass(frozen=True)
class Table:
    """`key` names it in the address of its export; `empty` says what fills it. The chart draws what the rows say."""

    key: str
    title: str
    note: str
    columns: list[str]
    rows: list[list[Any]]
    empty: str
    chart: Chart | None = None

    def flat(self) -> list[list[Any]]:
        """For a file: a share becomes its count and its percentage in two columns."""
        shares = [any(isinstance(row[at], Share) for row in self.rows) for at in range(len(self.columns))]
        head = [
            name for at, title in enumerate(self.columns) for name in ([title, f"{title} %"] if shares[at] else [title])
        ]
        body = [[cell for at, value in enumerate(row) for cell in _cells(value, shares[at])] for row in self.rows]
        return [head, *body]


def _cells(value: Any, split: bool) -> list[Any]:
    if isinstance(value, Share):
        return [value.count, value.percent]
    return [value, ""] if split else [value]


@dataclass(frozen=True)
class Period:
    """Whole weeks, Mondays included, up to the one after `today`'s: a plan is made on Saturday for the coming week."""

    today: date
    weeks: int

    @property
    def first(self) -> date:
        return monday(self.today) - timedelta(weeks=self.weeks - 2)

    @property
    def last(self) -> date:
        return monday(self.today) + timedelta(weeks=1)

    def mondays(self) -> Sequence[date]:
        return [self.last - timedelta(weeks=number) for number in range(self.weeks)]


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def hours(start: datetime | None, end: datetime | None) -> float | None:
    """Hours between two moments, or None when one of them is missing."""
    return (end - start).total_seconds() / 3600 if start and end else None
