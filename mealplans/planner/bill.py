"""What the week's dishes cost, written into a CP-SAT model: whole packs, opened perishables, the budget.

The menu (which dishes) and the seating (which day) count servings differently and share all of this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from math import gcd
from typing import Any

from mealplans.planner.purchase import Purchase
from mealplans.planner.table import Table, most_servings


@dataclass(frozen=True, slots=True)
class Use:
    """An amount of one ingredient, taken `count` times; `count` is a solver variable from 0 to `most`."""

    count: Any
    most: int
    need: int


def add_bill(
    model: Any,
    table: Table,
    columns: list[int],
    servings_of: Callable[[list[int]], list[Any]],
    *,
    repeats: bool = False,
) -> Bill:
    """Price these columns' ingredients; the budget itself is the caller's to add.

    servings_of: the solver variables that add up to how many of some columns are served.
    repeats: the caller's model may break cooldowns, so they may not be used here to bound how often.
    """
    uses: list[list[Use]] = [[] for _ in table.purchases]
    for (dish, _), group in sorted(_by_amount(table, columns).items()):
        most = most_servings(table, group, 0 if repeats else table.wait(dish))
        count = _one_variable(model, servings_of(group), most)
        for purchase, need in table.columns[group[0]].needs:
            uses[purchase].append(Use(count, most, need))
    bill = Bill(model, priced=table.budget is not None)
    for number, amounts in enumerate(_amounts(table, columns)):
        if uses[number]:
            bill.add(table.purchases[number], uses[number], amounts)
    return bill


def _one_variable(model: Any, parts: list[Any], most: int) -> Any:
    """What adds up to one number gets one variable: its packs then depend on two numbers, not on twenty."""
    if len(parts) == 1:
        return parts[0]
    count = model.new_int_var(0, most, "")
    model.add(count == sum(parts))
    return count


def _by_amount(table: Table, columns: list[int]) -> dict[tuple[int, Decimal], list[int]]:
    """Columns of one dish for as many eaters need the same amounts: they are counted together."""
    found: dict[tuple[int, Decimal], list[int]] = {}
    for at in columns:
        column = table.columns[at]
        found.setdefault((column.dish, table.servings[column.slot]), []).append(at)
    return found


def _amounts(table: Table, columns: list[int]) -> list[list[set[int]]]:
    """For each purchase and slot the amounts its dishes take."""
    amounts: list[list[set[int]]] = [[set() for _ in table.slots] for _ in table.purchases]
    for at in columns:
        column = table.columns[at]
        for purchase, need in column.needs:
            amounts[purchase][column.slot].add(need)
    return amounts


class Bill:
    """Adds purchases to a model one by one; `paise` and `leftover` are the sums so far, as solver expressions."""

    def __init__(self, model: Any, priced: bool) -> None:
        self.model = model
        self.priced = priced
        self.paise: Any = 0
        self.leftover: Any = 0

    def add(self, purchase: Purchase, uses: list[Use], amounts_by_slot: list[set[int]]) -> None:
        """`amounts_by_slot`: what each slot may take, from which the lines under the price are drawn."""
        if not self.priced and not purchase.leftover:
            return
        opened = self._opened(purchase, uses)
        if self.priced and _is_loose(purchase, uses):
            self.paise += sum(purchase.price(use.need) * use.count for use in uses)
        elif self.priced:
            self._price(purchase, uses, amounts_by_slot, opened)

    def _opened(self, purchase: Purchase, uses: list[Use]) -> Any:
        """1 when the week needs more than the pantry holds. Tied dish by dish: summed, the bound is useless."""
        opened = self.model.new_bool_var("")
        self.leftover += purchase.leftover * opened
        for use in uses:
            if use.need > purchase.pantry:
                self.model.add(use.count <= use.most * opened)
        if purchase.pantry:
            most = sum(use.need * use.most for use in uses)
            beyond = max(0, most - purchase.pantry)
            self.model.add(sum(use.need * use.count for use in uses) <= purchase.pantry + beyond * opened)
        return opened

    def _price(self, purchase: Purchase, uses: list[Use], amounts: list[set[int]], opened: Any) -> None:
        """Packs of each size as whole numbers that cover the need."""
        most = sum(max(slot, default=0) for slot in amounts)
        unit = gcd(*(use.need for use in uses), *(size for size, _ in purchase.packs), purchase.pantry)
        packs = [
            (self.model.new_int_var(0, -(-most // size), ""), size // unit, price) for size, price in purchase.packs
        ]
        need = sum((use.need // unit) * use.count for use in uses)
        self.model.add(sum(count * size for count, size, _ in packs) + purchase.pantry // unit >= need)
        paid = sum(count * price for count, _, price in packs)
        self.paise += paid
        self._cut(purchase, uses, amounts, paid, opened)

    def _cut(self, purchase: Purchase, uses: list[Use], amounts: list[set[int]], paid: Any, opened: Any) -> None:
        """Redundant for whole dishes and packs; what keeps half dishes from being cheap."""
        least = min(purchase.price(use.need) for use in uses)
        for use in uses:
            if use.most == 1 and purchase.price(use.need) > least:
                self.model.add(paid >= purchase.price(use.need) * use.count)
        for run, rise, offset in purchase.floor_lines(amounts):
            unit = gcd(run, offset, *(rise * use.need for use in uses))
            line = sum((rise * use.need // unit) * use.count for use in uses) if rise else 0
            fixed = (offset // unit) * (opened if offset > 0 else 1)
            self.model.add(paid * (run // unit) >= line + fixed)


def _is_loose(purchase: Purchase, uses: list[Use]) -> bool:
    """Sold in steps that fit every dish, so that prices simply add up (eggs by the piece)."""
    single = len(purchase.packs) == 1 and not purchase.pantry
    return single and all(use.need % purchase.packs[0][0] == 0 for use in uses)
