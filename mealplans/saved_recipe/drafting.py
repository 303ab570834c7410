"""A saved recipe -> the draft of a dish: inactive, with the lines that are sure; the rest is to settle."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils.text import slugify

from mealplans import facts
from mealplans.catalogue.vocabulary import DIETS
from mealplans.models import Dish, DishIngredient, Ingredient, RecipeLine
from mealplans.saved_recipe.matching import same
from mealplans.saved_recipe.quantities import CENT, in_base_unit, understood
from mealplans.saved_recipe.reading import SavedRecipe

LONGEST_ENTERED = 200


@transaction.atomic
def draft(recipe: SavedRecipe) -> Dish:
    """Never planned as it is: inactive, and what nobody has settled keeps it incomplete. The diet is the worst until
    the label is chosen by a person."""
    dish = Dish.objects.create(
        slug=_free_slug(recipe.name),
        name_en=recipe.name,
        label=DIETS[-1],
        active=False,
        prep_minutes=recipe.prep_minutes or 0,
        cook_minutes=recipe.cook_minutes or 0,
        steps_en=list(recipe.steps),
    )
    known = facts.ingredients()
    for position, text in enumerate(recipe.ingredients):
        _line(dish, text[:LONGEST_ENTERED], position, recipe.serves, known)
    return dish


def _line(dish: Dish, text: str, position: int, serves: int | None, known: list[Ingredient]) -> None:
    said = understood(text)
    row = same(said.food, known)
    whole = in_base_unit(said, row) if row else None
    amount = (whole / serves).quantize(CENT, ROUND_HALF_UP) if whole is not None and serves else Decimal(0)
    if row is None or not amount or dish.lines.filter(ingredient=row).exists():
        RecipeLine.objects.create(dish=dish, text=text, serves=serves, ingredient=row, position=position)
        return
    values = {"amount": amount, "position": position, "entered": _entered(text, serves)}
    DishIngredient.objects.create(dish=dish, ingredient=row, **values)


def _entered(text: str, serves: int | None) -> str:
    """The words are for the whole pot: beside the amount for one they say for how many they were written."""
    return f"{text} (÷ {serves})" if serves and serves > 1 else text


def settle(line: RecipeLine) -> bool:
    """A line whose ingredient and amount a person has stated becomes one of the recipe. False when something lacks, or
    the recipe has that ingredient already."""
    if line.ingredient is None or not line.amount:
        return False
    with transaction.atomic():
        if line.dish.lines.filter(ingredient=line.ingredient).exists():
            return False
        values = {"amount": line.amount, "position": line.position, "entered": _entered(line.text, line.serves)}
        DishIngredient.objects.create(dish=line.dish, ingredient=line.ingredient, **values)
        line.delete()
    return True


def _free_slug(name: str) -> str:
    first = slugify(name)[:70] or "recipe"
    taken = set(Dish.objects.filter(slug__startswith=first).values_list("slug", flat=True))
    numbered = (f"{first}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (first, *numbered) if slug not in taken)
