"""Planning again changes what must change and leaves the rest, first of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given, settings

from mealplans.planner.checker import check_plan
from mealplans.planner.outcome import Impossible, Planned, Rule
from mealplans.planner.plan import PROVE, QUICK, plan_week
from mealplans.planner.problem import Diner, SlotKey, WeekProblem
from mealplans.planner.replan import replan
from mealplans.planner.score import Scorer
from mealplans.sample_weeks import household
from tests.mealplans.planner.tiny import dish, every_plan, key, problems, slot, week


def changes(before: Mapping[SlotKey, str], after: Mapping[SlotKey, str]) -> int:
    return sum(1 for at, slug in after.items() if before.get(at) != slug)


def planned(problem: WeekProblem) -> Planned:
    result = plan_week(problem, effort=QUICK)
    assert isinstance(result, Planned)
    return result


@settings(max_examples=30)
@given(problems())
def test_no_other_plan_changes_less_and_of_those_none_scores_more(problem: WeekProblem) -> None:
    """Asha turns out to be allergic to milk, and the first meal must change anyway."""
    found = plan_week(problem, effort=QUICK)
    assume(isinstance(found, Planned))
    assert isinstance(found, Planned)
    before = found.meals
    first = min(before)
    allergic = tuple(replace(d, allergens=frozenset({"milk"})) for d in problem.diners)
    now = replace(problem, diners=allergic)
    result = replan(now, before, {first}, effort=PROVE)
    possible = [plan for plan in every_plan(now) if plan[first] != before[first]]
    if not possible:
        assert isinstance(result, Impossible)
        return
    assert isinstance(result, Planned)
    fewest = min(changes(before, plan) for plan in possible)
    best = max(Scorer(now).total(plan) for plan in possible if changes(before, plan) == fewest)
    assert (changes(before, result.meals), result.objective, result.gap) == (fewest, best, 0.0)


def test_nothing_changed_is_the_same_plan() -> None:
    problem = household(4)
    before = planned(problem).meals
    result = replan(problem, before)
    assert isinstance(result, Planned)
    assert result.meals == before


def test_one_refused_dish_of_a_real_week_changes_one_meal() -> None:
    problem = household(4)
    before = planned(problem).meals
    at = sorted(before)[5]
    result = replan(problem, before, {at})
    assert isinstance(result, Planned)
    assert check_plan(problem, result.meals) == []
    assert [key for key in before if before[key] != result.meals[key]] == [at]


def test_a_shorter_visit_changes_only_that_day() -> None:
    slots = [slot(n, meal) for n in range(3) for meal in ("lunch", "dinner")]
    offered = [dish(f"long{n}", minutes=30) for n in range(6)] + [dish(f"quick{n}", minutes=15) for n in range(3)]
    problem = week(offered, slots, preferences={f"long{n}": 90 for n in range(6)})
    before = planned(problem).meals
    shorter = tuple(replace(v, minutes=45) if v.key == "day1" else v for v in problem.visits)
    result = replan(replace(problem, visits=shorter), before)
    assert isinstance(result, Planned)
    assert [at.day for at in before if before[at] != result.meals[at]] == [key(1).day]


def test_a_skipped_meal_and_a_new_one_leave_the_others_alone() -> None:
    problem = week([dish(f"dish{n}") for n in range(4)], [slot(0), slot(1)])
    before = planned(problem).meals
    result = replan(week(list(problem.dishes), [slot(1), slot(2)]), before)
    assert isinstance(result, Planned)
    assert result.meals[key(1)] == before[key(1)]


def test_a_kept_meal_gives_way_when_the_budget_asks_for_it() -> None:
    dear = dish("dear", amounts=(("paneer", Decimal(300)),))
    problem = week([dear, dish("one"), dish("two")], [slot(0), slot(1)], preferences={"dear": 100})
    before = planned(problem).meals
    assert "dear" in before.values()
    result = replan(replace(problem, budget_paise=7_000), before)
    assert isinstance(result, Planned)
    assert changes(before, result.meals) == 1


def test_no_way_on_names_the_rules() -> None:
    problem = week([dish("one"), dish("two")])
    before = planned(problem).meals
    vegan = replace(problem, diners=(Diner("asha", "vegan"),))
    result = replan(vegan, before)
    assert isinstance(result, Impossible)
    assert [rule.rule for rule in result.rules] == [Rule.DIET]
    result = replan(replace(problem, budget_paise=1), before)
    assert isinstance(result, Impossible)
    assert [rule.rule for rule in result.rules] == [Rule.BUDGET]
