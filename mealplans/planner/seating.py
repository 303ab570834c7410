"""The whole week as a CP-SAT model over chosen columns: from a menu to days, or everything at once.

With the columns of one menu it only has to place some twenty dishes, a matter of milliseconds; with all columns it
settles what the menu could not.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mealplans.planner.bill import Bill, add_bill
from mealplans.planner.cp import Answer, new_model, solve
from mealplans.planner.outcome import Rule
from mealplans.planner.table import EMPTY, Row, Table

# In an elastic model one broken unit of a row (a minute, a repeat) costs more points than any dish brings.
BROKEN = 500_000
MOST_BROKEN = 100  # units for which a slot is rather left empty


class Seating:
    """One slot, one dish, from the columns allowed; rows and budget of the table hold.

    elastic: rows may be broken at a price, so that there is always an answer to repair from; the bill is left
    out, since the dishes of one menu cost the same whatever their days.
    without: (rule, subject) of rows left out, to learn what is possible without them.
    """

    def __init__(
        self,
        table: Table,
        allowed: list[int],
        *,
        elastic: bool = False,
        without: Collection[tuple[Rule, str]] = (),
    ) -> None:
        self.table = table
        self.allowed = allowed
        self.model: Any = new_model()
        self.x = {at: self.model.new_bool_var("") for at in allowed}
        self.broken: Any = 0
        for columns in table.by_slot:
            self._slot([self.x[at] for at in columns if at in self.x], elastic)
        for row in table.rows:
            if (row.rule, row.subject) not in without:
                self._row(row, elastic)
        self.bill = Bill(self.model, priced=False) if elastic else self._bill(without)

    def _bill(self, without: Collection[tuple[Rule, str]]) -> Bill:
        repeats = any(rule == Rule.COOLDOWN for rule, _ in without)
        bill = add_bill(self.model, self.table, self.allowed, self._served, repeats=repeats)
        if self.table.budget is not None and (Rule.BUDGET, "") not in without:
            self.model.add(bill.paise <= self.table.budget)
        return bill

    def _served(self, columns: list[int]) -> list[Any]:
        return [self.x[at] for at in columns]

    def _slot(self, dishes: list[Any], elastic: bool) -> None:
        """One dish; in an elastic model a slot may stay empty, which costs more than any broken row."""
        if elastic:
            empty = self.model.new_bool_var("")
            self.broken += MOST_BROKEN * empty
            dishes = [*dishes, empty]
        self.model.add_exactly_one(dishes)

    def count(self, columns: list[int]) -> Any:
        return sum(self.x[at] for at in columns)

    def weigh(self, terms: tuple[tuple[int, int], ...]) -> Any:
        return sum(self.x[at] * weight for at, weight in terms if at in self.x)

    def _row(self, row: Row, elastic: bool) -> None:
        inside = [at for at, _ in row.terms if at in self.x]
        if row.high == 1 and row.low is None and not elastic:
            self.model.add_at_most_one(self.x[at] for at in inside)
            return
        most = sum(weight for _, weight in row.terms)
        slack = self.model.new_int_var(0, most + max(row.low or 0, 0), "") if elastic else 0
        self.broken += slack
        if row.high is not None:
            self.model.add(self.weigh(row.terms) <= row.high + slack)
        if row.low is not None:
            self.model.add(self.weigh(row.terms) + slack >= row.low)

    def solve(self, *, limit: float, gap: float) -> tuple[list[int] | None, Answer]:
        """The plan (one column per slot, EMPTY where an elastic model has none) if found; and what is proved."""
        wanted = [self.x[at] for at in self.allowed]
        answer = solve(self.model, wanted, limit=limit, gap=gap, seed=self.table.problem.seed)
        if not answer.solved:
            return None, answer
        chosen = [EMPTY] * len(self.table.slots)
        for at, value in zip(self.allowed, answer.values, strict=True):
            if value:
                chosen[self.table.columns[at].slot] = at
        return chosen, answer

    def hint(self, chosen: list[int]) -> None:
        served = set(chosen)
        for at, x in self.x.items():
            self.model.add_hint(x, at in served)

    def maximize_score(self, bound: int | None = None) -> None:
        worth = sum(self.table.columns[at].worth * x for at, x in self.x.items())
        score = worth - self.bill.leftover - self._repetition()
        if bound is not None:
            self.model.add(score <= bound)
        self.model.maximize(score - BROKEN * self.broken)

    def _repetition(self) -> Any:
        inside: dict[int, list[int]] = {}
        for at in self.allowed:
            for cell in self.table.columns[at].cells:
                inside.setdefault(cell, []).append(at)
        linked = [echo for echo in self.table.echoes if echo[0] in inside and echo[1] in inside]
        present = {cell: self._present(inside[cell]) for cell in sorted({c for echo in linked for c in echo[:2]})}
        lost: Any = 0
        for first, second, points in linked:
            both = self.model.new_bool_var("")
            self.model.add(present[first] + present[second] <= 1 + both)
            lost += points * both
        for cell, points in sorted(self.table.crowded.items()):
            if len(self._slots(inside.get(cell, []))) > 1:
                lost += points * self._beyond_first(inside[cell])
        return lost

    def _slots(self, columns: list[int]) -> set[int]:
        return {self.table.columns[at].slot for at in columns}

    def _present(self, columns: list[int]) -> Any:
        """1 when any of these is served; within one slot at most one is, so their sum says it."""
        if len(self._slots(columns)) == 1:
            return self.count(columns)
        present = self.model.new_bool_var("")
        for at in columns:
            self.model.add_implication(self.x[at], present)
        return present

    def _beyond_first(self, columns: list[int]) -> Any:
        more = self.model.new_int_var(0, len(self._slots(columns)) - 1, "")
        self.model.add(self.count(columns) <= 1 + more)
        return more
