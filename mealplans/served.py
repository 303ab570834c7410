"""A planned meal as it is really cooked: its dish, with what stands for an ingredient that could not be had.

The catalogue's dish is never changed by that. `PlannedMeal.instead` holds {missing slug: slug that stands for it}, and
the dish is rebuilt in memory wherever meals are loaded, so that prices, food rules, the cook's amounts and the name
that people read all follow from the same lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from mealplans import versions
from mealplans.groceries import CENT, Good, same_weight
from mealplans.models import Dish, DishIngredient, Ingredient, PlannedMeal
from mealplans.wording import say


def good(row: Ingredient) -> Good:
    """What of an ingredient its arithmetic needs."""
    return Good(
        slug=row.slug,
        base_unit=row.base_unit,
        density_g_per_ml=row.density_g_per_ml,
        piece_weight_g=row.piece_weight_g,
    )


def as_served(meals: Iterable[PlannedMeal]) -> list[PlannedMeal]:
    """The same meals; `dish` is the dish as it was approved, and where something is replaced, as it will be. A query
    more for either, if any is."""
    rows = versions.as_agreed(meals)
    wanted = {slug for meal in rows for slug in meal.instead.values()}
    if wanted:
        found = Ingredient.objects.prefetch_related("packs").in_bulk(sorted(wanted), field_name="slug")
        for meal in rows:
            if meal.instead:
                meal.dish = with_instead(meal.dish, meal.instead, found)
    return rows


def with_instead(dish: Dish, instead: Mapping[str, str], ingredients: Mapping[str, Ingredient]) -> Dish:
    """The dish with these lines replaced, weight for weight; not saved, and never to be. Raises CannotConvert."""
    lines = [_line(line, instead, ingredients) for line in dish.lines.all()]
    replaced = [(line.ingredient, ingredients[slug]) for line in dish.lines.all() if (slug := _slug(line, instead))]
    copy = versions.copied(dish, lines)
    for language in ("en", "hi"):
        words = ", ".join(_words(old, new, language) for old, new in replaced)
        if words:
            setattr(copy, f"name_{language}", f"{dish.name(language)} ({words})")
    return copy


def _slug(line: DishIngredient, instead: Mapping[str, str]) -> str:
    return instead.get(line.ingredient.slug, "")


def _line(line: DishIngredient, instead: Mapping[str, str], ingredients: Mapping[str, Ingredient]) -> DishIngredient:
    slug = _slug(line, instead)
    if not slug:
        return line
    new = ingredients[slug]
    return DishIngredient(
        dish_id=line.dish_id,
        ingredient=new,
        amount=amount_instead(line.amount, line.ingredient, new),
        note=line.note,
        position=line.position,
    )


def amount_instead(amount: Decimal, old: Ingredient, new: Ingredient) -> Decimal:
    """As much of `new` as weighs the same. Raises CannotConvert where nobody measured what that needs."""
    return same_weight(amount, good(old), good(new)).quantize(CENT, ROUND_HALF_UP)


def _words(old: Ingredient, new: Ingredient, language: str) -> str:
    return say("instead_of", language, to="page", new=new.name(language), old=old.name(language))
