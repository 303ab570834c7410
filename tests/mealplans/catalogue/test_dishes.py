"""The dishes that ship: complete, cookable, and never contradicting their ingredients."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from decimal import Decimal

import pytest

from mealplans.catalogue.entities import Catalogue, Dish
from mealplans.catalogue.load import ROOT
from mealplans.catalogue.mentions import FOODS
from mealplans.catalogue.vocabulary import CUISINES, TECHNIQUES

#: What a step says -> the equipment it cannot be done without.
NEEDS = {
    "pressure_cooker": r"cooker|whistle|सीटी",
    "tawa": r"\btawa\b|\brotis?\b|chapatis|parathas|bhakris|तवे|तवा",
    "mixer": r"\b(grind|blend|paste|ground (onion|tomato))\b|पीस|पेस्ट|पिसा (प्याज|टमाटर)",
    "oven": r"\b(bake|oven|roast at)\b|ओवन|डिग्री",
    "grill": r"\bgrill\b|ग्रिल",
    "steamer": r"\bsteam\b|भाप दें",
    "toaster": r"\btoast\b",
}
#: `piece` ingredients whose weight nobody measured; only to judge whether a plate is a plate.
ROUGH_PIECE_G = {"pizza-base": Decimal(120), "pomegranate": Decimal(200)}


def words_for_the_cook(dish: Dish) -> str:
    ahead = (dish.ahead.task_en, dish.ahead.task_hi) if dish.ahead else ()
    return " ".join((*dish.steps_en, *dish.steps_hi, *ahead))


def grams(dish: Dish) -> Decimal:
    total = Decimal(0)
    for line in dish.ingredients:
        each = line.ingredient
        weight = Decimal(1)
        if each.base_unit == "piece":
            weight = each.piece_weight_g or ROUGH_PIECE_G[each.slug]
        total += line.amount * weight
    return total


def test_no_dishs_diet_label_contradicts_its_ingredients() -> None:
    """Recomputed from the raw files, without the loader's own code."""
    diets = {}
    for path in (ROOT / "ingredients").glob("*.toml"):
        diets |= {raw["slug"]: raw["diet"] for raw in tomllib.loads(path.read_text("utf-8"))["ingredient"]}
    for path in (ROOT / "dishes").glob("*.toml"):
        for raw in tomllib.loads(path.read_text("utf-8"))["dish"]:
            found = {diets[slug] for slug, *_ in raw["ingredients"]}
            strictest = next(diet for diet in ("nonveg", "egg", "vegetarian", "vegan") if diet in found)
            assert (raw["slug"], raw["label"]) == (raw["slug"], strictest)


def test_no_dish_lists_a_food_its_words_contradict(catalogue: Catalogue) -> None:
    meat = re.compile(r"chicken|mutton|keema|fish|prawn|\begg|omelette|चिकन|मटन|मछली|झींग|अंड", re.IGNORECASE)
    named = {d.slug for d in catalogue.dishes.values() if meat.search(f"{d.name_en} {d.name_hi}")}
    soya = {"soya-keema-matar-roti"}
    vegetarian = {d.slug for d in catalogue.dishes.values() if d.label in ("vegan", "vegetarian")}
    assert named & vegetarian == soya


@pytest.mark.parametrize(
    ("slug", "diet", "allergens", "jain", "fast"),
    [
        ("rajma-chawal", "vegan", "", False, False),
        ("dal-tadka-rice", "vegetarian", "milk", False, False),
        ("chole-chawal", "vegan", "gluten mustard", False, False),
        ("sabudana-khichdi", "vegan", "peanut", False, True),
        ("samak-upma-vrat", "vegan", "", False, True),
        ("kanda-poha", "vegan", "peanut mustard", False, False),
        ("matar-poha", "vegan", "", True, False),
        ("masala-omelette-toast", "egg", "egg gluten soy", False, False),
        ("butter-chicken-roti", "nonveg", "milk tree_nut gluten", False, False),
        ("goan-prawn-curry-rice", "nonveg", "crustacean", False, False),
        ("macher-jhol-rice", "nonveg", "fish mustard", False, False),
        ("moong-dal-khichdi-curd", "vegetarian", "milk", True, False),
        ("masale-bhaat-koshimbir", "vegan", "gluten sesame mustard peanut", True, False),
    ],
)
def test_dishes_everyone_knows_come_out_as_everyone_knows_them(
    catalogue: Catalogue, slug: str, diet: str, allergens: str, jain: bool, fast: bool
) -> None:
    dish = catalogue.dishes[slug]
    assert (dish.diet, dish.allergens, dish.jain_ok, dish.fasting_ok) == (
        diet,
        set(allergens.split()),
        jain,
        fast,
    )


