"""Random households over the product's own catalogue: the worlds in which the planner is put to the test every night.

Everything comes from one seed, so a failing household is planned again by its number.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from random import Random

from mealplans.catalogue.entities import Dish, Ingredient
from mealplans.catalogue.load import load_catalogue
from mealplans.catalogue.vocabulary import EQUIPMENT
from mealplans.planner.problem import (
    DIETS,
    Diner,
    DishFacts,
    IngredientFacts,
    Quota,
    Slot,
    SlotKey,
    Visit,
    WeekProblem,
)

MONDAY = date(2026, 11, 23)
MEALS = ("breakfast", "lunch", "dinner")
BASIC = frozenset({"stove", "pressure_cooker", "kadhai", "tawa"})
ALLERGENS = ("gluten", "milk", "egg", "peanut", "tree_nut", "soy", "sesame", "mustard", "fish", "crustacean")


@cache
def catalogue_facts() -> tuple[tuple[DishFacts, ...], tuple[IngredientFacts, ...]]:
    catalogue = load_catalogue()
    dishes = tuple(dish_facts(dish) for dish in catalogue.dishes.values())
    return dishes, tuple(ingredient_facts(row) for row in catalogue.ingredients.values())


def dish_facts(dish: Dish) -> DishFacts:
    return DishFacts(
        slug=dish.slug,
        diet=dish.diet,
        meals=frozenset(dish.meals),
        minutes=dish.prep_minutes + dish.cook_minutes,
        amounts=tuple((line.ingredient.slug, line.amount) for line in dish.ingredients),
        allergens=dish.allergens,
        jain_ok=dish.jain_ok,
        fasting_ok=dish.fasting_ok,
        main_ingredient=dish.main_ingredient,
        cuisine=dish.cuisine,
        technique=dish.technique,
        family=dish.family,
        tags=dish.tags,
        spice_level=dish.spice_level,
        ahead_hours=dish.ahead.hours if dish.ahead else 0,
        equipment=dish.equipment,
        skills=frozenset({dish.slug, dish.family, dish.technique, dish.cuisine}),
    )


def ingredient_facts(row: Ingredient) -> IngredientFacts:
    packs = tuple((pack.size, pack.price_paise) for pack in row.packs)
    return IngredientFacts(row.slug, row.base_unit, packs, row.shelf_life_days, row.staple)


def household(seed: int) -> WeekProblem:
    """One week of one random household; not every one has a plan."""
    random = Random(seed)  # noqa: S311  (households to try out, not a secret)
    dishes, ingredients = catalogue_facts()
    diners = [_diner(random, number) for number in range(random.randint(1, 5))]
    families = {dish.family: 2 for dish in dishes if dish.family}
    served = random.sample(dishes, random.randint(0, 25))
    visits, slots = _week(random, diners)
    return WeekProblem(
        slots=slots,
        visits=visits,
        diners=tuple(diners),
        dishes=dishes,
        ingredients=ingredients,
        history={dish.slug: MONDAY - timedelta(days=random.randint(1, 21)) for dish in served},
        cooldown_days=random.choice((5, 7, 7, 10)),
        family_cooldown_days=families,
        quotas=_quotas(random),
        budget_paise=_budget(random, diners),
        preferences={dish.slug: random.randint(20, 100) for dish in dishes if random.random() < 0.5},
        pantry=_pantry(random, ingredients),
        delivery_days=_deliveries(random),
        use_by={row.slug: MONDAY + timedelta(days=random.randint(0, 4)) for row in random.sample(ingredients, 3)},
    )


def _diner(random: Random, number: int) -> Diner:
    ingredients = catalogue_facts()[1]
    diet = random.choices(DIETS, [4, 50, 16, 30])[0]
    return Diner(
        key=f"diner{number}",
        diet=diet,
        jain=diet == "vegetarian" and random.random() < 0.06,
        allergens=frozenset(random.sample(ALLERGENS, random.choices((0, 1, 2), [75, 20, 5])[0])),
        never=frozenset(row.slug for row in random.sample(ingredients, random.choice((0, 0, 0, 1)))),
        dislikes=frozenset(row.slug for row in random.sample(ingredients, random.randint(0, 3))),
        spice_limit=random.choice((None, 1, 2)),
        portion=random.choice((Decimal(1), Decimal(1), Decimal("0.5"))),
    )


def _week(random: Random, diners: list[Diner]) -> tuple[tuple[Visit, ...], tuple[Slot, ...]]:
    equipment = BASIC | frozenset(item for item in EQUIPMENT if random.random() < 0.6)
    veg_days = set(random.sample(range(7), random.choice((0, 1, 2))))
    fasting_days = set(random.sample(range(7), random.choices((0, 1), [8, 2])[0]))
    away = set(random.sample(range(7), random.choices((0, 1), [7, 3])[0]))
    meals = random.choice((MEALS, MEALS, ("lunch", "dinner"), ("breakfast", "dinner")))
    keys = sorted(diner.key for diner in diners)
    lacks = frozenset(random.sample(("baked", "indo-chinese", "idli-dosa", "grilled"), random.choice((0, 0, 1, 2))))
    visits, slots = [], []
    for day in range(7):
        minutes = 24 * 60 if day in away else random.choice((90, 120, 150, 180))
        visits.append(Visit(f"day{day}", minutes, equipment, lacks))
        # On the cook's day off these homes put a breakfast together and eat the rest out.
        for meal in meals if day not in away else meals[:1] if "breakfast" in meals else ():
            slots.append(
                Slot(
                    SlotKey(MONDAY + timedelta(days=day), meal),
                    f"day{day}",
                    _present(random, keys),
                    guests=random.choices((0, 2, 4), [92, 5, 3])[0],
                    fasting=day in fasting_days and meal == "dinner",
                    veg_only=day in veg_days,
                    fasters=frozenset({random.choice(keys)}) if random.random() < 0.03 else frozenset(),
                    vegetarians=frozenset({random.choice(keys)}) if random.random() < 0.08 else frozenset(),
                    festive=random.random() < 0.05,
                    no_cook=day in away,
                    ahead_hours=10 if day == 0 else None,
                )
            )
    return tuple(visits), tuple(slots)


def _present(random: Random, keys: list[str]) -> frozenset[str]:
    """Now and then one of them eats elsewhere."""
    gone = random.choice(keys) if len(keys) > 1 and random.random() < 0.2 else None
    return frozenset(keys) - {gone}


def _deliveries(random: Random) -> tuple[date, ...]:
    """Nobody minds, once, or several times a week."""
    days = random.choice(((), (0,), (0, 3), (0, 3, 5), (0, 2, 4)))
    return tuple(MONDAY + timedelta(days=day) for day in days)


def _quotas(random: Random) -> tuple[Quota, ...]:
    wished = (Quota("dal", at_least=2), Quota("fried", at_most=2), Quota("rice", at_most=5))
    return tuple(quota for quota in wished if random.random() < 0.6)


def _budget(random: Random, diners: list[Diner]) -> int | None:
    """Paise; from tight to ample for so many eaters."""
    portions = sum(diner.portion for diner in diners)
    return None if random.random() < 0.3 else int(portions * random.randint(70_000, 180_000)) + 60_000


def _pantry(random: Random, ingredients: tuple[IngredientFacts, ...]) -> dict[str, Decimal]:
    return {row.slug: Decimal(random.randint(1, 800)) for row in random.sample(ingredients, random.randint(0, 12))}
