"""Improve a plan by small exact changes: another dish in a slot, two slots' dishes traded, a change and its repair.

Prices whole packs exactly. Every choice is made by rank and then by column order, so the same start gives the same
end.
"""

from __future__ import annotations

from mealplans.planner.table import EMPTY, Table
from mealplans.planner.week_state import WeekState

MOST_REPAIRS = 24


def climb(table: Table, chosen: list[int], most_changes: int) -> WeekState:
    """The best plan found from `chosen` (slots may be EMPTY), in about `most_changes` steps."""
    state = WeekState(table, chosen)
    state.fill()
    limit = state.changes + most_changes
    while state.changes < limit and (_improve_one(state) or _trade_two(state) or _change_and_repair(state, limit)):
        pass
    return state


def _improve_one(state: WeekState) -> bool:
    """One sweep over all slots, taking the best dish for each as it stands."""
    improved = [state.choose_best(slot) for slot in range(len(state.chosen))]
    return any(improved)


def _trade_two(state: WeekState) -> bool:
    start = state.rank
    for first in range(len(state.chosen)):
        for second in range(first + 1, len(state.chosen)):
            _trade(state, first, second)
    return state.rank > start


def _trade(state: WeekState, first: int, second: int) -> None:
    """Let two slots trade dishes, if both dishes may and the week gains."""
    columns, at = state.table.columns, state.table.at
    here = at.get((first, columns[state.chosen[second]].dish))
    there = at.get((second, columns[state.chosen[first]].dish))
    if here is None or there is None:
        return
    before = state.rank
    old = (state.change(first, here), state.change(second, there))
    if state.rank <= before:
        state.change(first, old[0])
        state.change(second, old[1])


def _change_and_repair(state: WeekState, limit: int) -> bool:
    """Changes that would gain but break a rule, each with the one further change that mends it best."""
    start = state.rank
    for _, slot, column in sorted(_breaking_gains(state), reverse=True)[:MOST_REPAIRS]:
        old = state.change(slot, column)
        if _repair(state, slot, start):
            return True
        state.change(slot, old)
        if state.changes > limit:
            break
    return False


def _repair(state: WeekState, changed: int, start: tuple[int, int]) -> bool:
    """Make the week better than it was at `start` by one further change; False when none does."""
    return any(state.choose_best(slot, start) for slot in range(len(state.chosen)) if slot != changed)


def _breaking_gains(state: WeekState) -> list[tuple[int, int, int]]:
    """(points gained, slot, column) of single changes that would gain if no rule stood against them."""
    gains = []
    for slot in range(len(state.chosen)):
        score, old = state.score, state.change(slot, EMPTY)
        without = state.score
        for column in state.table.by_worth[slot]:
            if without + state.table.columns[column].worth <= score:
                break
            state.change(slot, column)
            if state.score > score:
                gains.append((state.score - score, slot, column))
        state.change(slot, old)
    return gains
