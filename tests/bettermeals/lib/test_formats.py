from __future__ import annotations

from datetime import date, time

import pytest

from bettermeals.lib.formats import clock_time, day_and_date, day_name, short_date
from bettermeals.lib.languages import pick

TUESDAY = date(2026, 11, 24)


def test_days_are_named_in_the_persons_language() -> None:
    assert [day_name(TUESDAY, "en"), day_name(TUESDAY, "hi")] == ["Tuesday", "मंगलवार"]


def test_dates_are_short() -> None:
    assert [short_date(TUESDAY, "en"), short_date(TUESDAY, "hi"), day_and_date(TUESDAY, "en")] == [
        "24 Nov",
        "24 नव॰",
        "Tue 24 Nov",
    ]


def test_the_time_has_no_narrow_space_that_old_phones_show_as_a_box() -> None:
    assert [clock_time(time(7, 30), "en"), clock_time(time(19, 5), "hi")] == ["7:30 am", "7:05 pm"]


def test_a_regional_variant_falls_back_to_its_language_then_to_english() -> None:
    assert [pick("hi_IN", ["en", "hi"]), pick("ta", ["en", "hi"])] == ["hi", "en"]


def test_no_english_text_is_an_error_not_a_silent_default() -> None:
    with pytest.raises(LookupError, match="no text in ta"):
        pick("ta", ["hi"])
