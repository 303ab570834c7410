"""What the shop charges for a week's need of one ingredient, as the model sees it: whole packs, pantry taken off.

Amounts here are integers (hundredths of a base unit), so that sums are exact and solvers can read them.
`mealplans.groceries` prices the real list with its own code; the tests hold the two to the same paisa.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from math import gcd

SCALE = 100
# Beyond these the exact set of sums costs more than the sharper bound saves.
MOST_SUMS = 100_000
MOST_STAIRS = 2_000


def scaled(amount: Decimal) -> int:
    """An amount in whole hundredths, rounded as the shopping list rounds each dish's share."""
    return int((amount * SCALE).to_integral_value(ROUND_HALF_UP))


@dataclass(slots=True)
class Purchase:
    """The price curve of one ingredient. `packs`: (scaled size, paise)."""

    slug: str
    packs: tuple[tuple[int, int], ...]
    pantry: int
    leftover: int  # score points lost when a pack is opened
    step: int = field(init=False)
    _prices: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.step = gcd(*(size for size, _ in self.packs)) if self.packs else 1
        self._prices = [0]

    def price(self, need: int) -> int:
        """Paise for the cheapest packs that cover `need` beyond the pantry; 0 where no pack has a price."""
        if need <= self.pantry or not self.packs:
            return 0
        steps = -((self.pantry - need) // self.step)
        while len(self._prices) <= steps:
            at = len(self._prices)
            self._prices.append(min(p + self._prices[max(0, at - size // self.step)] for size, p in self.packs))
        return self._prices[steps]

    def floor_lines(self, amounts_by_slot: list[set[int]]) -> list[tuple[int, int, int]]:
        """Straight lines under the price at every need a plan can reach: (run, rise, offset).

        Each says run * price >= rise * need + offset, given that the ingredient is used at all. Together they
        are the lower convex hull of the staircase: what a relaxation that may buy half a pack pays at least.
        """
        smallest = min(amount for amounts in amounts_by_slot for amount in amounts)
        corners = self._corners(amounts_by_slot)
        if not corners:
            size, price = min(self.packs, key=lambda pack: pack[1] / pack[0])
            return [(1, 0, self.price(smallest)), (size, price, -price * self.pantry)]
        hull: list[tuple[int, int]] = []
        for need in sorted({smallest, *corners}):
            point = (need, self.price(need))
            while len(hull) > 1 and _at_or_above(hull[-1], hull[-2], point):
                hull.pop()
            hull.append(point)
        slopes = [(x2 - x1, y2 - y1, y1 * (x2 - x1) - x1 * (y2 - y1)) for (x1, y1), (x2, y2) in pairwise(hull)]
        return [(1, 0, hull[0][1]), *slopes]

    def _corners(self, amounts_by_slot: list[set[int]]) -> list[int]:
        """For each stair of the price the largest need still on it: only these bend the hull. [] if too many."""
        most = sum(max(amounts, default=0) for amounts in amounts_by_slot)
        stairs = range(self.pantry, most + self.step, self.step)
        unit = gcd(*(amount for amounts in amounts_by_slot for amount in amounts))
        if most // unit > MOST_SUMS or len(stairs) > MOST_STAIRS:
            return []
        sums = reachable_sums(amounts_by_slot, unit)
        below = ((sums & ((1 << (stair // unit + 1)) - 1)).bit_length() - 1 for stair in stairs)
        return [at * unit for at in below if at > 0]


def _at_or_above(point: tuple[int, int], start: tuple[int, int], end: tuple[int, int]) -> bool:
    """Whether a point is no corner of the hull below, because the straight line from start to end is as low."""
    run, rise = end[0] - start[0], end[1] - start[1]
    return (point[1] - start[1]) * run >= rise * (point[0] - start[0])


def reachable_sums(amounts_by_slot: list[set[int]], unit: int) -> int:
    """Bit n is set when one amount, or none, from each slot can add up to n units."""
    reach = 1
    for amounts in amounts_by_slot:
        start = reach
        for amount in amounts:
            reach |= start << (amount // unit)
    return reach
