"""The cook stands in the kitchen without an ingredient: what can be decided by rule is decided before anybody is asked.

First something safe that stands for it, where the catalogue names one and it is in the house (or can still be bought);
else another dish from what is in the house, unless a resident chose this one; else the residents decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from mealplans import changing, substituting, swapping
from mealplans.facts import amounts_for
from mealplans.models import Ingredient, PlannedMeal
from mealplans.outcomes import Actor
from mealplans.weeks import Week, open_week
from mealplans.wording import say


@dataclass
class Made:
    """What became of the meals that need it. `instead`: what stands for it in the meals of `using`."""

    instead: Ingredient | None = None
    using: list[PlannedMeal] = field(default_factory=list)
    swapped: list[PlannedMeal] = field(default_factory=list)
    undecided: list[PlannedMeal] = field(default_factory=list)

    def amount(self, meal: PlannedMeal) -> Decimal:
        """Of what stands for it, for all who eat."""
        return sum((much for row, much in amounts_for(meal.dish, meal.servings) if row == self.instead), Decimal(0))


def make_do(plan_id: int, meal_ids: Sequence[int], ingredient: Ingredient, actor: Actor, now: datetime) -> Made:
    """The caller has written down that it is missing, in the same transaction: so no change is too late."""
    by_rule = replace(actor, because=lambda language: _lacks(actor, ingredient, language))
    made = _substitute(plan_id, meal_ids, ingredient.slug, by_rule, now)
    return made or _other_dishes(plan_id, meal_ids, by_rule, now)


def _lacks(actor: Actor, ingredient: Ingredient, language: str) -> str:
    return say("cook_lacks", language, cook=actor.name, item=ingredient.name(language))


def _substitute(plan_id: int, meal_ids: Sequence[int], slug: str, actor: Actor, now: datetime) -> Made | None:
    """One thing for all of these meals, or nothing: a kitchen is not told two things for one."""
    with open_week(plan_id, now) as week:
        meals = [meal for meal in week.meals if meal.pk in meal_ids]
        if any(changing.refusal(week, meal) for meal in meals):
            return None
        before = week.total()
        without, most = substituting.cannot_be_had(week.plan), _may_cost(week, meals)
        found = substituting.safe_substitute(week, slug, meals, without=without, dearer_at_most=most)
        if found is None:
            return None
        changes = substituting.put_in(week, slug, found)
        changing.settle(week, changes, actor, before, _sentence(actor, meals))
        return Made(found.ingredient, [change.meal for change in changes])


def _may_cost(week: Week, meals: Sequence[PlannedMeal]) -> int:
    """While it can still be brought, a little; at the stove only what is in the house counts."""
    return substituting.DEARER_AT_MOST if all(week.can_still_change(meal) for meal in meals) else 0


def _sentence(actor: Actor, meals: Sequence[PlannedMeal]) -> str:
    said = [f"{meal.meal.capitalize()} on {meal.date:%a %d %b}: {meal.dish.name_en}." for meal in meals]
    return " ".join([actor.because("en") if actor.because else "", *said]).strip()


def _other_dishes(plan_id: int, meal_ids: Sequence[int], actor: Actor, now: datetime) -> Made:
    made = Made()
    for meal_id in meal_ids:
        done = _other_dish(plan_id, meal_id, actor, now)
        with open_week(plan_id, now) as week:
            rows = [meal for meal in week.meals if meal.pk == meal_id]
        (made.swapped if done else made.undecided).extend(rows)
    return made


def _other_dish(plan_id: int, meal_id: int, actor: Actor, now: datetime) -> bool:
    """The best dish that needs nothing from a shop and nothing that is missing; never for one that a resident chose."""
    if PlannedMeal.objects.filter(pk=meal_id, pinned=True).exists():
        return False
    with open_week(plan_id, now) as week:
        without = substituting.cannot_be_had(week.plan)
    _, found = swapping.alternatives(plan_id, meal_id, now, most=1, without=without, nothing_to_buy=True)
    return any(swapping.swap(plan_id, meal_id, other.dish.slug, actor, now).done for other in found)
