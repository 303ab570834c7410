"""Which dishes a home's rules leave for a meal, and what they cost at least; for many homes at once, nothing solved.

The planner's own rules are asked, each part of them once for all homes that share it: what one person may eat, what a
fast leaves, what a kitchen with its cook can make. Of what the planner knows besides (what was served lately, what is
fresh on that day) nothing is looked at, so that whatever is missing here is missing there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from mealplans import facts
from mealplans.planner.eligibility import Eligibility
from mealplans.planner.problem import Diner, DishFacts, Slot, SlotKey, Visit, WeekProblem
from mealplans.planning import Larder
from mealplans.slots import Home, Table

MEALS = frozenset({"breakfast", "lunch", "dinner"})
SOME_DAY = date(2000, 1, 3)
NOBODYS = Visit("anywhere", minutes=24 * 60)

Dishes = frozenset[str]


class Fitting:
    """The catalogue, and what each part of the rules leaves of it."""

    def __init__(self, larder: Larder) -> None:
        known = [facts.dish_facts(dish) for dish in larder.dishes.values()]
        self.ingredients = tuple(facts.ingredient_facts(row) for row in larder.ingredients.values())
        self.prices = {i.slug: _cheapest(i.packs) for i in self.ingredients if i.packs and not i.staple}
        self._of_meal = {meal: frozenset(d.slug for d in known if meal in d.meals) for meal in MEALS}
        self._dishes = tuple(replace(dish, meals=MEALS) for dish in known)
        self._everything = frozenset[str]().union(*(dish.equipment for dish in known))
        self._by_cost = sorted((self._cost(dish), dish.slug) for dish in known)
        self._left: dict[tuple[Slot, Visit, Diner | None], Dishes] = {}

    def dishes(self, home: Home, table: Table, now: datetime) -> Dishes:
        """All that may stand there as far as this table's own rules go."""
        slot, diners = home.slot(table, now), home.diners(table)
        fasting = slot.fasting or bool(slot.fasters & slot.diners)
        vegetarian = slot.veg_only or bool(slot.vegetarians & slot.diners)
        parts = [self._of_meal[table.meal], self._kitchen(home.visit(table)), self._day(fasting, vegetarian)]
        return frozenset.intersection(*parts, *map(self._person, diners))

    def least(self, dishes: Dishes) -> Decimal:
        """What one serving of the cheapest costs at least, in paise: packs taken apart."""
        return next((cost for cost, slug in self._by_cost if slug in dishes), Decimal(0))

    def worth(self, pantry: Iterable[tuple[str, Decimal]]) -> Decimal:
        """The most that what is in the house can save."""
        return sum((self.prices.get(slug, Decimal(0)) * amount for slug, amount in pantry), Decimal(0))

    def _cost(self, dish: DishFacts) -> Decimal:
        return self.worth(dish.amounts)

    def _person(self, diner: Diner) -> Dishes:
        rules = Diner("one", diner.diet, jain=diner.jain, allergens=diner.allergens, never=diner.never)
        return self._ask(_slot(diners=frozenset({"one"})), self._anywhere, rules)

    def _day(self, fasting: bool, vegetarian: bool) -> Dishes:
        return self._ask(replace(_slot(), fasting=fasting, veg_only=vegetarian), self._anywhere)

    def _kitchen(self, visit: Visit) -> Dishes:
        return self._ask(_slot(), replace(visit, key=NOBODYS.key))

    @property
    def _anywhere(self) -> Visit:
        return replace(NOBODYS, equipment=self._everything)

    def _ask(self, slot: Slot, visit: Visit, diner: Diner | None = None) -> Dishes:
        asked = (slot, visit, diner)
        if asked not in self._left:
            who: Sequence[Diner] = [diner] if diner else []
            rules = Eligibility(WeekProblem((slot,), (visit,), tuple(who), self._dishes, self.ingredients))
            self._left[asked] = frozenset(dish.slug for dish in self._dishes if rules.allows(slot, dish))
        return self._left[asked]


def _slot(diners: frozenset[str] = frozenset()) -> Slot:
    return Slot(SlotKey(SOME_DAY, "dinner"), NOBODYS.key, diners)


def _cheapest(packs: Collection[tuple[Decimal, int]]) -> Decimal:
    return min(price / size for size, price in packs)
