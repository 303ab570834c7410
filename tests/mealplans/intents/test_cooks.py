"""What cooks write: short, in a hurry, in their own spelling."""

from __future__ import annotations

import pytest

from tests.mealplans.intents.hearing import hear, meant


@pytest.mark.parametrize(
    "text", ["OK, will make it", "ठीक है, बना दूँगी", "theek hai bana dungi", "👍", "ji madam", "seri", "ho"]
)
def test_yes_to_the_days_instruction_acknowledges_it(text: str) -> None:
    assert meant(text, "cook", "cook_confirmation") == ("ack", {})


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("I won't come tomorrow", {"date": "2026-11-22"}),
        ("कल नहीं आऊँगी", {"date": "2026-11-22"}),
        ("kal chutti chahiye", {"date": "2026-11-22"}),
        ("parso nahi aaungi", {"date": "2026-11-23"}),
        ("kal se 3 din nahi aaungi", {"date": {"start": "2026-11-22", "end": "2026-11-24"}}),
        ("26 se 28 tak chutti pe hu", {"date": {"start": "2026-11-26", "end": "2026-11-28"}}),
        ("naale barolla", {"date": "2026-11-22"}),
        ("naalaikku vara maaten", {"date": "2026-11-22"}),
        ("repu raanu", {"date": "2026-11-22"}),
        ("udya yenar nahi", {"date": "2026-11-22"}),
    ],
)
def test_a_cook_who_cannot_come_says_when(text: str, slots: dict[str, object]) -> None:
    assert meant(text, "cook") == ("absent", slots)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("I'll be 30 min late", 30),
        ("आधा घंटा देर होगी", 30),
        ("aadha ghanta late ho jaungi", 30),
        ("dedh ghanta late hoga", 90),
        ("ek ghanta late aaunga", 60),
    ],
)
def test_being_late_is_told_in_minutes(text: str, minutes: int) -> None:
    assert meant(text, "cook") == ("late", {"minutes": minutes})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("No tomatoes at home", ("missing_ingredient", {"ingredient": "tomato"})),
        ("टमाटर नहीं हैं", ("missing_ingredient", {"ingredient": "tomato"})),
        ("tamatar khatam ho gaye", ("missing_ingredient", {"ingredient": "tomato"})),
        ("cream nahi hai, dahi daal du?", ("missing_ingredient", {"ingredient": "cream"})),
        ("खाना बन गया", ("meal_done", {})),
        ("lunch ban gaya", ("meal_done", {"meal": "lunch"})),
        ("kadhi kaise banau", ("ask_recipe", {"dish": "kadhi"})),
        ("How much water for rice?", ("ask_recipe", {})),
        ("kitne log hain aaj?", ("ask_menu", {"date": "2026-11-21"})),
        ("Gas cylinder is over", ("equipment_problem", {})),
        ("गैस ख़त्म हो गई", ("equipment_problem", {})),
        ("mujhe call karo", ("call_staff", {})),
        ("band karo", ("opt_out", {})),
        ("namaste didi", ("greeting", {})),
    ],
)
def test_everything_else_a_cook_may_say(text: str, wanted: tuple[str, dict[str, object]]) -> None:
    assert meant(text, "cook") == wanted


@pytest.mark.parametrize("text", ["haath jal gaya", "advance chahiye", "sahab ne gaali di", "दरवाज़ा बंद है"])
def test_injury_money_and_a_locked_door_go_to_a_person_at_once(text: str) -> None:
    heard = hear(text, "cook")
    assert (heard.intent, heard.outcome) == (None, "hand_over")
