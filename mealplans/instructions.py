"""The wording of one visit for the cook: pure, from rows already loaded.

The warning is its own value: it always comes first and is never cut, whatever else must be shortened.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from bettermeals.lib.formats import clock_time
from households.models import Resident
from mealplans import as_written
from mealplans.facts import amounts_for
from mealplans.measures import spoken
from mealplans.models import Dish, Ingredient, PlannedMeal
from mealplans.wording import day_name, label, meal_name, one_line, say, servings_text

SEPARATOR = " | "
#: How many amounts stand behind a dish in the one-line summary; the recipe on request has all.
SHORT_AMOUNTS = 4
#: Meta refuses a template body over 1,024 characters after substitution; the fixed words need the rest.
SUMMARY_LENGTH = 560


@dataclass(frozen=True)
class Warnings:
    """What must never reach the table of this household: hard rules of everybody who eats there."""

    allergens: tuple[str, ...]
    ingredients: tuple[Ingredient, ...]
    jain: bool

    def items(self, language: str) -> list[str]:
        named = [label(allergen, language) for allergen in self.allergens]
        named += [ingredient.name(language) for ingredient in self.ingredients]
        return named + ([say("jain", language, to="cook")] if self.jain else [])

    def line(self, language: str) -> str:
        items = self.items(language)
        if not items:
            return say("no_warning", language, to="cook")
        return say("warning", language, to="cook", items=", ".join(items))


def warnings(residents: Iterable[Resident], ingredients: Iterable[Ingredient]) -> Warnings:
    """`ingredients`: the rows of every slug in some resident's `never`."""
    people = list(residents)
    allergens = sorted({allergen for person in people for allergen in person.allergens})
    return Warnings(tuple(allergens), tuple(ingredients), any(person.jain for person in people))


def cooking_order(meals: Iterable[PlannedMeal]) -> list[PlannedMeal]:
    """Breakfast is eaten first; after it, what simmers alone longest goes on the stove first."""
    return sorted(
        meals,
        key=lambda meal: (
            meal.meal != "breakfast",
            -meal.dish.passive_minutes,
            -meal.dish.cook_minutes,
            meal.meal,
        ),
    )


def summary(meals: Sequence[PlannedMeal], language: str, *, with_amounts: bool) -> str:
    """One line for a template parameter: "1. dinner: Rajma Chawal, 4 people (rajma 2 katori (300 g), …) | 2. …"."""
    parts = [
        f"{number}. {dish_line(meal, language)}{_short_amounts(meal, language) if with_amounts else ''}"
        for number, meal in enumerate(cooking_order(meals), start=1)
    ]
    return one_line(SEPARATOR.join(parts), SUMMARY_LENGTH)


def dish_line(meal: PlannedMeal, language: str) -> str:
    people = say("people", language, to="cook", servings=servings_text(meal.servings))
    return f"{meal_name(meal.meal, language)}: {meal.dish.name(language)}, {people}"


def _short_amounts(meal: PlannedMeal, language: str) -> str:
    return f" ({', '.join(amount_lines(meal.dish, meal.servings, language)[:SHORT_AMOUNTS])})"


def amount_lines(dish: Dish, servings: Decimal, language: str) -> list[str]:
    """ "rice 3 katori (450 g)" for each ingredient, in the recipe's order."""
    return [
        f"{ingredient.name(language)} {spoken(ingredient, amount, language)}"
        for ingredient, amount in amounts_for(dish, servings)
    ]


def _written_lines(dish: Dish, servings: Decimal, language: str) -> list[str]:
    """The same, each with the words it was entered with where they help."""
    counted = zip(amount_lines(dish, servings, language), dish.lines.all(), strict=True)
    return [f"{said}{as_written.beside(line, servings, language)}" for said, line in counted]


def ahead(meals: Iterable[PlannedMeal], language: str) -> list[str]:
    return [meal.dish.ahead_task(language) for meal in cooking_order(meals) if meal.dish.ahead_hours]


def when(day: date, arrives_at: time, language: str) -> str:
    return say("arrive", language, to="cook", day=day_name(day, language), time=clock_time(arrives_at, language))


def full_text(meals: Sequence[PlannedMeal], warning: Warnings, head: str, language: str, *, evening: bool) -> str:
    """The same visit with line breaks, for an open window: at most six short lines and the amounts."""
    lines = [warning.line(language)] if warning.items(language) else []
    lines.append(f"*{head}*")
    for number, meal in enumerate(cooking_order(meals), start=1):
        minutes = say("minutes", language, to="cook", minutes=meal.dish.minutes)
        lines.append(f"{number}. {dish_line(meal, language)} ({minutes})")
        if not evening:
            lines.append("   " + ", ".join(amount_lines(meal.dish, meal.servings, language)))
    tasks = ahead(meals, language)
    if tasks:
        key = "ahead_tonight" if evening else "ahead_before"
        lines.append(say(key, language, to="cook", tasks="; ".join(tasks)))
    return "\n".join(lines)


def recipe(meal: PlannedMeal, language: str) -> str:
    """All amounts and steps of one dish, for today's number of people."""
    dish = meal.dish
    servings = servings_text(meal.servings)
    lines = [f"*{say('recipe_head', language, to='cook', dish=dish.name(language), servings=servings)}*"]
    lines += [f"• {line}" for line in _written_lines(dish, meal.servings, language)]
    lines += [f"{number}. {step}" for number, step in enumerate(dish.steps(language), start=1)]
    return "\n".join([*lines, *([dish.serving(language)] if dish.serving(language) else [])])
