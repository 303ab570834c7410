"""Plan a week: `plan_week(problem)` gives a plan with its proof, or the rules that leave none.

1. Lay the problem out as integers (`table`); find some plan by local search (`climb`).
2. From there choose the best menu, days left out (`menu`): this proves the bound.
3. Seat its dishes on days (`seating`), then improve by small exact changes (`climb` again).
4. Only if that is not within the aim of the bound: the whole model at once, from there.
5. Have the plan judged by the checker, which knows nothing of 1 to 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from mealplans.planner.checker import check_plan
from mealplans.planner.climb import climb
from mealplans.planner.explain import explain_conflict
from mealplans.planner.menu import Menu, best_menu
from mealplans.planner.outcome import Impossible, Planned, WeekPlanResult
from mealplans.planner.problem import WeekProblem
from mealplans.planner.reasons import Reasons
from mealplans.planner.seating import Seating
from mealplans.planner.table import EMPTY, Table, tabulate
from mealplans.planner.unserved import explain_unserved
from mealplans.planner.validate import validate
from mealplans.planner.week_state import WeekState


class PlannerMistake(AssertionError):
    """Our own plan breaks a rule, or its own proof: a defect of the planner, never of the input."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Limits in deterministic time (about seconds of an idle core) and in changes; never in clock time."""

    menu: float
    menu_gap: float  # stop the menu once proved this close
    changes: int  # of the local search
    rescue: float  # of the whole model
    aim: float  # gap with which the plan is good enough


QUICK = Effort(menu=1.0, menu_gap=0.01, changes=6_000, rescue=1.0, aim=0.05)
NORMAL = Effort(menu=12.0, menu_gap=0.005, changes=20_000, rescue=4.0, aim=0.01)
PROVE = Effort(menu=60.0, menu_gap=0.0, changes=20_000, rescue=120.0, aim=0.0)
EFFORTS = {"quick": QUICK, "normal": NORMAL, "prove": PROVE}


def plan_week(problem: WeekProblem, *, effort: Effort = NORMAL, explain: bool = True) -> WeekPlanResult:
    """The best week found and how far from the best possible it can be; the same input gives the same plan.

    explain: False where another attempt follows anyway; to explain takes longer than to see that there is no plan.
    Takes CPU seconds and loads the solver: call it in a worker. Raises InvalidProblem on contradictory facts.
    """
    validate(problem)
    table = tabulate(problem)
    if not all(table.by_slot):
        return no_dish(table, effort.rescue) if explain else Impossible((), True, 0.0, table.fingerprint())
    return _Planning(table, effort, explain).run()


def no_dish(table: Table, limit: float) -> Impossible:
    """A meal is left without any dish: no search is needed to know that there is no plan."""
    found = explain_unserved(table, limit=limit)
    spent = found.deterministic_time
    return Impossible(found.rules, True, spent, table.fingerprint(), found.more, found.together)


class _Planning:
    def __init__(self, table: Table, effort: Effort, explain: bool) -> None:
        self.table = table
        self.effort = effort
        self.explain = explain
        self.spent = 0.0

    def run(self) -> WeekPlanResult:
        start = climb(self.table, [EMPTY] * len(self.table.slots), self.effort.changes // 4)
        menu = best_menu(self.table, start.chosen, limit=self.effort.menu, gap=self.effort.menu_gap)
        self.spent += menu.answer.deterministic_time
        if menu.answer.infeasible:
            return self._impossible()
        bound = min(menu.answer.bound, self.table.worth_of_the_best())
        state = max(climb(self.table, self._seat(menu), self.effort.changes), start, key=lambda found: found.rank)
        if state.excess or _gap(bound, state.score) > self.effort.aim:
            chosen, bound, infeasible = self._rescue(state, bound)
            if infeasible:
                return self._impossible()
            state = WeekState(self.table, chosen)
        if state.excess:
            return self._unfinished(state)
        return planned(self.table, state, bound, self.spent)

    def _seat(self, menu: Menu) -> list[int]:
        """The menu's dishes on days; a rule may still be broken or a slot empty: `climb` mends that first."""
        seating = Seating(self.table, menu.allowed, elastic=True)
        seating.maximize_score()
        chosen, answer = seating.solve(limit=self.effort.rescue, gap=0.001)
        self.spent += answer.deterministic_time
        return chosen or [EMPTY] * len(self.table.slots)

    def _rescue(self, state: WeekState, bound: int) -> tuple[list[int], int, bool]:
        """The whole model from the plan so far: (plan, bound, proved that there is none)."""
        seating = Seating(self.table, list(range(len(self.table.columns))))
        seating.maximize_score(bound)
        seating.hint(state.chosen)
        chosen, answer = seating.solve(limit=self.effort.rescue, gap=self.effort.aim)
        self.spent += answer.deterministic_time
        if chosen is None:
            return state.chosen, bound, answer.infeasible and state.excess > 0
        better = max(WeekState(self.table, chosen), state, key=lambda found: found.rank)
        return better.chosen, min(bound, answer.bound), False

    def _impossible(self) -> Impossible:
        if not self.explain:
            return Impossible((), True, self.spent, self.table.fingerprint())
        found = explain_conflict(self.table, range(len(self.table.columns)), limit=self.effort.rescue)
        spent = self.spent + found.deterministic_time
        return Impossible(found.rules, True, spent, self.table.fingerprint(), found.more, found.together)

    def _unfinished(self, state: WeekState) -> Impossible:
        """Neither a plan nor a proof in time: the rules the best attempt still breaks."""
        broken = tuple(check_plan(self.table.problem, self.table.meals(state.chosen)))
        return Impossible(broken, False, self.spent, self.table.fingerprint())


def planned(table: Table, state: WeekState, bound: int, spent: float) -> Planned:
    """The finished plan. Raises PlannerMistake when the independent checker disagrees, or the bound is none."""
    meals = table.meals(state.chosen)
    broken = check_plan(table.problem, meals)
    if broken:
        raise PlannerMistake(f"the planner's own plan breaks {broken[:3]}")
    if bound < state.score:
        raise PlannerMistake(f"the plan scores {state.score}, above the proved bound {bound}")
    choices = {slot.key: len(columns) for slot, columns in zip(table.slots, table.by_slot, strict=True)}
    return Planned(
        meals=meals,
        objective=state.score,
        bound=bound,
        gap=_gap(bound, state.score),
        cost_paise=state.bill,
        reasons=Reasons(table.problem).of_all(meals, choices),
        deterministic_time=spent,
        model_hash=table.fingerprint(),
    )


def _gap(bound: int, score: int) -> float:
    return (bound - score) / max(1, abs(score))
