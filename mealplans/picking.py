"""What to take from the shelves for some orders: aisle by aisle, and for each home what goes into its bag.

Only lists that are placed count, each line in the packs it was bought in; what is at home is nobody's errand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from mealplans import arriving
from mealplans.catalogue.vocabulary import AISLES
from mealplans.models import GroceryLine, GroceryOrder, ShopRequest
from mealplans.page_bill import amount_text
from mealplans.wording import say


class NothingToPick(ValueError):
    """None of these orders has anything to buy; the sentence says why."""


@dataclass(frozen=True)
class Share:
    """What of one ingredient goes to one home. `packs` in words: "2 × 500 g"; `when` is empty for what comes whole with
    the first delivery, else "Mon 23 Nov 250 g, Thu 26 Nov 400 g".
    """

    home: str
    packs: str
    price_paise: int
    when: str = ""


@dataclass(frozen=True)
class Pick:
    """One ingredient over all homes. `packs`: size in base units -> how many to take in all."""

    aisle: str
    name: str
    name_hi: str
    unit: str
    packs: tuple[tuple[Decimal, int], ...]
    price_paise: int
    shares: tuple[Share, ...]

    @property
    def in_words(self) -> str:
        return packs_in_words(self.packs, self.unit)


@dataclass(frozen=True)
class PickList:
    picks: tuple[Pick, ...]
    homes: tuple[str, ...]
    vendors: tuple[str, ...]
    total_paise: int
    currency: str
    made_at: datetime


def pick_list(orders: Iterable[GroceryOrder], now: datetime) -> PickList:
    """Of orders that are placed, what is still to come. A constant number of queries. Raises NothingToPick."""
    placed = [order for order in orders if order.status == "placed"]
    lines = GroceryLine.objects.filter(
        grocery_list__plan__in=[order.plan_id for order in placed],
        grocery_list__placed_at__isnull=False,
    ).select_related("ingredient", "grocery_list__plan__household")
    left = arriving.outstanding({row.grocery_list_id for row in lines})
    rows = [row for row in lines if row.ingredient_id in left[row.grocery_list_id]]
    vendors = tuple(sorted({order.vendor.name for order in placed}))
    return _listed(rows, vendors, now)


def list_for_shop(request: ShopRequest) -> PickList:
    """What one shop is asked to bring for one home, without what it does not have and, while something is to come, what
    has come. Raises NothingToPick.
    """
    lines = request.grocery_list.lines.select_related("ingredient", "grocery_list__plan__household")
    left = arriving.outstanding([request.grocery_list_id])[request.grocery_list_id]
    rows = [row for row in lines if row.ingredient_id in left or not left]
    return _listed(rows, (request.vendor.name,), request.asked_at)


def _listed(rows: Iterable[GroceryLine], vendors: tuple[str, ...], now: datetime) -> PickList:
    bought = [row for row in rows if row.packs]
    if not bought:
        raise NothingToPick("Nothing is to be bought: these orders are not placed, delivered already, or empty.")
    currencies = {row.grocery_list.plan.household.currency for row in bought}
    if len(currencies) > 1:
        raise NothingToPick(f"One list has one currency; choose the orders of one of {', '.join(sorted(currencies))}.")
    return PickList(
        picks=tuple(_picks(bought)),
        homes=tuple(sorted({row.grocery_list.plan.household.name for row in bought})),
        vendors=vendors,
        total_paise=sum(row.price_paise for row in bought),
        currency=currencies.pop(),
        made_at=now,
    )


def _picks(bought: Sequence[GroceryLine]) -> list[Pick]:
    by_ingredient: dict[str, list[GroceryLine]] = defaultdict(list)
    for row in bought:
        by_ingredient[row.ingredient.slug].append(row)
    walk = {aisle: at for at, aisle in enumerate(AISLES)}
    picks = [_pick(rows) for rows in by_ingredient.values()]
    return sorted(picks, key=lambda pick: (walk.get(pick.aisle, len(walk)), pick.name))


def _pick(rows: Sequence[GroceryLine]) -> Pick:
    ingredient = rows[0].ingredient
    return Pick(
        aisle=ingredient.aisle,
        name=ingredient.name_en,
        name_hi=ingredient.name_hi,
        unit=ingredient.base_unit,
        packs=_together(rows),
        price_paise=sum(row.price_paise for row in rows),
        shares=tuple(_share(row) for row in sorted(rows, key=_home)),
    )


def _home(row: GroceryLine) -> tuple[str, int]:
    return row.grocery_list.plan.household.name, row.pk


def _share(row: GroceryLine) -> Share:
    packs = packs_in_words(_together([row]), row.ingredient.base_unit)
    return Share(_home(row)[0], packs, row.price_paise, _when(row))


def _when(row: GroceryLine) -> str:
    unit, found = row.ingredient.base_unit, arriving.needed(row)
    if len(found) == 1 and found[0].day == arriving.first_day(row.grocery_list):
        return ""
    return ", ".join(f"{part.day:%a %d %b} {amount_text(part.amount, unit, 'en')}" for part in found)


def _together(rows: Iterable[GroceryLine]) -> tuple[tuple[Decimal, int], ...]:
    """Largest pack first."""
    counts: dict[Decimal, int] = defaultdict(int)
    for row in rows:
        for pack in row.packs:
            counts[Decimal(pack["size"])] += int(pack["count"])
    return tuple(sorted(counts.items(), reverse=True))


def packs_in_words(packs: Iterable[tuple[Decimal, int]], unit: str) -> str:
    """ "1 × 1 kg + 2 × 500 g"; pieces say so, because "6 × 1" alone is a sum."""
    words = "pc" if unit == "piece" else ""
    return " + ".join(f"{count} × {amount_text(size, unit, 'en')} {words}".strip() for size, count in packs)


def aisle_name(aisle: str) -> str:
    return say(f"aisle_{aisle}", "en", to="page")


def as_facts(listed: PickList) -> dict[str, Any]:
    """Plain values, for a document: grouped by aisle in the order of the walk."""
    aisles: dict[str, list[Pick]] = defaultdict(list)
    for pick in listed.picks:
        aisles[aisle_name(pick.aisle)].append(pick)
    return {"aisles": aisles, "several": len(listed.homes) > 1}
