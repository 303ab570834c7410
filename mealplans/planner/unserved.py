"""A meal that no dish may be served at: which rules together refuse every dish, and which of them to give up.

Giving a rule up reaches as far as the change that does it: a fasting day is taken back for its day, an oven serves the
whole week, a diet gives way at the one table that its diner leaves. Never further, so that what is called enough is.
What makes somebody ill is never given up; nor is it known what something without a price would cost.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from mealplans.planner.eligibility import Eligibility
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.problem import Slot, SlotKey, WeekProblem
from mealplans.planner.seating import Seating
from mealplans.planner.table import Named, Table, tabulate

NEVER_GIVEN_UP = frozenset({Rule.ALLERGEN, Rule.UNPRICED})
OF_THE_DAY = frozenset({Rule.FASTING, Rule.VEG_DAY, Rule.STALE})
OF_THE_HOME = frozenset({Rule.EQUIPMENT, Rule.NEVER})
#: What can only be met by leaving the meal out.
LEFT_OUT = frozenset({Rule.MEAL, Rule.AHEAD})
#: The first are the first to be kept, and so the last to be named.
ORDER = (
    *(Rule.NEVER, Rule.JAIN, Rule.DIET, Rule.FASTING, Rule.VEG_DAY, Rule.PINNED, Rule.BANNED, Rule.NO_COOK, Rule.MEAL),
    *(Rule.AHEAD, Rule.FAMILY_COOLDOWN, Rule.COOLDOWN, Rule.STALE, Rule.SKILL, Rule.EQUIPMENT, Rule.MINUTES),
)
#: Each is tried away once; beyond so many nobody would change them all, and it would take too long.
MOST_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class Unserved:
    """As `explain.Conflict`: `rules` of the first such meal, and what is enough together where none of them is."""

    rules: tuple[Violation, ...]
    more: bool
    together: tuple[Violation, ...]
    deterministic_time: float


@dataclass(frozen=True, slots=True)
class Lift:
    """One rule given up in these slots; `named` says it as it is told."""

    rule: Rule
    subject: str
    slots: frozenset[SlotKey]
    named: Violation


def explain_unserved(table: Table, *, limit: float) -> Unserved:
    return _Unserved(table, limit).explain()


def refusing(table: Table, slot: Slot) -> tuple[Violation, ...]:
    """Rules that together refuse every dish for this slot. Smallest: without any one of them some dish would be
    allowed; `got` says how many would be, were only that rule lifted."""
    rules = Eligibility(table.problem)
    refusals = [{(v.rule, v.subject) for v in rules.refusals(slot, dish)} for dish in table.dishes]
    # A dish that is not for this meal was never a candidate: the meal is no rule one could lift.
    candidates = [names for names in refusals if Rule.MEAL not in {rule for rule, _ in names}]
    if not candidates:
        return (Violation(Rule.MEAL, slot.key, None, slot.key.meal, None, 0),)
    return tuple(_refusal(slot, name, candidates) for name in _smallest_cover(candidates))


def _smallest_cover(candidates: list[set[Named]]) -> list[Named]:
    """Rules such that every candidate breaks one: drop, in turn, each that the others make up for."""
    breaks: dict[Named, int] = {}
    for names in candidates:
        for name in names:
            breaks[name] = breaks.get(name, 0) + 1
    kept = set(breaks)
    for name in sorted(breaks, key=lambda name: (breaks[name], name)):
        if all(names & (kept - {name}) for names in candidates):
            kept.discard(name)
    return sorted(kept, key=lambda name: (-breaks[name], name))


def _refusal(slot: Slot, name: Named, candidates: list[set[Named]]) -> Violation:
    left = sum(1 for names in candidates if names == {name})
    return Violation(name[0], slot.key, None, name[1], None, left)


class _Unserved:
    def __init__(self, table: Table, limit: float) -> None:
        self.table = table
        self.limit = limit
        self.spent = 0.0
        self.empty = [s for s, columns in zip(table.slots, table.by_slot, strict=True) if not columns]

    def explain(self) -> Unserved:
        rules = tuple(self._alone(found) for found in refusing(self.table, self.empty[0]))
        enough = any(rule.enough for rule in rules)
        together = () if enough else self._together()
        return Unserved(rules, not enough and not together and self._others(rules), together, self.spent)

    def _others(self, rules: Sequence[Violation]) -> bool:
        """Another meal is empty too, or what refuses this one could be given up and still left no week."""
        return len(self.empty) > 1 or any(self._lift(rule) for rule in rules)

    def _alone(self, found: Violation) -> Violation:
        lift = self._lift(found)
        seating = self._seating([lift]) if lift else None
        if lift is None or seating is None or not self._solved(seating):
            return found
        if found.rule == Rule.MINUTES:
            return next(iter(self._given([lift])), found)
        return replace(found, enough=True)

    def _lift(self, found: Violation) -> Lift | None:
        if found.slot is None or found.rule in NEVER_GIVEN_UP:
            return None
        reached = (slot.key for slot in self.table.slots if self._reaches(found, slot))
        return Lift(found.rule, found.subject, frozenset(reached), found)

    @staticmethod
    def _reaches(found: Violation, slot: Slot) -> bool:
        if found.rule == Rule.MINUTES:
            return slot.visit == found.subject
        if found.rule in OF_THE_DAY:
            return found.slot is not None and slot.key.day == found.slot.day
        return found.rule in OF_THE_HOME or slot.key == found.slot

    def _seating(self, lifts: Collection[Lift]) -> Seating | None:
        """The week with these given up; None when a meal is still without a dish, or no meal is left."""
        problem = self._without(lifts)
        names: dict[SlotKey, set[Named]] = {}
        for lift in lifts:
            for key in lift.slots:
                names.setdefault(key, set()).add((lift.rule, lift.subject))
        table = tabulate(problem, lifted=names) if problem.slots else None
        if table is None or not all(table.by_slot):
            return None
        minutes = {(lift.rule, lift.subject) for lift in lifts if lift.rule == Rule.MINUTES}
        return Seating(table, list(range(len(table.columns))), without=minutes)

    def _without(self, lifts: Collection[Lift]) -> WeekProblem:
        out = {lift.named.slot for lift in lifts if lift.rule in LEFT_OUT}
        kept = tuple(slot for slot in self.table.problem.slots if slot.key not in out)
        return replace(self.table.problem, slots=kept)

    def _solved(self, seating: Seating) -> bool:
        _, answer = seating.solve(limit=self.limit, gap=0.0)
        self.spent += answer.deterministic_time
        return answer.solved

    def _holds(self, lifts: Collection[Lift]) -> bool:
        seating = self._seating(lifts)
        return seating is not None and self._solved(seating)

    def _together(self) -> tuple[Violation, ...]:
        """As few as can be found of all that refuse a meal: each is tried away, those about people first."""
        found = [self._lift(rule) for slot in self.empty for rule in refusing(self.table, slot)]
        lifts = {(each.rule, each.subject, each.slots): each for each in found if each is not None}
        kept = sorted(lifts.values(), key=lambda lift: (ORDER.index(lift.rule), lift.subject, min(lift.slots)))
        if not 1 < len(kept) <= MOST_TOGETHER or not self._holds(kept):
            return ()
        for lift in list(kept):
            fewer = [each for each in kept if each != lift]
            if self._holds(fewer):
                kept = fewer
        return tuple(replace(each, enough=False) for each in self._given(kept))

    def _given(self, lifts: Sequence[Lift]) -> list[Violation]:
        """How far each gives: visits by as many minutes as a week needs that asks for the fewest."""
        minutes = {lift.subject for lift in lifts if lift.rule == Rule.MINUTES}
        others = [lift.named for lift in lifts if lift.rule != Rule.MINUTES]
        return [*(self._visits(lifts, minutes) if minutes else []), *others]

    def _visits(self, lifts: Sequence[Lift], visits: Collection[str]) -> list[Violation]:
        seating = self._seating(lifts)
        if seating is None:
            return []
        rows = [row for row in seating.table.rows if row.rule == Rule.MINUTES and row.subject in visits]
        seating.model.minimize(sum(seating.weigh(row.terms) for row in rows))
        chosen, answer = seating.solve(limit=self.limit, gap=0.0)
        self.spent += answer.deterministic_time
        taken = set(chosen or ())
        needs = {row.subject: sum(weight for at, weight in row.terms if at in taken) for row in rows}
        limits = {visit.key: visit.minutes for visit in self.table.problem.visits}
        return [
            Violation(Rule.MINUTES, None, None, visit, limits[visit], needs[visit], True)
            for visit in sorted(needs)
            if needs[visit] > limits[visit]
        ]
