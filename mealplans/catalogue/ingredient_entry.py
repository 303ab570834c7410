"""One [[ingredient]] table -> `Ingredient`, or an EntryProblem that says what to write."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from mealplans.catalogue.entities import Ingredient, Pack
from mealplans.catalogue.fields import EntryProblem, Fields
from mealplans.catalogue.vocabulary import AISLES, ALLERGENS, BASE_UNITS, DIETS

#: An allergen that proves the diet: a vegan ingredient with milk in it is a mistake in one of the two fields.
LEAST_DIET = {
    "milk": "vegetarian",
    "egg": "egg",
    "fish": "nonveg",
    "crustacean": "nonveg",
    "mollusc": "nonveg",
}


def ingredient_from(raw: dict[str, Any]) -> Ingredient:
    fields = Fields(raw)
    ingredient = Ingredient(
        slug=fields.slug(),
        name_en=fields.text("name_en"),
        name_hi=fields.hindi("name_hi"),
        base_unit=fields.choice("base_unit", BASE_UNITS),
        diet=fields.choice("diet", DIETS),
        allergens=frozenset(fields.choices("allergens", ALLERGENS)),
        jain_ok=fields.flag("jain_ok"),
        fasting_ok=fields.flag("fasting_ok"),
        aisle=fields.choice("aisle", AISLES),
        staple=fields.flag("staple"),
        shelf_life_days=fields.whole("shelf_life_days", 1, 1095),
        packs=_packs(fields),
        density_g_per_ml=_measured(fields, "density_g_per_ml", "0.1", "2"),
        piece_weight_g=_measured(fields, "piece_weight_g", "1", "3000"),
        katori_g=_measured(fields, "katori_g", "5", "250"),
        chammach_g=_measured(fields, "chammach_g", "0.3", "10"),
        note=fields.text("note") if fields.has("note") else "",
    )
    fields.finish()
    _agree(ingredient)
    return ingredient


def _measured(fields: Fields, key: str, low: str, high: str) -> Decimal | None:
    return fields.number(key, low, high) if fields.has(key) else None


def _packs(fields: Fields) -> tuple[Pack, ...]:
    packs = tuple(_pack(raw) for raw in fields.sequence("packs", at_least=1))
    sizes = [pack.size for pack in packs]
    if sizes != sorted(set(sizes)):
        raise EntryProblem(f"packs go from small to large, each size once, not {[str(s) for s in sizes]}")
    return packs


def _pack(raw: Any) -> Pack:
    if not isinstance(raw, dict):
        raise EntryProblem(f"a pack must be {{size = …, price_paise = …}}, not {raw!r}")
    fields = Fields(raw)
    pack = Pack(
        size=fields.number("size", "1", "10000"),
        price_paise=fields.whole("price_paise", 100, 500_000),
        source=fields.text("source"),
        as_of=_day(fields),
    )
    fields.finish()
    return pack


def _day(fields: Fields) -> date:
    value = fields.take("as_of")
    if type(value) is not date:
        raise EntryProblem(f"as_of must be a day such as 2026-11-01 without quotes, not {value!r}")
    return value


def _agree(ingredient: Ingredient) -> None:
    """Fields of one ingredient that contradict each other; each would break a hard food rule further on."""
    for allergen, diet in LEAST_DIET.items():
        if allergen in ingredient.allergens and DIETS.index(ingredient.diet) < DIETS.index(diet):
            raise EntryProblem(f"it contains {allergen}, so diet must be {diet}, not {ingredient.diet}")
    if ingredient.diet in ("egg", "nonveg") and (ingredient.jain_ok or ingredient.fasting_ok):
        raise EntryProblem(f"diet is {ingredient.diet}, so jain_ok and fasting_ok must be false")
    if ingredient.base_unit == "piece" and ingredient.density_g_per_ml is not None:
        raise EntryProblem("it is counted in pieces, so it cannot have density_g_per_ml; use piece_weight_g")
