"""Plan again after something changed, touching as little as possible: first fewest changes, then the best score."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from mealplans.planner.explain import explain_conflict
from mealplans.planner.outcome import Impossible, WeekPlanResult
from mealplans.planner.plan import NORMAL, Effort, no_dish, planned
from mealplans.planner.problem import SlotKey, WeekProblem
from mealplans.planner.seating import Seating
from mealplans.planner.table import Table, tabulate
from mealplans.planner.validate import validate
from mealplans.planner.week_state import WeekState


def replan(
    problem: WeekProblem,
    meals: Mapping[SlotKey, str],
    changed: Collection[SlotKey] = (),
    *,
    effort: Effort = NORMAL,
) -> WeekPlanResult:
    """The plan nearest to `meals` that obeys `problem` as it is now; `bound` is among plans with as few changes.

    changed: slots that must get another dish. Every rule of `problem` holds: what the household was granted
    against a rule (a dish again within its cooldown), the caller lifts in `problem`.
    """
    validate(problem)
    table = tabulate(_refusing(problem, meals, changed))
    if not all(table.by_slot):
        return no_dish(table, effort.rescue)
    old = {key: slug for key, slug in meals.items() if key not in changed}
    return _Replanning(table, old, effort).run()


def _refusing(problem: WeekProblem, meals: Mapping[SlotKey, str], changed: Collection[SlotKey]) -> WeekProblem:
    """What must change is refused where it stands, so that an explanation counts it too."""
    stands = {key: frozenset({meals[key]}) for key in changed if key in meals}
    slots = (replace(slot, bans=slot.bans | stands.get(slot.key, frozenset())) for slot in problem.slots)
    return replace(problem, slots=tuple(slots))


class _Replanning:
    def __init__(self, table: Table, old: Mapping[SlotKey, str], effort: Effort) -> None:
        self.table = table
        self.effort = effort
        self.spent = 0.0
        self.kept = self._columns_of(old)
        self.allowed = list(range(len(table.columns)))

    def _columns_of(self, meals: Mapping[SlotKey, str]) -> list[int]:
        """Columns of these dishes where they are still allowed, in slot order."""
        return [
            at
            for at, column in enumerate(self.table.columns)
            if meals.get(self.table.slots[column.slot].key) == self.table.dishes[column.dish].slug
        ]

    def run(self) -> WeekPlanResult:
        kept_slots = {self.table.columns[at].slot for at in self.kept}
        around = [at for at in self.allowed if self.table.columns[at].slot not in kept_slots]
        return self._fill(sorted([*self.kept, *around])) or self._keep_most()

    def _fill(self, allowed: list[int], keep_at_least: int = 0) -> WeekPlanResult | None:
        """The best plan from these columns; None when there is none, or none was found in time."""
        seating = Seating(self.table, allowed)
        seating.model.add(seating.count(self._within(allowed)) >= keep_at_least)
        seating.maximize_score()
        chosen, answer = seating.solve(limit=self.effort.rescue, gap=self.effort.aim)
        self.spent += answer.deterministic_time
        if chosen is None:
            return None
        return planned(self.table, WeekState(self.table, chosen), answer.bound, self.spent)

    def _within(self, allowed: Collection[int]) -> list[int]:
        inside = set(allowed)
        return [at for at in self.kept if at in inside]

    def _keep_most(self) -> WeekPlanResult:
        """Some kept meal must give way: find how many can stay, then the best week with so many."""
        seating = Seating(self.table, self.allowed)
        seating.model.maximize(seating.count(self.kept))
        seating.hint(self.kept)
        chosen, answer = seating.solve(limit=self.effort.menu, gap=0.0)
        self.spent += answer.deterministic_time
        if answer.infeasible:
            found = explain_conflict(self.table, self.allowed, limit=self.effort.rescue)
            spent = self.spent + found.deterministic_time
            return Impossible(found.rules, True, spent, self.table.fingerprint(), found.more, found.together)
        if chosen is None:
            return Impossible((), False, self.spent, self.table.fingerprint())
        best = self._fill(self.allowed, answer.objective)
        return best or planned(self.table, WeekState(self.table, chosen), self.table.worth_of_the_best(), self.spent)
