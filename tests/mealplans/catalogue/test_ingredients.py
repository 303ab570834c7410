"""The ingredients that ship: complete, and safe to plan with.

The safety tables below are written out a second time on purpose. They are equalities: an ingredient that gains or
loses an allergen, or becomes acceptable to a Jain or on a fast, must be said here too, by a person.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from mealplans.catalogue.entities import Catalogue
from mealplans.catalogue.vocabulary import AISLES, ALLERGENS, CHAMMACH_ML, KATORI_ML

CARRIES = {
    "gluten": "atta biryani-masala bread brown-bread chole-masala dalia goda-masala hakka-noodles hing maida oats"
    " pasta pav pav-bhaji-masala pizza-base rasam-powder sambar-powder schezwan-sauce sooji soy-sauce vermicelli",
    "milk": "butter cheese cream curd ghee mayonnaise milk paneer pav pizza-base",
    "egg": "egg",
    "peanut": "peanut-butter peanut-oil peanuts",
    "tree_nut": "almonds cashew",
    "soy": "bread brown-bread mayonnaise pav pizza-base schezwan-sauce soy-milk soy-sauce soya-chunks"
    " soya-granules tofu",
    "sesame": "goda-masala sesame-oil sesame-seeds tahini",
    "mustard": "biryani-masala chole-masala goda-masala mayonnaise mustard-greens mustard-oil mustard-seeds"
    " panch-phoron pav-bhaji-masala rasam-powder sambar-powder",
    "fish": "bangda basa-fillet rohu surmai",
    "crustacean": "prawn",
    "mollusc": "",
    "sulphite": "coconut-milk desiccated-coconut jaggery raisins",
}
EGG_OR_MEAT = "bangda basa-fillet chicken chicken-boneless chicken-keema egg mutton mutton-keema prawn rohu surmai"
NOT_JAIN = (
    "arbi baingan beetroot biryani-masala bread broccoli brown-bread cabbage carrot cauliflower chilli-sauce"
    " chole-masala garlic ginger honey idli-dosa-batter mayonnaise moong-sprouts mushroom onion pav"
    " pav-bhaji-masala pizza-base potato radish schezwan-sauce shallot spring-onion sweet-potato tomato-ketchup"
)
ON_A_FAST = (
    "almonds apple arbi banana black-pepper butter cashew cinnamon cloves coconut-fresh coconut-oil"
    " coriander-leaves cream cucumber cumin-seeds curd curry-leaves dates dry-ginger ghee ginger green-cardamom"
    " green-chilli honey jaggery kuttu-atta lauki lemon makhana melon-seeds milk mint-leaves paneer papaya"
    " peanut-oil peanuts pomegranate potato pumpkin pumpkin-seeds raisins rajgira-atta raw-banana raw-mango"
    " sabudana samak-rice sendha-namak singhara-atta sugar sweet-potato tomato"
)
FROM_ANIMALS_BUT_VEGETARIAN = "butter cheese cream curd ghee honey mayonnaise milk paneer pav pizza-base"


@pytest.mark.parametrize("allergen", ALLERGENS)
def test_exactly_these_ingredients_carry_the_allergen(catalogue: Catalogue, allergen: str) -> None:
    found = {slug for slug, each in catalogue.ingredients.items() if allergen in each.allergens}
    assert found == set(CARRIES[allergen].split())


def test_exactly_these_ingredients_are_not_for_a_jain_kitchen(catalogue: Catalogue) -> None:
    found = {slug for slug, each in catalogue.ingredients.items() if not each.jain_ok}
    assert found == set(f"{NOT_JAIN} {EGG_OR_MEAT}".split())


def test_exactly_these_ingredients_may_be_eaten_on_a_fast(catalogue: Catalogue) -> None:
    found = {slug for slug, each in catalogue.ingredients.items() if each.fasting_ok}
    assert found == set(ON_A_FAST.split())


def test_every_diet_above_vegan_has_exactly_its_ingredients(catalogue: Catalogue) -> None:
    found = {diet: set[str]() for diet in ("vegetarian", "egg", "nonveg")}
    for slug, each in catalogue.ingredients.items():
        found.setdefault(each.diet, set()).add(slug)
    assert found["vegetarian"] == set(FROM_ANIMALS_BUT_VEGETARIAN.split())
    assert found["egg"] == {"egg"}
    assert found["egg"] | found["nonveg"] == set(EGG_OR_MEAT.split())


def test_there_are_enough_ingredients_in_every_aisle(catalogue: Catalogue) -> None:
    assert len(catalogue.ingredients) >= 160
    assert {each.aisle for each in catalogue.ingredients.values()} == set(AISLES)


def test_every_ingredient_is_used_by_some_dish(catalogue: Catalogue) -> None:
    used = {line.ingredient.slug for dish in catalogue.dishes.values() for line in dish.ingredients}
    assert set(catalogue.ingredients) - used == set()


def test_names_are_unique_in_both_languages(catalogue: Catalogue) -> None:
    """Two lines of one shopping list with the same word would be bought once."""
    for names in (
        [each.name_en for each in catalogue.ingredients.values()],
        [each.name_hi for each in catalogue.ingredients.values()],
    ):
        assert sorted(names) == sorted(set(names))


def test_salt_flour_rice_and_oil_are_kept_at_home_and_perishables_are_not(catalogue: Catalogue) -> None:
    staples = {slug for slug, each in catalogue.ingredients.items() if each.staple}
    assert {"salt", "sugar", "atta", "rice", "sunflower-oil", "ghee", "turmeric", "cumin-seeds"} <= staples
    perishable = {s for s, each in catalogue.ingredients.items() if each.shelf_life_days <= 30}
    assert staples & perishable == set()


def test_every_pack_has_a_source_and_a_day_and_a_price_in_sane_bounds(catalogue: Catalogue) -> None:
    for each in catalogue.ingredients.values():
        assert 1 <= len(each.packs) <= 3
        for pack in each.packs:
            assert pack.source == "estimate, Indian metro retail"
            assert date(2026, 11, 1) <= pack.as_of <= date(2026, 12, 31)
            assert 5_00 <= pack.price_paise <= 1500_00, each.slug


def test_a_kilo_or_litre_costs_between_twenty_rupees_and_five_thousand(catalogue: Catalogue) -> None:
    """Catches a price typed in rupees or a size typed in kilos."""
    for each in catalogue.ingredients.values():
        if each.base_unit != "piece":
            assert 20_00 <= each.paise_per_unit * 1000 <= 5000_00, each.slug


def test_the_larger_pack_is_never_dearer_by_the_gram(catalogue: Catalogue) -> None:
    for each in catalogue.ingredients.values():
        for smaller, larger in pairwise(each.packs):
            assert larger.paise_per_unit <= smaller.paise_per_unit, each.slug
            assert larger.price_paise > smaller.price_paise, each.slug


def test_kitchen_measures_agree_with_the_density(catalogue: Catalogue) -> None:
    """A katori is 150 ml and a chammach 5 ml; within 5 %, the rest is rounding for a reader."""
    for each in catalogue.ingredients.values():
        for grams, millilitres in ((each.katori_g, KATORI_ML), (each.chammach_g, CHAMMACH_ML)):
            if grams is not None:
                assert each.density_g_per_ml is not None, each.slug
                expected = each.density_g_per_ml * millilitres
                assert abs(grams - expected) <= expected * Decimal("0.05"), each.slug


def test_what_a_cook_scoops_has_a_kitchen_measure(catalogue: Catalogue) -> None:
    scooped = [
        "rice",
        "atta",
        "besan",
        "toor-dal",
        "moong-dal",
        "rajma",
        "kabuli-chana",
        "sooji",
        "sugar",
        "curd",
        "sabudana",
    ]
    assert [slug for slug in scooped if catalogue.ingredients[slug].katori_g is None] == []
    pinched = ["salt", "turmeric", "red-chilli-powder", "coriander-powder", "cumin-seeds", "garam-masala"]
    assert [slug for slug in pinched if catalogue.ingredients[slug].chammach_g is None] == []


def test_compounded_hing_is_treated_as_wheat_and_says_why(catalogue: Catalogue) -> None:
    hing = catalogue.ingredients["hing"]
    assert hing.allergens == {"gluten"}
    assert "wheat" in hing.note
