"""A week as its persons live it: who sits at each table, whose fast it is, what the cook knows, what comes when."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from households import special_days
from households.models import DayKind
from mealplans import planning, rules
from mealplans.models import Dish, Ingredient, PantryItem, WeeklyQuota
from mealplans.pantry import put_in
from mealplans.planner.checker import check_dish
from mealplans.planner.outcome import Rule
from mealplans.planner.problem import Quota, Slot, SlotKey, WeekProblem
from mealplans.planning import Larder
from mealplans.slots import Home as LoadedHome
from mealplans.solving import violations
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import DAYS, TUESDAY, Home, meal_of, propose_week

LUNCH, DINNER = SlotKey(TUESDAY, "lunch"), SlotKey(TUESDAY, "dinner")


def enter(home: Home, kind: DayKind, **said: Any) -> None:
    special_days.enter(home.household.pk, kind, by="test", now=NOW, **({"weekdays": [1]} | said))


def week(home: Home) -> WeekProblem:
    return planning.empty_week(LoadedHome(home.household, MONDAY), NOW, Larder.read())


def at(problem: WeekProblem, key: SlotKey) -> Slot:
    return next(slot for slot in problem.slots if slot.key == key)


def broken(problem: WeekProblem, key: SlotKey, dish: str) -> list[tuple[Rule, str]]:
    return [(found.rule, found.subject) for found in check_dish(problem, key, dish)]


def test_who_eats_elsewhere_is_not_cooked_for_and_the_others_are(home: Home) -> None:
    enter(home, DayKind.ELSEWHERE, who="Ravi", meals=["lunch"])
    plan = propose_week(home)
    assert meal_of(plan, TUESDAY, "lunch").servings == Decimal("1.5")
    assert meal_of(plan, TUESDAY, "dinner").servings == Decimal("2.5")


def test_a_diet_binds_only_the_tables_its_owner_sits_at(home: Home) -> None:
    for person in (home.asha, home.kabir):
        type(person).objects.filter(pk=person.pk).update(diet="nonveg")
    enter(home, DayKind.ELSEWHERE, who="Ravi", meals=["lunch"])
    problem = week(home)
    assert broken(problem, LUNCH, "chicken-curry") == []
    assert broken(problem, DINNER, "chicken-curry") == [(Rule.DIET, str(home.ravi.pk))]


def test_what_would_make_an_absent_child_ill_stays_out_of_the_kitchen(home: Home) -> None:
    enter(home, DayKind.ELSEWHERE, who="Kabir")
    problem = week(home)
    assert broken(problem, DINNER, "peanut-curry") == [(Rule.ALLERGEN, "peanut")]
    assert at(problem, DINNER).diners == {str(home.asha.pk), str(home.ravi.pk), f"{home.kabir.pk}*away"}


def test_a_meal_that_everybody_eats_elsewhere_is_not_planned(home: Home) -> None:
    enter(home, DayKind.ELSEWHERE, start=TUESDAY, weekdays=(), meals=["dinner"])
    keys = [slot.key for slot in week(home).slots]
    assert LUNCH in keys
    assert DINNER not in keys


@pytest.mark.parametrize(
    ("kind", "dish", "rule"),
    [(DayKind.FASTING, "dal-chawal", Rule.FASTING), (DayKind.VEGETARIAN, "egg-curry", Rule.VEG_DAY)],
)
def test_a_persons_own_day_binds_every_table_that_person_sits_at(
    home: Home, kind: DayKind, dish: str, rule: Rule
) -> None:
    for person in (home.asha, home.ravi, home.kabir):
        type(person).objects.filter(pk=person.pk).update(diet="nonveg")
    enter(home, kind, who="Asha", weekdays=(), start=TUESDAY)
    problem = week(home)
    assert broken(problem, DINNER, dish) == [(rule, str(home.asha.pk))]
    assert broken(problem, SlotKey(DAYS[2], "dinner"), dish) == []


def test_the_refusal_names_who_fasts(home: Home) -> None:
    enter(home, DayKind.FASTING, who="Asha")
    problem, loaded = week(home), LoadedHome(home.household, MONDAY)
    found = check_dish(problem, DINNER, "dal-chawal")
    assert rules.why_not(found, loaded, {}, "en") == "Asha fasts that day."
    assert rules.why_not(found, loaded, {}, "hi") == "उस दिन Asha का व्रत है।"


def test_a_new_fast_changes_the_meals_that_break_it_at_once(home: Home) -> None:
    Ingredient.objects.filter(slug__in=["spinach", "cauliflower", "atta", "rice"]).update(fasting_ok=True)
    plan = propose_week(home)
    before = {meal.pk: meal.dish.slug for meal in planning.meals_of(plan)}
    enter(home, DayKind.FASTING, who="Asha")
    problem = planning.planned_week(LoadedHome(home.household, MONDAY), planning.meals_of(plan), NOW, Larder.read(), {})
    assert rules.unsafe(violations(problem, planning.chosen(planning.meals_of(plan)))) == []
    changed = [
        meal for meal in planning.meals_of(plan) if before[meal.pk] != meal.dish.slug or meal.status == "skipped"
    ]
    assert {meal.date for meal in changed} <= {TUESDAY}
    assert changed


def test_a_festival_makes_a_weekday_a_feast(home: Home) -> None:
    enter(home, DayKind.FESTIVAL, weekdays=(), start=TUESDAY)
    problem = week(home)
    assert {slot.key.day for slot in problem.slots if slot.festive} == {TUESDAY}


def test_what_the_cook_does_not_know_is_not_planned(home: Home) -> None:
    home.sunita.cannot_make = ["aloo-gobi", "indo-chinese"]
    home.sunita.save()
    Dish.objects.filter(slug="veg-pulao").update(cuisine="indo-chinese")
    problem = week(home)
    assert broken(problem, DINNER, "aloo-gobi") == [(Rule.SKILL, "aloo-gobi")]
    assert broken(problem, DINNER, "veg-pulao") == [(Rule.SKILL, "indo-chinese")]
    assert not propose_week(home).meals.filter(dish__slug__in=["aloo-gobi", "veg-pulao"]).exists()


def test_with_one_delivery_nothing_is_cooked_after_it_went_off(home: Home) -> None:
    type(home.household).objects.update(delivery_days=[])
    Ingredient.objects.filter(slug="spinach").update(shelf_life_days=2)
    home.household.refresh_from_db()
    problem = week(home)
    assert broken(problem, SlotKey(DAYS[2], "dinner"), "palak-paneer") == []
    assert broken(problem, SlotKey(DAYS[3], "dinner"), "palak-paneer") == [(Rule.STALE, "spinach")]
    type(home.household).objects.update(delivery_days=[3])
    home.household.refresh_from_db()
    assert broken(week(home), SlotKey(DAYS[3], "dinner"), "palak-paneer") == []


def test_a_pantrys_perishables_are_used_up_in_time_and_not_counted_after_it(home: Home) -> None:
    spinach, rice = Ingredient.objects.get(slug="spinach"), Ingredient.objects.get(slug="rice")
    put_in(home.household, {spinach.pk: Decimal(200), rice.pk: Decimal(900)}, NOW)
    problem = week(home)
    assert (problem.pantry, problem.use_by) == (
        {"spinach": Decimal(200), "rice": Decimal(900)},
        {"spinach": date(2026, 11, 26)},
    )
    PantryItem.objects.update(delivered_at=NOW - timedelta(days=9))
    problem = week(home)
    assert (problem.pantry, problem.use_by) == ({"rice": Decimal(900)}, {})


def test_quotas_are_rows_and_a_homes_own_stand_in_place_of_everybodys(home: Home) -> None:
    assert week(home).quotas == (Quota("dal", 1, None), Quota("fried", 0, 2))  # twelve of fourteen meals: one dal
    WeeklyQuota.objects.create(household=home.household, tag="dal", at_least=7, at_most=9)
    assert week(home).quotas == (Quota("dal", 6, 9), Quota("fried", 0, 2))
