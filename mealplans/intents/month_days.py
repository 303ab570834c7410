"""Numbers that are days of a month: "25th", "27 nov", "12 se 15 tak", never "4 guests" or "9 baje"."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

from mealplans.intents.day import Day, number_at, one_day
from mealplans.intents.lexicon import Mark
from mealplans.intents.reading import Reading

_DAY_OF_MONTH = re.compile(r"(\d{1,2})(st|nd|rd|th)?")
_NUMERIC_DATE = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](?:\d{4}|\d{2}))?")
_COUNTED = frozenset(
    ["min", "mins", "minute", "minutes", "log", "people", "persons", "guests", "guest", "mehman", "baje", "am", "pm"]
)


def days_of_month(reading: Reading, today: date) -> Iterator[Day]:
    """Every number that names a day, as the next such day from `today` on."""
    for at, word in enumerate(reading.words):
        if match := _NUMERIC_DATE.fullmatch(word):
            yield from _valid(today, int(match[1]), int(match[2]), at, at + 1)
        elif (match := _DAY_OF_MONTH.fullmatch(word)) and 1 <= int(match[1]) <= 31:
            yield from _day_of_month(reading, today, at, int(match[1]), bool(match[2]))
        elif (number := number_at(reading, at)) and _spelled_date(reading, at):
            yield from _valid(today, number, _shared_month(reading), at, at + 1)


def _spelled_date(reading: Reading, at: int) -> bool:
    """ "paanch tarikh", and the "aath" of "aath se barah tarikh"."""
    dates = {mark.start for mark in reading.of("time", "date_word")}
    if at + 1 in dates:
        return True
    return at + 3 in dates and _links(reading.words[at + 1]) and number_at(reading, at + 2) is not None


def _day_of_month(reading: Reading, today: date, at: int, number: int, ordinal: bool) -> Iterator[Day]:
    month = next((m for m in reading.of("month") if m.start in (at + 1, at - 1) or _of_month(reading, at, m)), None)
    dated = next((m for m in reading.of("time", "date_word") if m.start in (at + 1, at - 1)), None)
    if month or dated or ordinal or _in_range(reading, at) or _as_day(reading, at):
        near = [m for m in (month, dated) if m]
        start, end = min([at, *(m.start for m in near)]), max([at + 1, *(m.end for m in near)])
        yield from _valid(today, number, int(month.name) if month else _shared_month(reading), start, end)


def _of_month(reading: Reading, at: int, month: Mark) -> bool:
    return month.start == at + 2 and reading.words[at + 1] == "of"


def _shared_month(reading: Reading) -> int | None:
    """ "20-27 Dec" names its month once."""
    months = {int(mark.name) for mark in reading.of("month")}
    return months.pop() if len(months) == 1 else None


def _in_range(reading: Reading, at: int) -> bool:
    """A bare number counts as a day beside another one: "12 se 15", "8th to 11", "10-12"; not "2 to 3 guests"."""
    line = reading.words
    following = line[at + 1 : at + 3] if at + 1 < len(line) else ()
    if following and _links(following[0]) and _number(line, at + 2) and not _counts(line, at + 3):
        return True
    return at > 1 and _links(line[at - 1]) and _number(line, at - 2) and not _counts(line, at + 1)


def _as_day(reading: Reading, at: int) -> bool:
    """ "till the 8", "on 27", "27 ko", "10 tak", "9 se shuru"."""
    line = reading.words
    before = line[max(at - 2, 0) : at]
    after = line[at + 1] if at + 1 < len(line) else ""
    if _counts(line, at + 1):
        return False
    return any(word in ("on", "till", "until", "til", "from") for word in before) or after in ("ko", "tak", "se", "tk")


def _links(word: str) -> bool:
    return word in ("-", "to", "se", "till", "te", "rinda", "mudhal", "nundi", "until", "and", "aur")


def _number(line: tuple[str, ...], at: int) -> bool:
    match = _DAY_OF_MONTH.fullmatch(line[at]) if 0 <= at < len(line) else None
    return bool(match) and 1 <= int(match[1]) <= 31  # type: ignore[index]


def _counts(line: tuple[str, ...], at: int) -> bool:
    return at < len(line) and line[at] in _COUNTED


def _valid(today: date, number: int, month: int | None, start: int, end: int) -> Iterator[Day]:
    """The next such day from today on; a day no month has ("31 Feb", "45/12") is no date at all."""
    if month is not None and not 1 <= month <= 12:
        return
    for ahead in range(13):
        year, zero_month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if month not in (None, zero_month + 1) or number > calendar.monthrange(year, zero_month + 1)[1]:
            continue
        if (candidate := date(year, zero_month + 1, number)) >= today:
            yield one_day(candidate, start, end)
            return