def test_names_are_unique_in_both_languages(catalogue: Catalogue) -> None:
    for names in (
        [dish.name_en for dish in catalogue.dishes.values()],
        [dish.name_hi for dish in catalogue.dishes.values()],
    ):
        assert sorted(names) == sorted(set(names))


def test_names_fit_a_row_of_a_whatsapp_list_description_and_steps_a_phone_screen(
    catalogue: Catalogue,
) -> None:
    for dish in catalogue.dishes.values():
        assert max(len(dish.name_en), len(dish.name_hi)) <= 60, dish.slug
        assert 3 <= len(dish.steps_en) <= 7
        assert max(map(len, dish.steps_en + dish.steps_hi)) <= 260, dish.slug


def test_every_step_is_a_sentence(catalogue: Catalogue) -> None:
    for dish in catalogue.dishes.values():
        assert all(step[0].isupper() and step.endswith(".") for step in dish.steps_en), dish.slug
        assert all(step.endswith("।") for step in dish.steps_hi), dish.slug


def test_hindi_steps_say_the_same_numbers_as_the_english_ones(catalogue: Catalogue) -> None:
    """4 whistles in one language and 3 in the other is a spoiled dal."""
    for dish in catalogue.dishes.values():
        for english, hindi in zip(dish.steps_en, dish.steps_hi, strict=True):
            numbers = [sorted(re.findall(r"\d+", text)) for text in (english, hindi)]
            assert (dish.slug, numbers[0]) == (dish.slug, numbers[1])


def test_hindi_steps_name_the_same_restricted_foods_as_the_english_ones(catalogue: Catalogue) -> None:
    """Wheat is left out: a Hindi cook says आटा for it, and the same word for any flour."""
    foods = [food for food in FOODS if "wheat" not in food.english]
    for dish in catalogue.dishes.values():
        for english, hindi in zip(dish.steps_en, dish.steps_hi, strict=True):
            said = [{f.english for f in foods if f.named_in(text)} for text in (english, hindi)]
            assert (dish.slug, said[0]) == (dish.slug, said[1])


def test_a_listed_restricted_food_is_named_in_the_steps_of_both_languages(catalogue: Catalogue) -> None:
    """Else a cook told "without peanut" does not know at which step to leave them out."""
    foods = [f for f in FOODS if {"peanuts", "cashew", "almonds", "egg", "curd", "paneer", "ghee"} & f.slugs]
    for dish in catalogue.dishes.values():
        listed = {line.ingredient.slug for line in dish.ingredients}
        for food in foods:
            if listed & food.slugs:
                spoken = [food.named_in(" ".join(steps)) for steps in (dish.steps_en, dish.steps_hi)]
                assert None not in spoken, (dish.slug, food.english)


def test_what_a_step_needs_is_in_the_equipment(catalogue: Catalogue) -> None:
    missing = [
        (dish.slug, tool)
        for dish in catalogue.dishes.values()
        for tool, words in NEEDS.items()
        if re.search(words, words_for_the_cook(dish), re.IGNORECASE) and tool not in dish.equipment
    ]
    assert missing == []


def test_no_dish_is_kept_from_a_kitchen_by_equipment_its_steps_do_not_use(catalogue: Catalogue) -> None:
    tawa_breads = NEEDS["tawa"] + r"|dosas|paratha|bhurji"
    unused = [
        (dish.slug, tool)
        for dish in catalogue.dishes.values()
        for tool, words in (NEEDS | {"tawa": tawa_breads}).items()
        if tool in dish.equipment and not re.search(words, words_for_the_cook(dish), re.IGNORECASE)
    ]
    assert unused == []


def test_dried_beans_and_batters_that_must_soak_say_so_the_evening_before(catalogue: Catalogue) -> None:
    beans = {"rajma", "kabuli-chana", "kala-chana", "white-peas", "moth-beans", "urad-whole", "sabudana", "lobia"}
    for dish in catalogue.dishes.values():
        if dish.main_ingredient in beans:
            assert dish.ahead is not None, dish.slug
            assert dish.ahead.hours >= 4, dish.slug


