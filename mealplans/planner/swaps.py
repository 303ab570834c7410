"""Another dish for one slot: everything allowed, with its exact price and score difference, without a solver."""

from __future__ import annotations

from collections.abc import Mapping

from mealplans.planner.checker import check_dish, check_plan
from mealplans.planner.outcome import SwapOption, Violation
from mealplans.planner.problem import SlotKey, WeekProblem
from mealplans.planner.reasons import Reasons
from mealplans.planner.table import EMPTY, Table, tabulate
from mealplans.planner.week_state import WeekState


def swap_options(problem: WeekProblem, meals: Mapping[SlotKey, str], slot: SlotKey) -> list[SwapOption]:
    """Every other dish that may stand in the slot while the rest stays, best score first.

    A rule the week already breaks (a wish that was granted) does not forbid an option that breaks it no further.
    """
    others = {key: slug for key, slug in meals.items() if key != slot}
    table = tabulate(problem, fixed=others, granted={slot: meals.get(slot, "")})
    here = next(at for at, known in enumerate(table.slots) if known.key == slot)
    state = WeekState(table, [_standing(table, at, meals) for at in range(len(table.slots))])
    now, reasons = _Standing(state), Reasons(problem)
    options = []
    for column in table.by_slot[here]:
        dish = table.dishes[table.columns[column].dish].slug
        if dish == meals.get(slot):
            continue
        state.change(here, column)
        if now.allows(state):
            why = reasons.of(slot, {**others, slot: dish})
            options.append(SwapOption(dish, state.bill - now.bill, state.score - now.score, why))
    return sorted(options, key=lambda option: (-option.score_difference, option.price_difference_paise, option.dish))


def _standing(table: Table, at: int, meals: Mapping[SlotKey, str]) -> int:
    slug = meals.get(table.slots[at].key)
    return next((c for c in table.by_slot[at] if table.dishes[table.columns[c].dish].slug == slug), EMPTY)


class _Standing:
    """The week as it stands: its numbers, and the rules it already breaks."""

    def __init__(self, state: WeekState) -> None:
        self.bill = state.bill
        self.score = state.score
        self.over_budget = state.over_budget
        self.broken = state.broken_rows()

    def allows(self, state: WeekState) -> bool:
        """Whether no rule is broken that was not, and none further than it was."""
        return state.over_budget <= self.over_budget and all(
            by <= self.broken.get(row, 0) for row, by in state.broken_rows().items()
        )


def why_not(problem: WeekProblem, meals: Mapping[SlotKey, str], slot: SlotKey, dish: str) -> list[Violation]:
    """What the dish would break in this slot: its own rules first, then what the week would newly break."""
    own = check_dish(problem, slot, dish)
    before = check_plan(problem, meals)
    after = check_plan(problem, {**meals, slot: dish})
    return own + [found for found in after if found not in before and found not in own]
