"""One complete choice for every slot, kept scored while it is changed: what the local search walks on.

`change` is the hot path of the planner (some microseconds, called tens of thousands of times): it touches only
what the two columns mention.
"""

from __future__ import annotations

from mealplans.planner.table import EMPTY, Table

# One unit of a broken row (a minute, a repeat) weighs as much as this many paise over budget while repairing.
ROW_EXCESS = 5_000


class WeekState:
    """`excess` is 0 exactly when every row and the budget hold; then `score` is the score of the plan."""

    def __init__(self, table: Table, chosen: list[int]) -> None:
        self.table = table
        self.chosen = [EMPTY] * len(chosen)
        self.score = 0
        self.bill = 0
        self.row_excess = 0
        self.changes = 0
        self._rows_of = _rows_of_columns(table)
        self._bounds = [(row.low, row.high) for row in table.rows]
        self._sums = [0] * len(table.rows)
        self._needs = [0] * len(table.purchases)
        self._prices = [0] * len(table.purchases)
        self._counts = [0] * len(table.cells)
        self._partners = _partners(table)
        self.row_excess = sum(max(0, row.low) for row in table.rows if row.low is not None)
        for slot, column in enumerate(chosen):
            if column != EMPTY:
                self.change(slot, column)

    def broken_rows(self) -> dict[int, int]:
        """Number of each row that does not hold, and by how much."""
        broken = {}
        for row, ((low, high), at) in enumerate(zip(self._bounds, self._sums, strict=True)):
            by = max(0, at - high) if high is not None else 0
            by += max(0, low - at) if low is not None else 0
            if by:
                broken[row] = by
        return broken

    @property
    def over_budget(self) -> int:
        return 0 if self.table.budget is None else max(0, self.bill - self.table.budget)

    @property
    def excess(self) -> int:
        return self.over_budget + self.row_excess * ROW_EXCESS

    @property
    def rank(self) -> tuple[int, int]:
        """Larger is better: first nothing broken, then the score."""
        return (-self.excess, self.score)

    def change(self, slot: int, column: int) -> int:
        """Put a column (or EMPTY) into its slot; returns what stood there (undo is `change` with it)."""
        old = self.chosen[slot]
        if old != EMPTY:
            self._count(old, -1)
        if column != EMPTY:
            self._count(column, 1)
        self.chosen[slot] = column
        self.changes += 1
        return old

    def choose_best(self, slot: int, above: tuple[int, int] | None = None) -> bool:
        """Take the column that ranks highest; False, and nothing changed, when none ranks above `above`.

        above: by default the rank as it stands. A dish adds at most its worth to the score of the week without
        it, so once nothing is broken, columns in order of worth can be left at the first that cannot reach it.
        """
        best = self.rank if above is None else above
        keep = old = self.change(slot, EMPTY)
        without = self.score
        for column in self.table.by_worth[slot]:
            if best[0] == 0 and without + self.table.columns[column].worth <= best[1]:
                break
            self.change(slot, column)
            if self.rank > best:
                best, keep = self.rank, column
        self.change(slot, keep)
        return keep != old

    def fill(self) -> None:
        """Give each empty slot the dish that ranks best as the week stands."""
        nothing = (-(10**18), 0)
        for slot, column in enumerate(self.chosen):
            if column == EMPTY:
                self.choose_best(slot, nothing)

    def _count(self, at: int, sign: int) -> None:
        column = self.table.columns[at]
        self.score += sign * column.worth
        for row, weight in self._rows_of[at]:
            self._shift_row(row, sign * weight)
        for purchase, need in column.needs:
            self._shift_need(purchase, sign * need)
        for cell in column.cells:
            self._shift_cell(cell, sign)

    def _shift_row(self, row: int, by: int) -> None:
        low, high = self._bounds[row]
        before = self._sums[row]
        after = self._sums[row] = before + by
        if high is not None:
            self.row_excess += max(0, after - high) - max(0, before - high)
        if low is not None:
            self.row_excess += max(0, low - after) - max(0, low - before)

    def _shift_need(self, at: int, by: int) -> None:
        purchase = self.table.purchases[at]
        before = self._needs[at]
        after = self._needs[at] = before + by
        price = purchase.price(after)
        self.bill += price - self._prices[at]
        self._prices[at] = price
        if purchase.leftover:
            self.score -= purchase.leftover * ((after > purchase.pantry) - (before > purchase.pantry))

    def _shift_cell(self, cell: int, sign: int) -> None:
        before = self._counts[cell]
        after = self._counts[cell] = before + sign
        if (before == 0) != (after == 0):
            lost = sum(points for other, points in self._partners[cell] if self._counts[other])
            self.score -= sign * lost
        if max(before, after) > 1:
            self.score -= sign * self.table.crowded.get(cell, 0)


def _rows_of_columns(table: Table) -> list[list[tuple[int, int]]]:
    rows: list[list[tuple[int, int]]] = [[] for _ in table.columns]
    for number, row in enumerate(table.rows):
        for at, weight in row.terms:
            rows[at].append((number, weight))
    return rows


def _partners(table: Table) -> list[list[tuple[int, int]]]:
    partners: list[list[tuple[int, int]]] = [[] for _ in table.cells]
    for cell, after, points in table.echoes:
        partners[cell].append((after, points))
        partners[after].append((cell, points))
    return partners
