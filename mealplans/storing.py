"""The catalogue's files into the database, by slug: run as often as you like, staff's plans keep their dishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from mealplans.catalogue import entities
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack

INGREDIENT_FIELDS = (
    "name_en", "name_hi", "base_unit", "diet", "jain_ok", "fasting_ok", "aisle", "staple", "shelf_life_days",
    "density_g_per_ml", "piece_weight_g", "katori_g", "chammach_g", "note",
)  # fmt: skip
DISH_FIELDS = (
    "name_en", "name_hi", "label", "cuisine", "main_ingredient", "family", "technique", "spice_level",
    "prep_minutes", "cook_minutes", "passive_minutes", "serving_en", "serving_hi",
)  # fmt: skip


@dataclass(frozen=True)
class Counts:
    ingredients: int
    dishes: int
    retired: int


@transaction.atomic
def store(catalogue: entities.Catalogue) -> Counts:
    """Upsert everything; a dish no longer in the files becomes inactive and stays for history."""
    Ingredient.objects.bulk_create(
        [_ingredient(entry) for entry in catalogue.ingredients.values()],
        update_conflicts=True,
        unique_fields=["slug"],
        update_fields=[*INGREDIENT_FIELDS, "allergens"],
    )
    ingredients = {row.slug: row for row in Ingredient.objects.all()}
    _packs(catalogue, ingredients)
    dish_rows = [_dish(entry) for entry in catalogue.dishes.values()]
    updated = [field.name for field in Dish._meta.concrete_fields if field.name not in ("id", "slug")]
    Dish.objects.bulk_create(dish_rows, update_conflicts=True, unique_fields=["slug"], update_fields=updated)
    _lines(catalogue, ingredients)
    retired = Dish.objects.exclude(slug__in=list(catalogue.dishes)).filter(active=True).update(active=False)
    return Counts(len(catalogue.ingredients), len(catalogue.dishes), retired)


def _ingredient(entry: entities.Ingredient) -> Ingredient:
    values: dict[str, Any] = {name: getattr(entry, name) for name in INGREDIENT_FIELDS}
    return Ingredient(slug=entry.slug, allergens=sorted(entry.allergens), **values)


def _dish(entry: entities.Dish) -> Dish:
    ahead = entry.ahead
    return Dish(
        slug=entry.slug,
        meals=list(entry.meals),
        tags=sorted(entry.tags),
        equipment=sorted(entry.equipment),
        ahead_task_en=ahead.task_en if ahead else "",
        ahead_task_hi=ahead.task_hi if ahead else "",
        ahead_hours=ahead.hours if ahead else 0,
        steps_en=list(entry.steps_en),
        steps_hi=list(entry.steps_hi),
        active=True,
        **{name: getattr(entry, name) for name in DISH_FIELDS},
    )


def _packs(catalogue: entities.Catalogue, ingredients: dict[str, Ingredient]) -> None:
    listed = [ingredients[slug].pk for slug in catalogue.ingredients]
    IngredientPack.objects.filter(ingredient_id__in=listed).delete()
    IngredientPack.objects.bulk_create(
        IngredientPack(
            ingredient=ingredients[slug], size=p.size, price_paise=p.price_paise, source=p.source, as_of=p.as_of
        )
        for slug, entry in catalogue.ingredients.items()
        for p in entry.packs
    )


def _lines(catalogue: entities.Catalogue, ingredients: dict[str, Ingredient]) -> None:
    dishes = {row.slug: row for row in Dish.objects.filter(slug__in=list(catalogue.dishes))}
    DishIngredient.objects.filter(dish__in=dishes.values()).delete()
    DishIngredient.objects.bulk_create(
        DishIngredient(
            dish=dishes[slug],
            ingredient=ingredients[line.ingredient.slug],
            amount=line.amount,
            note=line.note,
            position=position,
        )
        for slug, entry in catalogue.dishes.items()
        for position, line in enumerate(entry.ingredients)
    )
