"""Whose day it is, at each meal of one week: answered from rows that were read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q

from households.models import DayKind, Household, SpecialDay


class SpecialDays:
    """The household's fasts, feasts and absences of the days from `first` to `last`. One query."""

    def __init__(self, household: Household, first: date, last: date) -> None:
        rows = SpecialDay.objects.filter(household=household, cancelled_at=None)
        self.rows = list(rows.filter(Q(weekday__isnull=False) | Q(start__lte=last, end__gte=first)))

    @classmethod
    def of(cls, rows: Iterable[SpecialDay]) -> SpecialDays:
        """From rows that were read for many homes."""
        days = cls.__new__(cls)
        days.rows = list(rows)
        return days

    def everybody(self, kind: DayKind, day: date, meal: str) -> bool:
        return any(row.resident_id is None for row in self._of(kind, day, meal))

    def persons(self, kind: DayKind, day: date, meal: str) -> frozenset[int]:
        """Residents whose own day it is."""
        return frozenset(row.resident_id for row in self._of(kind, day, meal) if row.resident_id is not None)

    def _of(self, kind: DayKind, day: date, meal: str) -> Iterator[SpecialDay]:
        return (row for row in self.rows if row.kind == kind and _on(row, day) and (not row.meals or meal in row.meals))


def _on(row: SpecialDay, day: date) -> bool:
    if row.weekday is not None:
        return day.weekday() == row.weekday
    return row.start is not None and row.end is not None and row.start <= day <= row.end
