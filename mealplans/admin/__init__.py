from __future__ import annotations

from mealplans.admin import (
    dishes,
    groceries,
    household_panels,
    ingredients,
    instructions,
    merging,
    plans,
    quotas,
    taste,
)

__all__ = [
    "dishes",
    "groceries",
    "household_panels",
    "ingredients",
    "instructions",
    "merging",
    "plans",
    "quotas",
    "taste",
]
