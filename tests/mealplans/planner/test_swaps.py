"""The list of other dishes for a slot: all that are allowed, none that is not, with exact differences."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from time import process_time

from hypothesis import assume, given, settings

from mealplans.planner.checker import bill, check_plan
from mealplans.planner.outcome import Planned, Reason, ReasonCode, Rule, Violation
from mealplans.planner.plan import QUICK, plan_week
from mealplans.planner.problem import Diner, WeekProblem
from mealplans.planner.score import Scorer
from mealplans.planner.swaps import swap_options, why_not
from mealplans.sample_weeks import household
from tests.mealplans.planner.tiny import day, dish, key, problems, slot, week


@settings(max_examples=30)
@given(problems())
def test_the_list_is_exactly_what_the_checker_allows_with_exact_differences(problem: WeekProblem) -> None:
    result = plan_week(problem, effort=QUICK)
    assume(isinstance(result, Planned))
    assert isinstance(result, Planned)
    for place in problem.slots:
        changed = {
            d.slug: {**result.meals, place.key: d.slug} for d in problem.dishes if d.slug != result.meals[place.key]
        }
        allowed = {slug: meals for slug, meals in changed.items() if not check_plan(problem, meals)}
        expected = {
            slug: (
                bill(problem, meals).total_paise - result.cost_paise,
                Scorer(problem).total(meals) - result.objective,
            )
            for slug, meals in allowed.items()
        }
        options = swap_options(problem, result.meals, place.key)
        assert {o.dish: (o.price_difference_paise, o.score_difference) for o in options} == expected


def test_the_best_option_comes_first() -> None:
    problem = week([dish("one"), dish("two"), dish("three")], [slot(0)], preferences={"two": 60, "three": 70})
    assert [option.dish for option in swap_options(problem, {key(0): "one"}, key(0))] == ["three", "two"]


def test_a_wish_that_was_granted_does_not_forbid_the_other_options() -> None:
    """Monday and Tuesday have one dish because the residents insisted; Wednesday can still be changed."""
    problem = week([dish("one"), dish("two"), dish("three")])
    granted = {key(0): "one", key(1): "one", key(2): "two"}
    assert [option.dish for option in swap_options(problem, granted, key(2))] == ["three"]
    assert [option.dish for option in swap_options(problem, granted, key(1))] == ["three"]


def test_an_empty_slot_gets_options_priced_as_an_addition() -> None:
    problem = week([dish("one"), dish("two")])
    options = swap_options(problem, {key(0): "one"}, key(1))
    assert [(option.dish, option.price_difference_paise) for option in options] == [("two", 0)]


def test_the_options_of_a_real_week_take_milliseconds() -> None:
    problem = household(0)
    result = plan_week(problem, effort=QUICK)
    assert isinstance(result, Planned)
    slots = list(result.meals)[:5]
    swap_options(problem, result.meals, slots[0])
    started = process_time()
    found = [swap_options(problem, result.meals, at) for at in slots]
    assert min(len(options) for options in found) > 10
    assert (process_time() - started) / len(slots) < 0.1  # measured: about 0.02 s; the rest is a slow machine's


def test_why_not_says_what_the_dish_itself_breaks() -> None:
    allergic = (Diner("asha", "vegetarian", allergens=frozenset({"milk"})),)
    problem = week([dish("one"), dish("lassi", allergens=frozenset({"milk"}))], [slot(0)], diners=allergic)
    assert why_not(problem, {key(0): "one"}, key(0), "lassi") == [Violation(Rule.ALLERGEN, key(0), "lassi", "milk")]


def test_why_not_says_what_the_week_would_newly_break_and_nothing_it_broke_before() -> None:
    dear = dish("dear", amounts=(("paneer", Decimal(300)),))
    problem = week([dish("one"), dear, dish("two")], budget_paise=10_000)
    granted = {key(0): "one", key(1): "one", key(2): "two"}
    assert why_not(problem, granted, key(2), "dear") == [Violation(Rule.BUDGET, None, None, "", 10_000, 24_000)]
    assert why_not(problem, granted, key(1), "two") == [Violation(Rule.COOLDOWN, key(2), "two", "", 7, 1)]


def test_reasons_name_what_speaks_for_a_dish_and_what_speaks_against_it() -> None:
    palak = dish("palak", tags=frozenset({"special"}), spice_level=3, amounts=(("spinach", Decimal(100)),))
    asha = Diner("asha", "vegetarian", dislikes=frozenset({"spinach"}), spice_limit=1)
    problem = week(
        [dish("soup", amounts=(("spinach", Decimal(50)),)), palak, dish("one")],
        [slot(4), slot(5)],
        diners=(asha,),
        preferences={"palak": 80},
        history={"palak": day(-15)},
    )
    options = swap_options(problem, {key(4): "soup", key(5): "one"}, key(5))
    assert {option.dish: option.reasons for option in options}["palak"] == (
        Reason(ReasonCode.LIKED, value=80),
        Reason(ReasonCode.WEEKEND_SPECIAL),
        Reason(ReasonCode.NOT_SERVED_LATELY, value=20),
        Reason(ReasonCode.SHARES_PACK, "spinach"),
        Reason(ReasonCode.QUICK, value=20),
        Reason(ReasonCode.DISLIKED, "asha"),
        Reason(ReasonCode.TOO_SPICY, "asha"),
    )


def test_the_only_dish_that_fits_says_so() -> None:
    result = plan_week(replace(week([dish("one"), dish("two")]), pins={key(0): "two"}))
    assert isinstance(result, Planned)
    assert result.reasons[key(0)][:2] == (Reason(ReasonCode.ONLY_CHOICE), Reason(ReasonCode.PINNED))
