"""The week as integers: one column per allowed (slot, dish), one row per rule that ties columns together.

The relaxation, the search and the exact model all read this table and nothing else, so a rule is written once.
Everything is sorted on the way in: two problems that differ only in the order of their parts give one table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from mealplans.planner.eligibility import Eligibility
from mealplans.planner.outcome import Rule
from mealplans.planner.problem import DishFacts, Slot, SlotKey, WeekProblem
from mealplans.planner.purchase import SCALE, Purchase, scaled
from mealplans.planner.score import Cell, Scorer, cells, expected_leftover

EMPTY = -1  # stands for a slot without a dish
Named = tuple[Rule, str]  # a rule and what it is about


@dataclass(frozen=True, slots=True)
class Column:
    slot: int
    dish: int
    worth: int  # score points of this dish in this slot, week aside
    needs: tuple[tuple[int, int], ...]  # (purchase, scaled amount)
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum(weight of each chosen column) <= high; None: no limit on that side."""

    rule: Rule
    subject: str
    terms: tuple[tuple[int, int], ...]  # (column, weight)
    low: int | None
    high: int | None


@dataclass(slots=True)
class Table:
    problem: WeekProblem
    slots: tuple[Slot, ...]
    dishes: tuple[DishFacts, ...]
    columns: list[Column] = field(default_factory=list)
    by_slot: list[list[int]] = field(default_factory=list)
    by_worth: list[list[int]] = field(default_factory=list)  # the same, the best dish of each slot first
    servings: list[Decimal] = field(default_factory=list)  # per slot
    at: dict[tuple[int, int], int] = field(default_factory=dict)  # (slot, dish) -> column
    rows: list[Row] = field(default_factory=list)
    purchases: list[Purchase] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    echoes: list[tuple[int, int, int]] = field(default_factory=list)  # (cell, cell next day, points lost)
    crowded: dict[int, int] = field(default_factory=dict)  # cell -> points lost for each dish after the first

    @property
    def budget(self) -> int | None:
        return self.problem.budget_paise

    def meals(self, chosen: list[int]) -> dict[SlotKey, str]:
        """The plan behind one chosen column per slot."""
        columns = (self.columns[at] for at in chosen)
        return {self.slots[c.slot].key: self.dishes[c.dish].slug for c in columns}

    def column_of(self, key: SlotKey, slug: str) -> int | None:
        for at, slot in enumerate(self.slots):
            if slot.key == key:
                return next((c for c in self.by_slot[at] if self.dishes[self.columns[c].dish].slug == slug), None)
        return None

    def worth_of_the_best(self) -> int:
        """No week is worth more than the best dish of every slot: all that is known before anything is proved."""
        return sum(self.columns[columns[0]].worth for columns in self.by_worth)

    def wait(self, dish: int) -> int:
        """Days from one serving of this dish to the next."""
        return self.problem.dish_cooldown_days.get(self.dishes[dish].slug, self.problem.cooldown_days)

    def waits(self) -> list[tuple[Rule, str, list[int], int]]:
        """Each dish and family with a cooldown: (rule, its slug, its columns, days)."""
        problem = self.problem
        groups: dict[tuple[Rule, str, int], list[int]] = {}
        for at, column in enumerate(self.columns):
            dish = self.dishes[column.dish]
            groups.setdefault((Rule.COOLDOWN, dish.slug, self.wait(column.dish)), []).append(at)
            wait = problem.family_cooldown_days.get(dish.family, 0) if dish.family else 0
            groups.setdefault((Rule.FAMILY_COOLDOWN, dish.family, wait), []).append(at)
        ordered = sorted(groups.items())
        return [(rule, subject, columns, wait) for (rule, subject, wait), columns in ordered if wait > 0]

    def fingerprint(self) -> str:
        """Names the mathematics of this week: the same table always gives the same plan."""
        parts = (
            [slot.key for slot in self.slots],
            [dish.slug for dish in self.dishes],
            self.columns,
            self.rows,
            self.budget,
            [(p.slug, p.packs, p.pantry, p.leftover) for p in self.purchases],
            (self.echoes, sorted(self.crowded.items()), self.problem.seed),
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def tabulate(
    problem: WeekProblem,
    fixed: Mapping[SlotKey, str] | None = None,
    granted: Mapping[SlotKey, str] | None = None,
    lifted: Mapping[SlotKey, Collection[Named]] | None = None,
) -> Table:
    """Lay the problem out. Slots without any allowed dish are kept, empty: `explain` says why.

    fixed: slots that keep their dish; it is not judged again, so a wish that was granted stays granted.
    granted: dishes let into a slot beside those its rules allow.
    lifted: rules that a slot does not keep, to learn what is possible without them.
    """
    slots = tuple(sorted(problem.slots, key=lambda slot: slot.key))
    table = Table(problem, slots, tuple(sorted(problem.dishes, key=lambda dish: dish.slug)))
    _Columns(table, lifted or {}).fill(fixed or {}, granted or {})
    worth = [column.worth for column in table.columns]
    table.by_worth = [sorted(columns, key=lambda at: (-worth[at], at)) for columns in table.by_slot]
    table.at = {(column.slot, column.dish): at for at, column in enumerate(table.columns)}
    table.rows = [*_visit_rows(table), *_cooldown_rows(table), *_quota_rows(table)]
    _link_cells(table)
    return table


class _Columns:
    """Fills columns, purchases and cells; the caches are worth it, a week has thousands of pairs."""

    def __init__(self, table: Table, lifted: Mapping[SlotKey, Collection[Named]]) -> None:
        self.table = table
        self.lifted = lifted
        self.scorer = Scorer(table.problem)
        self.rules = Eligibility(table.problem)
        self.purchase_of: dict[str, int] = {}
        self.cell_of: dict[Cell, int] = {}

    def fill(self, fixed: Mapping[SlotKey, str], granted: Mapping[SlotKey, str]) -> None:
        for at, slot in enumerate(self.table.slots):
            servings = self.scorer.servings(slot)
            allowed = [n for n, dish in enumerate(self.table.dishes) if self._may(slot, dish, fixed, granted)]
            self.table.servings.append(servings)
            first = len(self.table.columns)
            self.table.by_slot.append(list(range(first, first + len(allowed))))
            self.table.columns += [self._column(at, slot, n, servings) for n in allowed]

    def _may(self, slot: Slot, dish: DishFacts, fixed: Mapping[SlotKey, str], granted: Mapping[SlotKey, str]) -> bool:
        if slot.key in fixed:
            return fixed[slot.key] == dish.slug
        return granted.get(slot.key) == dish.slug or self._keeps_its_rules(slot, dish)

    def _keeps_its_rules(self, slot: Slot, dish: DishFacts) -> bool:
        if slot.key not in self.lifted:
            return self.rules.allows(slot, dish)
        return all((v.rule, v.subject) in self.lifted[slot.key] for v in self.rules.refusals(slot, dish))

    def _column(self, at: int, slot: Slot, number: int, servings: Decimal) -> Column:
        dish = self.table.dishes[number]
        found = tuple(self._cell(cell) for cell in cells(slot, dish))
        return Column(at, number, self.scorer.worth(slot, dish), self._needs(dish, servings), found)

    def _needs(self, dish: DishFacts, servings: Decimal) -> tuple[tuple[int, int], ...]:
        total: dict[int, int] = {}
        for slug, amount in dish.amounts:
            if not self.scorer.ingredients[slug].staple and amount:
                at = self._purchase(slug)
                total[at] = total.get(at, 0) + scaled(amount * servings)
        return tuple(sorted((at, need) for at, need in total.items() if need))

    def _purchase(self, slug: str) -> int:
        if slug not in self.purchase_of:
            problem, facts = self.table.problem, self.scorer.ingredients[slug]
            self.purchase_of[slug] = len(self.table.purchases)
            packs = tuple(sorted((scaled(size), price) for size, price in facts.packs))
            pantry = max(0, int(problem.pantry.get(slug, Decimal(0)) * SCALE))
            leftover = problem.weights.leftover * expected_leftover(facts)
            self.table.purchases.append(Purchase(slug, packs, pantry, leftover))
        return self.purchase_of[slug]

    def _cell(self, cell: Cell) -> int:
        if cell not in self.cell_of:
            self.cell_of[cell] = len(self.table.cells)
            self.table.cells.append(cell)
        return self.cell_of[cell]


def _link_cells(table: Table) -> None:
    weights = table.problem.weights
    number = {cell: at for at, cell in enumerate(table.cells)}
    for cell, at in number.items():
        after = number.get(cell.next_day())
        if after is not None and cell.next_day_weight(weights):
            table.echoes.append((at, after, cell.next_day_weight(weights)))
        if cell.same_day_weight(weights):
            table.crowded[at] = cell.same_day_weight(weights)


def _visit_rows(table: Table) -> Iterator[Row]:
    """The dishes of one visit share the cook's minutes. A visit of one slot is settled by eligibility."""
    for visit in sorted(table.problem.visits, key=lambda visit: visit.key):
        cooked = [at for at, slot in enumerate(table.slots) if slot.visit == visit.key]
        terms = tuple((c, table.dishes[table.columns[c].dish].minutes) for at in cooked for c in table.by_slot[at])
        if _most(table, terms) > visit.minutes:
            yield Row(Rule.MINUTES, visit.key, terms, None, visit.minutes)


def _cooldown_rows(table: Table) -> Iterator[Row]:
    """In any stretch of `wait` days at most one serving: of a dish, and of a family of look-alikes."""
    for rule, subject, columns, wait in table.waits():
        yield from _stretches(table, rule, subject, columns, wait)


def most_servings(table: Table, columns: list[int], wait: int) -> int:
    """How often these columns can be served at most with `wait` days from one serving to the next."""
    days = sorted(table.slots[slot].key.day for slot in {table.columns[at].slot for at in columns})
    if wait <= 0:
        return len(days)
    served = 0
    free_from = days[0] if days else None
    for day in days:
        if free_from is not None and day >= free_from:
            served, free_from = served + 1, day + timedelta(days=wait)
    return served


def _stretches(table: Table, rule: Rule, subject: str, columns: list[int], wait: int) -> Iterator[Row]:
    """One row per stretch of days that is not part of a longer one."""
    day_of = {at: table.slots[table.columns[at].slot].key.day for at in columns}
    seen: list[set[int]] = []
    for start in sorted(set(day_of.values())) if wait > 0 else ():
        inside = {at for at in columns if start <= day_of[at] < start + timedelta(days=wait)}
        many = len({table.columns[at].slot for at in inside}) > 1
        if many and not any(inside <= other for other in seen):
            seen.append(inside)
            yield Row(rule, subject, tuple((at, 1) for at in sorted(inside)), None, 1)


def _quota_rows(table: Table) -> Iterator[Row]:
    for quota in sorted(table.problem.quotas, key=lambda quota: (quota.tag, quota.at_least, str(quota.at_most))):
        terms = tuple((at, 1) for at, column in enumerate(table.columns) if _counts(table, column, quota.tag))
        if quota.at_least > 0:
            yield Row(Rule.QUOTA_MIN, quota.tag, terms, quota.at_least, None)
        if quota.at_most is not None and _most(table, terms) > quota.at_most:
            yield Row(Rule.QUOTA_MAX, quota.tag, terms, None, quota.at_most)


def _counts(table: Table, column: Column, tag: str) -> bool:
    dish = table.dishes[column.dish]
    return tag in dish.tags or tag == dish.family


def _most(table: Table, terms: tuple[tuple[int, int], ...]) -> int:
    """The largest sum one choice per slot can reach: a row no choice can break is not worth writing."""
    most: dict[int, int] = {}
    for at, weight in terms:
        slot = table.columns[at].slot
        most[slot] = max(most.get(slot, 0), weight)
    return sum(most.values())
