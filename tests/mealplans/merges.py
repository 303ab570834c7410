"""Rows of the catalogue that mean the same, merged and taken back as the office would do it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from households.models import Resident
from mealplans.merging import dishes, ingredients
from mealplans.merging.references import references
from mealplans.merging.undoing import undo
from mealplans.models import (
    CatalogueMerge,
    Dish,
    DishIngredient,
    Ingredient,
    IngredientPack,
    PantryItem,
    WeekPlan,
)
from tests.factories.households import NOW
from tests.factories.mealplans import Home


def one(slug: str) -> Ingredient:
    return Ingredient.objects.get(slug=slug)


def merge(kept: str, *gone: str, stricter: bool = False) -> CatalogueMerge:
    done = ingredients.merge(
        one(kept).pk, [one(slug).pk for slug in gone], by="Ravi", reason="twice", now=NOW, stricter=stricter
    )
    return done.merge


def merge_dishes(kept: str, gone: str) -> CatalogueMerge:
    pks = {dish.slug: dish.pk for dish in Dish.objects.all()}
    return dishes.merge(pks[kept], [pks[gone]], by="Ravi", reason="twice", now=NOW).merge


def take_back(made: CatalogueMerge, **how: Any) -> bool:
    return undo(made.pk, by="Ravi", reason="not the same", now=NOW, **how)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row that a merge may touch, as the database has it."""
    models = {model for root in (Ingredient, Dish) for model, _name in references(root)}
    models |= {Ingredient, Dish, DishIngredient, Resident, WeekPlan}
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


def enter_chana_twice(home: Home) -> Home:
    """Chana was entered a second time, and both are in use."""
    other = one("chana")
    other.pk, other.slug, other.name_en, other.name_hi = None, "kabuli-chana", "Kabuli chana", "काबुली चना"
    other.save()
    IngredientPack.objects.create(ingredient=other, size=500, price_paise=9900, source="shop", as_of=date(2026, 11, 9))
    IngredientPack.objects.create(
        ingredient=other, size=1000, price_paise=19000, source="shop", as_of=date(2026, 11, 9)
    )
    DishIngredient.objects.create(dish=Dish.objects.get(slug="chana-dal"), ingredient=other, amount=Decimal("5.5"))
    PantryItem.objects.create(household=home.household, ingredient=one("chana"), amount=200, updated_at=NOW)
    PantryItem.objects.create(household=home.household, ingredient=other, amount=Decimal("50.25"), updated_at=NOW)
    return home
