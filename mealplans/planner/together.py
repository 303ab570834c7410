"""When giving up no single rule is enough: the fewest that are, all given up at once, and how far each must give.

One model more, within the same limit: every rule may give at a price, a rule that gives at all costs more than any
amount, and an amount costs what share of the rule's limit it is.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.seating import Seating
from mealplans.planner.table import Named, Row, Table
from mealplans.planner.week_state import WeekState

COOLDOWNS = (Rule.COOLDOWN, Rule.FAMILY_COOLDOWN)
#: The first are the first to be tried away, and so the last to be named.
ORDER = (Rule.FAMILY_COOLDOWN, Rule.QUOTA_MAX, Rule.COOLDOWN, Rule.QUOTA_MIN, Rule.MINUTES, Rule.BUDGET)
ANOTHER_RULE = 10_000_000
WHOLE_LIMIT = 10_000
#: Rupees and not paise: an amount to raise a budget by needs no more, and the numbers stay small.
PAISE = 100
MOST_OVER = 1_000_000


def rules_of_the_week(table: Table) -> list[set[Named]]:
    """Rules as residents know them: all cooldowns are one."""
    by_kind: dict[Named, set[Named]] = {}
    for row in table.rows:
        one = row.rule in COOLDOWNS
        by_kind.setdefault((row.rule, "" if one else row.subject), set()).add((row.rule, row.subject))
    if table.budget is not None:
        by_kind[Rule.BUDGET, ""] = {(Rule.BUDGET, "")}
    return [by_kind[kind] for kind in sorted(by_kind, key=lambda kind: (ORDER.index(kind[0]), kind[1]))]


def longest_wait(table: Table, names: Collection[Named]) -> int:
    return max(wait for rule, subject, _, wait in table.waits() if (rule, subject) in names)


def limit_of(table: Table, rule: Rule, rows: list[Row]) -> int | None:
    if rule == Rule.BUDGET:
        return table.budget
    return rows[0].low if rule == Rule.QUOTA_MIN else rows[0].high


def enough_together(table: Table, columns: list[int], *, limit: float) -> tuple[tuple[Violation, ...], float]:
    """The rules that give and how far, with the work spent; no rules when nothing was found within `limit`."""
    model = _Giving(table, columns)
    chosen, answer = model.seating.solve(limit=limit, gap=0.0)
    if chosen is None:
        return (), answer.deterministic_time
    return tuple(model.given(set(chosen), WeekState(table, chosen).bill)), answer.deterministic_time


class _Giving:
    def __init__(self, table: Table, columns: list[int]) -> None:
        self.table = table
        self.groups = rules_of_the_week(table)
        self.seating = Seating(table, columns, without={name for names in self.groups for name in names})
        self.seating.model.minimize(sum(self._price(names) for names in self.groups))

    def _price(self, names: set[Named]) -> Any:
        model, rows = self.seating.model, self._rows(names)
        gives = model.new_bool_var("")
        over = self._over_budget() if not rows else self._over(names, rows)
        model.add(over == 0).only_enforce_if(gives.negated())
        limit = (self.table.budget or 0) // PAISE if not rows else (limit_of(self.table, rows[0].rule, rows) or 0)
        return ANOTHER_RULE * gives + max(1, WHOLE_LIMIT // max(1, limit)) * over

    def _rows(self, names: set[Named]) -> list[Row]:
        return [row for row in self.table.rows if (row.rule, row.subject) in names]

    def _over_budget(self) -> Any:
        over = self.seating.model.new_int_var(0, MOST_OVER, "")
        self.seating.model.add(self.seating.bill.paise <= (self.table.budget or 0) + PAISE * over)
        return over

    def _over(self, names: set[Named], rows: list[Row]) -> Any:
        """What each rule of these lacks, added up: minutes, servings, or repeats of each dish."""
        lacks = {name: self.seating.model.new_int_var(0, MOST_OVER, "") for name in sorted(names)}
        for row in rows:
            reached, lack = self.seating.weigh(row.terms), lacks[row.rule, row.subject]
            if row.high is not None:
                self.seating.model.add(reached <= row.high + lack)
            if row.low is not None:
                self.seating.model.add(reached + lack >= row.low)
        return sum(lacks.values())

    def given(self, chosen: set[int], bill: int) -> list[Violation]:
        found = [self._given(names, chosen, bill) for names in self.groups]
        return [violation for violation in found if violation is not None]

    def _given(self, names: set[Named], chosen: set[int], bill: int) -> Violation | None:
        rule, subject = min(names)
        if rule == Rule.BUDGET:
            budget = self.table.budget or 0
            return Violation(rule, None, None, "", budget, bill) if bill > budget else None
        rows = self._rows(names)
        if rule in COOLDOWNS:
            return self._repeated(names, rows, chosen)
        limit, got = limit_of(self.table, rule, rows) or 0, reached(rows[0], chosen)
        broken = got < limit if rule == Rule.QUOTA_MIN else got > limit
        return Violation(rule, None, None, subject, limit, got) if broken else None

    def _repeated(self, names: set[Named], rows: list[Row], chosen: set[int]) -> Violation | None:
        extra: dict[Named, int] = {}
        for row in rows:
            name = (row.rule, row.subject)
            extra[name] = max(extra.get(name, 0), reached(row, chosen) - (row.high or 0))
        repeats = sum(extra.values())
        subject = min(names)[1] if len(names) == 1 else ""
        wait = longest_wait(self.table, names)
        return Violation(min(names)[0], None, None, subject, wait, repeats) if repeats else None


def reached(row: Row, chosen: set[int]) -> int:
    return sum(weight for at, weight in row.terms if at in chosen)
