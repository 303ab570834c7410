"""What is missing is said in words with the place to mend it, and what is unsafe is never served meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import translation

from mealplans import completeness, facts
from mealplans.catalogue.load import load_catalogue
from mealplans.catalogue.vocabulary import ALLERGENS
from mealplans.completeness import Fault
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack
from mealplans.storing import store
from tests.factories.mealplans import make_catalogue

pytestmark = pytest.mark.django_db
Change = Callable[[Dish], object]


@pytest.fixture
def dal() -> Dish:
    return make_catalogue()["dal-chawal"]


def faults(dish: Dish) -> list[Fault]:
    fresh = facts.dish_called(dish.slug)
    assert fresh
    return completeness.of_dish(fresh)


def test_every_dish_that_ships_is_complete() -> None:
    store(load_catalogue())
    dishes = Dish.objects.prefetch_related("lines__ingredient__packs")
    assert {dish.slug: found for dish in dishes if (found := completeness.of_dish(dish))} == {}
    ingredients = Ingredient.objects.prefetch_related("packs")
    assert {row.slug: found for row in ingredients if (found := completeness.of_ingredient(row))} == {}


def _set(**values: object) -> Change:
    return lambda dish: Dish.objects.filter(pk=dish.pk).update(**values)


def _rice(**values: object) -> Change:
    return lambda dish: Ingredient.objects.filter(slug="rice").update(**values)


def _amount(value: str) -> Change:
    return lambda dish: dish.lines.filter(ingredient__slug="rice").update(amount=Decimal(value))


UNSAFE: list[tuple[Change, str, str]] = [
    (lambda dish: dish.lines.all().delete(), "It has no ingredients.", "lines-group"),
    (_set(label="egg"), "The label says egg; its ingredients make it vegan.", "id_label"),
    (_set(tags=["fasting"]), "It is tagged fasting, but may not be eaten on a fast: Toor dal, Rice.", "id_tags"),
    (
        _set(steps_en=["Fry the garlic.", "Cook until soft.", "Serve hot."]),
        "“Fry the garlic.” speaks of “garlic”, which is not among the ingredients.",
        "lines-group",
    ),
    (
        _rice(allergens_stated=False),
        "Rice: Allergens are not stated: it counts as holding every one of them.",
        "id_allergens_stated",
    ),
    (_rice(allergens=["milk"]), "Rice: It holds milk, so its diet cannot be vegan.", "id_diet"),
]
INCOMPLETE: list[tuple[Change, str, str]] = [
    (_set(name_hi="Dal"), "The Hindi name is missing, or not in Devanagari.", "id_name_hi"),
    (_set(steps_hi=[]), "It has no steps in Hindi: most cooks read only these.", "id_steps_hi"),
    (_set(steps_hi=["पकाइए।"]), "The Hindi steps do not follow the English ones step by step.", "id_steps_hi"),
    (_set(steps_hi=["धोइए", "fry करें", "परोसिए"]), "A Hindi step holds Latin letters.", "id_steps_hi"),
    (_set(ahead_hours=8), "It is begun hours before, but not said how in both languages.", "id_ahead_task_en"),
    (_set(serving_en="Hot."), "How it is served is said in one language only.", "id_serving_hi"),
    (_set(meals=[]), "It is for no meal: neither breakfast, lunch nor dinner.", "id_meals"),
    (_set(prep_minutes=0, cook_minutes=0), "It takes 0 minutes.", "id_prep_minutes"),
    (_set(main_ingredient="rajma"), "The main ingredient is not among its ingredients.", "id_main_ingredient"),
    (_amount("3500"), "3500 g Rice for one plate cannot be right.", "lines-group"),
    (_amount("0"), "0 g Rice for one plate cannot be right.", "lines-group"),
    (_rice(shelf_life_days=0), "Rice: Its shelf life is 0 days.", "id_shelf_life_days"),
    (
        lambda dish: IngredientPack.objects.filter(ingredient__slug="rice").delete(),
        "Rice: It has no pack, so it cannot be bought or priced.",
        "packs-group",
    ),
]
CASES = [*((*case, True) for case in UNSAFE), *((*case, False) for case in INCOMPLETE)]


@pytest.mark.parametrize(("change", "words", "anchor", "unsafe"), CASES, ids=[case[1] for case in CASES])
def test_one_thing_missing_is_said_in_words_with_its_place(
    dal: Dish, change: Change, words: str, anchor: str, unsafe: bool
) -> None:
    assert faults(dal) == []
    change(dal)
    assert [(fault.words, fault.anchor, fault.unsafe) for fault in faults(dal)] == [(words, anchor, unsafe)]


@pytest.mark.parametrize(("change", "words", "anchor", "unsafe"), CASES, ids=[case[1] for case in CASES])
def test_each_is_said_in_hindi_too(dal: Dish, change: Change, words: str, anchor: str, unsafe: bool) -> None:
    change(dal)
    with translation.override("hi"):
        assert [fault.words for fault in faults(dal) if fault.words == words] == []


def test_a_fault_of_an_ingredient_leads_to_the_ingredients_page(dal: Dish) -> None:
    Ingredient.objects.filter(slug="rice").update(shelf_life_days=0)
    rice = Ingredient.objects.get(slug="rice")
    assert [fault.link for fault in faults(dal)] == [
        f"/admin/mealplans/ingredient/{rice.pk}/change/#id_shelf_life_days"
    ]


def test_what_nobody_has_said_of_an_ingredient_counts_as_every_allergen(dal: Dish) -> None:
    Ingredient.objects.filter(slug="rice").update(allergens_stated=False)
    dish = facts.dish_called("dal-chawal")
    assert dish
    assert facts.dish_facts(dish).allergens == frozenset(ALLERGENS)


def test_a_dish_without_ingredients_is_no_dish_for_the_planner_and_nobody_s_diet_allows_it(dal: Dish) -> None:
    DishIngredient.objects.filter(dish=dal).delete()
    assert "dal-chawal" not in {dish.slug for dish in facts.catalogue()}
    assert facts.diet(Dish.objects.get(slug="dal-chawal")) == "nonveg"
