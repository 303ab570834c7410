"""Two rows of which only one may stand: what the one that stays says afterwards. Nothing is counted twice or lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from mealplans.models import AtHome, DishIngredient, GroceryLine, IngredientPack, PantryItem

NOTE_LENGTH = 120


def _recipe_lines(stays: DishIngredient, goes: DishIngredient) -> dict[str, Any]:
    notes = "; ".join(note for note in dict.fromkeys((stays.note, goes.note)) if note)
    return {"amount": stays.amount + goes.amount, "note": notes[:NOTE_LENGTH]}


def _stock(stays: PantryItem, goes: PantryItem) -> dict[str, Any]:
    """The older of two deliveries decides how long both keep."""
    came = min((each for each in (stays.delivered_at, goes.delivered_at) if each), default=None)
    newer = max(stays.updated_at, goes.updated_at)
    return {"amount": stays.amount + goes.amount, "updated_at": newer, "delivered_at": came}


def _tick(stays: AtHome, goes: AtHome) -> dict[str, Any]:
    return {}


def _pack(stays: IngredientPack, goes: IngredientPack) -> dict[str, Any]:
    """One size has one price: the newer."""
    newer = goes if goes.as_of > stays.as_of else stays
    return {"price_paise": newer.price_paise, "source": newer.source, "as_of": newer.as_of}


def _listed(stays: GroceryLine, goes: GroceryLine) -> dict[str, Any]:
    """The list's total is what it was: what was shown and charged is history."""
    return {
        "need": stays.need + goes.need,
        "from_pantry": stays.from_pantry + goes.from_pantry,
        "packs": [*stays.packs, *goes.packs],
        "price_paise": stays.price_paise + goes.price_paise,
        "provenance": [*stays.provenance, *goes.provenance],
    }


#: Every model with a rule "only one per ingredient" stands here; tests/mealplans/test_merging.py looks for others.
COMBINE: dict[type[Model], Callable[[Any, Any], dict[str, Any]]] = {
    AtHome: _tick,
    DishIngredient: _recipe_lines,
    GroceryLine: _listed,
    IngredientPack: _pack,
    PantryItem: _stock,
}
