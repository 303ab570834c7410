"""Planned meals -> priced grocery lines, as rows hold them. The arithmetic is `groceries`'; here it meets the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from mealplans import groceries
from mealplans.catalogue.vocabulary import AISLES
from mealplans.groceries import CannotPrice
from mealplans.models import Ingredient, MealStatus, PlannedMeal
from mealplans.planning import Larder

__all__ = ["CannotPrice", "Line", "priced"]
#: How many each meal is cooked for: a line says for whom its amount is.
Tables = Mapping[tuple[date, str], dict[str, Any]]
ON = (MealStatus.PLANNED, MealStatus.COOKED)


@dataclass(frozen=True)
class Line:
    """One ingredient of a list; `packs` are (size, how many, price of one in paise)."""

    ingredient: Ingredient
    need: Decimal
    from_pantry: Decimal
    packs: tuple[tuple[Decimal, int, int], ...]
    price_paise: int
    provenance: tuple[dict[str, Any], ...]


def priced(meals: Sequence[PlannedMeal], larder: Larder, pantry: Mapping[str, Decimal]) -> list[Line]:
    """Lines for the meals that are on, staples left out. Raises CannotPrice naming all that has no price."""
    week = [_cooking(meal) for meal in meals if meal.status in ON]
    goods = [_good(row) for row in larder.ingredients.values()]
    listed = groceries.shopping_list(week, goods, pantry, AISLES)
    tables = {(meal.date, meal.meal): {"servings": str(meal.servings), "guests": meal.guests} for meal in meals}
    return [_line(line, larder.ingredients[line.ingredient], tables) for line in listed.lines]


def _cooking(meal: PlannedMeal) -> groceries.Cooking:
    amounts = tuple(groceries.Amount(line.ingredient.slug, line.amount) for line in meal.dish.lines.all())
    return groceries.Cooking(meal.dish.slug, meal.date, meal.meal, meal.servings, amounts)


def _good(row: Ingredient) -> groceries.Good:
    return groceries.Good(
        slug=row.slug,
        base_unit=row.base_unit,
        aisle=row.aisle,
        staple=row.staple,
        packs=tuple(groceries.PackOffer(pack.size, pack.price_paise, pack.as_of) for pack in row.packs.all()),
        density_g_per_ml=row.density_g_per_ml,
        piece_weight_g=row.piece_weight_g,
    )


def _line(line: groceries.Line, ingredient: Ingredient, tables: Tables) -> Line:
    return Line(
        ingredient=ingredient,
        need=line.need,
        from_pantry=line.from_pantry,
        packs=tuple((offer.size, count, offer.price_paise) for offer, count in line.packs),
        price_paise=line.price_paise,
        provenance=tuple(
            {
                "date": origin.day.isoformat(),
                "meal": origin.meal,
                "dish": origin.dish,
                "amount": str(origin.amount),
                **tables[origin.day, origin.meal],
            }
            for origin in line.origins
        ),
    )
