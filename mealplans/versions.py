"""A dish as it was when a household agreed to it. What was approved is what is cooked, bought and shown, whatever the
catalogue says later; what its ingredients *are* (diet, allergens, price) is always today's knowledge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from mealplans.models import Dish, DishIngredient, DishVersion, Ingredient, PlannedMeal

#: What of a dish may differ from version to version. Its slug, and whether it is planned at all, are the catalogue's.
FIELDS = (
    *("name_en", "name_hi", "label", "meals", "cuisine", "main_ingredient", "family", "technique", "tags"),
    *("spice_level", "prep_minutes", "cook_minutes", "passive_minutes", "equipment", "ahead_task_en", "ahead_task_hi"),
    *("ahead_hours", "steps_en", "steps_hi", "serving_en", "serving_hi"),
)


def content_of(dish: Dish) -> dict[str, Any]:
    """The words an amount was entered with are there only where there are any: no other dish changes by them."""
    lines = [
        [line.ingredient_id, f"{line.amount.normalize():f}", line.note, *([line.entered] if line.entered else [])]
        for line in dish.lines.all()
    ]
    return {**{name: getattr(dish, name) for name in FIELDS}, "lines": lines}


def keep(dish: Dish, now: datetime, by: str = "") -> DishVersion:
    """The version that the dish is now, made if there is none yet. `dish` with its lines as they stand."""
    content = content_of(dish)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    values = {"content": content, "made_at": now, "made_by": by}
    return DishVersion.objects.get_or_create(dish=dish, digest=digest, defaults=values)[0]


def stored(dish_id: int) -> Dish:
    """The dish as the database has it, with its lines."""
    return Dish.objects.prefetch_related("lines").get(pk=dish_id)


def of_now(dish_ids: Iterable[int], now: datetime) -> dict[int, DishVersion]:
    """{dish: its version now}, read afresh: what a meal holds in memory may have something replaced in it."""
    rows = Dish.objects.filter(pk__in={*dish_ids}).prefetch_related("lines")
    return {dish.pk: keep(dish, now) for dish in rows}


def as_agreed(meals: Iterable[PlannedMeal]) -> list[PlannedMeal]:
    """The same meals; those that were approved have their `dish` as it was then. A query more, if any was."""
    rows = list(meals)
    wanted = {meal.version_id for meal in rows if meal.version_id}
    if not wanted:
        return rows
    found = DishVersion.objects.select_related("dish").in_bulk(wanted)
    ingredients = _ingredients(rows, found.values())
    for meal in rows:
        if meal.version_id and _is_of(found[meal.version_id], meal):
            meal.dish = _rebuilt(meal.dish, found[meal.version_id].content, ingredients)
    return rows


def _is_of(version: DishVersion, meal: PlannedMeal) -> bool:
    """Of the meal's dish, or of one that was merged into it: a version of anything else was not agreed to."""
    return meal.dish_id in (version.dish_id, version.dish.merged_into_id)


def _ingredients(rows: Sequence[PlannedMeal], found: Iterable[DishVersion]) -> dict[int, Ingredient]:
    """Those that the loaded dishes hold already, and the others of the versions in one query."""
    loaded = [meal.dish for meal in rows if "lines" in getattr(meal.dish, "_prefetched_objects_cache", {})]
    known = {line.ingredient_id: line.ingredient for dish in loaded for line in dish.lines.all()}
    missing = {pk for version in found for pk, *_rest in version.content["lines"]} - {*known}
    if missing:
        more = Ingredient.objects.select_related("merged_into").prefetch_related("packs", "merged_into__packs")
        known |= {pk: row.merged_into or row for pk, row in more.in_bulk(missing).items()}
    return known


def _rebuilt(dish: Dish, content: Mapping[str, Any], ingredients: Mapping[int, Ingredient]) -> Dish:
    lines: dict[int, DishIngredient] = {}
    for position, (pk, amount, note, *entered) in enumerate(content["lines"]):
        row = ingredients[pk]
        if row.pk in lines:  # two that were merged since
            lines[row.pk].amount += Decimal(amount)
            lines[row.pk].entered = ""
        else:
            values = {"amount": Decimal(amount), "note": note, "position": position, "entered": "".join(entered)}
            lines[row.pk] = DishIngredient(dish_id=dish.pk, ingredient=row, **values)
    made = copied(dish, list(lines.values()))
    for name in FIELDS:
        setattr(made, name, content[name])
    return made


def copied(dish: Dish, lines: list[DishIngredient]) -> Dish:
    """The dish with other lines; not saved, and never to be."""
    copy = Dish(**{field.attname: getattr(dish, field.attname) for field in Dish._meta.concrete_fields})
    copy._state.adding = False
    known: Any = DishIngredient.objects.none()
    known._result_cache, known._prefetch_done = lines, True
    vars(copy)["_prefetched_objects_cache"] = {"lines": known}  # as prefetch_related leaves it
    return copy


def by_slug(dishes: Iterable[Dish]) -> dict[str, Dish]:
    """One dish per slug. Where two meals serve one dish by different recipes it holds what either holds: the food
    rules that look at it then refuse what any of them would."""
    found: dict[str, Dish] = {}
    for dish in dishes:
        found[dish.slug] = _together(dish, found[dish.slug]) if dish.slug in found else dish
    return found


def _together(newer: Dish, older: Dish) -> Dish:
    lines = list(newer.lines.all())
    held = {line.ingredient_id for line in lines}
    more = [line for line in older.lines.all() if line.ingredient_id not in held]
    return copied(newer, [*lines, *more]) if more else newer
