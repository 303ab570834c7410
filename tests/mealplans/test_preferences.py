from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from mealplans.preferences import HALF_LIFE, POINTS, scores
from tests.factories.households import NOW


def test_a_good_rating_lifts_a_dish_and_a_bad_one_lowers_it_more() -> None:
    assert scores([("dal", "good", NOW), ("chole", "bad", NOW)], NOW) == {"dal": 65, "chole": 25}


def test_two_months_later_it_counts_half() -> None:
    assert scores([("chole", "bad", NOW - HALF_LIFE)], NOW) == {"chole": 38}


def test_a_dish_nobody_spoke_of_has_no_score() -> None:
    assert scores([], NOW) == {}


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(sorted(POINTS)), st.integers(0, 400))))
def test_a_score_stays_between_nothing_and_a_hundred_whatever_was_said(said: list[tuple[str, str, int]]) -> None:
    signals = [(dish, kind, NOW - timedelta(days=days)) for dish, kind, days in said]
    assert all(0 <= score <= 100 for score in scores(signals, NOW).values())
