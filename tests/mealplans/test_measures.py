from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mealplans.measures import number, spoken, weight
from mealplans.models import Ingredient

RICE = Ingredient(base_unit="g", katori_g=Decimal(150))
CUMIN = Ingredient(base_unit="g", chammach_g=Decimal("2.5"))
SPINACH = Ingredient(base_unit="g")
ONION = Ingredient(base_unit="piece")
MILK = Ingredient(base_unit="ml")


@pytest.mark.parametrize(
    ("ingredient", "amount", "language", "said"),
    [
        (RICE, "450", "en", "3 katori (450 g)"),
        (RICE, "450", "hi", "3 कटोरी (450 ग्राम)"),
        (RICE, "230", "en", "1 1/2 katori (230 g)"),
        (RICE, "75", "en", "1/2 katori (75 g)"),
        (CUMIN, "5", "en", "2 chammach (5 g)"),
        (CUMIN, "1.2", "en", "1/2 chammach (1.2 g)"),
        (CUMIN, "60", "en", "60 g"),
        (SPINACH, "437.5", "en", "438 g"),
        (SPINACH, "1250", "en", "1.25 kg"),
        (ONION, "2.1", "en", "2 1/2"),
        (ONION, "2", "hi", "2"),
        (MILK, "600", "en", "4 katori (600 ml)"),
        (MILK, "10", "hi", "2 चम्मच (10 मिली)"),
        (MILK, "1500", "hi", "10 कटोरी (1.5 लीटर)"),
    ],
)
def test_an_amount_is_said_as_a_kitchen_says_it(ingredient: Ingredient, amount: str, language: str, said: str) -> None:
    assert spoken(ingredient, Decimal(amount), language) == said


def test_without_a_measured_katori_the_grams_stand_alone_and_nothing_is_guessed() -> None:
    assert spoken(SPINACH, Decimal(300), "en") == "300 g"


def test_halves_are_written_with_a_slash_because_cooks_asked() -> None:
    assert [number(Decimal(n)) for n in ("0.5", "1", "1.5", "2")] == ["1/2", "1", "1 1/2", "2"]


@given(st.decimals("0.5", "5000", places=1))
def test_the_grams_in_brackets_never_differ_from_the_amount_by_more_than_rounding(amount: Decimal) -> None:
    said = weight("g", amount, "en")
    value, unit = said.split()
    grams = Decimal(value) * (1000 if unit == "kg" else 1)
    assert abs(grams - amount) <= (5 if unit == "kg" else Decimal("0.5"))


@given(st.decimals("0.1", "40", places=1))
def test_pieces_are_rounded_up_so_that_the_dish_is_never_short(amount: Decimal) -> None:
    said = spoken(ONION, amount, "en")
    whole, _, half = said.partition(" ")
    value = Decimal("0.5") if said == "1/2" else Decimal(whole) + (Decimal("0.5") if half else 0)
    assert amount <= value < amount + Decimal("0.5")
