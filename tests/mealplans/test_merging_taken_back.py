"""A merge is undone exactly, what changed since is left alone, and no merge makes a hard rule weaker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households.models import Resident
from mealplans import facts, lifecycle
from mealplans.catalogue.load import load_catalogue
from mealplans.catalogue.vocabulary import ALLERGENS, DIETS
from mealplans.merging.undoing import ChangedSince
from mealplans.models import (
    AtHome,
    DishIngredient,
    Ingredient,
    IngredientPack,
    PantryItem,
    WeekPlan,
)
from mealplans.storing import store
from tests.factories.households import NOW
from tests.factories.mealplans import INGREDIENTS, Home
from tests.mealplans.merges import enter_chana_twice, everything, merge, one, take_back
from tests.mealplans.test_lifecycle import by

pytestmark = pytest.mark.django_db
NOBODY = ()


@pytest.fixture
def twice(home: Home) -> Home:
    return enter_chana_twice(home)


def test_undoing_twice_does_nothing_the_second_time(twice: Home) -> None:
    made = merge("chana", "kabuli-chana")
    assert (take_back(made), take_back(made)) == (True, False)
    made.refresh_from_db()
    assert (made.undone_by, made.undone_why) == ("Ravi", "not the same")


def test_what_changed_since_is_told_and_left_alone(twice: Home) -> None:
    made = merge("chana", "kabuli-chana")
    PantryItem.objects.update(amount=100)
    with pytest.raises(ChangedSince) as refusal:
        take_back(made)
    assert refusal.value.rows == ["100 g Chana: amount changed since."]
    assert take_back(made, leave_changed=True)
    assert list(PantryItem.objects.values_list("ingredient__slug", "amount")) == [("chana", 100)]
    assert one("kabuli-chana").merged_into is None
    assert DishIngredient.objects.filter(ingredient__slug="kabuli-chana").count() == 1


def test_reading_the_files_again_keeps_the_merge_and_its_stricter_facts() -> None:
    store(load_catalogue())
    merge("rice", "atta", stricter=True)
    store(load_catalogue())
    rice = one("rice")
    assert (rice.allergens, one("atta").merged_into) == (["gluten"], rice)
    assert not DishIngredient.objects.filter(ingredient__slug="atta").exists()
    assert not IngredientPack.objects.filter(ingredient__slug="atta").exists()


# Properties ----------------------------------------------------------------------------------------------------


class Enough(Exception):
    """Raised at the end of an example, so that the next one starts from the same rows."""


@contextmanager
def rolled_back() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Enough
    except Enough:
        return


IN_GRAMS = sorted(slug for slug, values in INGREDIENTS.items() if values[0] == "g")
PAIRS = st.lists(st.sampled_from(IN_GRAMS), min_size=2, max_size=4, unique=True)
AMOUNTS = st.dictionaries(st.sampled_from(IN_GRAMS), st.decimals("0", "5000", places=2), max_size=8)
SLUGS = st.lists(st.sampled_from(IN_GRAMS), max_size=4, unique=True)
quickly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def nobody_is_told(settings: Any) -> None:
    """What follows for weeks under way has its own test; here every row must come back."""
    settings.FOOD_RULES_ROUTES = "tests.mealplans.test_merging_taken_back.NOBODY"


@pytest.mark.usefixtures("nobody_is_told")
@quickly
@given(pair=PAIRS, stock=AMOUNTS, ticked=SLUGS, never=SLUGS, dislikes=SLUGS)
def test_a_merge_taken_back_is_as_if_it_had_never_been(
    plan: WeekPlan, home: Home, pair: list[str], stock: dict[str, Decimal], ticked: list[str], never: list[str],
    dislikes: list[str],
) -> None:  # fmt: skip
    with rolled_back():
        rows = {row.slug: row for row in Ingredient.objects.all()}
        lifecycle.approve(plan.pk, by(home.asha), NOW)
        for slug, amount in stock.items():
            PantryItem.objects.create(household=home.household, ingredient=rows[slug], amount=amount, updated_at=NOW)
        for slug in ticked:
            AtHome.objects.create(plan=plan, ingredient=rows[slug], ticked_by="Asha", at=NOW)
        WeekPlan.objects.update(pantry={slug: str(amount) for slug, amount in stock.items()})
        Resident.objects.filter(pk=home.asha.pk).update(never=sorted(never), dislikes=sorted(dislikes))
        before = everything()
        made = merge(*pair, stricter=True)
        assert everything() != before
        take_back(made)
        assert everything() == before


def passing(never: list[str], allergens: set[str], diet: str) -> dict[str, set[str]]:
    """Who may eat which dish: by diet, by allergen, by what one person never eats, Jain, on a fast."""
    found: dict[str, set[str]] = {"diet": set(), "allergens": set(), "never": set(), "jain": set(), "fast": set()}
    for dish in facts.catalogue():
        known = facts.dish_facts(dish)
        slugs_of = {slug for slug, _amount in known.amounts}
        ok = {
            "diet": DIETS.index(known.diet) <= DIETS.index(diet),
            "allergens": not known.allergens & allergens,
            "never": not slugs_of & set(never),
            "jain": known.jain_ok,
            "fast": known.fasting_ok,
        }
        for rule, passes in ok.items():
            if passes:
                found[rule].add(dish.slug)
    return found


@pytest.mark.usefixtures("nobody_is_told")
@quickly
@given(
    pair=PAIRS, never=SLUGS, allergens=st.sets(st.sampled_from(ALLERGENS), min_size=1), diet=st.sampled_from(DIETS),
    unstated=SLUGS,
)  # fmt: skip
def test_no_dish_passes_a_rule_after_a_merge_that_it_failed_before(
    home: Home, pair: list[str], never: list[str], allergens: set[str], diet: str, unstated: list[str]
) -> None:
    with rolled_back():
        Ingredient.objects.filter(slug__in=unstated).update(allergens_stated=False)
        Resident.objects.filter(pk=home.asha.pk).update(never=sorted(never))
        before = passing(never, allergens, diet)
        merge(*pair, stricter=True)
        after = passing(Resident.objects.get(pk=home.asha.pk).never, allergens, diet)
        assert {rule: after[rule] - before[rule] for rule in before} == {rule: set() for rule in before}
