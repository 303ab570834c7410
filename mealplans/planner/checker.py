"""Does this plan break a hard rule? Judges plans from anywhere: the solver, a swap, a substitution, staff.

Reads the problem only and shares no code with the model (the bill is the real shopping list's), so that a mistake
in either is seen as a disagreement. Slow and plain on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import combinations

from mealplans.groceries import Amount, CannotPrice, Cooking, Good, PackOffer, ShoppingList, shopping_list
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.problem import DIETS, NO_COOK_TAG, PERISHABLE_DAYS, DishFacts, Slot, SlotKey, WeekProblem


def check_plan(problem: WeekProblem, meals: Mapping[SlotKey, str]) -> list[Violation]:
    """Every hard rule the plan breaks, food safety first; [] is a sound plan."""
    check = _Check(problem, meals)
    return [*check.completeness(), *check.each_dish(), *check.whole_week()]


def check_dish(problem: WeekProblem, slot: SlotKey, dish: str) -> list[Violation]:
    """Every rule this dish breaks in this slot on its own, whatever else the week holds.

    Raises KeyError when the problem has no such slot.
    """
    check = _Check(problem, {slot: dish})
    if dish not in check.dishes:
        return [Violation(Rule.UNKNOWN_DISH, slot, dish)]
    return list(check.one(check.slots[slot], check.dishes[dish]))


def bill(problem: WeekProblem, meals: Mapping[SlotKey, str]) -> ShoppingList:
    """What the plan's groceries are and cost. Raises CannotPrice when something has no pack."""
    return _Check(problem, meals).shopping()


