"""Days said in words: weekdays, today, kal, next week, two days later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from mealplans.intents.day import Day, Tense, number_at, one_day, time_words_before
from mealplans.intents.lexicon import Mark
from mealplans.intents.reading import Reading

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OFFSETS = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1, "day_after": 2, "day_before": -2}


def named_days(reading: Reading, today: date, tense: Tense) -> Iterator[Day]:
    """Every day said in words, in no particular order; a weekday is the next such day after today."""
    yield from _counted_days(reading, today)
    yield from _weeks(reading, today)
    for mark in reading.of("time"):
        yield from _named_day(mark, today, tense)


def _named_day(mark: Mark, today: date, tense: Tense) -> Iterator[Day]:
    if mark.name in WEEKDAYS:
        ahead = (WEEKDAYS.index(mark.name) - today.weekday() - 1) % 7 + 1
        yield one_day(today + timedelta(days=ahead), mark.start, mark.end)
    elif mark.name in ("kal", "parso"):
        distance = 1 if mark.name == "kal" else 2
        offset = timedelta(days=-distance if tense == "past" else distance)
        yield replace(one_day(today + offset, mark.start, mark.end), unsure=tense == "unknown")
    elif mark.name in _OFFSETS:
        yield one_day(today + timedelta(days=_OFFSETS[mark.name]), mark.start, mark.end)


def _weeks(reading: Reading, today: date) -> Iterator[Day]:
    """ "next week" is Monday to Sunday, "this week" what is left of it, "weekend" Saturday and Sunday."""
    for mark in reading.of("time", "week", "weekend"):
        said = time_words_before(reading, mark.start, 2)
        monday = today - timedelta(days=today.weekday())
        if "last" in said:
            monday -= timedelta(days=7)
        elif "next" in said and (mark.name == "week" or today.weekday() >= 5):
            monday += timedelta(days=7)
        elif mark.name == "week" and "this" not in said:
            continue
        start = mark.start - 1
        if mark.name == "weekend":
            yield Day(max(monday + timedelta(days=5), today), monday + timedelta(days=6), start, mark.end)
        else:
            first = max(monday, today) if "last" not in said else monday
            yield Day(first, monday + timedelta(days=6), start, mark.end)


def _counted_days(reading: Reading, today: date) -> Iterator[Day]:
    """ "2 din baad" is a day; "kal se 3 din" is joined to its start by `_joined`; "next 3 days" starts tomorrow."""
    for mark in reading.of("time", "days"):
        count = number_at(reading, mark.start - 1)
        if count is None or not 1 <= count <= 60:
            continue
        after = [m for m in reading.of("time", "after_span") if m.start == mark.end]
        if after or reading.words[max(mark.start - 2, 0)] == "in":
            end = after[0].end if after else mark.end
            yield one_day(today + timedelta(days=count), mark.start - 1, end)
        elif "next" in time_words_before(reading, mark.start, 2):
            yield Day(today + timedelta(days=1), today + timedelta(days=count), mark.start - 2, mark.end)
