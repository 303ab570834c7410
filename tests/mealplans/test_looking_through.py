"""The catalogue learns that something holds an allergen: each week under way that would serve it changes at once."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from bettermeals.lib.sheets import csv_bytes
from mealplans import lifecycle, planning
from mealplans.catalogue.load import load_catalogue
from mealplans.catalogue_sheets.bringing import bring_in, read
from mealplans.management.commands import load_catalogue as command
from mealplans.merging.looking import look_through
from mealplans.models import Dish, DishIngredient, Ingredient, PlannedMeal, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.mealplans.admin.catalogue_desk import as_sent, cataloguer, dish, ingredient, page
from tests.mealplans.merges import merge_dishes
from tests.mealplans.test_lifecycle import by


def unsafe(plan: WeekPlan) -> set[str]:
    """The dishes that Kabir, who must never meet a peanut, would be served."""
    meals = [meal for meal in planning.meals_of(plan) if meal.status == "planned"]
    return {m.dish.slug for m in meals if any("peanut" in i.allergens for i in _held(m))}


def _held(meal: PlannedMeal) -> list[Ingredient]:
    return [line.ingredient for line in meal.dish.lines.all()]


def only_in(plan: WeekPlan, slug: str, dish_slug: str) -> None:
    """No other meal of the week holds it."""
    others = PlannedMeal.objects.filter(plan=plan, dish__lines__ingredient__slug=slug)
    others.exclude(dish__slug=dish_slug).delete()


def holds_peanut(slug: str) -> Ingredient:
    """Somebody has read the label."""
    Ingredient.objects.filter(slug=slug).update(allergens=["peanut"])
    return ingredient(slug)


def test_what_stands_in_for_something_is_looked_at_too(plan: WeekPlan) -> None:
    PlannedMeal.objects.filter(dish__slug="dal-chawal").update(instead={"toor-dal": "moong"})
    only_in(plan, "moong", "dal-chawal")
    moong = holds_peanut("moong")
    assert unsafe(plan) == {"dal-chawal"}
    assert look_through(moong, stricter=True, now=NOW) == 1
    assert unsafe(plan) == set()


def test_so_is_what_an_approved_recipe_holds_though_the_dish_is_made_otherwise_today(
    plan: WeekPlan, home: Home
) -> None:
    only_in(plan, "toor-dal", "dal-chawal")
    lifecycle.approve(plan.pk, by(home.asha), NOW)
    DishIngredient.objects.filter(dish__slug="dal-chawal", ingredient__slug="toor-dal").delete()
    toor = holds_peanut("toor-dal")
    assert unsafe(plan) == {"dal-chawal"}
    assert look_through(toor, stricter=True, now=NOW) == 1
    assert unsafe(plan) == set()


def test_a_proposed_week_is_not_cooked_by_a_recipe_that_was_given_peanuts(plan: WeekPlan) -> None:
    ravi = cataloguer()
    form = as_sent(ravi, dish("dal-chawal"))
    number = int(form["lines-TOTAL_FORMS"])
    form |= {f"lines-{number}-ingredient": ingredient("peanuts").pk, f"lines-{number}-amount": "10"}
    form |= {"lines-TOTAL_FORMS": number + 1, f"lines-{number}-position": number, f"lines-{number}-dish": ""}
    ravi.post(page(dish("dal-chawal")), form)
    assert dish("dal-chawal").lines.filter(ingredient__slug="peanuts").exists()
    assert unsafe(plan) == set()


def test_nor_by_one_that_a_sheet_brought_in(plan: WeekPlan) -> None:
    content = csv_bytes([["slug", "recipe"], ["dal-chawal", "toor-dal 50; rice 75; peanuts 10"]])
    report = bring_in("dishes", read("dishes", "a.csv", content), NOW, dry_run=False)
    assert dict(report.counts) == {"changed": 1}
    assert unsafe(plan) == set()


def test_nor_by_the_dish_that_another_was_merged_into(plan: WeekPlan) -> None:
    """The one that stays may hold what the other did not."""
    DishIngredient.objects.create(dish=dish("tomato-rice"), ingredient=ingredient("peanuts"), amount=10)
    PlannedMeal.objects.filter(plan=plan, dish__slug="tomato-rice").delete()
    twin = Dish.objects.create(slug="tamatar-bhaat", name_en="Bhaat", label="vegan", prep_minutes=5, cook_minutes=20)
    DishIngredient.objects.create(dish=twin, ingredient=ingredient("rice"), amount=80)
    first = plan.meals.order_by("date", "meal")[0]
    PlannedMeal.objects.filter(pk=first.pk).update(dish=twin)
    merge_dishes("tomato-rice", "tamatar-bhaat")
    assert PlannedMeal.objects.get(pk=first.pk).dish.slug != "tomato-rice"
    assert unsafe(plan) == set()


def test_files_that_state_an_allergen_reach_the_weeks_under_way(
    plan: WeekPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ingredient.objects.update(from_file={"allergens": []})
    whole = load_catalogue()
    stated = replace(whole.ingredients["toor-dal"], allergens=frozenset({"peanut"}))
    monkeypatch.setattr(command, "load_catalogue", lambda: replace(whole, dishes={}, ingredients={"toor-dal": stated}))
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert ingredient("toor-dal").allergens == ["peanut"]
    assert unsafe(plan) == set()
    assert "looked through, for a food rule: 1" in out.getvalue()
