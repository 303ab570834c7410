"""What a household likes, 0 to 100 per dish: every rating and wish counts half as much two months later. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from mealplans.planner.problem import NEUTRAL_PREFERENCE

HALF_LIFE = timedelta(days=60)
#: A bad dinner is remembered longer than a good one is missed; swapping a dish away may only mean "not this week".
#: A full pot that comes back says less than a word does, and one scraped empty may have been a small pot.
POINTS: Mapping[str, int] = {
    "good": 15,
    "ok": 0,
    "bad": -25,
    "requested": 12,
    "swapped_in": 8,
    "swapped_out": -10,
    "left_over": -8,
    "ran_short": 5,
}


def scores(
    signals: Iterable[tuple[str, str, datetime]],
    now: datetime,
    *,
    points: Mapping[str, int] = POINTS,
    half_life: timedelta = HALF_LIFE,
) -> dict[str, int]:
    """(dish slug, a key of `points`, when) -> score per dish; a dish that nobody spoke of is left out."""
    sums: dict[str, float] = {}
    for dish, kind, when in signals:
        age = max((now - when) / half_life, 0.0)
        sums[dish] = sums.get(dish, 0.0) + points[kind] * 0.5**age
    return {dish: max(0, min(100, round(NEUTRAL_PREFERENCE + total))) for dish, total in sums.items()}
