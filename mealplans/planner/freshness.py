"""How long what a dish needs has lain: from the last delivery before its day, for what does not keep.

What the pantry still holds is older than any delivery, so it changes nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mealplans.planner.problem import PERISHABLE_DAYS, DishFacts, IngredientFacts, WeekProblem


def is_perishable(ingredient: IngredientFacts) -> bool:
    return ingredient.shelf_life_days is not None and ingredient.shelf_life_days <= PERISHABLE_DAYS


class Freshness:
    """The perishables of a problem with their days on the shelf, looked up for each (day, dish)."""

    def __init__(self, problem: WeekProblem) -> None:
        self.days = sorted(problem.delivery_days)
        bought = (i for i in problem.ingredients if not i.staple and is_perishable(i))
        self.keeps = {i.slug: i.shelf_life_days for i in bought if i.shelf_life_days is not None}

    def age(self, day: date) -> int:
        """Days since groceries came; 0 when none came before, which nobody can say anything about."""
        return min(((day - came).days for came in self.days if came <= day), default=0)

    def spoilt(self, day: date, dish: DishFacts) -> Iterator[tuple[str, int, int]]:
        """(ingredient, days it keeps, days it has lain) of all that would be cooked too late."""
        age = self.age(day)
        for slug, _ in dish.amounts:
            if slug in self.keeps and age > self.keeps[slug]:
                yield slug, self.keeps[slug], age

    def tired_days(self, day: date, dish: DishFacts) -> int:
        """Days beyond half a shelf life, summed over what is in the dish: fresher is better."""
        age = self.age(day)
        return sum(max(0, age - self.keeps[slug] // 2) for slug, _ in dish.amounts if slug in self.keeps)
