"""First which dishes, then which day: the week as a menu, with its days left out.

Slots that are alike (same meal, same servings, both plain days or both feasts) are one group; a menu says how often
each group has each dish. What is tied to single days (repetition, the minutes of one visit) is left out or summed
over the week, so every plan is a menu and the best menu scores at least as high as the best plan: it is the bound.
Groups cut a thousand variables to three hundred and take out the symmetry between days. Proving 1 % on the whole
model took over a minute on hard weeks; the menu takes about one second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mealplans.planner.bill import add_bill
from mealplans.planner.cp import Answer, new_model, solve
from mealplans.planner.outcome import Rule
from mealplans.planner.score import is_feast
from mealplans.planner.table import Table, most_servings


@dataclass(frozen=True, slots=True)
class Menu:
    """`allowed`: columns of the chosen dishes in their groups, from which the week is seated."""

    answer: Answer
    allowed: list[int]


def best_menu(table: Table, start: list[int], *, limit: float, gap: float) -> Menu:
    """The best menu; `answer.bound` is a score no plan can exceed, and INFEASIBLE means that there is no plan.

    start: a plan, one column per slot, perhaps with rules broken: where the search begins.
    """
    model = _MenuModel(table)
    model.hint(start)
    answer = solve(model.model, model.counts, limit=limit, gap=gap, seed=table.problem.seed)
    taken = [entry for entry, count in zip(model.entries, answer.values, strict=False) if count]
    return Menu(answer, sorted(at for entry in taken for at in entry.columns))


@dataclass(slots=True)
class Entry:
    """A dish in a group of slots; `columns` are its places there, `most` the servings its cooldown allows."""

    group: int
    columns: list[int]
    most: int


def _groups(table: Table) -> list[list[int]]:
    """Alike slots share amounts, so that a pack's price depends on the menu only."""
    alike: dict[tuple[str, Decimal, bool, bool, bool, bool], list[int]] = {}
    for at, slot in enumerate(table.slots):
        veg, fast = slot.veg_only or bool(slot.vegetarians), slot.fasting or bool(slot.fasters)
        day = (is_feast(slot), veg, fast, slot.no_cook)
        alike.setdefault((slot.key.meal, table.servings[at], *day), []).append(at)
    return [alike[key] for key in sorted(alike)]


class _MenuModel:
    def __init__(self, table: Table) -> None:
        self.table = table
        self.model: Any = new_model()
        self.groups = _groups(table)
        self.entries = self._entries()
        self.counts = [self.model.new_int_var(0, entry.most, "") for entry in self.entries]
        self.entry_of = {at: n for n, entry in enumerate(self.entries) for at in entry.columns}
        self._fill_groups()
        self._cooldowns()
        self._minutes()
        self._quotas()
        self._score_and_bill()

    def _entries(self) -> list[Entry]:
        group_of = {slot: n for n, group in enumerate(self.groups) for slot in group}
        found: dict[tuple[int, int], list[int]] = {}
        for at, column in enumerate(self.table.columns):
            found.setdefault((group_of[column.slot], column.dish), []).append(at)
        return [
            Entry(group, columns, most_servings(self.table, columns, self.table.wait(dish)))
            for (group, dish), columns in sorted(found.items())
        ]

    def _counts_of(self, columns: Iterable[int]) -> list[Any]:
        return [self.counts[entry] for entry in sorted({self.entry_of[at] for at in columns})]

    def _sum(self, columns: Iterable[int], weight: Mapping[int, int] | None = None) -> Any:
        """The menu's count of these columns; those of one entry must all be named and weigh the same."""
        entries = {self.entry_of[at]: 1 if weight is None else weight[at] for at in columns}
        return sum(self.counts[entry] * by for entry, by in entries.items())

    def _fill_groups(self) -> None:
        for number, group in enumerate(self.groups):
            counts = [c for c, entry in zip(self.counts, self.entries, strict=True) if entry.group == number]
            self.model.add(sum(counts) == len(group))
            for part in [*([slot] for slot in group), *(group[:n] for n in range(2, len(group)))]:
                self._enough_for(part)

    def _enough_for(self, slots: list[int]) -> None:
        """Some slots of a group, and the first days of it, take fewer dishes: as many must suit them.

        A dish served lately may return only late in the week; without this, a menu could hold nothing else.
        """
        group = self.entries[self.entry_of[self.table.by_slot[slots[0]][0]]].group
        suited = {self.entry_of[at] for slot in slots for at in self.table.by_slot[slot]}
        if len(suited) < sum(1 for entry in self.entries if entry.group == group):
            self.model.add(sum(self.counts[entry] for entry in sorted(suited)) >= len(slots))

    def _cooldowns(self) -> None:
        for _, _, columns, wait in self.table.waits():
            if len({self.entry_of[at] for at in columns}) > 1:
                self.model.add(self._sum(columns) <= most_servings(self.table, columns, wait))

    def _minutes(self) -> None:
        """Visits that share a group are summed: their minutes cannot be told apart here."""
        minutes = {visit.key: visit.minutes for visit in self.table.problem.visits}
        for groups in self._groups_cooked_together():
            slots = [slot for group in groups for slot in self.groups[group]]
            columns = [at for slot in slots for at in self.table.by_slot[slot]]
            weight = {at: self.table.dishes[self.table.columns[at].dish].minutes for at in columns}
            visits = {self.table.slots[slot].visit for slot in slots}
            self.model.add(self._sum(columns, weight) <= sum(minutes[key] for key in visits))

    def _groups_cooked_together(self) -> list[set[int]]:
        joined: list[tuple[set[int], set[str]]] = []
        for number, group in enumerate(self.groups):
            numbers, visits = {number}, {self.table.slots[slot].visit for slot in group}
            for other in [known for known in joined if known[1] & visits]:
                joined.remove(other)
                numbers, visits = numbers | other[0], visits | other[1]
            joined.append((numbers, visits))
        return [numbers for numbers, _ in joined]

    def _quotas(self) -> None:
        for row in self.table.rows:
            if row.rule in (Rule.QUOTA_MIN, Rule.QUOTA_MAX):
                self.model.add_linear_constraint(
                    self._sum(at for at, _ in row.terms),
                    row.low if row.low is not None else 0,
                    row.high if row.high is not None else len(self.table.slots),
                )

    def hint(self, chosen: list[int]) -> None:
        served = Counter(self.entry_of[at] for at in chosen)
        for entry, count in enumerate(self.counts):
            self.model.add_hint(count, served[entry])

    def _score_and_bill(self) -> None:
        bill = add_bill(self.model, self.table, list(range(len(self.table.columns))), self._counts_of)
        if self.table.budget is not None:
            self.model.add(bill.paise <= self.table.budget)
        worth = [max(self.table.columns[at].worth for at in entry.columns) for entry in self.entries]
        points = sum(count * each for count, each in zip(self.counts, worth, strict=True))
        self.model.maximize(points - bill.leftover)
