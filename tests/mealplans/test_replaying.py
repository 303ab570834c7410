"""Taste, learnt and replayed: what each scorer would have done with the swaps that households really made."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from mealplans import planning, swapping, tasting
from mealplans.models import TasteSignal
from mealplans.outcomes import Actor
from mealplans.preferences import HALF_LIFE, POINTS, scores
from mealplans.replaying import SCORERS, Home, Result, Week, replay, stored
from tests.factories.households import HOUR, NOW
from tests.factories.mealplans import TUESDAY, meal_of, propose_week
from tests.factories.mealplans import Home as Sharmas
from tests.mealplans.test_changes import spare
from tests.mealplans.test_lifecycle import by

DAY = timedelta(days=1)


def result(scorer: str, *homes: Home) -> Result:
    return next(found for found in replay(homes) if found.scorer == scorer)


def test_a_swap_is_cut_by_a_scorer_that_knew_better_and_by_none_that_did_not() -> None:
    home = Home(
        signals=(("bhindi", "bad", NOW - DAY), ("rajma", "good", NOW - DAY)),
        weeks=(Week(NOW, kept=("dal", "rajma"), swaps=(("bhindi", "rajma"), ("dal", "upma"))),),
    )
    assert result("in use", home) == Result("in use", 2, 1, 1, 0, 2, 0)
    assert result("knows nothing", home) == Result("knows nothing", 2, 0, 2, 0, 2, 0)


def test_what_was_said_after_the_proposal_is_not_known_to_it() -> None:
    late = Home((("bhindi", "bad", NOW),), (Week(NOW, (), (("bhindi", "dal"),)),))
    assert result("in use", late).cut == 0


def test_a_dish_that_was_kept_although_the_scorer_disliked_it_is_a_false_alarm() -> None:
    home = Home((("dal", "bad", NOW - DAY),), (Week(NOW, ("dal", "upma"), ()),))
    assert (result("in use", home).false_alarms, result("in use", home).kept) == (1, 2)


def test_a_scorer_may_point_the_wrong_way() -> None:
    home = Home((("dal", "good", NOW - DAY),), (Week(NOW, (), (("dal", "upma"),)),))
    assert result("in use", home).worse == 1


moments = st.integers(-300, 300).map(lambda days: NOW + days * DAY)
kinds = st.sampled_from(sorted(POINTS))
signals = st.lists(st.tuples(st.sampled_from("abcd"), kinds, moments))


@given(signals)
def test_every_swap_is_counted_once_by_every_scorer(said: list[tuple[str, str, datetime]]) -> None:
    week = Week(NOW, ("a", "b"), (("a", "b"), ("c", "d"), ("b", "a")))
    for found in replay([Home(tuple(said), (week,))]):
        assert found.cut + found.undecided + found.worse == found.swaps == 3
        assert 0 <= found.false_alarms <= found.kept == 2


@given(signals, kinds)
def test_one_more_word_moves_a_score_its_own_way_and_fades(said: list[tuple[str, str, datetime]], kind: str) -> None:
    now = NOW + 300 * DAY
    before = scores(said, now).get("a", 50)
    after = scores([*said, ("a", kind, now)], now)["a"]
    assert (after - before) * POINTS[kind] >= 0
    much_later = scores([("a", kind, now)], now + 10 * HALF_LIFE)["a"]
    assert abs(much_later - 50) <= 1


def test_leftovers_and_small_pots_move_the_score_once_each(home: Sharmas) -> None:
    plan = propose_week(home)
    meal = meal_of(plan, TUESDAY)
    noted = [tasting.note(meal, kind, by(home.asha), NOW).code for kind in ("left_over", "left_over", "ran_short")]
    assert noted == ["noted", "noted_before", "noted"]
    assert planning.liked(home.household, NOW) == {meal.dish.slug: 50 - 8 + 5}
    with pytest.raises(ValueError, match="one of left_over, ran_short"):
        tasting.note(meal, "good", by(home.asha), NOW)


def test_the_stored_history_is_replayed_with_its_swap_as_a_pair(home: Sharmas) -> None:
    plan = propose_week(home)
    meal, dish = meal_of(plan, TUESDAY), spare(plan)
    old = meal.dish.slug
    swapping.swap(plan.pk, meal.pk, dish, by(home.asha), NOW + HOUR)
    (found,) = stored()
    (week,) = found.weeks
    assert week.swaps == ((old, dish),)
    assert (len(week.kept), dish in week.kept) == (11, False)


def test_a_swap_by_staff_teaches_nothing(home: Sharmas) -> None:
    plan = propose_week(home)
    swapping.swap(plan.pk, meal_of(plan, TUESDAY).pk, spare(plan), Actor("priya", "staff"), NOW)
    assert not TasteSignal.objects.exists()


def test_reading_the_history_asks_the_same_number_of_queries_for_one_week_and_for_many(
    home: Sharmas, django_assert_num_queries: object
) -> None:
    propose_week(home)
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert len(stored()) == 1


def test_the_command_says_it_in_words_and_as_json(home: Sharmas) -> None:
    plan = propose_week(home)
    swapping.swap(plan.pk, meal_of(plan, TUESDAY).pk, spare(plan), by(home.asha), NOW + HOUR)
    words, data = io.StringIO(), io.StringIO()
    call_command("replay_taste", stdout=words)
    call_command("replay_taste", "--json", stdout=data)
    assert words.getvalue().startswith("1 households, 1 weeks, 1 swaps")
    said = json.loads(data.getvalue())
    assert [row["scorer"] for row in said["scorers"]] == list(SCORERS)
    assert said["scorers"][0] == {
        "scorer": "in use", "swaps": 1, "cut": 0, "undecided": 1, "worse": 0, "kept": 11, "false_alarms": 0,
    }  # fmt: skip
