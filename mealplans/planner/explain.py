"""Why there is no plan: a smallest set of rules that cannot hold together, each with the best that can be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from mealplans.planner.cp import INFEASIBLE
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.seating import Seating
from mealplans.planner.table import Named, Row, Table
from mealplans.planner.together import enough_together, limit_of, longest_wait, rules_of_the_week


@dataclass(frozen=True, slots=True)
class Conflict:
    rules: tuple[Violation, ...]
    more: bool  # beside these, other rules are in conflict too
    together: tuple[Violation, ...]  # where none of `rules` alone is enough: what is, all at once
    deterministic_time: float


def explain_conflict(table: Table, allowed: Iterable[int], *, limit: float) -> Conflict:
    """Rules of the week that cannot hold together. What cannot be proved within `limit` stays named."""
    search = _Conflict(table, list(allowed), limit)
    rules = search.smallest()
    together: tuple[Violation, ...] = ()
    if not any(rule.enough for rule in rules):
        together, spent = enough_together(table, search.columns, limit=limit)
        search.spent += spent
    return Conflict(rules, search.more, together, search.spent)


class _Conflict:
    def __init__(self, table: Table, columns: list[int], limit: float) -> None:
        self.table = table
        self.limit = limit
        self.spent = 0.0
        self.columns = columns
        self.more = False

    def smallest(self) -> tuple[Violation, ...]:
        """One rule that cannot hold even by itself is the common case, and cheap to find; else each is tried away."""
        groups = rules_of_the_week(self.table)
        single = [names for names in groups if self._impossible_without(set().union(*groups) - names)]
        core = single[-1:] or self._core(groups)
        lifted = {name for names in groups if names not in core for name in names}
        self.more = len(single) > 1
        return tuple(self._best_reachable(names, lifted) for names in core)

    def _core(self, groups: list[set[Named]]) -> list[set[Named]]:
        lifted: set[Named] = set()
        core = []
        for names in groups:
            if self._impossible_without(lifted | names):
                lifted |= names
            else:
                core.append(names)
        return core

    def _impossible_without(self, names: set[Named]) -> bool:
        seating = Seating(self.table, self.columns, without=names)
        _, answer = seating.solve(limit=self.limit, gap=0.0)
        self.spent += answer.deterministic_time
        return answer.status == INFEASIBLE

    def _best_reachable(self, names: set[Named], lifted: set[Named]) -> Violation:
        """How near this rule one can come while all else holds; if that is not possible, while the core does."""
        rule, subject = min(names)
        rows = [row for row in self.table.rows if (row.rule, row.subject) in names]
        if rule in (Rule.COOLDOWN, Rule.FAMILY_COOLDOWN):
            named = subject if len(names) == 1 else ""
            best, enough = self._nearest(names, lifted, lambda seating: self._repeats(seating, rows))
            return Violation(rule, None, None, named, longest_wait(self.table, names), best, enough)
        best, enough = self._nearest(names, lifted, lambda seating: self._quantity(seating, rule, rows))
        return Violation(rule, None, None, subject, limit_of(self.table, rule, rows), best, enough)

    def _nearest(
        self, names: set[Named], lifted: set[Named], quantity: Callable[[Seating], Any]
    ) -> tuple[int | None, bool]:
        """The least of a quantity (the most of what is wanted: its negative) without these names; whether that leaves
        a plan that keeps all the rest."""
        for without in (names, names | lifted) if not self.more else (names | lifted,):
            seating = Seating(self.table, self.columns, without=without)
            seating.model.minimize(quantity(seating))
            _, answer = seating.solve(limit=self.limit, gap=0.0)
            self.spent += answer.deterministic_time
            if answer.solved:
                return abs(answer.objective), without is names
            self.more = True
        return None, False

    @staticmethod
    def _quantity(seating: Seating, rule: Rule, rows: list[Row]) -> Any:
        if rule == Rule.BUDGET:
            return seating.bill.paise
        reached = seating.weigh(rows[0].terms)
        return -reached if rule == Rule.QUOTA_MIN else reached

    def _repeats(self, seating: Seating, rows: list[Row]) -> Any:
        """Servings that come too soon after another of the same dish or family."""
        extra: dict[Named, Any] = {}
        for row in rows:
            name = (row.rule, row.subject)
            if name not in extra:
                extra[name] = seating.model.new_int_var(0, len(self.table.slots), "")
            seating.model.add(seating.weigh(row.terms) - (row.high or 0) <= extra[name])
        return sum(extra.values())
