"""The cheapest whole packs that cover a need: exact, by dynamic programming over the packs' common step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import gcd, lcm


@dataclass(frozen=True, slots=True)
class PackMix:
    """`counts`: (index of the pack as given, how many), largest pack first; `size` is what all of them hold."""

    counts: tuple[tuple[int, int], ...]
    price_paise: int
    size: Decimal


def cheapest_packs(need: Decimal, packs: Sequence[tuple[Decimal, int]]) -> PackMix:
    """Packs (size, paise) that hold at least `need`: the cheapest; of those the smallest surplus, then fewest packs.

    Raises ValueError when something is needed and no pack is given, or a pack holds nothing.
    """
    if need <= 0:
        return PackMix((), 0, Decimal(0))
    if not packs or any(size <= 0 for size, _ in packs):
        raise ValueError(f"{need} is needed and the packs are {list(packs)}")
    whole = lcm(*(Fraction(size).denominator for size, _ in packs))
    sizes = [int(Fraction(size) * whole) for size, _ in packs]
    step = gcd(*sizes)
    steps = -(-Fraction(need) * whole // step)
    picks = _picks(int(steps), [size // step for size in sizes], [price for _, price in packs])
    counts = {at: picks.count(at) for at in set(picks)}
    largest_first = sorted(counts.items(), key=lambda item: (-sizes[item[0]], item[0]))
    price = sum(packs[at][1] * count for at, count in largest_first)
    return PackMix(tuple(largest_first), price, sum((packs[at][0] * n for at, n in largest_first), Decimal(0)))


def _picks(steps: int, sizes: list[int], prices: list[int]) -> list[int]:
    """best[n]: (paise, steps held, packs, pack picked last) to cover n steps; sums, so ties break alike all the way."""
    best: list[tuple[int, int, int, int]] = [(0, 0, 0, -1)]
    for covered in range(1, steps + 1):
        best.append(
            min(
                (paise + prices[at], held + size, packs + 1, at)
                for at, size in enumerate(sizes)
                for paise, held, packs, _ in [best[max(0, covered - size)]]
            )
        )
    picks = []
    while steps > 0:
        picks.append(best[steps][3])
        steps -= sizes[picks[-1]]
    return picks
