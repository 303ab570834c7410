"""A day or span of days named by some words of a message, and the numbers beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mealplans.intents.reading import Reading

Tense = Literal["past", "future", "unknown"]


@dataclass(frozen=True, slots=True)
class Day:
    """Days `first`..`last`, both included, said by words [start, end)."""

    first: date
    last: date
    start: int
    end: int
    unsure: bool = False

    def slot(self) -> str | dict[str, str]:
        """The `date` slot: ISO text, or start and end."""
        if self.first == self.last:
            return self.first.isoformat()
        return {"start": self.first.isoformat(), "end": self.last.isoformat()}


def one_day(day: date, start: int, end: int) -> Day:
    """A single day said by words [start, end)."""
    return Day(day, day, start, end)


def number_at(reading: Reading, at: int) -> int | None:
    """The number said at one word, in digits or in words; None if there is none."""
    if not 0 <= at < len(reading.words):
        return None
    word = reading.words[at].lstrip("+")
    if word.isdigit() and len(word) < 4:
        return int(word)
    return next((int(mark.name) for mark in reading.of("number") if mark.start <= at < mark.end), None)


def time_words_before(reading: Reading, at: int, reach: int) -> set[str]:
    """Meanings of the words of time within `reach` words before a place ("next", "from")."""
    return {mark.name for mark in reading.of("time") if at - reach <= mark.start < at}
