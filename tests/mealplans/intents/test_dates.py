"""Days: whose calendar, which Tuesday, which side of today "kal" lies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mealplans.intents.dates import days
from mealplans.intents.interpretation import Facts
from mealplans.intents.named_days import WEEKDAYS
from mealplans.intents.reading import read
from tests.mealplans.intents.hearing import hear, meant

TODAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2030, 12, 31))


def said(text: str, today: date) -> list[tuple[date, date]]:
    return [(day.first, day.last) for day in days(read(text, Facts()), today, "future")]


@given(today=TODAYS, weekday=st.integers(0, 6))
def test_a_weekday_is_the_next_such_day_after_today(today: date, weekday: int) -> None:
    [(first, last)] = said(f"no dinner on {WEEKDAYS[weekday]}", today)
    assert first == last
    assert first.weekday() == weekday
    assert 1 <= (first - today).days <= 7


@given(today=TODAYS, start=st.integers(0, 6), end=st.integers(0, 6))
def test_a_span_of_weekdays_includes_both_ends_and_never_runs_backwards(today: date, start: int, end: int) -> None:
    if start == end:
        return
    [(first, last)] = said(f"away from {WEEKDAYS[start]} to {WEEKDAYS[end]}", today)
    assert (first.weekday(), last.weekday()) == (start, end)
    assert first <= last <= first + timedelta(days=6)


@given(today=TODAYS, number=st.integers(1, 28))
def test_a_day_of_the_month_is_today_or_the_next_such_day(today: date, number: int) -> None:
    [(first, _)] = said(f"lunch on {number}th", today)
    assert first.day == number
    assert 0 <= (first - today).days <= 31


@given(today=TODAYS, number=st.integers(1, 30))
def test_so_many_days_later_is_counted_from_today(today: date, number: int) -> None:
    assert said(f"{number} din baad", today) == [(today + timedelta(days=number),) * 2]


@pytest.mark.parametrize("text", ["32 tarikh", "31/02", "45/12", "99th"])
def test_a_day_no_calendar_has_is_no_day(text: str) -> None:
    assert said(text, date(2026, 11, 21)) == []


def test_people_and_hours_are_not_days_of_the_month() -> None:
    today = date(2026, 11, 21)
    for text in ("4 guests", "2 to 3 log", "9 baje", "10-15 min"):
        assert said(text, today) == []


def test_next_week_is_monday_to_sunday() -> None:
    assert said("agle hafte", date(2026, 11, 21)) == [(date(2026, 11, 23), date(2026, 11, 29))]


def test_the_households_own_midnight_decides_what_tomorrow_is() -> None:
    late_evening = datetime(2026, 11, 21, 19, 0, tzinfo=UTC)  # 00:30 on the 22nd in India, 19:00 on the 21st in London
    assert meant("skip lunch tomorrow", now=late_evening)[1]["date"] == "2026-11-23"
    assert meant("skip lunch tomorrow", now=late_evening, timezone="Europe/London")[1]["date"] == "2026-11-22"


def test_the_verb_tells_which_side_of_today_kal_is() -> None:
    assert meant("kal nahi aaungi", "cook") == ("absent", {"date": "2026-11-22"})
    assert meant("kal ka dinner bekar tha") == ("rate_meal", {"date": "2026-11-20", "meal": "dinner", "rating": "bad"})


def test_kal_alone_is_asked_back() -> None:
    assert hear("kal").intent is None
    assert hear("kal", "cook").intent is None


def test_a_moment_without_a_timezone_is_refused() -> None:
    with pytest.raises(ValueError, match="must be aware"):
        hear("skip lunch tomorrow", now=datetime(2026, 11, 21))  # noqa: DTZ001  # the point of the test
