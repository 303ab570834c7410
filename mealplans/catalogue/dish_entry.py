"""One [[dish]] table -> `Dish`, or an EntryProblem that says what to write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mealplans.catalogue.entities import Ahead, Dish, DishIngredient, Ingredient
from mealplans.catalogue.fields import EntryProblem, Fields, as_hindi, as_number, suggestion
from mealplans.catalogue.mentions import unlisted_food
from mealplans.catalogue.vocabulary import CUISINES, DIETS, EQUIPMENT, MEALS, TAGS, TECHNIQUES

#: Largest sensible amount of one ingredient on one plate, per base unit.
MOST = {"g": "350", "ml": "400", "piece": "6"}


def dish_from(raw: dict[str, Any], known: Mapping[str, Ingredient]) -> Dish:
    fields = Fields(raw)
    dish = Dish(
        slug=fields.slug(),
        name_en=fields.text("name_en"),
        name_hi=fields.hindi("name_hi"),
        label=fields.choice("label", DIETS),
        meals=fields.choices("meals", MEALS, at_least=1),
        cuisine=fields.choice("cuisine", CUISINES),
        main_ingredient=fields.slug("main_ingredient"),
        family=fields.slug("family"),
        technique=fields.choice("technique", TECHNIQUES),
        tags=frozenset(fields.choices("tags", TAGS)),
        spice_level=fields.whole("spice_level", 0, 3),
        prep_minutes=fields.whole("prep_minutes", 1, 45),
        cook_minutes=fields.whole("cook_minutes", 0, 75),
        passive_minutes=fields.whole("passive_minutes", 0, 120),
        equipment=frozenset(fields.choices("equipment", EQUIPMENT)),
        ahead=_ahead(fields),
        ingredients=_lines(fields, known),
        steps_en=_steps(fields, "steps_en"),
        steps_hi=tuple(as_hindi("steps_hi", step) for step in _steps(fields, "steps_hi")),
        serving_en=fields.text("serving_en") if fields.has("serving_en") else "",
        serving_hi=fields.hindi("serving_hi") if fields.has("serving_hi") else "",
    )
    fields.finish()
    _agree(dish)
    return dish


def _ahead(fields: Fields) -> Ahead | None:
    if not fields.has("ahead"):
        return None
    raw = fields.take("ahead")
    if not isinstance(raw, dict):
        raise EntryProblem(f"ahead must be {{task_en = …, task_hi = …, hours = …}}, not {raw!r}")
    task = Fields(raw)
    ahead = Ahead(task.text("task_en"), task.hindi("task_hi"), task.whole("hours", 1, 24))
    task.finish()
    return ahead


def _lines(fields: Fields, known: Mapping[str, Ingredient]) -> tuple[DishIngredient, ...]:
    lines = tuple(_line(raw, known) for raw in fields.sequence("ingredients", at_least=2))
    slugs = [line.ingredient.slug for line in lines]
    twice = sorted({slug for slug in slugs if slugs.count(slug) > 1})
    if twice:
        raise EntryProblem(f"ingredients name {', '.join(twice)} twice; add the amounts up in one line")
    return lines


def _line(raw: Any, known: Mapping[str, Ingredient]) -> DishIngredient:
    if not isinstance(raw, list) or len(raw) not in (2, 3):
        raise EntryProblem(f'an ingredient line must be ["slug", amount], perhaps with a "note", not {raw!r}')
    slug, amount, *note = raw
    if slug not in known:
        hint = suggestion(str(slug), list(known))
        raise EntryProblem(f'ingredient "{slug}" is not in the catalogue; add it under ingredients/{hint}')
    ingredient = known[slug]
    value = as_number(f"amount of {slug}", amount, "0.1", MOST[ingredient.base_unit])
    return DishIngredient(ingredient, value, str(note[0]) if note else "")


def _steps(fields: Fields, key: str) -> tuple[str, ...]:
    steps = fields.sequence(key, at_least=3)
    if len(steps) > 7:
        raise EntryProblem(f"{key} has {len(steps)} steps; a cook's card holds 3 to 7, join some")
    for number, step in enumerate(steps, start=1):
        if not isinstance(step, str) or len(step.strip()) < 8:
            raise EntryProblem(f"{key} number {number} is empty or too short: {step!r}")
    return tuple(step.strip() for step in steps)


def _agree(dish: Dish) -> None:
    """The dish against its own ingredients: label, fasting tag, main ingredient, words in the steps."""
    if dish.label != dish.diet:
        strictest = [line.ingredient.slug for line in dish.ingredients if line.ingredient.diet == dish.diet]
        raise EntryProblem(
            f"label says {dish.label} but {', '.join(strictest)} makes it {dish.diet};"
            " correct the label or the ingredients"
        )
    if "fasting" in dish.tags and not dish.fasting_ok:
        breakers = [line.ingredient.slug for line in dish.ingredients if not line.ingredient.fasting_ok]
        raise EntryProblem(f"it is tagged fasting but {', '.join(breakers)} may not be eaten on a fast")
    slugs = {line.ingredient.slug for line in dish.ingredients}
    if dish.main_ingredient not in slugs:
        raise EntryProblem(f"main_ingredient {dish.main_ingredient} is not among its ingredients; add it")
    if len(dish.steps_en) != len(dish.steps_hi):
        raise EntryProblem("steps_hi must translate steps_en step by step; their numbers differ")
    for sentence in unlisted_food(dish):
        raise EntryProblem(sentence)