def test_minutes_are_those_of_one_cooks_visit(catalogue: Catalogue) -> None:
    for dish in catalogue.dishes.values():
        assert 5 <= dish.prep_minutes + dish.cook_minutes <= 75, dish.slug
        if "quick" in dish.tags:
            assert dish.prep_minutes + dish.cook_minutes <= 40, dish.slug


def test_a_dish_without_a_cook_needs_no_flame_beyond_a_boil_and_no_skill(catalogue: Catalogue) -> None:
    no_cook = [dish for dish in catalogue.dishes.values() if "no_cook" in dish.tags]
    assert len(no_cook) >= 14
    assert max(dish.prep_minutes + dish.cook_minutes for dish in no_cook) <= 20
    assert {tool for dish in no_cook for tool in dish.equipment} <= {"toaster", "stove"}


def test_a_plate_is_a_plate(catalogue: Catalogue) -> None:
    """Between 90 g and 620 g as bought; dry rice or dal alone makes three times its weight."""
    assert [d.slug for d in catalogue.dishes.values() if not 90 <= grams(d) <= 620] == []


def test_salt_and_oil_are_as_a_careful_home_cooks(catalogue: Catalogue) -> None:
    for dish in catalogue.dishes.values():
        amounts = {line.ingredient.slug: line.amount for line in dish.ingredients}
        salt = amounts.get("salt", Decimal(0)) + amounts.get("sendha-namak", Decimal(0))
        oil = sum(a for s, a in amounts.items() if s.endswith("-oil") or s == "ghee")
        assert salt <= 6, dish.slug
        assert oil <= (30 if dish.technique == "fried" else 26), dish.slug


def test_a_serving_costs_between_eight_and_four_hundred_rupees(catalogue: Catalogue) -> None:
    prices = {dish.slug: dish.price_paise for dish in catalogue.dishes.values()}
    assert {slug: paise for slug, paise in prices.items() if not 8_00 <= paise <= 400_00} == {}


def test_tags_say_what_is_true(catalogue: Catalogue) -> None:
    by_tag = {
        "rice": {"rice", "basmati-rice"},
        "paneer": {"paneer"},
        "noodles": {"hakka-noodles", "rice-noodles"},
        "seafood": {"rohu", "surmai", "basa-fillet", "bangda", "prawn"},
        "millet": {"ragi-flour", "jowar-flour", "bajra-flour", "makki-atta"},
    }
    for dish in catalogue.dishes.values():
        slugs = {line.ingredient.slug for line in dish.ingredients}
        for tag, foods in by_tag.items():
            if tag in dish.tags:
                assert slugs & foods, (dish.slug, tag)
        assert (dish.technique == "fried") <= ("fried" in dish.tags), dish.slug
        if dish.fasting_ok:
            assert "fasting" in dish.tags, dish.slug


def test_look_alikes_share_a_family_and_no_family_swallows_the_catalogue(catalogue: Catalogue) -> None:
    families = Counter(dish.family for dish in catalogue.dishes.values())
    assert len(families) >= 90
    assert max(families.values()) <= 15


def test_the_spread_covers_regions_techniques_and_meals(catalogue: Catalogue) -> None:
    dishes = catalogue.dishes.values()
    cuisines = Counter(dish.cuisine for dish in dishes)
    assert set(cuisines) == set(CUISINES)
    assert min(cuisines.values()) >= 9
    assert {dish.technique for dish in dishes} == set(TECHNIQUES)
    assert len(catalogue.dishes) >= 250
    assert {dish.spice_level for dish in dishes} == {0, 1, 2, 3}


def test_no_step_gives_an_amount_that_is_wrong_for_another_number_of_plates(catalogue: Catalogue) -> None:
    """The same sentence is read for two and for nine; a cup must say for how many."""
    for dish in catalogue.dishes.values():
        for english, hindi in zip(dish.steps_en, dish.steps_hi, strict=True):
            assert re.search(r"\bcups?\b", english) is None or re.search("per plate|for 2 people", english)
            assert re.search(r"कप(?!ड़)", hindi) is None or re.search("हर व्यक्ति|2 लोगों", hindi)
            assert re.search(r"\d\s*(g|kg|gm|grams?|ml|teaspoons?|tbsp|tsp)\b", english) is None
