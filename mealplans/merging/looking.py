"""After the catalogue changed: weeks under way in which somebody must not eat what something now counts as.

What a meal is cooked of is more than today's recipe: what stands in for something that could not be had, and the recipe
as a household approved it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from households import food_rules
from households.models import Household
from mealplans.models import OPEN_TO_CHANGE, Dish, DishVersion, Ingredient, MealStatus, PlannedMeal


def look_through(kept: Ingredient, *, stricter: bool, now: datetime) -> int:
    """Each household by itself, after the change stands; returns how many. `stricter`: its hard facts changed.

    Should this be cut short, the cook's message is still held back by its own last look.
    """
    homes = [home for home in _homes(_served(kept)) if stricter or _named(home, kept)]
    return _tell(homes, now)


def look_through_all(ingredients: Iterable[Ingredient], dishes: Iterable[Dish], now: datetime) -> int:
    """The same for many at once, each household once: ingredients whose hard facts changed, dishes with other lines."""
    served = [_served(row) for row in ingredients]
    return _tell(_homes({pk for pks in [*served, _proposed(dishes)] for pk in pks}), now)


def _tell(homes: Iterable[Household], now: datetime) -> int:
    told = list(homes)
    for home in told:
        food_rules.tell_changed(home, now)
    return len(told)


def _homes(pks: set[int]) -> list[Household]:
    return list(Household.objects.filter(pk__in=pks).prefetch_related("residents").order_by("pk"))


def _coming() -> QuerySet[PlannedMeal]:
    return PlannedMeal.objects.filter(plan__status__in=OPEN_TO_CHANGE, status=MealStatus.PLANNED)


def _served(kept: Ingredient) -> set[int]:
    """Households that are to eat it: by a recipe of today, by one that was approved, or in the place of something."""
    by_recipe = _coming().filter(dish__lines__ingredient=kept)
    stands_in = _coming().exclude(instead={}).values_list("plan__household", "instead")
    return {
        *by_recipe.values_list("plan__household", flat=True),
        *_coming().filter(version__in=_versions_with(kept)).values_list("plan__household", flat=True),
        *(household for household, instead in stands_in if kept.slug in instead.values()),
    }


def _versions_with(kept: Ingredient) -> list[int]:
    """Approved recipes of the weeks under way that hold it, or what was merged into it."""
    names = {kept.pk, *Ingredient.objects.filter(merged_into=kept).values_list("pk", flat=True)}
    versions = DishVersion.objects.filter(pk__in=_coming().exclude(version=None).values("version"))
    rows = versions.values_list("pk", "content")
    return [pk for pk, content in rows if any(line[0] in names for line in content["lines"])]


def _proposed(dishes: Iterable[Dish]) -> set[int]:
    """Who would eat these dishes as they are today: what was approved keeps its own recipe."""
    rows = _coming().filter(dish__in=list(dishes), version=None)
    return {*rows.values_list("plan__household", flat=True)}


def _named(home: Household, kept: Ingredient) -> bool:
    return any(kept.slug in person.never for person in home.residents.all() if person.active)
