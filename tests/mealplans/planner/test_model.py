"""The planner's inner arithmetic against plain definitions: scores, prices, and the lines drawn under prices."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mealplans.packs import cheapest_packs
from mealplans.planner.checker import bill, check_plan
from mealplans.planner.climb import climb
from mealplans.planner.menu import best_menu
from mealplans.planner.outcome import Planned
from mealplans.planner.plan import QUICK, plan_week
from mealplans.planner.problem import WeekProblem
from mealplans.planner.purchase import SCALE, Purchase, reachable_sums, scaled
from mealplans.planner.score import Scorer
from mealplans.planner.table import EMPTY, tabulate
from mealplans.planner.week_state import WeekState
from mealplans.sample_weeks import household
from tests.mealplans.planner.tiny import best_score, problems

sizes = st.sampled_from([100, 250, 500, 1000])
packs = st.lists(st.tuples(sizes, st.integers(1, 900)), min_size=1, max_size=3, unique_by=lambda pack: pack[0])


def purchase(packs: list[tuple[int, int]], pantry: int) -> Purchase:
    return Purchase("rice", tuple((size * SCALE, price) for size, price in packs), pantry * SCALE, 0)


@given(packs, st.integers(0, 400), st.decimals("0", "3000", places=2))
def test_the_model_pays_what_the_shopping_list_pays(packs: list[tuple[int, int]], pantry: int, need: Decimal) -> None:
    mix = cheapest_packs(need - pantry, [(Decimal(size), price) for size, price in packs])
    assert purchase(packs, pantry).price(scaled(need)) == mix.price_paise


@given(
    packs, st.integers(0, 400), st.lists(st.sets(st.integers(1, 900), min_size=1, max_size=3), min_size=1, max_size=4)
)
def test_no_line_is_drawn_above_a_price_the_week_can_reach(
    packs: list[tuple[int, int]], pantry: int, amounts: list[set[int]]
) -> None:
    curve = purchase(packs, pantry)
    slots = [{amount * SCALE for amount in slot} for slot in amounts]
    for chosen in product(*({0, *slot} for slot in slots)):
        need = sum(chosen)
        for run, rise, offset in curve.floor_lines(slots) if need else ():
            assert run * curve.price(need) >= rise * need + offset


@given(st.lists(st.sets(st.integers(1, 9), max_size=3), max_size=4))
def test_reachable_sums_are_all_sums_of_one_amount_or_none_from_each_slot(amounts: list[set[int]]) -> None:
    sums = {sum(chosen) for chosen in product(*({0, *slot} for slot in amounts))}
    bits = reachable_sums(amounts, 1)
    assert {at for at in range(bits.bit_length()) if bits >> at & 1} == sums


@given(problems(), st.randoms(use_true_random=False))
def test_a_week_kept_scored_while_it_changes_agrees_with_one_scored_from_scratch(problem: WeekProblem, random) -> None:
    table = tabulate(problem)
    assume(all(table.by_slot))
    state = WeekState(table, [columns[0] for columns in table.by_slot])
    for _ in range(12):
        slot = random.randrange(len(table.slots))
        state.change(slot, random.choice(table.by_slot[slot]))
        meals = table.meals(state.chosen)
        assert state.score == Scorer(problem).total(meals)
        assert state.bill == bill(problem, meals).total_paise
        assert (state.excess == 0) == (check_plan(problem, meals) == [])


@given(problems())
def test_the_local_search_never_ends_below_its_start(problem: WeekProblem) -> None:
    table = tabulate(problem)
    assume(all(table.by_slot))
    first = [columns[0] for columns in table.by_slot]
    assert climb(table, first, 2_000).rank >= WeekState(table, first).rank
    assert EMPTY not in climb(table, [EMPTY] * len(first), 2_000).chosen


@pytest.mark.parametrize("part", ["menu", "rescue"])
def test_a_search_that_is_cut_short_claims_no_bound(part: str) -> None:
    """A menu that ran out of time proved nothing; taken for a bound of 0, every good plan was a planner's mistake."""
    problem = household(22)
    cut = replace(QUICK, **{part: 0.0})
    result = plan_week(problem, effort=cut)
    assert isinstance(result, Planned)
    assert result.objective <= result.bound


@settings(max_examples=40)
@given(problems())
def test_no_plan_scores_above_the_menus_bound(problem: WeekProblem) -> None:
    table = tabulate(problem)
    assume(all(table.by_slot))
    start = [columns[0] for columns in table.by_slot]
    menu = best_menu(table, start, limit=5.0, gap=0.1)
    best = best_score(problem)
    if best is not None:
        assert menu.answer.bound >= best
    if menu.answer.infeasible:
        assert best is None
