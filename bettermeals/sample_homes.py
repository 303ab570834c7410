"""Households for the demo and the rehearsal: made from a seed, alike on every machine, and varied as real ones are.

Phone numbers are of the form +91 90000 xxxxx: valid in shape, and only ever dialled by the simulator.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import time

FAMILIES = (
    "Sharma", "Iyer", "Khan", "Patel", "Reddy", "Banerjee", "Mehta", "D'Souza", "Nair", "Gupta", "Joshi", "Kulkarni",
    "Singh", "Jain", "Rao", "Chatterjee", "Menon", "Agarwal", "Bose", "Desai", "Pillai", "Malhotra", "Shetty", "Das",
)  # fmt: skip
DECIDERS = (
    "Asha",
    "Meera",
    "Farah",
    "Kavita",
    "Lakshmi",
    "Ananya",
    "Nisha",
    "Maria",
    "Divya",
    "Ritu",
    "Sneha",
    "Rohan",
)
PARTNERS = (
    "Rahul",
    "Vikram",
    "Imran",
    "Nikhil",
    "Arjun",
    "Sourav",
    "Karan",
    "Joseph",
    "Suresh",
    "Amit",
    "Sameer",
    "Priya",
)
CHILDREN = ("Aarav", "Diya", "Kabir", "Ira", "Vihaan", "Myra")
COOKS = ("Sunita", "Ramesh", "Geeta", "Lalita", "Mohan", "Shanta", "Savitri", "Rekha", "Bablu", "Parvati")
CITIES = ("Bengaluru", "Mumbai", "Pune", "Delhi", "Hyderabad", "Chennai")
EQUIPMENT = ("stove", "pressure_cooker", "mixer", "tawa", "kadhai", "toaster", "steamer", "oven", "microwave", "grill")
# Weighted as families are: most eat no meat at home, some avoid an allergen, a few keep Jain rules.
DIETS = ("vegetarian",) * 5 + ("egg",) * 2 + ("nonveg",) * 3 + ("vegan",)
ALLERGIES: tuple[tuple[str, ...], ...] = ((),) * 7 + (("peanut",), ("milk",), ("gluten",), ("tree_nut", "peanut"))
DISLIKES = ("karela", "bhindi", "mushroom", "capsicum", "pumpkin", "beetroot")  # ingredient slugs


@dataclass(frozen=True)
class Person:
    name: str
    phone: str  # E.164; empty for a child
    language: str
    diet: str
    jain: bool = False
    allergens: tuple[str, ...] = ()
    dislikes: tuple[str, ...] = ()
    portion: str = "1"


@dataclass(frozen=True)
class SampleCook:
    name: str
    phone: str
    language: str


@dataclass(frozen=True)
class SampleHome:
    """One household as it would be onboarded: the first resident decides."""

    name: str
    city: str
    language: str
    spice_level: int
    weekly_budget_paise: int | None
    equipment: tuple[str, ...]
    veg_days: tuple[int, ...]
    meals: tuple[str, ...]
    weekdays: tuple[int, ...]
    arrives_at: time
    residents: tuple[Person, ...]
    cook: SampleCook = field(compare=False)


def sample_cooks(households: int) -> list[SampleCook]:
    """About two households a cook; every third cook reads English."""
    count = max(1, (households + 1) // 2)
    return [
        SampleCook(
            COOKS[n % len(COOKS)] + ("" if n < len(COOKS) else f" {n // len(COOKS) + 1}"),
            f"+919000{500_000 + n:06d}",
            "en" if n % 3 == 2 else "hi",
        )
        for n in range(count)
    ]


def sample_homes(count: int, seed: int) -> list[SampleHome]:
    """`count` households; the same seed gives the same ones, and the first few stay the same when `count` grows."""
    cooks = sample_cooks(count)
    return [_home(n, random.Random(f"{seed}:{n}"), cooks[n // 2]) for n in range(count)]  # noqa: S311  (not a secret)


def _home(n: int, rng: random.Random, cook: SampleCook) -> SampleHome:
    family = FAMILIES[n % len(FAMILIES)] + ("" if n < len(FAMILIES) else f" {n // len(FAMILIES) + 1}")
    language = "hi" if n % 3 == 1 else "en"
    jain = family.startswith("Jain")
    diet = "vegetarian" if jain else rng.choice(DIETS)
    allergens = rng.choice(ALLERGIES)
    decider = Person(DECIDERS[n % len(DECIDERS)], _phone(n, 0), language, diet, jain, allergens, _dislikes(rng))
    partner = Person(PARTNERS[n % len(PARTNERS)], _phone(n, 1), language, diet, jain, (), _dislikes(rng))
    children = tuple(
        Person(name, "", language, diet, jain, portion="0.5") for name in rng.sample(CHILDREN, rng.choice((0, 0, 1, 2)))
    )
    residents = (decider, *((partner,) if rng.random() < 0.8 else ()), *children)
    return SampleHome(
        name=f"{family} home",
        city=rng.choice(CITIES),
        language=language,
        spice_level=rng.choice((1, 2, 2, 3)),
        weekly_budget_paise=rng.choice((None, 200_000 * len(residents))),
        equipment=EQUIPMENT[: rng.choice((7, 7, 8, 10))],
        veg_days=(1,) if diet in ("egg", "nonveg") and rng.random() < 0.4 else (),
        meals=rng.choice((("breakfast", "lunch", "dinner"), ("breakfast", "dinner"), ("lunch", "dinner"))),
        weekdays=rng.choice(((0, 1, 2, 3, 4, 5), (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6))),
        # Two homes share a cook: she comes to one before the other.
        arrives_at=time(7, 0) if n % 2 == 0 else time(10, 0),
        residents=residents,
        cook=cook,
    )


def _phone(home: int, person: int) -> str:
    return f"+919000{home * 10 + person + 100_000:06d}"


def _dislikes(rng: random.Random) -> tuple[str, ...]:
    return tuple(rng.sample(DISLIKES, rng.choice((0, 1, 1, 2))))
