"""The catalogue's files into the database, by slug: run as often as you like, staff's plans keep their dishes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from mealplans.catalogue import entities
from mealplans.merging.strictness import strictest
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack

INGREDIENT_FIELDS = (
    "name_en", "name_hi", "base_unit", "diet", "jain_ok", "fasting_ok", "aisle", "staple", "shelf_life_days",
    "density_g_per_ml", "piece_weight_g", "katori_g", "chammach_g", "note",
)  # fmt: skip
DISH_FIELDS = (
    "name_en", "name_hi", "label", "cuisine", "main_ingredient", "family", "technique", "spice_level",
    "prep_minutes", "cook_minutes", "passive_minutes", "serving_en", "serving_hi",
)  # fmt: skip
#: What the files do not know and must not overwrite.
OF_STAFF = ("id", "slug", "merged_into")


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
        update_fields=[*INGREDIENT_FIELDS, "allergens", "allergens_stated"],
    )
    _keep_merges_strict()
    ingredients = {row.slug: row for row in Ingredient.objects.select_related("merged_into")}
    _packs(catalogue, ingredients)
    dish_rows = [_dish(entry) for entry in catalogue.dishes.values()]
    updated = [field.name for field in Dish._meta.concrete_fields if field.name not in OF_STAFF]
    Dish.objects.bulk_create(dish_rows, update_conflicts=True, unique_fields=["slug"], update_fields=updated)
    _lines(catalogue, {slug: row.merged_into or row for slug, row in ingredients.items()})
    Dish.objects.filter(merged_into__isnull=False).update(active=False)
    retired = Dish.objects.exclude(slug__in=list(catalogue.dishes)).filter(active=True).update(active=False)
    return Counts(len(catalogue.ingredients), len(catalogue.dishes), retired)


def _ingredient(entry: entities.Ingredient) -> Ingredient:
    values: dict[str, Any] = {name: getattr(entry, name) for name in INGREDIENT_FIELDS}
    return Ingredient(slug=entry.slug, allergens=sorted(entry.allergens), allergens_stated=True, **values)


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
    listed = [slug for slug in catalogue.ingredients if ingredients[slug].merged_into is None]
    IngredientPack.objects.filter(ingredient__slug__in=listed).delete()
    IngredientPack.objects.bulk_create(
        IngredientPack(
            ingredient=ingredients[slug], size=p.size, price_paise=p.price_paise, source=p.source, as_of=p.as_of
        )
        for slug in listed
        for p in catalogue.ingredients[slug].packs
    )


def _lines(catalogue: entities.Catalogue, ingredients: dict[str, Ingredient]) -> None:
    dishes = {row.slug: row for row in Dish.objects.filter(slug__in=list(catalogue.dishes))}
    DishIngredient.objects.filter(dish__in=dishes.values()).delete()
    DishIngredient.objects.bulk_create(
        line for slug in dishes for line in _recipe(dishes[slug], catalogue, ingredients)
    )


def _recipe(dish: Dish, catalogue: entities.Catalogue, ingredients: dict[str, Ingredient]) -> Iterable[DishIngredient]:
    """Its lines; two names that were merged into one ingredient are one line of both amounts."""
    lines: dict[int, DishIngredient] = {}
    for position, line in enumerate(catalogue.dishes[dish.slug].ingredients):
        row = ingredients[line.ingredient.slug]
        if row.pk in lines:
            lines[row.pk].amount += line.amount
        else:
            lines[row.pk] = DishIngredient(
                dish=dish, ingredient=row, amount=line.amount, note=line.note, position=position
            )
    return lines.values()


def _keep_merges_strict() -> None:
    """The files speak of one ingredient only; what was merged into it keeps forbidding what it forbade."""
    merged = Ingredient.objects.filter(merged_into__isnull=False).select_related("merged_into")
    into: dict[Ingredient, list[Ingredient]] = defaultdict(list)
    for row in merged:
        if row.merged_into is not None:
            into[row.merged_into].append(row)
    for kept, rows in into.items():
        Ingredient.objects.filter(pk=kept.pk).update(**strictest([kept, *rows]))
