from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from households.models import Engagement, Household
from mealplans import timetable
from tests.factories.households import HOUR, MONDAY, NOW

KOLKATA = Household(timezone="Asia/Kolkata")


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_the_week_is_proposed_on_saturday_at_nine_on_the_households_own_clock() -> None:
    assert timetable.propose_at(KOLKATA, MONDAY) == utc(21, 3, 30)
    assert timetable.propose_at(Household(timezone="Asia/Dubai"), MONDAY) == utc(21, 5)


def test_reminders_are_saturday_at_six_and_sunday_at_ten() -> None:
    assert timetable.reminders(KOLKATA, MONDAY, NOW) == [utc(21, 12, 30), utc(22, 4, 30)]


def test_reminders_that_lie_before_a_late_proposal_are_left_out() -> None:
    assert timetable.reminders(KOLKATA, MONDAY, utc(21, 14)) == [utc(22, 4, 30)]


def test_the_deadline_is_sunday_at_two() -> None:
    assert timetable.decide_by(KOLKATA, MONDAY, NOW) == utc(22, 8, 30)


def test_a_week_proposed_after_the_deadline_still_leaves_three_hours_to_answer() -> None:
    assert timetable.decide_by(KOLKATA, MONDAY, utc(22, 9)) == utc(22, 12)


def test_on_a_monday_the_coming_week_is_the_next_one() -> None:
    assert timetable.next_week_start(KOLKATA, utc(23, 6)) == date(2026, 11, 30)


def test_the_week_turns_at_the_households_midnight_not_at_greenwichs() -> None:
    before, after = utc(22, 18, 29), utc(22, 18, 30)
    assert timetable.next_week_start(KOLKATA, before) == date(2026, 11, 23)
    assert timetable.next_week_start(KOLKATA, after) == date(2026, 11, 30)


def test_payment_is_reminded_after_two_hours_or_half_way_to_a_near_cut_off() -> None:
    assert timetable.payment_reminder(NOW, NOW + 10 * HOUR) == NOW + 2 * HOUR
    assert timetable.payment_reminder(NOW, NOW + 3 * HOUR) == NOW + timedelta(minutes=90)


@given(
    st.integers(0, 6),
    st.times(),
    st.integers(0, 6),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=1)),
)
def test_the_order_of_the_steps_holds_for_any_hours_a_household_may_choose(
    propose: int, propose_at: time, deadline: int, deadline_at: time, after: timedelta
) -> None:
    home = Household(
        timezone="Asia/Kolkata",
        propose_weekday=propose,
        propose_at=propose_at,
        deadline_weekday=deadline,
        deadline_at=deadline_at,
    )
    proposed = NOW + after
    deadline_moment = timetable.decide_by(home, MONDAY, proposed)
    cut_off = timetable.pay_by(home, MONDAY, deadline_moment)
    moments = [proposed, *timetable.reminders(home, MONDAY, proposed), deadline_moment]
    assert moments == sorted(moments)
    assert deadline_moment < timetable.payment_reminder(deadline_moment, cut_off) < cut_off


def visit_at(arrives_at: time, **fields: time) -> timetable.VisitTimes:
    household = Household(timezone="Asia/Kolkata", **fields)
    return timetable.visit_times(household, Engagement(arrives_at=arrives_at), date(2026, 11, 24))


def test_an_early_cook_is_written_to_when_her_quiet_hours_end() -> None:
    assert visit_at(time(10)).morning_at == utc(24, 3)  # 08:30, ninety minutes before
    assert visit_at(time(7)).morning_at == utc(24, 0, 30)  # 06:00, not 05:30


def test_a_cook_who_begins_before_they_end_has_it_all_the_evening_before() -> None:
    times = visit_at(time(5, 30))
    assert times.morning_at == times.evening_at == utc(23, 13, 30)


@given(st.times(), st.times())
def test_no_morning_message_ever_falls_into_the_quiet_hours(arrives_at: time, quiet_until: time) -> None:
    times = visit_at(arrives_at, cook_quiet_until=quiet_until)
    quiet_ends = timetable.at(KOLKATA, date(2026, 11, 24), quiet_until)
    assert times.morning_at == times.evening_at or quiet_ends <= times.morning_at <= times.starts_at
