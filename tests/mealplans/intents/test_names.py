"""Foods by every name, and the plan as the answer to "which rajma?"."""

from __future__ import annotations

from datetime import date

from mealplans.intents.in_play import catalogue_facts
from mealplans.intents.interpretation import Facts, Name, PlannedMeal
from mealplans.intents.names import dishes_called
from tests.mealplans.intents.hearing import meant


def test_a_catalogues_own_name_is_found_by_what_people_call_it() -> None:
    facts = Facts(ingredients=(Name("vegetable-7", ("Okra", "भिंडी")),))
    assert meant("bhindi mat banwao", facts=facts) == ("avoid_ingredient", {"ingredient": "vegetable-7"})


def test_a_dish_only_this_catalogue_has_is_found() -> None:
    facts = Facts(dishes=(Name("luchi-cholar-dal", ("Luchi with cholar dal", "लूची और छोलार दाल")),))
    assert meant("please make luchi with cholar dal on sunday", facts=facts) == (
        "request_dish",
        {"date": "2026-11-22", "dish": "luchi-cholar-dal"},
    )


def test_the_plan_tells_which_meal_the_unwanted_dish_was() -> None:
    facts = Facts(plan_days=(PlannedMeal(date(2026, 11, 25), "lunch", "rajma"),))
    slots = {"dish": "chole", "date": "2026-11-25", "meal": "lunch"}
    assert meant("rajma ki jagah chole", facts=facts) == ("swap_meal", slots)


def test_typos_in_foods_and_days_are_forgiven() -> None:
    assert meant("pls chnge tusday diner to kichdi")[1] == {"date": "2026-11-24", "meal": "dinner", "dish": "khichdi"}


def test_words_that_only_sound_like_food_are_not() -> None:
    for text in ("tell me the menu", "good menu", "kya banana hai"):
        assert "ingredient" not in meant(text)[1]
        assert "dish" not in meant(text)[1]


def test_a_spoken_dish_may_be_several_of_the_catalogue_or_exactly_one() -> None:
    facts = Facts(dishes=(Name("masala khichdi"), Name("moong dal khichdi"), Name("rajma chawal"), Name("rajma")))
    assert dishes_called("khichdi", facts) == ("masala khichdi", "moong dal khichdi")
    assert dishes_called("rajma", facts) == ("rajma",)
    assert dishes_called("pizza", facts) == ()


def test_the_shipped_catalogue_is_in_play() -> None:
    names = {name.name for name in catalogue_facts().ingredients}
    assert {"bhindi", "paneer", "mushroom"} <= names
