"""A week's meals -> what to buy: one line per ingredient, whole packs, the pantry counted once, exact paise.

Pure arithmetic on `Decimal` and integers; units and packs come from the catalogue's facts. Amounts are kept in the
ingredient's base unit (g, ml or piece) to the hundredth.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from mealplans.packs import PackMix, cheapest_packs

CENT = Decimal("0.01")
# What a unit is in its own kind; nothing crosses from one kind to another without a measured density or weight.
UNITS = {
    "g": ("g", Decimal(1)),
    "kg": ("g", Decimal(1000)),
    "ml": ("ml", Decimal(1)),
    "l": ("ml", Decimal(1000)),
    "piece": ("piece", Decimal(1)),
}


class CannotConvert(ValueError):
    """Nobody measured what this conversion needs: add the density or piece weight, or enter the base unit."""


class CannotPrice(ValueError):
    """The week needs something that has no pack with a price; `slugs` names all of them."""

    def __init__(self, slugs: Sequence[str]) -> None:
        super().__init__(f"no pack with a price for: {', '.join(slugs)}")
        self.slugs = tuple(slugs)


@dataclass(frozen=True, slots=True)
class PackOffer:
    size: Decimal  # in the good's base unit
    price_paise: int
    as_of: date | None = None  # the day the price was seen


@dataclass(frozen=True, slots=True)
class Good:
    """An ingredient as the shop knows it."""

    slug: str
    base_unit: str
    aisle: str = ""
    staple: bool = False  # always in the house: listed apart, never on the bill
    packs: tuple[PackOffer, ...] = ()
    density_g_per_ml: Decimal | None = None
    piece_weight_g: Decimal | None = None


class Amount(NamedTuple):
    """For one serving. `unit` "" is the good's base unit."""

    ingredient: str
    quantity: Decimal
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Cooking:
    """One dish of the week as it will be cooked."""

    dish: str
    day: date
    meal: str
    servings: Decimal
    amounts: tuple[Amount, ...]


class Origin(NamedTuple):
    """What an amount is for: the provenance of a line."""

    day: date
    meal: str
    dish: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """need = from_pantry + what is bought - surplus. `packs`: (offer, how many), largest first."""

    ingredient: str
    base_unit: str
    aisle: str
    need: Decimal
    from_pantry: Decimal
    packs: tuple[tuple[PackOffer, int], ...]
    price_paise: int
    surplus: Decimal
    origins: tuple[Origin, ...]

    @property
    def to_buy(self) -> Decimal:
        return self.need - self.from_pantry


@dataclass(frozen=True, slots=True)
class ShoppingList:
    """`lines` by aisle, then ingredient; `staples` are to be looked at, not paid for; total of `lines` in paise."""

    lines: tuple[Line, ...]
    staples: tuple[Line, ...]
    total_paise: int


def shopping_list(
    week: Iterable[Cooking],
    goods: Iterable[Good],
    pantry: Mapping[str, Decimal] | None = None,
    aisles: Sequence[str] = (),
) -> ShoppingList:
    """Everything the week's dishes need beyond the pantry, in the cheapest whole packs.

    aisles: the order of the walk through the shop; aisles not named come last, by name.
    Raises CannotConvert, CannotPrice (naming every ingredient without a price), or KeyError for an unknown one.
    """
    known = {good.slug: good for good in goods}
    origins = _merged(week, known)
    unpriced = [slug for slug in sorted(origins) if _lacks_price(known[slug], origins[slug], pantry or {})]
    if unpriced:
        raise CannotPrice(unpriced)
    walk = {aisle: at for at, aisle in enumerate(aisles)}
    lines = [_line(known[slug], found, pantry or {}) for slug, found in origins.items()]
    lines.sort(key=lambda line: (walk.get(line.aisle, len(walk)), line.aisle, line.ingredient))
    bought = tuple(line for line in lines if not known[line.ingredient].staple)
    staples = tuple(line for line in lines if known[line.ingredient].staple)
    return ShoppingList(bought, staples, sum(line.price_paise for line in bought))


