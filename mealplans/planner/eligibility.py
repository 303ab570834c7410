"""Which dish may stand in which slot, looking at that slot alone. What is refused here never becomes a variable.

`checker.py` decides the same from the same facts with its own code, on purpose: a mistake here is found there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mealplans.planner.freshness import Freshness
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.problem import DIETS, NO_COOK_TAG, Diner, DishFacts, Slot, WeekProblem


class Eligibility:
    """The problem's facts, indexed once, so that some ten thousand (slot, dish) pairs take milliseconds."""

    def __init__(self, problem: WeekProblem) -> None:
        self.problem = problem
        self.diners = {diner.key: diner for diner in problem.diners}
        self.visits = {visit.key: visit for visit in problem.visits}
        self.unpriced = {i.slug for i in problem.ingredients if not i.staple and not i.packs}
        self.family_served = self._family_history()
        self.freshness = Freshness(problem)

    def _family_history(self) -> dict[str, list[date]]:
        served: dict[str, list[date]] = {}
        for dish in self.problem.dishes:
            if dish.family and dish.slug in self.problem.history:
                served.setdefault(dish.family, []).append(self.problem.history[dish.slug])
        return served

    def refusals(self, slot: Slot, dish: DishFacts) -> list[Violation]:
        """Every hard rule this dish breaks in this slot, whatever the rest of the week holds."""
        return [
            Violation(rule, slot.key, dish.slug, subject, limit, got)
            for rule, subject, limit, got in self._broken(slot, dish)
        ]

    def allows(self, slot: Slot, dish: DishFacts) -> bool:
        return next(self._broken(slot, dish), None) is None

    def _broken(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str, int | None, int | None]]:
        """Safety rules first; a generator, so that `allows` stops at the first."""
        if slot.key.meal not in dish.meals:
            yield Rule.MEAL, slot.key.meal, None, None
        for key in sorted(slot.diners):
            yield from self._diner_refuses(self.diners[key], dish)
        yield from self._slot_refuses(slot, dish)
        yield from self._kitchen_refuses(slot, dish)
        yield from self._too_soon(slot, dish)

    def _diner_refuses(self, diner: Diner, dish: DishFacts) -> Iterator[tuple[Rule, str, None, None]]:
        if DIETS.index(dish.diet) > DIETS.index(diner.diet):
            yield Rule.DIET, diner.key, None, None
        if diner.jain and not dish.jain_ok:
            yield Rule.JAIN, diner.key, None, None
        for allergen in sorted(diner.allergens & dish.allergens):
            yield Rule.ALLERGEN, allergen, None, None
        if diner.never:
            for slug, _ in dish.amounts:
                if slug in diner.never:
                    yield Rule.NEVER, slug, None, None

    def _slot_refuses(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str, None, None]]:
        if dish.diet not in ("vegan", "vegetarian"):
            for key in _whose(slot.veg_only, slot.vegetarians & slot.diners):
                yield Rule.VEG_DAY, key, None, None
        if not dish.fasting_ok:
            for key in _whose(slot.fasting, slot.fasters & slot.diners):
                yield Rule.FASTING, key, None, None
        if slot.no_cook and NO_COOK_TAG not in dish.tags:
            yield Rule.NO_COOK, "", None, None
        if dish.slug in slot.bans:
            yield Rule.BANNED, "", None, None
        pin = self.problem.pins.get(slot.key)
        if pin is not None and pin != dish.slug:
            yield Rule.PINNED, pin, None, None

    def _kitchen_refuses(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str, int | None, int | None]]:
        visit = self.visits[slot.visit]
        for missing in sorted(dish.equipment - visit.equipment):
            yield Rule.EQUIPMENT, missing, None, None
        for unknown in sorted(dish.skills & visit.lacks):
            yield Rule.SKILL, unknown, None, None
        if dish.minutes > visit.minutes:
            yield Rule.MINUTES, visit.key, visit.minutes, dish.minutes
        if slot.ahead_hours is not None and dish.ahead_hours > slot.ahead_hours:
            yield Rule.AHEAD, "", slot.ahead_hours, dish.ahead_hours
        for slug, keeps, age in self.freshness.spoilt(slot.key.day, dish):
            yield Rule.STALE, slug, keeps, age
        for slug, _ in dish.amounts:
            if slug in self.unpriced:
                yield Rule.UNPRICED, slug, None, None

    def _too_soon(self, slot: Slot, dish: DishFacts) -> Iterator[tuple[Rule, str, int, int]]:
        """A serving recorded on or after the slot's own day is that slot being cooked, not one before it."""
        wait = self.problem.dish_cooldown_days.get(dish.slug, self.problem.cooldown_days)
        last = self.problem.history.get(dish.slug)
        if last is not None and last < slot.key.day and (slot.key.day - last).days < wait:
            yield Rule.COOLDOWN, "", wait, (slot.key.day - last).days
        wait = self.problem.family_cooldown_days.get(dish.family, 0) if dish.family else 0
        gaps = [(slot.key.day - day).days for day in self.family_served.get(dish.family, ())]
        soonest = min((gap for gap in gaps if gap > 0), default=wait)
        if soonest < wait:
            yield Rule.FAMILY_COOLDOWN, dish.family, wait, soonest


def _whose(everybody: bool, some: frozenset[str]) -> list[str]:
    """Whose day it is: "" for everybody's."""
    return [""] if everybody else sorted(some)
