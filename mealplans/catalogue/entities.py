"""What the catalogue holds, once it has been read and found sound: frozen values, no Django.

What a dish *is* (diet, allergens, Jain, fasting) is never typed by an author; it follows from its
ingredients, so adding cream to a vegan dish cannot leave the dish vegan on paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from mealplans.catalogue.vocabulary import DIETS


@dataclass(frozen=True)
class Pack:
    """One size an ingredient is sold in. `size` is in the ingredient's base unit, the price in paise."""

    size: Decimal
    price_paise: int
    source: str
    as_of: date

    @property
    def paise_per_unit(self) -> Decimal:
        return Decimal(self.price_paise) / self.size


@dataclass(frozen=True)
class Ingredient:
    """One thing that is bought. Amounts of it are counted in `base_unit`.

    `density_g_per_ml`, `piece_weight_g`, `katori_g` and `chammach_g` are None where nobody measured: a
    guessed conversion buys the wrong amount silently, a missing one is seen.
    """

    slug: str
    name_en: str
    name_hi: str
    base_unit: str
    diet: str
    allergens: frozenset[str]
    jain_ok: bool
    fasting_ok: bool
    aisle: str
    staple: bool
    shelf_life_days: int
    packs: tuple[Pack, ...]
    density_g_per_ml: Decimal | None = None
    piece_weight_g: Decimal | None = None
    katori_g: Decimal | None = None
    chammach_g: Decimal | None = None
    note: str = ""

    @property
    def paise_per_unit(self) -> Decimal:
        """Price of one gram, millilitre or piece in the best-value pack."""
        return min(pack.paise_per_unit for pack in self.packs)


@dataclass(frozen=True)
class DishIngredient:
    """`amount` is for one adult serving, in the ingredient's base unit, raw and as bought (peel included)."""

    ingredient: Ingredient
    amount: Decimal
    note: str = ""


@dataclass(frozen=True)
class Ahead:
    """What must be done before the cook's visit, at least `hours` before cooking starts."""

    task_en: str
    task_hi: str
    hours: int


@dataclass(frozen=True)
class Dish:
    """One plate as it is served, its rice or roti included."""

    slug: str
    name_en: str
    name_hi: str
    label: str
    meals: tuple[str, ...]
    cuisine: str
    main_ingredient: str
    family: str
    technique: str
    tags: frozenset[str]
    spice_level: int
    prep_minutes: int
    cook_minutes: int
    passive_minutes: int
    equipment: frozenset[str]
    ahead: Ahead | None
    ingredients: tuple[DishIngredient, ...]
    steps_en: tuple[str, ...]
    steps_hi: tuple[str, ...]
    serving_en: str = ""
    serving_hi: str = ""

    @property
    def diet(self) -> str:
        """The strictest diet that may eat it: one egg in ten ingredients makes it an egg dish."""
        return max((line.ingredient.diet for line in self.ingredients), key=DIETS.index)

    @property
    def allergens(self) -> frozenset[str]:
        return frozenset().union(*(line.ingredient.allergens for line in self.ingredients))

    @property
    def jain_ok(self) -> bool:
        return all(line.ingredient.jain_ok for line in self.ingredients)

    @property
    def fasting_ok(self) -> bool:
        return all(line.ingredient.fasting_ok for line in self.ingredients)

    @property
    def price_paise(self) -> int:
        """Paise of ingredients in one serving, pro rata of the best-value packs; rounded up."""
        total = sum((line.amount * line.ingredient.paise_per_unit for line in self.ingredients), Decimal(0))
        return int(total.to_integral_value(rounding="ROUND_CEILING"))


@dataclass(frozen=True)
class Catalogue:
    """Every ingredient and dish by slug, in the order of the files."""

    ingredients: Mapping[str, Ingredient]
    dishes: Mapping[str, Dish]
