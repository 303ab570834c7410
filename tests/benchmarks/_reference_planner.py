"""The two-phase reference planner: its random instances in our terms, and its own run on the same instances.

It lives outside this repository; PLANNER_REFERENCE names its folder (gen.py, models.py, two_phase.py).
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from mealplans.planner.problem import (
    Diner,
    DishFacts,
    IngredientFacts,
    Slot,
    SlotKey,
    Visit,
    WeekProblem,
    Weights,
)

FOLDER = Path(os.environ.get("PLANNER_REFERENCE", Path(__file__).parents[3] / "shared/reference/planner"))
MONDAY = date(2026, 1, 5)
DIETS = ("vegan", "vegetarian", "egg", "nonveg")
MEALS = {"B": "breakfast", "L": "lunch", "D": "dinner"}
# Its packs have half paise per 5 g and its objective counts leftovers by the rupee: twice both makes all integers.
PAISE = 200
POINTS = 200
WEIGHTS = Weights(
    preference=10 * POINTS,
    disliked=0,
    too_spicy=0,
    recent=0,
    same_main_next_day=120 * POINTS,
    same_main_same_day=0,
    same_cuisine_next_day=60 * POINTS,
    same_technique_next_day=0,
    special_weekend=80 * POINTS,
    leftover=3,
    price=0,
    tired=0,
    heavy_same_day=0,
    heavy_next_day=0,
    use_up=0,
)


class Reference:
    """Its instances and its judge; raises FileNotFoundError when the folder is not there."""

    def __init__(self) -> None:
        if not (FOLDER / "models.py").exists():
            raise FileNotFoundError(f"no reference planner in {FOLDER}; set PLANNER_REFERENCE")
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(FOLDER))
        self.gen: Any = importlib.import_module("gen")
        self.models: Any = importlib.import_module("models")
        self.ingredients, self.dishes = self.gen.dishes()

    def home(self, seed: int) -> dict[str, Any]:
        """Household number `seed` with the budget its own script gives it: 0.85 to 1.05 of what greedy spends."""
        home = self.gen.household(self.dishes, self.ingredients, seed)
        greedy = self.models.greedy(self.dishes, self.ingredients, home)
        cost = self.models.evaluate(self.dishes, self.ingredients, home, greedy)[2]["cost"]
        home["budget"] = round(cost * Random(seed + 77).uniform(0.85, 1.05))
        return home

    def problem(self, home: dict[str, Any]) -> WeekProblem:
        eaters = tuple(Diner(f"diner{n}", DIETS[home["diet"]]) for n in range(home["size"]))
        days = [day for day in range(7) if day not in home["off"]]
        return WeekProblem(
            slots=tuple(self._slot(home, eaters, day, meal) for day in days for meal in MEALS),
            visits=tuple(Visit(f"day{day}", home["mins"][day]) for day in days),
            diners=eaters,
            dishes=tuple(self._dish(dish) for dish in self.dishes),
            ingredients=tuple(self._ingredient(each) for each in self.ingredients),
            budget_paise=home["budget"] * PAISE,
            preferences={_dish(at): score for at, score in enumerate(home["pref"])},
            weights=WEIGHTS,
        )

    def _slot(self, home: dict[str, Any], eaters: tuple[Diner, ...], day: int, meal: str) -> Slot:
        refused = {dish["id"] for dish in self.dishes} - set(home["ok"])
        waiting = {dish for dish, ago in home["hist"].items() if ago + day < home["cooldown"]}
        return Slot(
            SlotKey(MONDAY + timedelta(days=day), MEALS[meal]),
            f"day{day}",
            frozenset(eater.key for eater in eaters),
            veg_only=day in home["vegdays"],
            bans=frozenset(map(_dish, refused | waiting)),
        )

    @staticmethod
    def _dish(dish: dict[str, Any]) -> DishFacts:
        """Allergens and equipment are in the household's list of allowed dishes already."""
        return DishFacts(
            slug=_dish(dish["id"]),
            diet=DIETS[dish["diet"]],
            meals=frozenset(MEALS[meal] for meal in dish["slots"]),
            minutes=dish["mins"],
            amounts=tuple((_ingredient(at), Decimal(amount)) for at, amount in dish["use"].items()),
            main_ingredient=f"main{dish['main']}",
            cuisine=f"cuisine{dish['cui']}",
            tags=frozenset({"special"} if dish["tag_special"] else ()),
        )

    @staticmethod
    def _ingredient(each: dict[str, Any]) -> IngredientFacts:
        """What is not perishable is priced by the gram there: here in packs of 5 g, of which every amount is made."""
        if each["perishable"]:
            pack = (Decimal(each["pack"]), each["price"] * PAISE)
        else:
            pack = (Decimal(5), each["price"] * PAISE * 5 // each["pack"])
        return IngredientFacts(_ingredient(each["id"]), "g", (pack,), 3 if each["perishable"] else None)

    def judge(self, home: dict[str, Any], meals: Mapping[SlotKey, str]) -> tuple[float, list[Any]]:
        """Its own evaluation of our plan: (objective, violations)."""
        letters = {meal: letter for letter, meal in MEALS.items()}
        plan = {((key.day - MONDAY).days, letters[key.meal]): int(slug[4:]) for key, slug in meals.items()}
        objective, violations, _ = self.models.evaluate(self.dishes, self.ingredients, home, plan, "open")
        return objective, violations


def run(seed: int) -> dict[str, Any]:
    """The reference's own script on one household, in a process of its own: its record."""
    script = [sys.executable, "two_phase.py", str(seed), str(seed + 1)]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(script, cwd=FOLDER, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _dish(at: int) -> str:
    return f"dish{at:03}"


def _ingredient(at: int) -> str:
    return f"ingredient{at:02}"
