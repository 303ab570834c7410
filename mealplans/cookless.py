"""Meals while no cook can come: which of them the household can put together, and dishes kept for such days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mealplans.models import Dish
from mealplans.planner.eligibility import Eligibility
from mealplans.planner.problem import NO_COOK_TAG, DishFacts, Slot, SlotKey, WeekProblem

#: Preference score (0..100, 50 is neutral) of a cookless lunch or dinner nobody has rated: with a cook in the
#: house a cold plate is cheap and would win on price alone.
LAST_CHOICE = 15


def last_choice(dishes: Iterable[Dish]) -> dict[str, int]:
    """Starting scores by slug; what the household taught us replaces them. Breakfasts are eaten cold anyway."""
    return {d.slug: LAST_CHOICE for d in dishes if NO_COOK_TAG in d.tags and "breakfast" not in d.meals}


def left_out(problem: WeekProblem) -> WeekProblem:
    """The week without the cookless meals that no dish is left for: they are eaten out.

    One such meal would make the whole week impossible (a vegan with four days of leave and three dishes). Each
    look-alike family is counted once, so that what stays can be served whatever day it falls on.
    """
    cookless = [slot for slot in problem.slots if slot.no_cook]
    if not cookless:
        return problem
    kept = {slot.key for slot in problem.slots if not slot.no_cook} | _seated(problem, cookless)
    slots = tuple(slot for slot in problem.slots if slot.key in kept)
    visits = {slot.visit for slot in slots}
    return replace(problem, slots=slots, visits=tuple(visit for visit in problem.visits if visit.key in visits))


def _seated(problem: WeekProblem, slots: list[Slot]) -> set[SlotKey]:
    """The most slots that can each have a family of their own: a matching, grown one slot at a time."""
    rules = Eligibility(problem)
    quick = [dish for dish in problem.dishes if NO_COOK_TAG in dish.tags]
    offered = {slot.key: sorted({_kind(d) for d in quick if rules.allows(slot, d)}) for slot in slots}
    taken: dict[str, Slot] = {}

    def seat(slot: Slot, tried: set[str]) -> bool:
        for kind in offered[slot.key]:
            if kind in tried:
                continue
            tried.add(kind)
            if kind not in taken or seat(taken[kind], tried):
                taken[kind] = slot
                return True
        return False

    for slot in slots:
        seat(slot, set())
    return {slot.key for slot in taken.values()}


def _kind(dish: DishFacts) -> str:
    return dish.family or dish.slug
