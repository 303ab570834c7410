"""What the planner is told: plain frozen facts about one household's week. No ORM, no clock, no settings.

Units: money is integer paise, amounts are `Decimal` in the ingredient's base unit (g, ml or piece), time is
whole minutes, scores are integers. Mappings may come in any order: nothing below may depend on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

# Who eats what, from strictest to freest: a dish suits a diner when its own place is not after the diner's.
DIETS = ("vegan", "vegetarian", "egg", "nonveg")
NO_COOK_TAG = "no_cook"  # a dish residents can put together while the cook is away
SPECIAL_TAG = "special"  # a dish that makes a weekend or a festival feel like one
HEAVY_TAGS = ("fried", "street-food", "sweet")  # of these one a day is enough
NEUTRAL_PREFERENCE = 50
PERISHABLE_DAYS = 14  # what keeps longer is no loss when a pack is left half full


class InvalidProblem(ValueError):
    """The facts contradict each other (an unknown diner, visit, ingredient or diet); says which."""


class SlotKey(NamedTuple):
    """One thing to be cooked. `course` tells apart several dishes of one meal (0 is the main one)."""

    day: date
    meal: str
    course: int = 0


@dataclass(frozen=True, slots=True)
class Diner:
    """A person who eats here. Hard: diet, jain, allergens, never. Soft: dislikes, spice_limit."""

    key: str
    diet: str
    jain: bool = False
    allergens: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()  # ingredient slugs, e.g. beef, onion for one who keeps a vow
    dislikes: frozenset[str] = frozenset()  # ingredient or dish slugs
    spice_limit: int | None = None
    portion: Decimal = Decimal(1)  # a child: Decimal("0.5")
    name: str = ""


@dataclass(frozen=True, slots=True)
class DishFacts:
    slug: str
    diet: str
    meals: frozenset[str]
    minutes: int  # of the cook's attention; waiting is in ahead_hours or free
    amounts: tuple[tuple[str, Decimal], ...]  # (ingredient slug, base units for one serving)
    allergens: frozenset[str] = frozenset()
    jain_ok: bool = False
    fasting_ok: bool = False
    main_ingredient: str = ""
    cuisine: str = ""
    technique: str = ""
    family: str = ""  # look-alikes that feel repeated: "paratha", "khichdi"
    tags: frozenset[str] = frozenset()
    spice_level: int = 0
    ahead_hours: int = 0  # soak, marinate, ferment, thaw
    equipment: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()  # what its cook must know: "baked", "idli-dosa", "indo-chinese"


@dataclass(frozen=True, slots=True)
class IngredientFacts:
    slug: str
    base_unit: str  # "g", "ml" or "piece"
    packs: tuple[tuple[Decimal, int], ...] = ()  # (base units in the pack, price in paise)
    shelf_life_days: int | None = None  # None: keeps for weeks, leftovers are no loss
    staple: bool = False  # always in the house (salt, oil): never on the week's bill


@dataclass(frozen=True, slots=True)
class Visit:
    """One stay of the cook. Minutes, equipment and skill are shared by all slots cooked in it."""

    key: str
    minutes: int
    equipment: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()  # skills this cook does not have


@dataclass(frozen=True, slots=True)
class Slot:
    """A meal to fill. Who eats it is decided here (attendance, travel, skips), not on the diner."""

    key: SlotKey
    visit: str  # key of the Visit in which it is cooked
    diners: frozenset[str]
    guests: int = 0
    fasting: bool = False  # everybody here fasts
    veg_only: bool = False
    fasters: frozenset[str] = frozenset()  # diners who fast that day: one dish is served, so it must suit them
    vegetarians: frozenset[str] = frozenset()  # diners without meat, fish and egg that day
    festive: bool = False  # a special dish is welcome, as at a weekend
    no_cook: bool = False  # the cook is away: only dishes tagged no_cook
    ahead_hours: int | None = None  # notice the kitchen has before this meal; None: enough for anything
    bans: frozenset[str] = frozenset()  # dish slugs refused for this meal only


@dataclass(frozen=True, slots=True)
class Quota:
    """How often in the week dishes with this tag (or of this family) are served."""

    tag: str
    at_least: int = 0
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What a plan is scored by, in hundredths of a point. All integers, so a score is exact."""

    preference: int = 1_000  # for each of the 0..100 points of a dish's preference score
    disliked: int = 15_000  # each diner at the table who dislikes the dish or something in it
    too_spicy: int = 10_000  # each diner and level above what that diner likes
    recent: int = 200  # each day short of `recent_days` since the dish was last served
    recent_days: int = 21
    same_main_next_day: int = 12_000
    same_main_same_day: int = 12_000
    same_cuisine_next_day: int = 6_000  # same meal on the next day
    same_technique_next_day: int = 3_000
    special_weekend: int = 8_000  # and on a festival
    heavy_same_day: int = 8_000  # each further dish of the day that is fried, sweet or street food
    heavy_next_day: int = 3_000
    use_up: int = 3_000  # each perishable of the pantry that is cooked before its use-by day
    leftover: int = 3  # each paisa of a perishable expected to be left over from an opened pack
    price: int = 1  # each paisa of ingredients used
    tired: int = 500  # each perishable and day it has lain since its delivery, beyond half its shelf life
    kept: int = 25_000  # each slot that keeps the dish of the previous plan


@dataclass(frozen=True, slots=True)
class WeekProblem:
    """A week to plan. All that may change the answer is in here: the same problem has the same plan."""

    slots: tuple[Slot, ...]
    visits: tuple[Visit, ...]
    diners: tuple[Diner, ...]
    dishes: tuple[DishFacts, ...]
    ingredients: tuple[IngredientFacts, ...]
    history: Mapping[str, date] = field(default_factory=dict)  # dish slug -> last served
    cooldown_days: int = 7  # days from one serving of a dish to the next; 1 = not twice a day, 0 = no rule
    dish_cooldown_days: Mapping[str, int] = field(default_factory=dict)  # exceptions by dish slug
    family_cooldown_days: Mapping[str, int] = field(default_factory=dict)  # family -> days; absent: no rule
    quotas: tuple[Quota, ...] = ()
    pins: Mapping[SlotKey, str] = field(default_factory=dict)  # slot -> dish the residents insist on
    budget_paise: int | None = None  # of the week's bill: whole packs, pantry taken off, staples left out
    preferences: Mapping[str, int] = field(default_factory=dict)  # dish slug -> 0..100, absent: 50
    previous: Mapping[SlotKey, str] = field(default_factory=dict)  # plan to stay close to when re-planning
    pantry: Mapping[str, Decimal] = field(default_factory=dict)  # ingredient slug -> base units in the house
    delivery_days: tuple[date, ...] = ()  # when groceries arrive; what is older than its shelf life is not cooked
    use_by: Mapping[str, date] = field(default_factory=dict)  # perishable of the pantry -> last good day
    weights: Weights = Weights()
    seed: int = 0
