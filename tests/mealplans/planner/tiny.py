"""Weeks small enough to try out every plan: builders, a hypothesis strategy, and the brute force itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import strategies as st

from mealplans.planner.checker import check_dish, check_plan
from mealplans.planner.problem import (
    Diner,
    DishFacts,
    IngredientFacts,
    Quota,
    Slot,
    SlotKey,
    Visit,
    WeekProblem,
    Weights,
)
from mealplans.planner.score import Scorer

MONDAY = date(2026, 11, 23)
INGREDIENTS = (
    IngredientFacts("rice", "g", ((Decimal(1000), 6000), (Decimal(5000), 27500))),
    IngredientFacts("paneer", "g", ((Decimal(200), 9000),), shelf_life_days=5),
    IngredientFacts("spinach", "g", ((Decimal(250), 2000), (Decimal(600), 4200)), shelf_life_days=2),
    IngredientFacts("egg", "piece", ((Decimal(6), 4800), (Decimal(10), 7500)), shelf_life_days=14),
    IngredientFacts("salt", "g", staple=True),
)


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def key(number: int, meal: str = "dinner") -> SlotKey:
    return SlotKey(day(number), meal)


def dish(slug: str, **facts: Any) -> DishFacts:
    """A vegetarian dinner of 100 g rice that takes 20 minutes, unless said otherwise."""
    plain: dict[str, Any] = {
        "diet": "vegetarian",
        "meals": frozenset({"breakfast", "lunch", "dinner"}),
        "minutes": 20,
        "amounts": (("rice", Decimal(100)), ("salt", Decimal(2))),
    }
    return DishFacts(slug, **(plain | facts))


def slot(number: int, meal: str = "dinner", **facts: Any) -> Slot:
    plain: dict[str, Any] = {"visit": f"day{number}", "diners": frozenset({"asha"})}
    return Slot(key(number, meal), **(plain | facts))


def week(dishes: list[DishFacts], slots: list[Slot] | None = None, *, minutes: int = 60, **facts: Any) -> WeekProblem:
    """Asha, vegetarian, eats dinner from Monday on, once per dish, unless said otherwise."""
    places = slots if slots is not None else [slot(n) for n in range(len(dishes))]
    plain: dict[str, Any] = {
        "visits": tuple(Visit(name, minutes) for name in sorted({place.visit for place in places})),
        "diners": (Diner("asha", "vegetarian"),),
        "ingredients": INGREDIENTS,
        "weights": Weights(recent=0),
    }
    return WeekProblem(slots=tuple(places), dishes=tuple(dishes), **(plain | facts))


def every_plan(problem: WeekProblem) -> list[dict[SlotKey, str]]:
    """Every plan that the checker accepts."""
    keys = [place.key for place in problem.slots]
    dishes = [found.slug for found in problem.dishes]
    fitting = [[slug for slug in dishes if not check_dish(problem, at, slug)] for at in keys]
    plans = (dict(zip(keys, chosen, strict=True)) for chosen in product(*fitting))
    return [plan for plan in plans if not check_plan(problem, plan)]


def best_score(problem: WeekProblem) -> int | None:
    """The highest score of any plan, by trying all of them; None when there is no plan."""
    scorer = Scorer(problem)
    return max((scorer.total(plan) for plan in every_plan(problem)), default=None)


def seldom(draw: st.DrawFn) -> bool:
    """One time in twenty. Not an integer's extreme: hypothesis would try that far oftener."""
    return draw(st.sampled_from([False] * 19 + [True]))


def often(draw: st.DrawFn) -> bool:
    return draw(st.sampled_from([True] * 5 + [False]))


