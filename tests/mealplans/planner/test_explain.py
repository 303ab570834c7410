"""When no plan exists, the answer names a smallest set of rules in conflict and how near one can come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings

from mealplans.planner.outcome import Impossible, Rule, Violation
from mealplans.planner.plan import NORMAL, PROVE, plan_week
from mealplans.planner.problem import Diner, Quota, WeekProblem
from tests.mealplans.planner.tiny import best_score, dish, key, problems, slot, week


def rules(problem: WeekProblem) -> tuple[Violation, ...]:
    result = plan_week(problem)
    assert isinstance(result, Impossible)
    assert result.proved
    return result.rules


def test_a_budget_that_is_too_low_names_the_least_that_is_needed() -> None:
    assert rules(week([dish("one"), dish("two")], budget_paise=4_000)) == (
        Violation(Rule.BUDGET, None, None, "", 4_000, 6_000, True),
    )


def test_allergens_that_leave_nothing_say_how_many_dishes_they_refuse() -> None:
    milky = [dish(f"milky{n}", allergens=frozenset({"milk"})) for n in range(3)]
    allergic = (Diner("asha", "vegetarian", allergens=frozenset({"milk"})),)
    assert rules(week(milky, diners=allergic)) == (Violation(Rule.ALLERGEN, key(0), None, "milk", None, 3),)


def test_two_rules_that_together_leave_nothing_are_both_named() -> None:
    offered = [dish("milky", allergens=frozenset({"milk"})), dish("meaty", diet="nonveg")]
    allergic = (Diner("asha", "vegetarian", allergens=frozenset({"milk"})),)
    assert rules(week(offered, [slot(0)], diners=allergic)) == (
        Violation(Rule.ALLERGEN, key(0), None, "milk", None, 1),
        Violation(Rule.DIET, key(0), None, "asha", None, 1, True),
    )


def test_a_rule_that_others_make_up_for_is_not_named() -> None:
    bad = dish("bad", allergens=frozenset({"milk"}), equipment=frozenset({"oven"}))
    worse = dish("worse", allergens=frozenset({"milk"}))
    allergic = (Diner("asha", "vegetarian", allergens=frozenset({"milk"})),)
    assert [v.rule for v in rules(week([bad, worse], [slot(0)], diners=allergic))] == [Rule.ALLERGEN]


def test_a_meal_for_which_no_dish_is_known_says_so() -> None:
    assert rules(week([dish("one", meals=frozenset({"lunch"}))])) == (
        Violation(Rule.MEAL, key(0), None, "dinner", None, 0),
    )


def test_minutes_that_do_not_suffice_say_how_many_would() -> None:
    slots = [slot(0, "lunch"), slot(0, "dinner")]
    offered = [dish("one", minutes=26), dish("two", minutes=30), dish("three", minutes=40)]
    problem = week(offered, slots, minutes=50, cooldown_days=0)
    assert rules(problem) == (Violation(Rule.MINUTES, None, None, "day0", 50, 52, True),)


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        (Quota("dal", at_least=2), Violation(Rule.QUOTA_MIN, None, None, "dal", 2, 1, True)),
        (Quota("rice", at_most=0), Violation(Rule.QUOTA_MAX, None, None, "rice", 0, 1, True)),
    ],
)
def test_a_quota_says_what_can_be_reached(quota: Quota, expected: Violation) -> None:
    offered = [dish("dal", tags=frozenset({"dal"})), dish("pulao", tags=frozenset({"rice"}))]
    assert rules(week(offered, quotas=(quota,), pins={key(0): "dal", key(1): "pulao"})) == (expected,)


def test_too_few_dishes_for_the_cooldown_name_the_cooldown() -> None:
    assert rules(week([dish("one")], [slot(0), slot(1)])) == (Violation(Rule.COOLDOWN, None, None, "one", 7, 1, True),)


def test_a_cooldown_says_how_many_repeats_would_do() -> None:
    """Four dinners of two dishes, and a budget that leaves the third out."""
    offered = [dish("one"), dish("two"), dish("dear", amounts=(("paneer", Decimal(800)),))]
    problem = week(offered, [slot(n) for n in range(4)], budget_paise=12_000)
    assert rules(problem) == (Violation(Rule.COOLDOWN, None, None, "", 7, 2, True),)


def test_a_budget_and_a_cooldown_that_cannot_both_hold_each_say_what_would_be_enough() -> None:
    """Three dinners: the third dish costs ₹90 more than what two dishes with one repeat cost."""
    offered = [dish("one"), dish("two"), dish("dear", amounts=(("paneer", Decimal(150)),))]
    found = rules(week(offered, [slot(n) for n in range(3)], budget_paise=6_000))
    assert found == (
        Violation(Rule.COOLDOWN, None, None, "", 7, 1, True),
        Violation(Rule.BUDGET, None, None, "", 6_000, 15_000, True),
    )


def test_a_wish_for_one_dish_twice_is_a_conflict_with_the_cooldown() -> None:
    pins = {key(0): "one", key(1): "one"}
    found = rules(week([dish("one"), dish("two")], pins=pins))
    assert [v.rule for v in found] == [Rule.COOLDOWN]


def test_a_rule_that_is_not_enough_by_itself_is_told_apart_from_one_that_is() -> None:
    """Two dishes need 20 minutes more than the visit has, and ₹30 buys neither: both must give, none is enough."""
    slots = [slot(0, "lunch"), slot(0, "dinner")]
    result = plan_week(week([dish("one"), dish("two")], slots, minutes=20, budget_paise=3_000))
    assert isinstance(result, Impossible)
    assert [rule.enough for rule in result.rules] == [False]
    assert result.more
    assert set(result.together) == {
        Violation(Rule.MINUTES, None, None, "day0", 20, 40),
        Violation(Rule.BUDGET, None, None, "", 3_000, 6_000),
    }


def test_as_few_rules_as_possible_give_and_each_as_little_as_it_can() -> None:
    """Two short visits and one dish for four meals: the visits need their minutes, the dish its repeats."""
    slots = [slot(day, meal) for day in (0, 1) for meal in ("lunch", "dinner")]
    result = plan_week(week([dish("one"), dish("two")], slots, minutes=30))
    assert isinstance(result, Impossible)
    assert set(result.together) == {
        Violation(Rule.MINUTES, None, None, "day0", 30, 40),
        Violation(Rule.MINUTES, None, None, "day1", 30, 40),
        Violation(Rule.COOLDOWN, None, None, "", 7, 2),
    }


def giving(problem: WeekProblem, changes: Sequence[Violation]) -> WeekProblem:
    """The week with each of these rules given up as far as was said; cooldowns altogether."""
    got = {(rule.rule, rule.subject): rule.got for rule in changes}
    kinds = {rule.rule for rule in changes}
    visits = [replace(v, minutes=got.get((Rule.MINUTES, v.key)) or v.minutes) for v in problem.visits]
    quotas = [
        Quota(q.tag, got.get((Rule.QUOTA_MIN, q.tag), q.at_least) or 0, got.get((Rule.QUOTA_MAX, q.tag), q.at_most))
        for q in problem.quotas
    ]
    return replace(
        problem,
        visits=tuple(visits),
        quotas=tuple(quotas),
        budget_paise=got.get((Rule.BUDGET, ""), problem.budget_paise),
        cooldown_days=0 if Rule.COOLDOWN in kinds else problem.cooldown_days,
        dish_cooldown_days={} if Rule.COOLDOWN in kinds else problem.dish_cooldown_days,
        family_cooldown_days={} if Rule.FAMILY_COOLDOWN in kinds else problem.family_cooldown_days,
    )


@settings(max_examples=30)
@given(problems())
def test_what_is_called_enough_is_enough_alone_or_together(problem: WeekProblem) -> None:
    result = plan_week(problem, effort=PROVE)
    assume(isinstance(result, Impossible) and all(rule.slot is None for rule in result.rules))
    assert isinstance(result, Impossible)
    alone = [[rule] for rule in result.rules if rule.enough]
    assert bool(alone) != bool(result.together)
    for changes in alone or [list(result.together)]:
        assert best_score(giving(problem, changes)) is not None


def holding_only(problem: WeekProblem, kept: Sequence[Violation]) -> WeekProblem:
    """The same week with no rule of the week as a whole but these."""
    names = {(rule.rule, rule.subject) for rule in kept}
    rules = {rule for rule, _ in names}
    visits = [v if (Rule.MINUTES, v.key) in names else replace(v, minutes=999) for v in problem.visits]
    return replace(
        problem,
        visits=tuple(visits),
        budget_paise=problem.budget_paise if Rule.BUDGET in rules else None,
        quotas=problem.quotas if rules & {Rule.QUOTA_MIN, Rule.QUOTA_MAX} else (),
        cooldown_days=problem.cooldown_days if Rule.COOLDOWN in rules else 0,
        dish_cooldown_days=problem.dish_cooldown_days if Rule.COOLDOWN in rules else {},
        family_cooldown_days=problem.family_cooldown_days if Rule.FAMILY_COOLDOWN in rules else {},
    )


@settings(max_examples=30)
@given(problems())
def test_none_is_named_in_vain_without_it_the_others_that_are_named_can_hold(problem: WeekProblem) -> None:
    result = plan_week(problem, effort=PROVE)
    assume(isinstance(result, Impossible) and all(rule.slot is None for rule in result.rules))
    assert isinstance(result, Impossible)
    assert result.rules
    for left_out in result.rules:
        others = [rule for rule in result.rules if rule != left_out]
        assert best_score(holding_only(problem, others)) is not None


def test_giving_up_is_told_apart_from_proof() -> None:
    hard = week(
        [dish(f"dish{n}", minutes=17 + 5 * n, amounts=(("rice", Decimal(90 + n)),)) for n in range(14)],
        [slot(n, meal) for n in range(7) for meal in ("lunch", "dinner")],
        minutes=99,
        budget_paise=12_000,
    )
    nothing = replace(NORMAL, menu=0.0, rescue=0.0, changes=0)
    result = plan_week(hard, effort=nothing)
    assert isinstance(result, Impossible)
    assert not result.proved
    assert result.rules