def in_base_unit(amount: Amount, good: Good) -> Decimal:
    """The quantity in the good's base unit. Raises CannotConvert rather than guess a density or a weight."""
    kind, factor = UNITS.get(amount.unit or good.base_unit, ("", Decimal(0)))
    if not kind:
        raise CannotConvert(f"{good.slug}: nothing is measured in {amount.unit!r}")
    quantity = amount.quantity * factor
    if kind == good.base_unit:
        return quantity
    return _from_grams(_to_grams(quantity, kind, good), good)


def same_weight(quantity: Decimal, of: Good, instead: Good) -> Decimal:
    """As much of `instead` (in its base unit) as `quantity` of `of` weighs. Raises CannotConvert."""
    if of.base_unit == instead.base_unit == "ml":
        return quantity
    return _from_grams(_to_grams(quantity, of.base_unit, of), instead)


def _to_grams(quantity: Decimal, kind: str, good: Good) -> Decimal:
    return quantity if kind == "g" else quantity * _grams_in_one(kind, good)


def _from_grams(grams: Decimal, good: Good) -> Decimal:
    return grams if good.base_unit == "g" else grams / _grams_in_one(good.base_unit, good)


def _grams_in_one(kind: str, good: Good) -> Decimal:
    grams = good.density_g_per_ml if kind == "ml" else good.piece_weight_g
    if not grams:
        missing = "density_g_per_ml" if kind == "ml" else "piece_weight_g"
        raise CannotConvert(f"{good.slug}: needs {missing} to turn {kind} into grams, and nobody measured it")
    return grams


def _merged(week: Iterable[Cooking], known: Mapping[str, Good]) -> dict[str, list[Origin]]:
    """What each ingredient is needed for, in the order of the week whatever order the dishes came in."""
    origins: dict[str, list[Origin]] = {}
    for cooking in week:
        for amount in cooking.amounts:
            each = in_base_unit(amount, known[amount.ingredient])
            total = (each * cooking.servings).quantize(CENT, ROUND_HALF_UP)
            if total:
                origin = Origin(cooking.day, cooking.meal, cooking.dish, total)
                origins.setdefault(amount.ingredient, []).append(origin)
    return {slug: sorted(found) for slug, found in sorted(origins.items())}


def _need(origins: Iterable[Origin]) -> Decimal:
    return sum((origin.amount for origin in origins), Decimal(0))


def _stock(good: Good, pantry: Mapping[str, Decimal]) -> Decimal:
    return max(Decimal(0), pantry.get(good.slug, Decimal(0))).quantize(CENT, ROUND_DOWN)


def _lacks_price(good: Good, origins: list[Origin], pantry: Mapping[str, Decimal]) -> bool:
    return not good.staple and not good.packs and _need(origins) > _stock(good, pantry)


def _line(good: Good, origins: list[Origin], pantry: Mapping[str, Decimal]) -> Line:
    need = _need(origins)
    from_pantry = min(need, _stock(good, pantry))
    to_buy = need - from_pantry
    mix = (
        PackMix((), 0, Decimal(0))
        if good.staple
        else cheapest_packs(to_buy, [(p.size, p.price_paise) for p in good.packs])
    )
    packs = tuple((good.packs[at], count) for at, count in mix.counts)
    surplus = mix.size - to_buy if mix.counts else Decimal(0)
    return Line(
        good.slug,
        good.base_unit,
        good.aisle,
        need,
        from_pantry,
        packs,
        mix.price_paise,
        surplus,
        tuple(origins),
    )


class LineDifference(NamedTuple):
    ingredient: str
    paise: int  # after - before


@dataclass(frozen=True, slots=True)
class PriceDifference:
    """What a change of plan does to the bill. `lines`: only what changed, by ingredient; they add up to `paise`."""

    paise: int
    lines: tuple[LineDifference, ...]


def price_difference(before: ShoppingList, after: ShoppingList) -> PriceDifference:
    old = {line.ingredient: line.price_paise for line in before.lines}
    new = {line.ingredient: line.price_paise for line in after.lines}
    changes = [LineDifference(slug, new.get(slug, 0) - old.get(slug, 0)) for slug in sorted(old | new)]
    return PriceDifference(after.total_paise - before.total_paise, tuple(c for c in changes if c.paise))
