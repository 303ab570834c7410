"""The catalogue's files into the database, by slug: run as often as you like. What the office changed stays
(`office_edits`), its own dishes and ingredients are left alone, and staff's plans keep their dishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from mealplans import office_edits
from mealplans.catalogue import entities
from mealplans.merging.strictness import facts_of, strictest
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack
from mealplans.office_edits import changed, number

Facts = Callable[[Iterable[Any]], list[list[Any]]]
INGREDIENT_FIELDS = (
    "name_en", "name_hi", "base_unit", "diet", "jain_ok", "fasting_ok", "aisle", "staple", "shelf_life_days",
    "density_g_per_ml", "piece_weight_g", "katori_g", "chammach_g", "note",
)  # fmt: skip
DISH_FIELDS = (
    "name_en", "name_hi", "label", "cuisine", "main_ingredient", "family", "technique", "spice_level",
    "prep_minutes", "cook_minutes", "passive_minutes", "serving_en", "serving_hi",
)  # fmt: skip
HARD = ("allergens", "allergens_stated")
LISTED = (
    "meals",
    "tags",
    "equipment",
    "ahead_task_en",
    "ahead_task_hi",
    "ahead_hours",
    "steps_en",
    "steps_hi",
    "active",
)
OF_INGREDIENT, OF_DISH = (*INGREDIENT_FIELDS, *HARD), (*DISH_FIELDS, *LISTED)


@dataclass(frozen=True)
class Counts:
    ingredients: int
    dishes: int
    retired: int
    kept: tuple[str, ...] = ()  # what the office changed and the files would have overwritten, in words
    harder: tuple[Ingredient, ...] = ()  # rows that were there and whose hard facts are different now
    recipes: tuple[Dish, ...] = ()  # dishes that were there and are made of something else now


@transaction.atomic
def store(catalogue: entities.Catalogue) -> Counts:
    """Upsert everything; a dish that left the files becomes inactive and stays for history.

    Weeks under way are not looked through here: `Counts` says of what, and the caller does it after the commit.
    """
    before = _Before.read()
    kept = _upsert([_ingredient(entry) for entry in catalogue.ingredients.values()], OF_INGREDIENT, before.ingredients)
    _keep_merges_strict()
    ingredients = {row.slug: row for row in Ingredient.objects.select_related("merged_into")}
    kept += _packs(catalogue, ingredients, before)
    kept += _upsert([_dish(entry) for entry in catalogue.dishes.values()], OF_DISH, before.dishes)
    kept += _lines(catalogue, {slug: row.merged_into or row for slug, row in ingredients.items()}, before)
    Dish.objects.filter(merged_into__isnull=False).update(active=False)
    count = Counts(len(catalogue.ingredients), len(catalogue.dishes), _retire(catalogue), tuple(kept))
    return replace(count, **before.differs(_Before.read()))


def _retire(catalogue: entities.Catalogue) -> int:
    """Dishes of the files that are in them no more; one that comes back is planned again."""
    left = Dish.objects.exclude(slug__in=list(catalogue.dishes)).exclude(from_file=None)
    gone = list(left.filter(active=True))
    for dish in gone:
        dish.active, dish.from_file = False, {**(dish.from_file or {}), "active": False}
    Dish.objects.bulk_update(gone, ["active", "from_file"])
    return len(gone)


@dataclass(frozen=True)
class _Before:
    """The rows as they stood, by slug, each with its packs or lines loaded."""

    ingredients: dict[str, Ingredient]
    dishes: dict[str, Dish]

    @classmethod
    def read(cls) -> _Before:
        ingredients = Ingredient.objects.prefetch_related("packs")
        dishes = Dish.objects.prefetch_related("lines__ingredient")
        return cls({row.slug: row for row in ingredients}, {row.slug: row for row in dishes})

    def differs(self, now: _Before) -> dict[str, Any]:
        """What may break a food rule that held: of rows that were there, so nothing when the catalogue is new."""
        goods = [(row, now.ingredients[slug]) for slug, row in sorted(self.ingredients.items())]
        dishes = [(row, now.dishes[slug]) for slug, row in sorted(self.dishes.items())]
        return {
            "harder": tuple(after for before, after in goods if facts_of(before) != facts_of(after)),
            "recipes": tuple(after for before, after in dishes if _holds(before) != _holds(after)),
        }


def _holds(dish: Dish) -> set[str]:
    return {line.ingredient.slug for line in dish.lines.all()}


def _upsert(rows: list[Any], names: tuple[str, ...], before: Mapping[str, Any]) -> list[str]:
    """Write the files' rows with the office's values wherever it changed them; returns what was kept, in words."""
    kept = []
    for row in rows:
        file, old = office_edits.said(row, names), before.get(row.slug)
        mine = office_edits.keep_office(row, old, names, old.from_file) if old is not None else []
        if mine and old is not None and old.merged_into_id is None:
            kept.append(f"{row.slug}: {', '.join(mine)}")
        row.from_file = {**((old.from_file or {}) if old else {}), **file}
    if rows:
        written = {"update_conflicts": True, "unique_fields": ["slug"], "update_fields": [*names, "from_file"]}
        type(rows[0]).objects.bulk_create(rows, **written)
    return kept


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


def _packs(catalogue: entities.Catalogue, ingredients: dict[str, Ingredient], before: _Before) -> list[str]:
    made = {
        slug: [
            IngredientPack(ingredient=row, size=p.size, price_paise=p.price_paise, source=p.source, as_of=p.as_of)
            for p in catalogue.ingredients[slug].packs
        ]
        for slug, row in ingredients.items()
        if slug in catalogue.ingredients and row.merged_into is None
    }
    return _replace(made, ingredients, before.ingredients, "packs", _pack_facts)


def _pack_facts(packs: Iterable[IngredientPack]) -> list[list[Any]]:
    return sorted([number(pack.size), pack.price_paise] for pack in packs)


def _lines(catalogue: entities.Catalogue, ingredients: dict[str, Ingredient], before: _Before) -> list[str]:
    dishes = {row.slug: row for row in Dish.objects.filter(slug__in=list(catalogue.dishes))}
    made = {slug: list(_recipe(dish, catalogue, ingredients)) for slug, dish in dishes.items()}
    return _replace(made, dishes, before.dishes, "lines", _line_facts)


def _line_facts(lines: Iterable[DishIngredient]) -> list[list[Any]]:
    return sorted([line.ingredient.slug, number(line.amount), line.note] for line in lines)


def _replace(
    made: Mapping[str, list[Any]], rows: Mapping[str, Any], before: Mapping[str, Any], name: str, facts_of: Facts
) -> list[str]:
    """Packs or lines anew, except of rows whose own the office changed; returns those, in words."""
    kept, theirs = [], []
    for slug, parts in made.items():
        row, old, file = rows[slug], before.get(slug), facts_of(parts)
        if old is not None and changed(facts_of(getattr(old, name).all()), name, file, old.from_file):
            kept.append(f"{slug}: {name}")
        else:
            theirs.append(slug)
        row.from_file = {**(row.from_file or {}), name: file}
    if not made:
        return []
    model: Any = type(next(iter(rows.values())))
    model.objects.bulk_update([rows[slug] for slug in made], ["from_file"], batch_size=100)
    part: Any = model._meta.get_field(name).related_model
    owner = model._meta.get_field(name).field.name
    part.objects.filter(**{f"{owner}__in": [rows[slug].pk for slug in theirs]}).delete()
    part.objects.bulk_create(each for slug in theirs for each in made[slug])
    return kept


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
