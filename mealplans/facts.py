"""Catalogue rows -> the planner's facts. What a dish is follows from its ingredients, here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Exists, OuterRef

from mealplans.catalogue.vocabulary import DIETS
from mealplans.models import Dish, DishIngredient, Ingredient
from mealplans.planner.problem import DishFacts, IngredientFacts


def catalogue(*, active_only: bool = True) -> list[Dish]:
    """Dishes with their lines and ingredients, in three queries whatever their number. One without a single line is
    no dish yet: nothing can be said of it, so nobody can be served it.

    The lines share one object for each ingredient: read with each of three thousand lines (a join) they cost as much as
    half of the planning of a week.
    """
    rows = Dish.objects.filter(Exists(DishIngredient.objects.filter(dish=OuterRef("pk"))))
    rows = rows.filter(active=True) if active_only else rows
    dishes, known = list(rows.prefetch_related("lines")), Ingredient.objects.in_bulk()
    for dish in dishes:
        for line in dish.lines.all():
            line.ingredient = known[line.ingredient_id]
    return dishes


def dish_called(slug: str) -> Dish | None:
    """One dish with all that a change must know of it."""
    return Dish.objects.filter(slug=slug).prefetch_related("lines__ingredient__packs", "unsettled").first()


def merged_into(slug: str) -> str:
    """The dish that a duplicate became; empty for every other."""
    found = Dish.objects.filter(slug=slug).values_list("merged_into__slug", flat=True).first()
    return found or ""


def ingredients() -> list[Ingredient]:
    return list(Ingredient.objects.filter(merged_into=None).prefetch_related("packs"))


def diet(dish: Dish) -> str:
    """The strictest diet that may eat it: one egg among ten ingredients makes it an egg dish. Of nothing, the worst."""
    return max((line.ingredient.diet for line in dish.lines.all()), key=DIETS.index, default=DIETS[-1])


def allergens(dish: Dish) -> frozenset[str]:
    return frozenset(allergen for line in dish.lines.all() for allergen in line.ingredient.possible_allergens)


def dish_facts(dish: Dish) -> DishFacts:
    lines = list(dish.lines.all())
    return DishFacts(
        slug=dish.slug,
        diet=diet(dish),
        meals=frozenset(dish.meals),
        minutes=dish.minutes,
        amounts=tuple((line.ingredient.slug, line.amount) for line in lines),
        allergens=allergens(dish),
        jain_ok=all(line.ingredient.jain_ok for line in lines),
        fasting_ok=all(line.ingredient.fasting_ok for line in lines),
        main_ingredient=dish.main_ingredient,
        cuisine=dish.cuisine,
        technique=dish.technique,
        family=dish.family,
        tags=frozenset(dish.tags),
        spice_level=dish.spice_level,
        ahead_hours=dish.ahead_hours,
        equipment=frozenset(dish.equipment),
        skills=frozenset({dish.slug, dish.family, dish.technique, dish.cuisine}),
    )


def ingredient_facts(ingredient: Ingredient) -> IngredientFacts:
    return IngredientFacts(
        slug=ingredient.slug,
        base_unit=ingredient.base_unit,
        packs=tuple((pack.size, pack.price_paise) for pack in ingredient.packs.all()),
        shelf_life_days=ingredient.shelf_life_days,
        staple=ingredient.staple,
    )


def amounts_for(dish: Dish, servings: Decimal) -> Iterable[tuple[Ingredient, Decimal]]:
    """Each ingredient with its amount for that many servings, in base units."""
    return ((line.ingredient, line.amount * servings) for line in dish.lines.all())
