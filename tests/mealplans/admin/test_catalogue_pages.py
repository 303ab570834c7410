"""The pages of dishes and ingredients: what is missing is seen, and an incomplete dish is not planned."""

from __future__ import annotations

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bettermeals.lib import audit
from mealplans.models import Dish, Ingredient
from tests.factories.mealplans import make_catalogue
from tests.mealplans.admin.catalogue_desk import as_sent, cataloguer, dish, ingredient, page

DISHES, INGREDIENTS = "/admin/mealplans/dish/", "/admin/mealplans/ingredient/"


@pytest.fixture
def ravi(db: None) -> Client:
    make_catalogue()
    return cataloguer()


def listed(client: Client, address: str, todo: str) -> list[str]:
    return sorted(row.slug for row in client.get(address, {"todo": todo}).context["cl"].result_list)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_a_complete_dish_says_that_nothing_is_missing(ravi: Client) -> None:
    assert "Nothing missing" in ravi.get(page(dish("dal-chawal"))).content.decode()


def test_what_is_missing_stands_on_the_page_as_links_to_the_fields(ravi: Client) -> None:
    Dish.objects.filter(slug="dal-chawal").update(steps_hi=[], label="egg")
    html = ravi.get(page(dish("dal-chawal"))).content.decode()
    assert re.findall(r'<li class="[^"]*"><a href="(#id_\w+)">', html) == ["#id_label", "#id_steps_hi"]
    assert all(f'id="{anchor}"' in html for anchor in ("id_label", "id_steps_hi"))
    assert "Unsafe: The label says egg; its ingredients make it vegan." in text(html)


def test_a_new_dish_is_told_to_be_saved_once(ravi: Client) -> None:
    assert "Save it once; then it says what is missing." in ravi.get(f"{DISHES}add/").content.decode()


def test_dishes_are_found_by_what_they_lack(ravi: Client) -> None:
    Dish.objects.filter(slug="dal-chawal").update(steps_hi=[])
    Dish.objects.filter(slug="egg-curry").update(label="vegan")
    assert (listed(ravi, DISHES, "incomplete"), listed(ravi, DISHES, "unsafe")) == (["dal-chawal"], ["egg-curry"])
    assert len(listed(ravi, DISHES, "done")) == Dish.objects.count() - 2


def test_ingredients_whose_allergens_nobody_stated_are_found(ravi: Client) -> None:
    Ingredient.objects.filter(slug="besan").update(allergens_stated=False)
    assert listed(ravi, INGREDIENTS, "unsafe") == ["besan"]
    assert "not stated" in ravi.get(INGREDIENTS).content.decode()


def test_saving_an_incomplete_dish_takes_it_out_of_planning_and_says_so(ravi: Client) -> None:
    sent = as_sent(ravi, dish("dal-chawal")) | {"steps_hi": ""}
    answer = ravi.post(page(dish("dal-chawal")), sent, follow=True)
    assert "It is not planned until nothing is missing" in answer.content.decode()
    saved = dish("dal-chawal")
    assert (saved.active, saved.steps_hi, saved.steps_en) == (
        False,
        [],
        ["Wash and cut.", "Cook until soft.", "Serve hot."],
    )


def test_saving_a_complete_dish_unchanged_changes_nothing(ravi: Client) -> None:
    before = Dish.objects.values().get(slug="dal-chawal")
    ravi.post(page(dish("dal-chawal")), as_sent(ravi, dish("dal-chawal")))
    assert Dish.objects.values().get(slug="dal-chawal") == before


def test_an_allergen_ticked_is_an_allergen_stated(ravi: Client) -> None:
    Ingredient.objects.filter(slug="besan").update(allergens_stated=False)
    sent = as_sent(ravi, ingredient("besan")) | {"allergens": ["peanut", "soy"]}
    ravi.post(page(ingredient("besan")), sent)
    saved = ingredient("besan")
    assert (saved.allergens, saved.allergens_stated) == (["peanut", "soy"], True)


def test_a_price_is_typed_in_rupees_and_audited(ravi: Client) -> None:
    ravi.post(page(ingredient("besan")), as_sent(ravi, ingredient("besan")) | {"packs-0-price_paise": "72.50"})
    assert ingredient("besan").packs.get().price_paise == 7250
    assert ("price_paise", "6500", "7250") in audit.read(LogEntry.objects.get())


@pytest.mark.parametrize("address", [DISHES, INGREDIENTS])
def test_a_list_costs_as_many_queries_for_twenty_rows_as_for_one(ravi: Client, address: str) -> None:
    ravi.get(address)
    counts = []
    for query in ("besan", ""):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            ravi.get(address, {"q": query} if query else {})
        counts.append(len(seen))
    assert counts[0] == counts[1]