amounts = st.lists(
    st.tuples(
        st.sampled_from(["rice", "paneer", "spinach", "egg", "salt"]),
        st.sampled_from([Decimal(n) for n in ("1", "2", "50", "80", "120", "220")]),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(tuple)


@st.composite
def dishes(draw: st.DrawFn, slug: str) -> DishFacts:
    return DishFacts(
        slug,
        diet=draw(st.sampled_from(("vegan", "vegetarian", "vegetarian", "egg", "nonveg"))),
        meals=frozenset(("lunch", "dinner")) if often(draw) else frozenset({"dinner"}),
        minutes=draw(st.sampled_from([10, 20, 40])),
        amounts=draw(amounts),
        allergens=frozenset() if often(draw) else frozenset({"milk"}),
        jain_ok=often(draw),
        fasting_ok=often(draw),
        main_ingredient=draw(st.sampled_from(["", "rice", "paneer"])),
        cuisine=draw(st.sampled_from(["", "north-indian", "south-indian"])),
        technique=draw(st.sampled_from(["curry", "dry"])),
        family="" if often(draw) else "khichdi",
        tags=frozenset(tag for tag in ("special", "no_cook", "dal", "fried") if draw(st.booleans())),
        spice_level=draw(st.integers(0, 3)),
        ahead_hours=0 if often(draw) else 8,
        equipment=frozenset() if often(draw) else frozenset({"oven"}),
        skills=frozenset() if often(draw) else frozenset({"baked"}),
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[Diner, ...]:
    return tuple(
        Diner(
            name,
            diet=draw(st.sampled_from(("nonveg", "nonveg", "egg", "vegetarian"))),
            jain=seldom(draw),
            allergens=frozenset({"milk"}) if seldom(draw) else frozenset(),
            never=frozenset({"spinach"}) if seldom(draw) else frozenset(),
            dislikes=frozenset(draw(st.sets(st.sampled_from(["rice", "dish0"]), max_size=1))),
            spice_limit=draw(st.sampled_from([None, 1])),
            portion=draw(st.sampled_from([Decimal(1), Decimal("0.5")])),
        )
        for name in ("asha", "ravi")
    )


@st.composite
def problems(draw: st.DrawFn, meals: tuple[str, ...] = ("lunch", "dinner")) -> WeekProblem:
    """Two days from a random weekday, up to four slots and six dishes; often, not always, with a plan."""
    first = draw(st.integers(3, 6))
    places = [
        slot(
            first + n,
            meal,
            diners=frozenset(draw(st.sets(st.sampled_from(["asha", "ravi"]), min_size=1))),
            guests=draw(st.sampled_from([0, 0, 3])),
            fasting=seldom(draw),
            veg_only=seldom(draw),
            no_cook=seldom(draw),
            fasters=frozenset({"asha"}) if seldom(draw) else frozenset(),
            vegetarians=frozenset({"ravi"}) if seldom(draw) else frozenset(),
            festive=seldom(draw),
            ahead_hours=4 if seldom(draw) else None,
            bans=frozenset({"dish1"}) if seldom(draw) else frozenset(),
        )
        for n in range(2)
        for meal in meals
    ]
    offered = tuple(draw(dishes(f"dish{n}")) for n in range(draw(st.integers(4, 6))))
    equipment = frozenset() if seldom(draw) else frozenset({"oven"})
    lacks = frozenset({"baked"}) if seldom(draw) else frozenset()
    return WeekProblem(
        slots=tuple(places),
        visits=tuple(
            Visit(name, draw(st.sampled_from([40, 60, 90])), equipment, lacks)
            for name in sorted({p.visit for p in places})
        ),
        diners=draw(tables()),
        dishes=offered,
        ingredients=INGREDIENTS,
        history={found.slug: day(first - draw(st.integers(1, 9))) for found in offered[:2]},
        cooldown_days=draw(st.sampled_from([0, 1, 1, 2])),
        dish_cooldown_days={"dish2": draw(st.sampled_from([0, 1, 3]))},
        family_cooldown_days={"khichdi": draw(st.sampled_from([0, 1, 2]))},
        quotas=draw(st.sampled_from([(), (Quota("dal", at_least=1),), (Quota("fried", at_most=1),)])),
        budget_paise=draw(st.sampled_from([None, 20_000, 30_000, 50_000])),
        preferences={found.slug: draw(st.integers(0, 100)) for found in offered},
        pantry=draw(_pantries),
        delivery_days=draw(
            st.sampled_from([(), (day(first - 1),), (day(first - 2),), (day(first - 4), day(first + 1))])
        ),
        use_by=draw(st.sampled_from([{}, {"spinach": day(first)}, {"paneer": day(first + 1)}])),
        weights=Weights(leftover=draw(st.sampled_from([0, 3]))),
    )


_pantries: st.SearchStrategy[Mapping[str, Decimal]] = st.dictionaries(
    st.sampled_from(["rice", "paneer", "spinach"]),
    st.sampled_from([Decimal("0.5"), Decimal(90), Decimal(300)]),
)
