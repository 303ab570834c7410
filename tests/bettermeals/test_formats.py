"""Dates as India writes and types them, in both languages of the office."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.utils import translation
from django.utils.formats import date_format, get_format


@pytest.mark.parametrize(("language", "month"), [("en", "Jan"), ("en-in", "Jan"), ("hi", "जन")])
def test_the_day_stands_first_and_the_clock_has_twenty_four_hours(language: str, month: str) -> None:
    with translation.override(language):
        assert date_format(date(2026, 1, 5)) == f"5 {month} 2026"
        assert date_format(datetime(2026, 1, 5, 17, 3, tzinfo=UTC), "DATETIME_FORMAT") == f"5 {month} 2026, 17:03"
        assert get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("typed", ["2026-01-05", "05/01/2026", "5-1-2026"])
def test_the_fifth_of_january_is_never_the_first_of_may(language: str, typed: str) -> None:
    with translation.override(language):
        assert forms.DateField().clean(typed) == date(2026, 1, 5)
