"""A page that somebody saved becomes a draft: what is sure is taken, nothing is guessed, nothing is planned before."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from mealplans import completeness, facts
from mealplans.as_written import beside
from mealplans.models import Dish, Ingredient, RecipeLine
from mealplans.saved_recipe.drafting import draft, settle
from mealplans.saved_recipe.matching import choices, same
from mealplans.saved_recipe.quantities import in_base_unit, understood
from mealplans.saved_recipe.reading import NoRecipe, read
from tests.factories.mealplans import make_catalogue
from tests.mealplans.admin.catalogue_desk import as_sent, cataloguer, page

RECIPE: dict[str, Any] = {
    "@type": "Recipe",
    "name": "Tomato &amp; onion rice",
    "recipeYield": ["4", "4 servings"],
    "recipeIngredient": ["300 g Rice", "2 large onions, chopped", "1-2 green chillies", "Salt to taste"],
    "recipeInstructions": [
        {"@type": "HowToSection", "itemListElement": [{"@type": "HowToStep", "text": "<p>Wash</p>"}]},
        {"@type": "HowToStep", "text": "Cook"},
    ],
    "prepTime": "PT15M",
    "cookTime": "PT1H5M",
}  # fmt: skip
ADDRESS = "/admin/mealplans/dish/from-page/"


def saved(thing: Any) -> bytes:
    script = f'<script type="application/ld+json">{json.dumps(thing)}</script>'
    return f"<html><head><script>var x = 1</script>{script}</head><body>Hi</body></html>".encode()


# --- read -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "thing",
    [RECIPE, [RECIPE], {"@graph": [{"@type": "WebPage"}, RECIPE]}, {"mainEntity": {**RECIPE, "@type": ["Recipe"]}}],
)
def test_the_recipe_is_found_wherever_the_page_keeps_it(thing: Any) -> None:
    found = read(saved(thing))
    assert (found.name, found.serves, found.prep_minutes, found.cook_minutes) == ("Tomato & onion rice", 4, 15, 65)
    assert found.ingredients == tuple(RECIPE["recipeIngredient"])
    assert found.steps == ("Wash", "Cook")


@pytest.mark.parametrize(
    ("said", "serves"),
    [("4 servings", 4), (6, 6), (["4", "4 bowls"], 4), ("4-6", None), ("a loaf", None), (None, None), ("0", None)],
)
def test_for_how_many_it_is_only_when_that_is_plain(said: Any, serves: int | None) -> None:
    assert read(saved(RECIPE | {"recipeYield": said})).serves == serves


def test_a_broken_block_does_not_hide_the_recipe_in_the_next() -> None:
    broken = b'<script type="application/ld+json">{"@type": "Recipe",</script>'
    assert read(broken + saved(RECIPE)).name == "Tomato & onion rice"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<html>no recipe</html>", "There is no recipe in this page"),
        (saved({"@type": "Article"}), "There is no recipe in this page"),
        (saved(RECIPE | {"recipeIngredient": []}), "no name or no ingredients"),
        (b"x" * (3 * 1024 * 1024 + 1), "larger than 3 MB"),
        (b"\xff\xd8\xff\xe0 a photo", "There is no recipe in this page"),
    ],
)
def test_what_holds_no_recipe_is_said(data: bytes, why: str) -> None:
    with pytest.raises(NoRecipe, match=why):
        read(data)


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
KEYS = st.sampled_from(["text", "itemListElement", "@type", "name"])
ANY_JSON = st.recursive(VALUES, lambda i: st.lists(i, max_size=3) | st.dictionaries(KEYS, i, max_size=5), max_leaves=12)


@given(ANY_JSON)
def test_any_json_is_read_or_refused(thing: Any) -> None:
    try:
        found = read(
            saved({**RECIPE, "extra": thing, "recipeInstructions": thing, "recipeYield": thing, "prepTime": thing})
        )
    except NoRecipe:
        pytest.fail("the recipe has a name and ingredients")
    assert found.name == "Tomato & onion rice"


# --- how much -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("line", "amount", "unit", "food"),
    [
        ("300 g rice", "300", "g", "rice"),
        ("2 tbsp oil, warmed", "2", "tbsp", "oil"),
        ("1 1/2 cups water", "1.5", "cups", "water"),
        ("½ tsp. salt", "0.5", "tsp", "salt"),
        ("1½ cups milk", "1.5", "cups", "milk"),
        ("2 large onions, chopped", "2", "", "onions"),
        ("1.5 kg of potatoes (peeled)", "1.5", "kg", "potatoes"),
    ],
)
def test_an_amount_without_doubt_is_understood(line: str, amount: str, unit: str, food: str) -> None:
    said = understood(line)
    assert (said.amount, said.unit, said.food) == (Decimal(amount), unit, food)


@pytest.mark.parametrize(
    "line",
    [
        "salt to taste", "1-2 green chillies", "2 to 3 onions", "1 can tomatoes", "2 cloves garlic",
        "a pinch of salt",
        "1 cup rice or 2 cups flour", "1 (400 g) tin chickpeas", "2 cups + 1 tbsp flour", "oil as needed",
        "1 onion, optional",
    ],
)  # fmt: skip
def test_an_amount_in_doubt_is_left_open(line: str) -> None:
    assert understood(line).amount is None


@pytest.mark.parametrize(
    ("line", "known", "amount"),
    [
        ("1 kg x", Ingredient(base_unit="g"), "1000"),
        ("1 cup x", Ingredient(base_unit="ml"), "240"),
        ("1 cup x", Ingredient(base_unit="g"), None),
        ("1 cup x", Ingredient(base_unit="g", density_g_per_ml=Decimal("0.5")), "120"),
        ("2 x", Ingredient(base_unit="piece"), "2"),
        ("2 x", Ingredient(base_unit="g"), None),
        ("2 x", Ingredient(base_unit="g", piece_weight_g=Decimal(80)), "160"),
        ("160 g x", Ingredient(base_unit="piece"), None),
        ("160 g x", Ingredient(base_unit="piece", piece_weight_g=Decimal(80)), "2"),
        ("1 tbsp x", Ingredient(base_unit="piece", piece_weight_g=Decimal(80)), None),
    ],
)
def test_a_weight_that_nobody_took_is_not_guessed(line: str, known: Ingredient, amount: str | None) -> None:
    assert in_base_unit(understood(line), known) == (Decimal(amount) if amount else None)


# --- which ----------------------------------------------------------------------------------------------------------
def test_the_same_name_is_the_ingredient_and_a_like_one_is_a_choice() -> None:
    names = [("onion", "Onion", "प्याज़"), ("spring-onion", "Spring onion", "हरा प्याज़"), ("potato", "Potato", "आलू")]
    known = [Ingredient(pk=n, slug=s, name_en=e, name_hi=h) for n, (s, e, h) in enumerate(names)]
    assert [same(food, known) for food in ("onions", "potatoes", "आलू")] == [known[0], known[2], known[2]]
    assert same("red onions", known) is None
    assert [row.slug for row in choices("red onion", known)][:2] == ["onion", "spring-onion"]


# --- the draft ------------------------------------------------------------------------------------------------------
@pytest.fixture
def ravi(db: None) -> Client:
    make_catalogue()
    return cataloguer()


def test_a_draft_holds_what_is_sure_with_the_words_it_came_from_and_is_not_planned(ravi: Client) -> None:
    dish = draft(read(saved(RECIPE)))
    lines = {line.ingredient.slug: (line.amount, line.entered) for line in dish.lines.all()}
    assert lines == {
        "rice": (Decimal(75), "300 g Rice (÷ 4)"),
        "onion": (Decimal("0.5"), "2 large onions, chopped (÷ 4)"),
    }
    assert [line.text for line in dish.unsettled.all()] == ["1-2 green chillies", "Salt to taste"]
    assert dish.slug not in {row.slug for row in facts.catalogue()}
    assert any("1-2 green chillies" in fault.words and fault.unsafe for fault in completeness.of_dish(dish))


def test_without_a_number_of_servings_every_line_is_open(ravi: Client) -> None:
    dish = draft(read(saved(RECIPE | {"recipeYield": "4-6"})))
    assert (dish.lines.count(), dish.unsettled.count()) == (0, 4)


def test_a_second_recipe_of_the_same_name_is_a_dish_of_its_own(ravi: Client) -> None:
    assert [draft(read(saved(RECIPE))).slug for _ in range(2)] == ["tomato-onion-rice", "tomato-onion-rice-2"]


def upload(client: Client, data: bytes) -> Any:
    return client.post(ADDRESS, {"file": SimpleUploadedFile("page.html", data)}, follow=True)


def test_the_page_takes_the_file_and_leads_to_the_draft(ravi: Client) -> None:
    answer = upload(ravi, saved(RECIPE))
    dish = Dish.objects.get(slug="tomato-onion-rice")
    assert answer.redirect_chain == [(page(dish), 302)]
    html = answer.content.decode()
    assert "2 large onions, chopped (÷ 4)" in html
    assert "of the saved page is not settled" in html


def test_what_is_no_recipe_is_said_on_the_page(ravi: Client) -> None:
    assert "There is no recipe in this page" in upload(ravi, b"<p>hello</p>").content.decode()
    assert "Choose the page" in ravi.post(ADDRESS, follow=True).content.decode()


def test_whoever_may_not_add_dishes_does_not_see_the_page(client: Client, django_user_model: Any) -> None:
    client.force_login(django_user_model.objects.create_user("priya", is_staff=True))
    assert client.get(ADDRESS).status_code == 403


def test_the_sidebar_leads_there_only_whoever_may_add_dishes(ravi: Client, client: Client, admin_user: Any) -> None:
    assert ADDRESS in ravi.get("/admin/").content.decode()
    viewer = type(admin_user).objects.create_user("priya", is_staff=True)
    viewer.groups.set(Group.objects.filter(name="viewer"))
    client.force_login(viewer)
    page = client.get("/admin/").content.decode()
    assert ("/admin/mealplans/dish/" in page, ADDRESS in page) == (True, False)


def test_words_for_a_whole_pot_reach_the_cook_only_with_for_how_many_they_were_written(ravi: Client) -> None:
    """Settled by a person: 8 spoons for four are two for each, and the cook of three is told so."""
    dish = draft(read(saved(RECIPE | {"recipeIngredient": ["8 tbsp fine oil"]})))
    line = dish.unsettled.get()
    line.ingredient, line.amount = Ingredient.objects.get(slug="oil"), Decimal(30)
    assert settle(line)
    settled = dish.lines.select_related("ingredient").get()
    assert beside(settled, Decimal(3), "en") == " [8 tbsp fine oil × 3 ÷ 4]"


def test_of_a_recipe_that_does_not_say_for_how_many_the_words_reach_nobody(ravi: Client) -> None:
    dish = draft(read(saved(RECIPE | {"recipeYield": "a pot", "recipeIngredient": ["8 tbsp oil"]})))
    line = dish.unsettled.get()
    line.ingredient, line.amount = Ingredient.objects.get(slug="oil"), Decimal(30)
    assert settle(line)
    settled = dish.lines.select_related("ingredient").get()
    assert (settled.entered, beside(settled, Decimal(3), "en")) == ("8 tbsp oil", "")


def test_a_line_is_settled_on_the_dish_s_page_and_keeps_its_words(ravi: Client) -> None:
    upload(ravi, saved(RECIPE | {"recipeIngredient": ["300 g Rice", "1-2 green chillies", "Salt to taste"]}))
    dish = Dish.objects.get(slug="tomato-onion-rice")
    form = as_sent(ravi, dish)
    form |= {
        "name_hi": "टमाटर चावल", "cuisine": "everyday", "technique": "one-pot", "family": "rice",
        "main_ingredient": "rice",
        "unsettled-0-ingredient": Ingredient.objects.get(slug="tomato").pk, "unsettled-0-amount": "1.5",
        "unsettled-1-DELETE": "on",
    }  # fmt: skip
    ravi.post(page(dish), form)
    lines = {line.ingredient.slug: (line.amount, line.entered) for line in dish.lines.all()}
    assert lines["tomato"] == (Decimal("1.5"), "1-2 green chillies (÷ 4)")
    assert not RecipeLine.objects.exists()
    assert "To settle" not in ravi.get(page(dish)).content.decode()
