"""The real planner over rows of the real catalogue: a household's week, planned, proved and safe."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.management import call_command

from households.models import Resident
from mealplans import planning, proposing, rules, solving
from mealplans.catalogue.load import load_catalogue
from mealplans.models import Dish, Ingredient, MealRating, PantryItem, PlanStatus
from mealplans.planning import Larder
from mealplans.slots import Home as LoadedHome
from mealplans.slots import Table
from mealplans.storing import store
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import Home, make_home, propose_week


@pytest.fixture
def real_home(db: None) -> Home:
    """The Sharmas with the whole catalogue of the product."""
    store(load_catalogue())
    return make_home()


def test_the_catalogue_is_loaded_whole_and_again_without_a_change(db: None) -> None:
    call_command("load_catalogue")
    first = (Dish.objects.count(), Ingredient.objects.count())
    call_command("load_catalogue")
    catalogue = load_catalogue()
    assert (Dish.objects.count(), Ingredient.objects.count()) == first
    assert first == (len(catalogue.dishes), len(catalogue.ingredients))


def test_what_a_dish_is_follows_from_its_ingredients_as_the_files_say(db: None) -> None:
    catalogue = load_catalogue()
    store(catalogue)
    for facts in (planning.facts.dish_facts(dish) for dish in planning.facts.catalogue()):
        entry = catalogue.dishes[facts.slug]
        assert (facts.diet, facts.allergens) == (entry.diet, entry.allergens)
        assert (facts.jain_ok, facts.fasting_ok) == (entry.jain_ok, entry.fasting_ok)


def test_a_dish_that_left_the_files_stays_for_history_and_is_not_planned(db: None) -> None:
    catalogue = load_catalogue()
    gone = next(iter(catalogue.dishes))
    store(catalogue)
    kept = {slug: dish for slug, dish in catalogue.dishes.items() if slug != gone}
    assert store(type(catalogue)(catalogue.ingredients, kept)).retired == 1
    assert Dish.objects.get(slug=gone).active is False
    assert gone not in Larder.read().dishes


def test_a_real_week_is_planned_with_its_proof_and_breaks_no_rule(real_home: Home, real_planner: None) -> None:
    Resident.objects.filter(pk=real_home.ravi.pk).update(jain=True)
    plan = propose_week(real_home)
    home, larder = LoadedHome(real_home.household, MONDAY), Larder.read()
    meals = planning.meals_of(plan)
    problem = planning.planned_week(home, meals, NOW, larder, {})
    assert rules.unbreakable(solving.violations(problem, planning.chosen(meals))) == []
    assert plan.meals.count() == 12
    assert plan.solver["gap"] <= 0.05
    assert plan.solver["model_hash"]
    assert all(meal.reason for meal in meals)


def test_the_same_household_gets_the_same_plan(real_home: Home, real_planner: None) -> None:
    first = [meal.dish.slug for meal in planning.meals_of(propose_week(real_home))]
    proposing.WeekPlan.objects.update(status=PlanStatus.CANCELLED)
    assert [meal.dish.slug for meal in planning.meals_of(propose_week(real_home))] == first


def test_an_impossible_budget_is_said_in_words_with_its_number(home: Home, real_planner: None) -> None:
    type(home.household).objects.update(weekly_budget_paise=10_000)
    home.household.refresh_from_db()
    plan = proposing.propose(home.household, MONDAY, NOW)
    assert plan.status == PlanStatus.FAILED
    assert plan.problem.startswith("One rule leaves no plan: the budget of ₹100 is ₹")
    assert plan.problem.partition("What helps: ")[2].startswith("raise the budget to ₹")


def test_reading_a_week_costs_the_same_number_of_queries_whatever_the_catalogue(
    home: Home, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(19):  # type: ignore[operator]
        loaded = LoadedHome(home.household, MONDAY)
        planning.empty_week(loaded, NOW, Larder.read())


def test_the_pantry_is_what_is_left_when_the_week_begins(home: Home) -> None:
    rice = Ingredient.objects.get(slug="rice")
    PantryItem.objects.create(household=home.household, ingredient=rice, amount=Decimal(700), updated_at=NOW)
    assert planning.pantry_before(home.household, MONDAY, NOW) == {"rice": Decimal(700)}
    plan = propose_week(home)
    plan.status = PlanStatus.CONFIRMED
    plan.save()
    needed = sum(
        line.amount * meal.servings
        for meal in planning.meals_of(plan)
        for line in meal.dish.lines.all()
        if line.ingredient.slug == "rice"
    )
    later = proposing.timedelta(days=7)
    left = planning.pantry_before(home.household, MONDAY + later, NOW)
    assert left == ({"rice": Decimal(700) - needed} if needed < 700 else {})


def test_a_dish_rated_bad_is_liked_less_next_week(home: Home) -> None:
    plan = propose_week(home)
    meal = plan.meals.select_related("dish").first()
    MealRating.objects.create(planned_meal=meal, resident=home.asha, rating="bad", at=NOW)
    assert planning.liked(home.household, NOW) == {meal.dish.slug: 25}


def test_a_child_and_a_guest_are_counted_as_the_planner_counts(home: Home) -> None:
    loaded = LoadedHome(home.household, MONDAY)
    assert loaded.portions == Decimal("2.5")
    diners = loaded.diners(Table(MONDAY, "dinner", None, Decimal(5)))
    assert sum(diner.portion for diner in diners) == Decimal(5)
    assert {d.allergens for d in diners} == {frozenset(), frozenset({"peanut"})}
