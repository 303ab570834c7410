"""An amount written as a recipe writes it: counted when that is sure, kept as it was entered, never guessed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from mealplans.models import DishIngredient, Ingredient
from tests.factories.mealplans import make_catalogue
from tests.mealplans.admin.catalogue_desk import as_sent, cataloguer, dish, page


@pytest.fixture
def ravi(db: None) -> Client:
    make_catalogue()
    return cataloguer()


def line() -> DishIngredient:
    return DishIngredient.objects.get(dish__slug="dal-chawal", ingredient__slug="rice")


def place(form: dict[str, Any]) -> str:
    return next(key.removesuffix("-id") for key, value in form.items() if key.endswith("-id") and value == line().pk)


def sent(ravi: Client, **changes: str) -> str:
    form = as_sent(ravi, dish("dal-chawal"))
    at = place(form)
    answer = ravi.post(page(dish("dal-chawal")), form | {f"{at}-{name}": value for name, value in changes.items()})
    return answer.content.decode() if answer.status_code == 200 else ""


def test_what_is_written_in_another_unit_is_counted_and_stays_as_entered(ravi: Client) -> None:
    assert sent(ravi, amount="", entered="0.1 kg") == ""
    assert (line().amount, line().entered) == (Decimal(100), "0.1 kg")
    assert "0.1 kg" in ravi.get(page(dish("dal-chawal"))).content.decode()


def test_a_spoon_of_what_nobody_weighed_is_not_counted(ravi: Client) -> None:
    before = line().amount
    assert "That is not sure" in sent(ravi, entered="2 tbsp")
    assert (line().amount, line().entered) == (before, "")


def test_a_spoon_of_what_was_weighed_is(ravi: Client) -> None:
    Ingredient.objects.filter(slug="rice").update(density_g_per_ml=Decimal("0.8"))
    assert sent(ravi, entered="2 tbsp") == ""
    assert (line().amount, line().entered) == (Decimal(24), "2 tbsp")


def test_words_that_no_longer_say_the_amount_go(ravi: Client) -> None:
    DishIngredient.objects.filter(pk=line().pk).update(entered="75 g")
    assert sent(ravi, amount="90") == ""
    assert (line().amount, line().entered) == (Decimal(90), "")


def test_whoever_writes_both_is_believed(ravi: Client) -> None:
    assert sent(ravi, amount="80", entered="a small katori") == ""
    assert (line().amount, line().entered) == (Decimal(80), "a small katori")


def test_neither_is_asked_back(ravi: Client) -> None:
    assert "State how much" in sent(ravi, amount="", entered="")
