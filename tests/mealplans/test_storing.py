"""The catalogue's files are read again: what the office changed stays, what it did not touch follows the files."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from mealplans.catalogue.entities import Catalogue
from mealplans.catalogue.load import load_catalogue
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack
from mealplans.storing import store

pytestmark = pytest.mark.django_db


@pytest.fixture
def files() -> Catalogue:
    whole = load_catalogue()
    dishes = {slug: whole.dishes[slug] for slug in sorted(whole.dishes)[:4]}
    used = {line.ingredient.slug for dish in dishes.values() for line in dish.ingredients}
    small = replace(whole, dishes=dishes, ingredients={slug: whole.ingredients[slug] for slug in sorted(used)})
    store(small)
    return small


def rows() -> list[Any]:
    models: tuple[Any, ...] = (Ingredient, Dish, DishIngredient, IngredientPack)
    values = [sorted(map(repr, model.objects.values())) for model in models[:2]]
    lines = DishIngredient.objects.values_list("dish__slug", "ingredient__slug", "amount", "note")
    return [
        *values,
        sorted(lines),
        sorted(IngredientPack.objects.values_list("ingredient__slug", "size", "price_paise")),
    ]


def first(files: Catalogue) -> str:
    return next(iter(files.dishes))


def with_dish(files: Catalogue, **changes: Any) -> Catalogue:
    slug = first(files)
    return replace(files, dishes={**files.dishes, slug: replace(files.dishes[slug], **changes)})


def test_reading_the_same_files_twice_changes_nothing_and_keeps_nothing_back(files: Catalogue) -> None:
    before = rows()
    again = store(files)
    assert (rows(), again.kept, again.retired) == (before, (), 0)


def test_what_the_files_say_anew_comes_in_where_the_office_changed_nothing(files: Catalogue) -> None:
    again = store(with_dish(files, name_en="A better name", prep_minutes=7))
    dish = Dish.objects.get(slug=first(files))
    assert (dish.name_en, dish.prep_minutes, again.kept) == ("A better name", 7, ())


def test_what_the_office_changed_stays_and_is_said_and_the_rest_of_the_row_follows(files: Catalogue) -> None:
    slug = first(files)
    Dish.objects.filter(slug=slug).update(name_en="As we say it", active=False)
    again = store(with_dish(files, name_en="A better name", prep_minutes=7))
    dish = Dish.objects.get(slug=slug)
    assert (dish.name_en, dish.active, dish.prep_minutes) == ("As we say it", False, 7)
    assert again.kept == (f"{slug}: name_en, active",)
    assert store(with_dish(files, name_en="A third name")).kept == (f"{slug}: name_en, active",)


def test_a_hard_fact_that_the_office_stated_is_not_taken_back(files: Catalogue) -> None:
    slug = next(iter(files.ingredients))
    Ingredient.objects.filter(slug=slug).update(allergens=["sesame"])
    assert store(files).kept == (f"{slug}: allergens",)
    assert Ingredient.objects.get(slug=slug).allergens == ["sesame"]


def test_what_may_break_a_food_rule_is_named_for_whoever_looks_through_the_weeks(files: Catalogue) -> None:
    slug, dish = next(iter(files.ingredients)), first(files)
    stated = replace(files.ingredients[slug], allergens=frozenset({"sesame"}))
    fewer = files.dishes[dish].ingredients[1:]
    again = store(replace(with_dish(files, ingredients=fewer), ingredients={**files.ingredients, slug: stated}))
    assert ([row.slug for row in again.harder], [row.slug for row in again.recipes]) == ([slug], [dish])
    assert (store(with_dish(files, ingredients=fewer)).harder != (), store(files).recipes != ()) == (True, True)


def test_the_office_s_prices_and_recipe_stay(files: Catalogue) -> None:
    slug = first(files)
    line = DishIngredient.objects.filter(dish__slug=slug).order_by("position")[0]
    DishIngredient.objects.filter(pk=line.pk).update(amount=Decimal("99.5"))
    pack = IngredientPack.objects.order_by("pk")[0]
    IngredientPack.objects.filter(pk=pack.pk).update(price_paise=12345)
    assert set(store(files).kept) == {f"{slug}: lines", f"{pack.ingredient.slug}: packs"}
    assert DishIngredient.objects.get(pk=line.pk).amount == Decimal("99.5")
    assert IngredientPack.objects.get(pk=pack.pk).price_paise == 12345


def test_the_office_s_own_dish_is_not_retired_and_one_of_the_files_that_comes_back_is_planned_again(
    files: Catalogue,
) -> None:
    Dish.objects.create(slug="ours", name_en="Ours", name_hi="हमारा", label="vegan", prep_minutes=1, cook_minutes=1)
    slug = first(files)
    fewer = replace(files, dishes={key: dish for key, dish in files.dishes.items() if key != slug})
    assert store(fewer).retired == 1
    assert Dish.objects.get(slug="ours").active
    assert not Dish.objects.get(slug=slug).active
    store(files)
    assert Dish.objects.get(slug=slug).active


def test_a_row_from_before_counts_as_the_office_s_wherever_it_differs(files: Catalogue) -> None:
    slug = first(files)
    Dish.objects.filter(slug=slug).update(name_en="Older words")
    Dish.objects.update(from_file=None)
    assert store(files).kept == (f"{slug}: name_en",)
    assert Dish.objects.get(slug=slug).name_en == "Older words"


def test_the_command_says_what_it_kept(files: Catalogue) -> None:
    Dish.objects.filter(slug=first(files)).update(name_en="As we say it")
    out = StringIO()
    call_command("load_catalogue", stdout=out)
    assert f"Kept as the office has it: {first(files)}: name_en" in out.getvalue().splitlines()
