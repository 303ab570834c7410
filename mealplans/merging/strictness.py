"""The hard facts of several ingredients taken together: whatever one of them forbids, all forbid. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mealplans.catalogue.vocabulary import DIETS
from mealplans.models import Ingredient

FACTS = ("diet", "allergens", "allergens_stated", "jain_ok", "fasting_ok")


def facts_of(row: Ingredient) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FACTS} | {"allergens": sorted(row.allergens)}


def strictest(rows: Sequence[Ingredient]) -> dict[str, Any]:
    """The union: nobody who may not eat one of them may eat what comes out."""
    return {
        "diet": max((row.diet for row in rows), key=DIETS.index),
        "allergens": sorted({allergen for row in rows for allergen in row.allergens}),
        "allergens_stated": all(row.allergens_stated for row in rows),
        "jain_ok": all(row.jain_ok for row in rows),
        "fasting_ok": all(row.fasting_ok for row in rows),
    }
