"""The four acts that do harm when guessed: what the words must show, whatever else stands in the message."""

from __future__ import annotations

from itertools import product

import pytest

from tests.mealplans.intents.hearing import hear

OTHERS = ["pati", "saas", "beti", "bhai", "driver", "Sunita", "Rekha", "Shilpa", "my sister", "meri behen", "the maid"]
THEIR_ABSENCE = [
    "{} nahi aa rahi kal", "{} not coming tomorrow", "{} cant come tomorrow", "kal {} nahi aayegi",
    "{} ki chutti hai kal", "kal {} kaam pe nahi ja rahi",
]  # fmt: skip
REASONS = ["pati bimar hai", "beti ki shaadi hai", "saas hospital me hai", "bukhar hai", "didi", "madam"]
OWN_ABSENCE = ["kal nahi aa paungi", "main kal nahi aaungi", "kal chutti chahiye", "kal main nahi aa sakti"]


@pytest.mark.parametrize(("who", "shape"), list(product(OTHERS, THEIR_ABSENCE)))
def test_the_absence_of_another_person_is_not_the_cooks(who: str, shape: str) -> None:
    assert hear(shape.format(who), "cook").intent != "absent"


@pytest.mark.parametrize(("why", "said"), list(product(REASONS, OWN_ABSENCE)))
def test_a_reason_with_another_person_in_it_leaves_the_absence_the_cooks(why: str, said: str) -> None:
    assert hear(f"{why}, {said}", "cook").intent == "absent"


def test_a_bare_absence_that_names_a_day_is_the_cooks() -> None:
    said = ["kal chutti", "tomorrow leave", "not coming today", "naale barolla", "parso meri chutti rahegi"]
    assert [hear(text, "cook").intent for text in said] == ["absent"] * len(said)


def test_the_absence_of_another_is_known_in_devanagari_too() -> None:
    assert hear("मेरी सास कल नहीं आ रही", "cook").intent != "absent"
    assert hear("कल नहीं आऊँगी", "cook").intent == "absent"


AWAY = [
    "15 se 20 tak bahar hai",
    "travelling from monday to friday",
    "monday to friday out of town",
    "gaon ja rahe 24 se 28",
]


@pytest.mark.parametrize(
    ("who", "away"), list(product(["papa", "my husband", "saas sasur", "bache", "driver", "sirf main"], AWAY))
)
def test_a_part_of_the_home_that_is_away_pauses_nothing(who: str, away: str) -> None:
    assert hear(f"{who} {away}").intent != "pause"


@pytest.mark.parametrize("stays", ["hum ghar pe hi hai", "we are at home", "baaki sab yahin honge", "kids are home"])
def test_whoever_stays_at_home_is_fed(stays: str) -> None:
    assert hear(f"pause from monday to friday, {stays}").intent != "pause"
    assert hear(f"15 se 20 tak bahar ja rahe hain, {stays}").intent != "pause"


@pytest.mark.parametrize(
    "away", ["hum 15 se 20 tak bahar hai", "we are away from 12 to 15", "pause from monday to friday"]
)
def test_a_home_that_is_away_is_paused(away: str) -> None:
    assert hear(away).intent == "pause"


YES = ["ok", "approved", "haan theek hai", "yes", "plan confirm karo", "looks good"]
BESIDE = ["no", "nahi", "change it", "badal do", "but change monday", "lekin badlo", "not this", "kuch aur", "ruko"]


@pytest.mark.parametrize(("yes", "beside", "first"), list(product(YES, BESIDE, [True, False])))
def test_a_yes_beside_a_no_or_a_change_approves_nothing(yes: str, beside: str, first: bool) -> None:
    text = f"{beside}, {yes}" if first else f"{yes}, {beside}"
    assert hear(text, awaiting="plan_approval").intent != "approve"


@pytest.mark.parametrize(
    "said", ["no changes, approved", "yes no problem", "theek hai koi change nahi", "ok final karo na"]
)
def test_no_changes_and_no_problem_deny_nothing(said: str) -> None:
    assert hear(said, awaiting="plan_approval").intent == "approve"


@pytest.mark.parametrize("who", ["mummy ko", "meri wife ko", "driver ko", "unko", "papa ko"])
def test_messages_to_another_person_are_not_the_writers_to_stop(who: str) -> None:
    assert hear(f"{who} message mat bhejo").intent != "opt_out"
    assert hear(f"{who} msg band kar do").intent != "opt_out"


@pytest.mark.parametrize("food", ["paneer", "rice", "karela", "milk"])
def test_a_food_that_is_to_stop_stops_no_messages(food: str) -> None:
    said = [f"stop {food}", f"{food} band karo", f"no more {food}"]
    assert "opt_out" not in {hear(text).intent for text in said}


@pytest.mark.parametrize("before", ["maine bola na", "i told you", "humne bola na", "please"])
def test_an_opt_out_said_a_second_time_is_obeyed(before: str) -> None:
    assert hear(f"{before} mujhe message mat bhejo").intent == "opt_out"


def test_what_is_left_over_is_not_missing_and_an_empty_pot_is_done() -> None:
    assert hear("dal bacha hai", "cook").intent is None
    assert hear("tel kam bacha hai", "cook").intent == "missing_ingredient"
    assert hear("sab ban gaya, kuch nahi bacha", "cook").intent == "meal_done"


def test_a_bread_that_is_not_wanted_is_not_asked_for() -> None:
    assert hear("nalaiku night dosa pannunga, chapati vendam").intent in (None, "swap_meal")
    assert hear("chapati vendam").intent in (None, "avoid_ingredient")


def test_this_night_in_telugu_is_today() -> None:
    assert hear("ee ratri 3 guests").slots == {"date": "2026-11-21", "meal": "dinner", "delta": 3}
