"""How good a week is, in hundredths of a point: one definition, read by the model, the swap list and the tests.

A score is the sum of what each dish is worth in its slot, less what the week as a whole repeats and wastes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mealplans.planner.freshness import Freshness, is_perishable
from mealplans.planner.problem import (
    HEAVY_TAGS,
    NEUTRAL_PREFERENCE,
    SPECIAL_TAG,
    DishFacts,
    IngredientFacts,
    Slot,
    SlotKey,
    WeekProblem,
    Weights,
)
from mealplans.planner.purchase import SCALE, scaled

SATURDAY = 5


def expected_leftover(ingredient: IngredientFacts) -> int:
    """Paise lost on average when a perishable is opened: half of its cheapest pack, whatever the week needs.

    The true loss depends on the sum of the week's amounts, and no useful bound on it can be proved in time;
    half a pack is its mean over weeks and makes the planner prefer dishes that share what is opened anyway.
    """
    if ingredient.staple or not ingredient.packs or not is_perishable(ingredient):
        return 0
    return min(price for _, price in ingredient.packs) // 2


class Cell(NamedTuple):
    """A place in the week where a feature is noticed: paneer on Tuesday, south Indian at Tuesday's breakfast."""

    kind: str
    value: str
    day: date
    meal: str  # "" when any meal of the day counts

    def next_day(self) -> Cell:
        return self._replace(day=self.day + timedelta(days=1))

    def next_day_weight(self, weights: Weights) -> int:
        """Points lost when the feature is there today and tomorrow."""
        return {
            "main": weights.same_main_next_day,
            "cuisine": weights.same_cuisine_next_day,
            "technique": weights.same_technique_next_day,
            "heavy": weights.heavy_next_day,
        }[self.kind]

    def same_day_weight(self, weights: Weights) -> int:
        """Points lost for each further dish of the same day with the feature."""
        return {"main": weights.same_main_same_day, "heavy": weights.heavy_same_day}.get(self.kind, 0)


def cells(slot: Slot, dish: DishFacts) -> list[Cell]:
    """Where the features of this dish are noticed when it is served in this slot."""
    day, meal, _ = slot.key
    found = [
        Cell("main", dish.main_ingredient, day, ""),
        Cell("cuisine", dish.cuisine, day, meal),
        Cell("technique", dish.technique, day, meal),
        Cell("heavy", "heavy" if not dish.tags.isdisjoint(HEAVY_TAGS) else "", day, ""),
    ]
    return [cell for cell in found if cell.value]


def is_feast(slot: Slot) -> bool:
    return slot.festive or slot.key.day.weekday() >= SATURDAY


class Scorer:
    def __init__(self, problem: WeekProblem) -> None:
        self.problem = problem
        self.slots = {slot.key: slot for slot in problem.slots}
        self.dishes = {dish.slug: dish for dish in problem.dishes}
        self.ingredients = {ingredient.slug: ingredient for ingredient in problem.ingredients}
        self._diners = {diner.key: diner for diner in problem.diners}
        self._freshness = Freshness(problem)
        self._worth: dict[tuple[str, frozenset[str]], int] = {}
        self._paise_a_serving: dict[str, Fraction] = {}

    def total(self, meals: Mapping[SlotKey, str]) -> int:
        """The score of a whole plan; dishes and slots must be known ones."""
        placed = [(self.slots[key], self.dishes[slug]) for key, slug in sorted(meals.items())]
        points = sum(self.worth(slot, dish) for slot, dish in placed)
        return points - self.repetition(placed) - self.waste(placed)

    def worth(self, slot: Slot, dish: DishFacts) -> int:
        """What this dish is worth in this slot, whatever else is served."""
        weights = self.problem.weights
        points = self._taste(slot, dish) - weights.recent * self._days_too_soon(slot, dish)
        if is_feast(slot) and SPECIAL_TAG in dish.tags:
            points += weights.special_weekend
        if self.problem.previous.get(slot.key) == dish.slug:
            points += weights.kept
        points += weights.use_up * sum(1 for _ in self.saved(slot, dish))
        points -= weights.tired * self._freshness.tired_days(slot.key.day, dish)
        return points - int(weights.price * self.used_paise(dish) * Fraction(self.servings(slot)))

    def servings(self, slot: Slot) -> Decimal:
        """Portions to cook; a guest counts as one."""
        return sum((self._diners[key].portion for key in sorted(slot.diners)), Decimal(slot.guests))

    def _taste(self, slot: Slot, dish: DishFacts) -> int:
        """Depends on who sits at the table only, so it is kept per dish and table."""
        at = (dish.slug, slot.diners)
        if at not in self._worth:
            weights = self.problem.weights
            liked = self.problem.preferences.get(dish.slug, NEUTRAL_PREFERENCE)
            names = {dish.slug} | {slug for slug, _ in dish.amounts}
            diners = [self._diners[key] for key in slot.diners]
            disliked = sum(1 for diner in diners if diner.dislikes & names)
            limits = [diner.spice_limit for diner in diners if diner.spice_limit is not None]
            spicy = sum(max(0, dish.spice_level - limit) for limit in limits)
            self._worth[at] = weights.preference * liked - weights.disliked * disliked - weights.too_spicy * spicy
        return self._worth[at]

    def _days_too_soon(self, slot: Slot, dish: DishFacts) -> int:
        last = self.problem.history.get(dish.slug)
        if last is None or last >= slot.key.day:
            return 0
        return max(0, self.problem.weights.recent_days - (slot.key.day - last).days)

    def saved(self, slot: Slot, dish: DishFacts) -> Iterator[str]:
        """Perishables of the pantry that this dish uses while they are still good."""
        for slug, _ in dish.amounts:
            if slug in self.problem.use_by and slot.key.day <= self.problem.use_by[slug]:
                yield slug

    def used_paise(self, dish: DishFacts) -> Fraction:
        """Ingredients of one serving at the best price per gram, packs not rounded, staples free."""
        if dish.slug not in self._paise_a_serving:
            self._paise_a_serving[dish.slug] = sum(
                (Fraction(amount) * self._best_rate(self.ingredients[slug]) for slug, amount in dish.amounts),
                Fraction(0),
            )
        return self._paise_a_serving[dish.slug]

    @staticmethod
    def _best_rate(ingredient: IngredientFacts) -> Fraction:
        if ingredient.staple or not ingredient.packs:
            return Fraction(0)
        return min(Fraction(price) / Fraction(size) for size, price in ingredient.packs)

    def repetition(self, placed: list[tuple[Slot, DishFacts]]) -> int:
        """Points lost to the same main ingredient, cuisine or technique coming back too soon."""
        weights = self.problem.weights
        counts = Counter(cell for slot, dish in placed for cell in cells(slot, dish))
        again = sum(cell.next_day_weight(weights) for cell in counts if cell.next_day() in counts)
        return again + sum(cell.same_day_weight(weights) * (count - 1) for cell, count in counts.items())

    def waste(self, placed: list[tuple[Slot, DishFacts]]) -> int:
        """Points lost to what stays behind in the perishable packs the week opens."""
        need: dict[str, int] = {}
        for slot, dish in placed:
            for slug, amount in dish.amounts:
                need[slug] = need.get(slug, 0) + scaled(amount * self.servings(slot))
        pantry = self.problem.pantry
        opened = [slug for slug, amount in need.items() if amount > int(pantry.get(slug, Decimal(0)) * SCALE)]
        return self.problem.weights.leftover * sum(expected_leftover(self.ingredients[s]) for s in opened)
