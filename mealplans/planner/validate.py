"""Facts that cannot be planned with are refused before any work, with a sentence that names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mealplans.planner.problem import DIETS, InvalidProblem, WeekProblem


def validate(problem: WeekProblem) -> None:
    """Raises InvalidProblem for doubled keys, unknown references, unknown diets and packs that hold nothing."""
    if not problem.slots:
        raise InvalidProblem("there is no meal to plan")
    for what, keys in _keys(problem).items():
        doubled = [key for key, count in Counter(keys).items() if count > 1]
        if doubled:
            raise InvalidProblem(f"{what} given twice: {doubled}")
    _known("diner at a slot", (key for slot in problem.slots for key in slot.diners), _keys(problem)["diners"])
    fasters = (key for slot in problem.slots for key in slot.fasters | slot.vegetarians)
    _known("diner who keeps a day", fasters, _keys(problem)["diners"])
    _known("visit of a slot", (slot.visit for slot in problem.slots), _keys(problem)["visits"])
    used = (slug for dish in problem.dishes for slug, _ in dish.amounts)
    _known("ingredient of a dish", used, _keys(problem)["ingredients"])
    _known("pinned slot", problem.pins, _keys(problem)["slots"])
    diets = [diner.diet for diner in problem.diners] + [dish.diet for dish in problem.dishes]
    _known("diet", diets, DIETS)
    _check_packs(problem)


def _keys(problem: WeekProblem) -> dict[str, list[object]]:
    return {
        "slots": [slot.key for slot in problem.slots],
        "visits": [visit.key for visit in problem.visits],
        "diners": [diner.key for diner in problem.diners],
        "dishes": [dish.slug for dish in problem.dishes],
        "ingredients": [ingredient.slug for ingredient in problem.ingredients],
    }


def _known(what: str, used: Iterable[object], known: Iterable[object]) -> None:
    unknown = sorted({str(key) for key in set(used) - set(known)})
    if unknown:
        raise InvalidProblem(f"unknown {what}: {', '.join(unknown)}")


def _check_packs(problem: WeekProblem) -> None:
    for ingredient in problem.ingredients:
        for size, price in ingredient.packs:
            if size <= 0 or price < 0:
                raise InvalidProblem(f"{ingredient.slug}: a pack of {size} for {price} paise cannot be bought")
