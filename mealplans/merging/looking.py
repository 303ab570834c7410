"""After a merge: weeks under way in which somebody must not eat what the ingredient now counts as."""

from __future__ import annotations

from datetime import datetime

from households import food_rules
from households.models import Household
from mealplans.models import OPEN_TO_CHANGE, Ingredient, MealStatus, PlannedMeal


def look_through(kept: Ingredient, *, stricter: bool, now: datetime) -> int:
    """Each household by itself, after the merge stands; returns how many. `stricter`: its hard facts changed.

    Should this be cut short, the cook's message is still held back by its own last look.
    """
    homes = [home for home in _served(kept) if stricter or _named(home, kept)]
    for home in homes:
        food_rules.tell_changed(home, now)
    return len(homes)


def _served(kept: Ingredient) -> list[Household]:
    meals = PlannedMeal.objects.filter(
        plan__status__in=OPEN_TO_CHANGE, status=MealStatus.PLANNED, dish__lines__ingredient=kept
    )
    homes = Household.objects.filter(pk__in=meals.values("plan__household"))
    return list(homes.prefetch_related("residents").order_by("pk"))


def _named(home: Household, kept: Ingredient) -> bool:
    return any(kept.slug in person.never for person in home.residents.all() if person.active)
