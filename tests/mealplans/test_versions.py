"""A plan keeps the dish as it was approved, however the catalogue is edited afterwards: shown, cooked, bought, used up.
What its ingredients are stays today's knowledge: an allergen found later reaches the approved week."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from mealplans import facts, instructions, lifecycle, pantry, planning, versions
from mealplans.exchanging import partners
from mealplans.merging import ingredients as merging
from mealplans.models import Dish, DishVersion, Ingredient, MealStatus, PantryItem, PlannedMeal, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.mealplans.admin.catalogue_desk import as_sent, cataloguer, page
from tests.mealplans.page_visits import address, at, forget_links, text
from tests.mealplans.test_lifecycle import by

pytestmark = pytest.mark.django_db


@pytest.fixture
def meal(plan: WeekPlan, home: Home) -> PlannedMeal:
    """A lunch of the approved week."""
    lifecycle.approve(plan.pk, by(home.asha), NOW)
    return loaded(plan.meals.order_by("date", "meal")[0])


def loaded(meal: PlannedMeal) -> PlannedMeal:
    return next(row for row in planning.meals_of(meal.plan) if row.pk == meal.pk)


def main_line(dish: Dish) -> tuple[str, Decimal]:
    first = dish.lines.all()[0]
    return first.ingredient.slug, first.amount


def edited(dish_id: int) -> Dish:
    """Somebody renames the dish, doubles its first ingredient and writes other steps, on the dish's page."""
    dish, ravi = Dish.objects.get(pk=dish_id), cataloguer()
    sent = as_sent(ravi, dish)
    sent |= {
        "name_en": "Quite Another", "name_hi": "कुछ और", "lines-0-amount": "99",
        "steps_en": "One.\nTwo.\nThree.", "steps_hi": "एक।\nदो।\nतीन।",
    }  # fmt: skip
    assert ravi.post(page(dish), sent).status_code == 302
    dish.refresh_from_db()
    assert (dish.name_en, main_line(dish)[1]) == ("Quite Another", 99)
    return dish


def test_an_approved_week_keeps_name_recipe_and_amounts(meal: PlannedMeal) -> None:
    name, line, steps = meal.dish.name_en, main_line(meal.dish), meal.dish.steps_hi
    edited(meal.dish_id)
    kept = loaded(meal).dish
    assert (kept.name_en, main_line(kept), kept.steps_hi) == (name, line, steps)


def test_the_plan_page_shows_the_dish_as_it_was_approved(
    meal: PlannedMeal, home: Home, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, NOW)
    forget_links()
    name = meal.dish.name_en
    edited(meal.dish_id)
    shown = text(client.get(address(meal.plan, home.asha)))
    assert (name in shown, "Quite Another" in shown) == (True, False)


def test_the_cook_is_told_the_recipe_that_was_approved(meal: PlannedMeal) -> None:
    before = instructions.recipe(meal, "hi")
    edited(meal.dish_id)
    assert instructions.recipe(loaded(meal), "hi") == before


def test_the_pantry_gives_what_the_approved_recipe_takes(meal: PlannedMeal, home: Home) -> None:
    slug, amount = main_line(meal.dish)
    ingredient = Ingredient.objects.get(slug=slug)
    PantryItem.objects.create(household=home.household, ingredient=ingredient, amount=5000, updated_at=NOW)
    edited(meal.dish_id)
    pantry.use_up(home.household, PlannedMeal.objects.get(pk=meal.pk), NOW)
    assert PantryItem.objects.get(ingredient=ingredient).amount == 5000 - amount * meal.servings


def test_a_week_only_proposed_follows_the_catalogue(plan: WeekPlan) -> None:
    meal = plan.meals.order_by("date", "meal")[0]
    edited(meal.dish_id)
    assert loaded(meal).dish.name_en == "Quite Another"


