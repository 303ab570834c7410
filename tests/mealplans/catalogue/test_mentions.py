"""A cook cooks what the card says. A restricted food named there and missing from the list must be found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mealplans.catalogue.entities import Ahead, Catalogue
from mealplans.catalogue.mentions import FOODS, unlisted_food


def test_a_clean_dish_has_nothing_unlisted(catalogue: Catalogue) -> None:
    assert list(unlisted_food(catalogue.dishes["rajma-chawal"])) == []


@pytest.mark.parametrize(
    ("english", "word"),
    [
        ("Garnish with cashews and serve.", "cashews"),
        ("Serve with a spoon of butter.", "butter"),
        ("Stir in milk and boil.", "milk"),
        ("Serve with raita.", "raita"),
        ("Add rock salt and salt.", "salt"),
        ("Finish with sesame.", "sesame"),
        ("Break an egg over it.", "egg"),
        ("Serve with hot toast.", "toast"),
    ],
)
def test_a_food_named_in_an_english_step_must_be_listed(catalogue: Catalogue, english: str, word: str) -> None:
    fast = catalogue.dishes["samak-upma-vrat"]
    found = list(unlisted_food(replace(fast, steps_en=(english,))))
    assert len(found) == 1
    assert f'speaks of "{word}"' in found[0]


@pytest.mark.parametrize(
    "hindi", ["ऊपर काजू डालें।", "दही के साथ परोसें।", "नमक डालें।", "प्याज भूनें।", "राई, तिल तड़काएँ।", "घी, चीनी मिलाएँ।"]
)
def test_a_food_named_in_a_hindi_step_must_be_listed(catalogue: Catalogue, hindi: str) -> None:
    fast = catalogue.dishes["samak-upma-vrat"]
    vegan_fast = replace(fast, steps_hi=(hindi,))
    assert list(unlisted_food(vegan_fast)) != []


def test_names_serving_notes_and_the_task_of_the_evening_before_are_read_too(catalogue: Catalogue) -> None:
    dish = catalogue.dishes["samak-upma-vrat"]
    spoken = [
        replace(dish, name_en="Samak upma with curd"),
        replace(dish, serving_hi="दही के साथ परोसें।"),
        replace(dish, ahead=Ahead("Hang the curd", "समा भिगो दें", 2)),
    ]
    assert [len(list(unlisted_food(each))) for each in spoken] == [1, 1, 1]


@pytest.mark.parametrize(
    "sentence",
    [
        "Warm the coconut milk without boiling.",
        "Stir the rock salt in.",
        "नारियल का दूध गरम करें।",
        "सेंधा नमक मिलाएँ।",
        "चिकना घोल बनाएँ।",
        "मेथी दाना डालें।",
    ],
)
def test_words_that_only_look_like_a_restricted_food_are_let_through(catalogue: Catalogue, sentence: str) -> None:
    dish = catalogue.dishes["samak-upma-vrat"]
    found = " ".join(unlisted_food(replace(dish, steps_en=(sentence,))))
    for wrong in ('"milk"', '"दूध"', '"salt"', '"नमक"', '"चिकन"', '"घी"'):
        assert wrong not in found


def test_every_food_word_is_justified_by_ingredients_that_exist(catalogue: Catalogue) -> None:
    unknown = {slug for food in FOODS for slug in food.slugs} - set(catalogue.ingredients)
    assert unknown == set()
