"""The checker names each broken hard rule, with whose it is and by how much; a sound plan gets an empty list."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mealplans.planner.checker import check_dish, check_plan
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.problem import Diner, IngredientFacts, Quota, Visit, WeekProblem
from tests.mealplans.planner.tiny import INGREDIENTS, day, dish, key, slot, week

FOOD = {
    Rule.ALLERGEN: ({"allergens": frozenset({"milk"})}, "milk"),
    Rule.NEVER: ({"amounts": (("spinach", Decimal(100)),)}, "spinach"),
    Rule.DIET: ({"diet": "vegetarian"}, "asha"),
    Rule.JAIN: ({"jain_ok": False}, "asha"),
    Rule.FASTING: ({"fasting_ok": False}, ""),
    Rule.VEG_DAY: ({"diet": "nonveg"}, ""),
    Rule.NO_COOK: ({"tags": frozenset()}, ""),
    Rule.EQUIPMENT: ({"equipment": frozenset({"oven"})}, "oven"),
    Rule.MEAL: ({"meals": frozenset({"breakfast"})}, "dinner"),
}
STRICT = Diner("asha", "vegan", jain=True, allergens=frozenset({"milk"}), never=frozenset({"spinach"}))


def strict_week(rule: Rule, facts: dict[str, Any]) -> WeekProblem:
    sound = {"diet": "vegan", "jain_ok": True, "fasting_ok": True, "tags": frozenset({"no_cook"})}
    diner = replace(STRICT, diet="nonveg") if rule == Rule.VEG_DAY else STRICT
    place = slot(0, fasting=True, veg_only=True, no_cook=True)
    return week([dish("dish", **(sound | facts))], [place], diners=(diner,))


@pytest.mark.parametrize("rule", FOOD)
def test_each_rule_of_one_meal_is_named_with_its_subject(rule: Rule) -> None:
    facts, subject = FOOD[rule]
    problem = strict_week(rule, facts)
    expected = [Violation(rule, key(0), "dish", subject)]
    assert check_dish(problem, key(0), "dish") == expected
    assert check_plan(problem, {key(0): "dish"}) == expected


def test_a_dish_that_suits_the_strictest_table_is_let_through() -> None:
    problem = strict_week(Rule.DIET, {})
    assert check_plan(problem, {key(0): "dish"}) == []


def test_food_safety_is_named_before_everything_else() -> None:
    bad = dish("bad", allergens=frozenset({"milk"}), meals=frozenset({"lunch"}), minutes=999)
    problem = week([bad], diners=(STRICT,))
    assert check_dish(problem, key(0), "bad")[0].rule == Rule.ALLERGEN


def test_every_diner_at_the_table_counts_and_nobody_else() -> None:
    ravi = Diner("ravi", "nonveg", allergens=frozenset({"milk"}))
    problem = week([dish("lassi", allergens=frozenset({"milk"}))], diners=(Diner("asha", "vegetarian"), ravi))
    assert check_dish(problem, key(0), "lassi") == []
    together = replace(problem, slots=(slot(0, diners=frozenset({"asha", "ravi"})),))
    assert check_dish(together, key(0), "lassi") == [Violation(Rule.ALLERGEN, key(0), "lassi", "milk")]


def test_soaking_needs_notice() -> None:
    problem = week([dish("rajma", ahead_hours=8)], [slot(0, ahead_hours=7)])
    assert check_dish(problem, key(0), "rajma") == [Violation(Rule.AHEAD, key(0), "rajma", "", 7, 8)]
    assert check_dish(replace(problem, slots=(slot(0, ahead_hours=8),)), key(0), "rajma") == []


def test_what_the_cook_does_not_know_is_named() -> None:
    problem = week(
        [dish("pizza", skills=frozenset({"baked", "pizza"}))], visits=(Visit("day0", 60, lacks=frozenset({"baked"})),)
    )
    assert check_dish(problem, key(0), "pizza") == [Violation(Rule.SKILL, key(0), "pizza", "baked")]
    assert check_dish(replace(problem, visits=(Visit("day0", 60),)), key(0), "pizza") == []


@pytest.mark.parametrize(
    ("rule", "facts", "place"),
    [
        (Rule.FASTING, {"fasting_ok": False}, {"fasters": frozenset({"asha", "ravi"})}),
        (Rule.VEG_DAY, {"diet": "egg", "fasting_ok": True}, {"vegetarians": frozenset({"asha", "ravi"})}),
    ],
)
def test_a_day_that_one_person_keeps_binds_the_table_only_while_that_person_sits_at_it(
    rule: Rule, facts: dict[str, Any], place: dict[str, Any]
) -> None:
    diners = (Diner("asha", "nonveg"), Diner("ravi", "nonveg"))
    problem = week([dish("dish", **facts)], [slot(0, **place)], diners=diners)
    assert check_dish(problem, key(0), "dish") == [Violation(rule, key(0), "dish", "asha")]
    elsewhere = replace(problem, slots=(slot(0, diners=frozenset(), guests=1, **place),))
    assert check_dish(elsewhere, key(0), "dish") == []


@pytest.mark.parametrize(("on", "got"), [(2, None), (3, 3), (5, None), (8, 3)])
def test_what_was_delivered_too_long_ago_is_not_cooked(on: int, got: int | None) -> None:
    """Spinach keeps two days; groceries come on day 0 and on day 5."""
    palak = dish("palak", amounts=(("spinach", Decimal(100)), ("rice", Decimal(50)), ("salt", Decimal(1))))
    problem = week([palak], [slot(on)], delivery_days=(day(5), day(0)))
    expected = [] if got is None else [Violation(Rule.STALE, key(on), "palak", "spinach", 2, got)]
    assert check_dish(problem, key(on), "palak") == expected


def test_nothing_is_called_stale_before_the_first_delivery_or_without_any() -> None:
    palak = dish("palak", amounts=(("spinach", Decimal(100)),))
    assert check_dish(week([palak], [slot(6)]), key(6), "palak") == []
    assert check_dish(week([palak], [slot(3)], delivery_days=(day(4),)), key(3), "palak") == []


def test_bans_and_pins_of_a_slot_are_kept() -> None:
    banned = week([dish("one")], [slot(0, bans=frozenset({"one"}))])
    assert check_dish(banned, key(0), "one") == [Violation(Rule.BANNED, key(0), "one")]
    pinned = week([dish("one"), dish("two")], pins={key(0): "two"})
    assert check_dish(pinned, key(0), "one") == [Violation(Rule.PINNED, key(0), "one", "two")]


def test_an_ingredient_without_a_price_is_named() -> None:
    saffron = (*INGREDIENTS, IngredientFacts("saffron", "g"))
    problem = week([dish("kheer", amounts=(("saffron", Decimal(1)),))], ingredients=saffron)
    assert check_dish(problem, key(0), "kheer") == [Violation(Rule.UNPRICED, key(0), "kheer", "saffron")]


def test_empty_unknown_and_superfluous_entries_are_named() -> None:
    problem = week([dish("one"), dish("two")])
    assert check_plan(problem, {key(0): "pizza", key(6): "two"}) == [
        Violation(Rule.EMPTY, key(1)),
        Violation(Rule.UNKNOWN_DISH, key(0), "pizza"),
        Violation(Rule.NO_SUCH_SLOT, key(6), "two"),
    ]
    assert check_dish(problem, key(0), "pizza") == [Violation(Rule.UNKNOWN_DISH, key(0), "pizza")]


@pytest.mark.parametrize(("days_ago", "broken"), [(6, True), (7, False), (0, False), (-1, False)])
def test_a_dish_waits_its_cooldown_and_the_days_own_serving_is_no_serving_before(days_ago: int, broken: bool) -> None:
    problem = week([dish("one")], history={"one": day(-days_ago)})
    expected = [Violation(Rule.COOLDOWN, key(0), "one", "", 7, 6)] if broken else []
    assert check_dish(problem, key(0), "one") == expected


def test_look_alikes_wait_for_each_other() -> None:
    khichdis = [dish("moong-khichdi", family="khichdi"), dish("bajra-khichdi", family="khichdi")]
    problem = week(khichdis, family_cooldown_days={"khichdi": 2})
    plan = {key(0): "moong-khichdi", key(1): "bajra-khichdi"}
    assert check_plan(problem, plan) == [Violation(Rule.FAMILY_COOLDOWN, key(1), "bajra-khichdi", "khichdi", 2, 1)]
    served = replace(problem, history={"moong-khichdi": day(-1)})
    assert check_dish(served, key(0), "bajra-khichdi") == [
        Violation(Rule.FAMILY_COOLDOWN, key(0), "bajra-khichdi", "khichdi", 2, 1)
    ]


def test_a_repeat_within_the_week_is_named_at_the_later_meal() -> None:
    problem = week([dish("one"), dish("two")], dish_cooldown_days={"two": 1})
    assert check_plan(problem, {key(0): "one", key(1): "one"}) == [Violation(Rule.COOLDOWN, key(1), "one", "", 7, 1)]
    assert check_plan(problem, {key(0): "two", key(1): "two"}) == []


def test_the_dishes_of_one_visit_share_its_minutes() -> None:
    slots = [slot(0, "lunch"), slot(0, "dinner")]
    problem = week([dish("one", minutes=35), dish("two", minutes=30)], slots)
    plan = {key(0, "lunch"): "one", key(0, "dinner"): "two"}
    assert check_plan(problem, plan) == [Violation(Rule.MINUTES, None, None, "day0", 60, 65)]
    assert check_plan(replace(problem, visits=(Visit("day0", 65),)), plan) == []


def test_quotas_count_tags_and_families() -> None:
    fried = [dish("puri", tags=frozenset({"fried"})), dish("vada", family="fried")]
    problem = week(fried, quotas=(Quota("fried", at_most=1), Quota("dal", at_least=1)))
    assert check_plan(problem, {key(0): "puri", key(1): "vada"}) == [
        Violation(Rule.QUOTA_MAX, None, None, "fried", 1, 2),
        Violation(Rule.QUOTA_MIN, None, None, "dal", 1, 0),
    ]


def test_the_budget_is_held_against_whole_packs_with_the_pantry_taken_off() -> None:
    problem = week([dish("one"), dish("two")], budget_paise=5_999)
    plan = {key(0): "one", key(1): "two"}
    assert check_plan(problem, plan) == [Violation(Rule.BUDGET, None, None, "", 5_999, 6_000)]
    assert check_plan(replace(problem, pantry={"rice": Decimal(200)}), plan) == []
