"""What a shop does not have, and no dish needs any more: its line comes off the bill, its price goes back.

Apart from `shortages` because every change of a week asks this (`changing.settle`), and `shortages` makes changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bettermeals.lib.states import move
from households import ops
from households.billing import shortfalls
from mealplans import shopping
from mealplans.models import SHORTAGE_MOVES, MealStatus, Shortage, ShortageStatus
from mealplans.shop_asking import shortage_key
from mealplans.weeks import Week


def close(week: Week, by: str) -> list[Shortage]:
    """Undecided shortages whose ingredient is in no meal still to be cooked: off the bill. The caller bills."""
    waiting = Shortage.objects.filter(line__grocery_list__plan=week.plan, status=ShortageStatus.UNDECIDED)
    needed = {
        line.ingredient.slug
        for meal in week.meals
        if meal.status == MealStatus.PLANNED
        for line in meal.dish.lines.all()
    }
    rows = waiting.select_related("line__ingredient", "line__grocery_list", "request__vendor")
    ended = [row for row in rows if row.line.ingredient.slug not in needed]
    return [row for row in ended if end(week, row, ShortageStatus.SWAPPED, by)]


def end(week: Week, row: Shortage, status: str, by: str, **also: Any) -> bool:
    """Decide it, and take its price off the list. False when somebody else was first."""
    old = [state for state in SHORTAGE_MOVES.sources(status) if state != status]
    decided = {"decided_by": by, "decided_at": week.now, **also}
    if not move(Shortage, row.pk, table=SHORTAGE_MOVES, old=old, new=status, **decided):
        return False
    row.given_back_paise = shopping.off_the_bill(week.plan, row.line)
    Shortage.objects.filter(pk=row.pk).update(given_back_paise=row.given_back_paise)
    row.refresh_from_db(fields=["status", "decided_by", "decided_at", "instead"])
    ops.close_item(shortage_key(row), None, f"{ShortageStatus(row.status).label} ({by}).", week.now)
    return True


def give_back(week: Week, ended: Sequence[Shortage], paise: int, now: datetime) -> str:
    """After the bill: what was paid for them goes the way the household chose. Returns that way, "" for nothing."""
    charge = shopping.charge_of(week.plan)
    if charge is None or paise <= 0 or not ended:
        return ""
    named = ", ".join(row.line.ingredient.name_en for row in ended)
    return shortfalls.give_back(charge, paise, reason=f"Not in stock: {named}", now=now)
