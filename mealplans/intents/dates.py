"""Days named in a message, as dates of the household's own calendar.

A weekday is the next such day after today. "kal" is yesterday or tomorrow: the verb decides, and where it does not
`Day.unsure` is set so that the person is asked. Numbers become days of the month only next to a month, an ordinal,
"tarikh", or another number of a range; "4 guests" stays a number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from mealplans.intents.day import Day, Tense, number_at, time_words_before
from mealplans.intents.month_days import days_of_month
from mealplans.intents.named_days import named_days
from mealplans.intents.reading import Reading


def days(reading: Reading, today: date, tense: Tense) -> list[Day]:
    """Every day or span of days named, in order. `today` is the household's; `tense` decides "kal" and "parso"."""
    found = sorted([*named_days(reading, today, tense), *days_of_month(reading, today)], key=_place)
    found = _without_overlaps(found)
    return _joined(reading, found, today)


def dated_words(reading: Reading) -> list[tuple[int, int]]:
    """Word spans [start, end) that say a day as a number ("12th", "dec 6"), whatever today is."""
    anywhere = date(2024, 1, 1)  # a leap year, so that "29 feb" is a day
    return [(day.start, day.end) for day in _without_overlaps(sorted(days_of_month(reading, anywhere), key=_place))]


def _place(day: Day) -> tuple[int, int]:
    return (day.start, -day.end)


def _without_overlaps(found: list[Day]) -> list[Day]:
    kept: list[Day] = []
    for day in found:
        if not kept or day.start >= kept[-1].end:
            kept.append(day)
    return kept


def _joined(reading: Reading, found: list[Day], today: date) -> list[Day]:
    """Days linked by "to", "se … tak" or "and" become one span; a start takes its "for 3 days" along."""
    out: list[Day] = []
    for day in found:
        if out and _spans(reading, out[-1], day):
            out[-1] = _span(out[-1], day)
        else:
            out.append(day)
    out = [_with_length(reading, day, out) for day in out]
    if len(out) == 1 and out[0].first == out[0].last and _until(reading, out[0]) and out[0].first > today:
        out[0] = replace(out[0], first=today)
    return out


def _spans(reading: Reading, one: Day, other: Day) -> bool:
    between = reading.words[one.end : other.start]
    marks = {m.name for m in reading.of("time") if one.end <= m.start < other.start}
    joined = not between or (len(between) <= 3 and ("till" in marks or "from" in marks or "-" in between))
    if one.first != one.last or not joined:
        return False
    if not between or any(word in ("and", "aur", "&", "n", ",") for word in between):
        return (other.first - one.first).days == 1
    return True


def _span(one: Day, other: Day) -> Day:
    last = other.last
    while last < one.first:  # "Friday to Monday", said on Saturday: Monday is the one after that Friday
        last += timedelta(days=7)
    return Day(one.first, last, one.start, other.end, one.unsure or other.unsure)


def _with_length(reading: Reading, day: Day, all_days: list[Day]) -> Day:
    if len(all_days) != 1 or day.first != day.last:
        return day
    for mark in reading.of("time", "days", "week"):
        count = number_at(reading, mark.start - 1)
        count = count * 7 if count and mark.name == "week" else count
        if (
            count
            and mark.start - 1 >= day.start
            and not any(m.start == mark.end for m in reading.of("time", "after_span"))
        ):
            inside = day.start <= mark.start < day.end
            return (
                day if inside else replace(day, last=day.first + timedelta(days=count - 1), end=max(day.end, mark.end))
            )
        if (
            count
            and mark.end <= day.start
            and "from" in time_words_before(reading, day.start, 2) | _after(reading, day.end)
        ):
            return replace(day, last=day.first + timedelta(days=count - 1), start=mark.start - 1)
    return day


def _after(reading: Reading, at: int) -> set[str]:
    return {mark.name for mark in reading.of("time") if mark.start == at}


def _until(reading: Reading, day: Day) -> bool:
    before = reading.words[max(day.start - 2, 0) : day.start]
    after = reading.words[day.end : day.end + 1]
    return any(word in ("till", "until", "til", "upto") for word in before) or "tak" in after or "varai" in after
