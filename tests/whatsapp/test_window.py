from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.factories.whatsapp import NOW
from whatsapp.window import MARGIN, WINDOW, closes_at, is_open, remaining


def test_the_window_is_open_until_a_minute_before_twenty_four_hours() -> None:
    assert is_open(NOW, NOW + timedelta(hours=23, minutes=58, seconds=59)) is True
    assert is_open(NOW, NOW + timedelta(hours=23, minutes=59)) is False


def test_who_never_wrote_has_no_window() -> None:
    assert (is_open(None, NOW), remaining(None, NOW)) == (False, timedelta(0))


MOMENTS = st.timedeltas(timedelta(days=-900), timedelta(days=9000)).map(
    lambda apart: datetime(2026, 1, 1, tzinfo=UTC) + apart
)


@given(MOMENTS, st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_open_and_remaining_agree_at_every_moment(said: datetime, later: timedelta) -> None:
    now = said + later
    assert is_open(said, now) is (remaining(said, now) > timedelta(0))
    assert remaining(said, now) <= WINDOW - MARGIN + max(timedelta(0), -later)
    assert closes_at(said) - said == WINDOW - MARGIN
