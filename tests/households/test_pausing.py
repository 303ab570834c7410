from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from households import pausing
from households.models import MealPattern
from households.queries import active_households, servings_for
from tests.factories.households import MONDAY, NOW, make_household

pytestmark = pytest.mark.django_db


def lunch(home, day=MONDAY):
    home.refresh_from_db()
    return servings_for(home, day, "lunch")


@pytest.fixture
def home():
    home = make_household()
    MealPattern.objects.create(household=home, weekday=0, meal="lunch", servings=3)
    return home


def test_a_pause_stops_the_meals_until_its_day_and_is_taken_once(home):
    assert pausing.pause(home.pk, by="priya", now=NOW, until=date(2026, 12, 1)) is True
    assert pausing.pause(home.pk, by="priya", now=NOW) is False
    assert (lunch(home), lunch(home, date(2026, 12, 7)), active_households().count()) == (0, 3, 0)


def test_a_pause_without_an_end_lasts_until_resumed(home):
    pausing.pause(home.pk, by="priya", now=NOW)
    assert lunch(home, date(2027, 11, 22)) == 0
    assert (pausing.resume(home.pk, by="priya", now=NOW), pausing.resume(home.pk, by="priya", now=NOW)) == (True, False)
    assert lunch(home) == 3


def test_a_pause_ends_at_midnight_of_the_households_own_clock(home):
    pausing.pause(home.pk, by="priya", now=NOW, until=date(2026, 12, 1))
    assert pausing.resume_due(datetime(2026, 11, 30, 18, 29, tzinfo=UTC)) == 0  # 23:59 in Kolkata
    assert pausing.resume_due(datetime(2026, 11, 30, 18, 30, tzinfo=UTC)) == 1
    assert pausing.resume_due(datetime(2026, 11, 30, 18, 30, tzinfo=UTC)) == 0
    assert [event.kind for event in home.timeline.all()] == ["household_resumed", "household_paused"]


def test_a_family_that_travels_eats_nothing_here_and_everything_after(home):
    away = pausing.travel(home.pk, start=MONDAY, end=date(2026, 11, 26), by="Asha", now=NOW)
    assert pausing.travel(home.pk, start=MONDAY, end=MONDAY, by="Asha", now=NOW) == away
    assert (lunch(home), lunch(home, date(2026, 11, 30))) == (0, 3)
    assert (pausing.cancel_travel(away.pk, by="Asha", now=NOW), pausing.cancel_travel(away.pk, by="", now=NOW)) == (
        True,
        False,
    )
    assert lunch(home) == 3


def test_travel_that_ends_before_it_starts_is_refused(home):
    with pytest.raises(ValueError, match="before it starts"):
        pausing.travel(home.pk, start=MONDAY, end=date(2026, 11, 20), by="", now=NOW)


def test_a_household_that_ended_can_come_back_with_its_history(home):
    assert pausing.end(home.pk, by="priya", now=NOW, reason="moved") is True
    assert pausing.end(home.pk, by="priya", now=NOW, reason="moved") is False
    assert lunch(home) == 0
    assert pausing.resume(home.pk, by="priya", now=NOW) is True
    assert home.timeline.count() == 2
