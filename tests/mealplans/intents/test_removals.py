""" "mushroom plan se hata do": an ingredient off the plan is one to avoid, a dish off the plan is one to replace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mealplans.intents.interpretation import Facts, Name, PlannedMeal
from tests.mealplans.intents.hearing import hear, meant

FACTS = Facts(
    dishes=(
        Name("rajma-chawal", ("Rajma Chawal", "राजमा चावल")),
        Name("palak-paneer", ("Palak Paneer", "पालक पनीर")),
        Name("mushroom-matar", ("Mushroom Matar", "मशरूम मटर")),
    ),
    ingredients=(Name("mushroom", ("Mushroom", "मशरूम")), Name("brinjal"), Name("okra", ("Okra", "भिंडी"))),
    plan_days=(
        PlannedMeal(date(2026, 11, 24), "dinner", "rajma-chawal"),
        PlannedMeal(date(2026, 11, 25), "lunch", "mushroom-matar"),
    ),
)
INGREDIENTS = [
    ("mushroom plan se hata do", "mushroom"),
    ("plan se mushroom hata do", "mushroom"),
    ("please mushroom plan se hata dijiye", "mushroom"),
    ("is hafte ke plan se mushroom nikal do", "mushroom"),
    ("hamare menu me se baingan hata do", "brinjal"),
    ("menu se bhindi nikal dijiye please", "okra"),
    ("mushroom hata do plan se", "mushroom"),
    ("plan me se saare mushroom hata dena", "mushroom"),
    ("mushroom wali dishes plan se hata do", "mushroom"),
    ("plan se mushroom remove kar do", "mushroom"),
    ("remove mushroom from the plan", "mushroom"),
    ("Please remove all mushrooms from our plan", "mushroom"),
    ("can you remove mushrooms from the plan", "mushroom"),
    ("could you please take the brinjal out of our menu?", "brinjal"),
    ("drop the mushrooms from this week's plan", "mushroom"),
    ("get rid of mushrooms in the plan", "mushroom"),
    ("remove all mushroom dishes from the plan", "mushroom"),
    ("take mushrooms off the plan", "mushroom"),
    ("मशरूम प्लान से हटा दो", "mushroom"),
    ("मेनू से बैंगन निकाल दो", "brinjal"),
    ("भिंडी प्लान से निकाल दीजिए", "okra"),
    ("हमारे प्लान में से मशरूम हटा दीजिए", "mushroom"),
]


@pytest.mark.parametrize("awaiting", [None, "plan_approval"])
@pytest.mark.parametrize(("text", "ingredient"), INGREDIENTS)
def test_an_ingredient_off_the_plan_is_avoided(text: str, ingredient: str, awaiting: str | None) -> None:
    assert meant(text, awaiting=awaiting, facts=FACTS) == ("avoid_ingredient", {"ingredient": ingredient})


TUESDAY_DINNER = {"date": "2026-11-24", "meal": "dinner"}
DISHES: list[tuple[str, dict[str, Any]]] = [
    ("rajma chawal plan se hata do", TUESDAY_DINNER),
    ("plan se rajma chawal nikal dijiye", TUESDAY_DINNER),
    ("remove rajma chawal from the plan", TUESDAY_DINNER),
    ("take the rajma chawal off the menu please", TUESDAY_DINNER),
    ("राजमा चावल प्लान से हटा दो", TUESDAY_DINNER),
    ("mushroom matar menu se hata do", {"date": "2026-11-25", "meal": "lunch"}),
    ("kal ke dinner se mushroom hata do", {"date": "2026-11-22", "meal": "dinner"}),
    ("monday ke lunch se paneer hata do", {"date": "2026-11-23", "meal": "lunch"}),
    ("remove the mushrooms from tomorrow's dinner", {"date": "2026-11-22", "meal": "dinner"}),
    ("कल के डिनर से मशरूम हटा दो", {"date": "2026-11-22", "meal": "dinner"}),
]


@pytest.mark.parametrize("awaiting", [None, "plan_approval"])
@pytest.mark.parametrize(("text", "slots"), DISHES)
def test_a_dish_off_the_plan_or_a_food_off_one_meal_asks_for_another_dish_there(
    text: str, slots: dict[str, Any], awaiting: str | None
) -> None:
    assert meant(text, awaiting=awaiting, facts=FACTS) == ("swap_meal", slots)


def test_two_ingredients_off_the_plan_are_two_to_avoid() -> None:
    heard = hear("mushroom aur baingan plan se hata do", facts=FACTS)
    assert [(wish.intent, dict(wish.slots)) for wish in (heard, *heard.also)] == [
        ("avoid_ingredient", {"ingredient": "mushroom"}),
        ("avoid_ingredient", {"ingredient": "brinjal"}),
    ]


NONE = [
    "mushroom plan se mat hatao",
    "don't remove mushrooms from the plan",
    "mushroom plan se kyun hata diya",
    "did you remove mushroom from the plan?",
    "mushroom plan se hata diya tha kya",
    "mushroom list se hata do",
    "remove mushroom from the grocery list",
    "agar mushroom plan se hata sakte ho to batao",
    "saas ne kaha mushroom plan se hata do",
    "should I remove mushrooms from the plan?",
    "padosi ke plan se mushroom hata do",
    "mushroom plan se hatane ki zarurat nahi",
    "idli plan se hata do",
    "mujhe plan se hata do",
    "plan hata do",
    "मशरूम प्लान से मत हटाओ",
    "मशरूम प्लान से क्यों हटाया",
]


@pytest.mark.parametrize("text", NONE)
def test_what_only_speaks_of_removing_removes_nothing(text: str) -> None:
    assert hear(text, facts=FACTS).intent is None
