from __future__ import annotations

from datetime import timedelta

import pytest

from households.leave import cancel_leave, leave
from households.models import CookLeave
from households.queries import engagements_on
from tests.factories.households import MONDAY, NOW, make_cook, make_engagement, make_household

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def cooks(home, day, meal=None):
    return [visit.cook.name for visit in engagements_on(home, day, meal)]


def test_a_leave_takes_the_cook_away_on_its_days_and_no_others():
    home, cook = make_household(), make_cook()
    make_engagement(home, cook)
    leave(cook=cook, start=MONDAY, end=MONDAY + DAY, now=NOW)
    assert [cooks(home, MONDAY + n * DAY) for n in range(-1, 3)] == [[], [], [], ["Sunita"]]  # Sunday is no working day


def test_half_a_day_takes_away_the_meals_of_that_half_only():
    home, cook = make_household(), make_cook()
    make_engagement(home, cook)
    leave(cook=cook, start=MONDAY, end=MONDAY, meals=["lunch"], now=NOW)
    assert cooks(home, MONDAY) == ["Sunita"]
    assert (cooks(home, MONDAY, "lunch"), cooks(home, MONDAY, "dinner")) == ([], ["Sunita"])


def test_leave_from_one_household_leaves_the_others_their_cook():
    here, there, cook = make_household("Here"), make_household("There"), make_cook()
    make_engagement(here, cook)
    make_engagement(there, cook)
    leave(cook=cook, household=here, start=MONDAY, end=MONDAY, now=NOW)
    assert (cooks(here, MONDAY), cooks(there, MONDAY)) == ([], ["Sunita"])
    assert (here.timeline.count(), there.timeline.count()) == (1, 0)


def test_every_household_of_the_cook_is_told_once_however_often_it_is_said():
    home, cook = make_household(), make_cook()
    make_engagement(home, cook)
    make_engagement(home, cook, arrives_at="18:00")
    first = leave(cook=cook, start=MONDAY, end=MONDAY + DAY, now=NOW)
    assert leave(cook=cook, start=MONDAY, end=MONDAY, meals=["lunch"], now=NOW) == first
    assert [(event.text, event.week_start) for event in home.timeline.all()] == [
        ("Sunita is away from 2026-11-23 to 2026-11-24.", MONDAY)
    ]


def test_a_whole_day_is_more_than_the_half_that_was_known():
    cook = make_cook()
    leave(cook=cook, start=MONDAY, end=MONDAY, meals=["lunch"], now=NOW)
    leave(cook=cook, start=MONDAY, end=MONDAY, now=NOW)
    assert CookLeave.objects.count() == 2


def test_a_cook_comes_after_all():
    home, cook = make_household(), make_cook()
    make_engagement(home, cook)
    taken = leave(cook=cook, start=MONDAY, end=MONDAY, now=NOW)
    assert (cancel_leave(taken.pk, by="priya", now=NOW), cancel_leave(taken.pk, by="priya", now=NOW)) == (True, False)
    assert cooks(home, MONDAY) == ["Sunita"]
    assert home.timeline.first().text == "Sunita comes after all on 2026-11-23."


@pytest.mark.parametrize("days", [-1, 62])
def test_days_in_the_wrong_order_or_too_many_are_refused(days):
    with pytest.raises(ValueError, match=r"before it starts|end the engagement"):
        leave(cook=make_cook(), start=MONDAY, end=MONDAY + days * DAY, now=NOW)