def test_a_dish_that_comes_into_an_approved_week_comes_as_it_is_then(meal: PlannedMeal, home: Home) -> None:
    _outcome, found = lifecycle.alternatives(meal.plan_id, meal.pk, NOW)
    other = edited(found[0].dish.pk)
    assert lifecycle.swap(meal.plan_id, meal.pk, other.slug, by(home.asha), NOW).done
    now = loaded(meal)
    assert (now.dish.name_en, now.version and now.version.content["name_en"]) == ("Quite Another", "Quite Another")


def test_two_meals_that_trade_places_keep_what_was_approved(meal: PlannedMeal, home: Home) -> None:
    other = partners(meal.plan_id, meal.pk, NOW, without=(), most=1)[0]
    names = {meal.dish.name_en, other.dish.name_en}
    edited(meal.dish_id)
    assert lifecycle.exchange(meal.plan_id, meal.pk, other.pk, by(home.asha), NOW).done
    assert (loaded(meal).dish.pk, loaded(other).dish.pk) == (other.dish_id, meal.dish_id)
    assert {loaded(meal).dish.name_en, loaded(other).dish.name_en} == names


def test_an_allergen_found_later_reaches_the_approved_recipe(meal: PlannedMeal) -> None:
    slug, _amount = main_line(meal.dish)
    edited(meal.dish_id)
    Ingredient.objects.filter(slug=slug).update(allergens=["peanut"])
    assert "peanut" in facts.allergens(loaded(meal).dish)


def test_an_ingredient_taken_out_of_the_recipe_is_still_in_the_approved_one(meal: PlannedMeal) -> None:
    slug, amount = main_line(meal.dish)
    Dish.objects.get(pk=meal.dish_id).lines.filter(ingredient__slug=slug).delete()
    assert main_line(loaded(meal).dish) == (slug, amount)


def test_ingredients_merged_since_are_one_line_of_both(meal: PlannedMeal) -> None:
    version = meal.version
    assert version is not None
    rice, besan = (Ingredient.objects.get(slug=slug) for slug in ("rice", "besan"))
    DishVersion.objects.filter(pk=version.pk).update(
        content={**version.content, "lines": [[rice.pk, "75", ""], [besan.pk, "10.5", ""]]}
    )
    merging.merge(rice.pk, [besan.pk], by="Ravi", reason="test", now=NOW, stricter=True)
    assert [(line.ingredient, line.amount) for line in loaded(meal).dish.lines.all()] == [(rice, Decimal("85.5"))]


def test_changed_back_it_is_the_old_version_again(meal: PlannedMeal) -> None:
    dish = Dish.objects.get(pk=meal.dish_id)
    first = versions.keep(versions.stored(dish.pk), NOW)
    assert first == meal.version
    Dish.objects.filter(pk=dish.pk).update(name_en="Other")
    second = versions.keep(versions.stored(dish.pk), NOW)
    Dish.objects.filter(pk=dish.pk).update(name_en=dish.name_en)
    assert (second != first, versions.keep(versions.stored(dish.pk), NOW)) == (True, first)


def test_where_two_recipes_of_one_dish_are_served_the_rules_see_both(meal: PlannedMeal) -> None:
    old = meal.dish
    new = versions.copied(old, [line for line in old.lines.all() if line.ingredient.slug == "oil"])
    seen = versions.by_slug([old, new])[old.slug]
    assert {line.ingredient_id for line in seen.lines.all()} == {line.ingredient_id for line in old.lines.all()}


def test_the_dish_s_page_tells_its_versions(meal: PlannedMeal) -> None:
    dish = edited(meal.dish_id)
    shown = cataloguer_page(dish)
    assert "ravi" in shown
    assert "name_en, name_hi, steps_en, steps_hi, lines" in shown
    assert "the first that was kept" in shown
    assert f"{PlannedMeal.objects.filter(dish=dish, status=MealStatus.PLANNED).count()} approved meal" in shown


def cataloguer_page(dish: Dish) -> str:
    client = Client()
    client.force_login(User.objects.get(username="ravi"))
    return client.get(page(dish)).content.decode()
