"""A sentence that names an act without asking for it is no wish: questions, the past, conditions, other people."""

from __future__ import annotations

import pytest

from mealplans.intents.interpretation import Doubt
from tests.mealplans.intents.hearing import hear

NO_WISH = [
    ("resident", "kal wala dinner kyu badal diya"),
    ("resident", "Did you change Friday's dinner? It says biryani now"),
    ("resident", "don't change thursday dinner again pls"),
    ("resident", "kal lunch skip kar diya tha kya tumne"),
    ("resident", "agar barish hui to kal dinner cancel karenge"),
    ("resident", "2 friends came over yesterday"),
    ("resident", "sharma ji ke ghar 10 mehman aaye hain"),
    ("resident", "I used to hate spinach as a kid"),
    ("resident", "travelling next week but kids are home with grandma"),
    ("resident", "wo bol rahi thi ki msg band karwa do, maine mana kar diya"),
    ("resident", "stop. just kidding"),
    ("resident", "there's no dinner on the plan for Friday"),
    ("resident", "saas sasur 15 se 20 tak bahar hai, hum log ghar pe hi hai"),
    ("resident", "My boss doesn't eat onions"),
    ("cook", "mera pati kaam pe nahi ja raha aaj"),
    ("cook", "kal chutti hai mere bete ke school ki"),
    ("cook", "my son not coming home today"),
    ("cook", "chutti chahiye"),
    ("cook", "namak to hai na ghar me?"),
    ("cook", "sabzi bana di dal chadhayi hai"),
]


@pytest.mark.parametrize(("role", "text"), NO_WISH)
def test_a_sentence_that_asks_for_nothing_changes_nothing(role: str, text: str) -> None:
    assert hear(text, role).intent in (None, "other")


WISHES = [
    ("resident", "kyun na sunday ko dosa rakh do", {"request_dish", "swap_meal", None}),
    ("resident", "if possible skip dinner tonight", {"skip_meal", None}),
    ("resident", "stop messaging me", {"opt_out"}),
    ("cook", "beti ko bukhar hai kal nahi aa paungi", {"absent"}),
]


@pytest.mark.parametrize(("role", "text", "understood"), WISHES)
def test_politeness_and_reasons_do_not_hide_a_wish(role: str, text: str, understood: set[str | None]) -> None:
    assert hear(text, role).intent in understood


def test_no_followed_by_a_change_approves_nothing() -> None:
    assert hear("No, change it", awaiting="plan_approval").intent in (None, "change_plan")
    assert hear("no changes, approved", awaiting="plan_approval").intent == "approve"


DOUBTS = [
    ("cook", "lunch ke liye nahi aa paungi", Doubt.NO_DAY),
    ("resident", "kal dinner cancel karo kya", Doubt.QUESTION),
    ("resident", "skip yesterday's dinner", Doubt.DAY_OVER),
    ("resident", "skip dinner tonight, haha kya", Doubt.MOOD),
    ("resident", "swap monday dinner with wednesday dinner", Doubt.SEVERAL_DAYS),
]


@pytest.mark.parametrize(("role", "text", "doubt"), DOUBTS)
def test_a_clear_wish_that_is_asked_back_says_by_a_code_what_it_lacks(role: str, text: str, doubt: Doubt) -> None:
    assert (hear(text, role).intent, hear(text, role).doubt) == (None, doubt)