class _Check:
    def __init__(self, problem: WeekProblem, meals: Mapping[SlotKey, str]) -> None:
        self.problem = problem
        self.meals = dict(sorted(meals.items()))
        self.slots = {slot.key: slot for slot in problem.slots}
        self.dishes = {dish.slug: dish for dish in problem.dishes}
        self.diners = {diner.key: diner for diner in problem.diners}
        self.visits = {visit.key: visit for visit in problem.visits}
        self.placed = [
            (self.slots[key], self.dishes[slug])
            for key, slug in self.meals.items()
            if key in self.slots and slug in self.dishes
        ]

    def completeness(self) -> Iterator[Violation]:
        for key in sorted(self.slots.keys() - self.meals.keys()):
            yield Violation(Rule.EMPTY, key)
        for key, slug in self.meals.items():
            if key not in self.slots:
                yield Violation(Rule.NO_SUCH_SLOT, key, slug)
            elif slug not in self.dishes:
                yield Violation(Rule.UNKNOWN_DISH, key, slug)

    def each_dish(self) -> Iterator[Violation]:
        """A visit's minutes are judged once, for all its dishes together."""
        for slot, dish in self.placed:
            yield from (found for found in self.one(slot, dish) if found.rule != Rule.MINUTES)

    def one(self, slot: Slot, dish: DishFacts) -> Iterator[Violation]:
        for rule, subject in self._food(slot, dish):
            yield Violation(rule, slot.key, dish.slug, subject)
        for rule, subject, limit, got in self._kitchen(slot, dish):
            yield Violation(rule, slot.key, dish.slug, subject, limit, got)
        yield from self._since_last_served(slot, dish)

    def _food(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str]]:
        """What may not be on somebody's plate: never overridden by anyone."""
        inside = {slug for slug, _ in dish.amounts}
        for diner in (self.diners[key] for key in sorted(slot.diners)):
            yield from ((Rule.ALLERGEN, allergen) for allergen in sorted(diner.allergens & dish.allergens))
            yield from ((Rule.NEVER, slug) for slug in sorted(diner.never & inside))
            if dish.diet not in DIETS[: DIETS.index(diner.diet) + 1]:
                yield Rule.DIET, diner.key
            if diner.jain and not dish.jain_ok:
                yield Rule.JAIN, diner.key
        yield from self._day(slot, dish)

    def _day(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str]]:
        """Everybody's day is named once; else each person at this table whose day it is."""
        with_meat = DIETS.index(dish.diet) > DIETS.index("vegetarian")
        kept = (
            (Rule.FASTING, not dish.fasting_ok, slot.fasting, slot.fasters),
            (Rule.VEG_DAY, with_meat, slot.veg_only, slot.vegetarians),
        )
        for rule, broken, everybody, persons in kept:
            if broken and everybody:
                yield rule, ""
            elif broken:
                yield from ((rule, key) for key in sorted(slot.diners) if key in persons)

    def _kitchen(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str, int | None, int | None]]:
        visit = self.visits[slot.visit]
        if slot.no_cook and NO_COOK_TAG not in dish.tags:
            yield Rule.NO_COOK, "", None, None
        yield from ((Rule.EQUIPMENT, item, None, None) for item in sorted(dish.equipment - visit.equipment))
        yield from ((Rule.SKILL, skill, None, None) for skill in sorted(visit.lacks) if skill in dish.skills)
        if slot.ahead_hours is not None and slot.ahead_hours < dish.ahead_hours:
            yield Rule.AHEAD, "", slot.ahead_hours, dish.ahead_hours
        if dish.minutes > visit.minutes:
            yield Rule.MINUTES, visit.key, visit.minutes, dish.minutes
        if slot.key.meal not in dish.meals:
            yield Rule.MEAL, slot.key.meal, None, None
        if dish.slug in slot.bans:
            yield Rule.BANNED, "", None, None
        pinned = self.problem.pins.get(slot.key, dish.slug)
        if pinned != dish.slug:
            yield Rule.PINNED, pinned, None, None
        yield from self._spoilt(slot, dish)
        unpriced = {i.slug for i in self.problem.ingredients if not i.packs and not i.staple}
        yield from ((Rule.UNPRICED, slug, None, None) for slug, _ in dish.amounts if slug in unpriced)

    def _spoilt(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str, int, int]]:
        """Bought on the newest delivery before that day; staples and what keeps for weeks are always good."""
        came = max((day for day in self.problem.delivery_days if day <= slot.key.day), default=slot.key.day)
        lain = (slot.key.day - came).days
        goods = {i.slug: i for i in self.problem.ingredients}
        for slug, _ in dish.amounts:
            keeps = goods[slug].shelf_life_days
            if keeps is not None and keeps <= PERISHABLE_DAYS and not goods[slug].staple and lain > keeps:
                yield Rule.STALE, slug, keeps, lain

    def _since_last_served(self, slot: Slot, dish: DishFacts) -> Iterator[Violation]:
        """Servings before the slot's day; one recorded on that day is the slot itself."""
        day = slot.key.day
        own = [served for slug, served in self.problem.history.items() if slug == dish.slug and served < day]
        yield from self._too_soon(Rule.COOLDOWN, slot, dish, "", self._dish_wait(dish), own)
        kin = [
            served
            for slug, served in self.problem.history.items()
            if dish.family and slug in self.dishes and self.dishes[slug].family == dish.family and served < day
        ]
        yield from self._too_soon(Rule.FAMILY_COOLDOWN, slot, dish, dish.family, self._family_wait(dish), kin)

    def _too_soon(
        self, rule: Rule, slot: Slot, dish: DishFacts, subject: str, wait: int, served: list[date]
    ) -> Iterator[Violation]:
        gaps = [(slot.key.day - day).days for day in served]
        if gaps and min(gaps) < wait:
            yield Violation(rule, slot.key, dish.slug, subject, wait, min(gaps))

    def _dish_wait(self, dish: DishFacts) -> int:
        return self.problem.dish_cooldown_days.get(dish.slug, self.problem.cooldown_days)

    def _family_wait(self, dish: DishFacts) -> int:
        return self.problem.family_cooldown_days.get(dish.family, 0) if dish.family else 0

    def whole_week(self) -> Iterator[Violation]:
        yield from self._repeats()
        yield from self._visit_minutes()
        yield from self._quotas()
        yield from self._budget()

    def _repeats(self) -> Iterator[Violation]:
        """Reported at the later of the two slots."""
        for (first, dish), (second, other) in combinations(self.placed, 2):
            gap = abs((second.key.day - first.key.day).days)
            if dish.slug == other.slug and gap < self._dish_wait(dish):
                yield Violation(Rule.COOLDOWN, second.key, other.slug, "", self._dish_wait(dish), gap)
            if dish.family and dish.family == other.family and gap < self._family_wait(dish):
                wait = self._family_wait(dish)
                yield Violation(Rule.FAMILY_COOLDOWN, second.key, other.slug, dish.family, wait, gap)

    def _visit_minutes(self) -> Iterator[Violation]:
        for visit in sorted(self.problem.visits, key=lambda visit: visit.key):
            needed = sum(dish.minutes for slot, dish in self.placed if slot.visit == visit.key)
            if needed > visit.minutes:
                yield Violation(Rule.MINUTES, None, None, visit.key, visit.minutes, needed)

    def _quotas(self) -> Iterator[Violation]:
        for quota in self.problem.quotas:
            served = sum(1 for _, dish in self.placed if quota.tag in dish.tags or quota.tag == dish.family)
            if served < quota.at_least:
                yield Violation(Rule.QUOTA_MIN, None, None, quota.tag, quota.at_least, served)
            if quota.at_most is not None and served > quota.at_most:
                yield Violation(Rule.QUOTA_MAX, None, None, quota.tag, quota.at_most, served)

    def _budget(self) -> Iterator[Violation]:
        if self.problem.budget_paise is None:
            return
        try:
            total = self.shopping().total_paise
        except CannotPrice as unpriced:
            yield from (Violation(Rule.UNPRICED, subject=slug) for slug in unpriced.slugs)
            return
        if total > self.problem.budget_paise:
            yield Violation(Rule.BUDGET, None, None, "", self.problem.budget_paise, total)

    def shopping(self) -> ShoppingList:
        goods = [
            Good(
                i.slug,
                i.base_unit,
                staple=i.staple,
                packs=tuple(PackOffer(size, price) for size, price in i.packs),
            )
            for i in self.problem.ingredients
        ]
        week = [
            Cooking(
                dish.slug,
                slot.key.day,
                slot.key.meal,
                self._servings(slot),
                tuple(map(_amount, dish.amounts)),
            )
            for slot, dish in self.placed
        ]
        return shopping_list(week, goods, self.problem.pantry)

    def _servings(self, slot: Slot) -> Decimal:
        return Decimal(slot.guests) + sum(self.diners[key].portion for key in sorted(slot.diners))


def _amount(pair: tuple[str, Decimal]) -> Amount:
    return Amount(*pair)
