"""A meal without any dish: which rules refuse all, which of them is enough to give up, and which are together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from mealplans.planner.outcome import Impossible, Rule, Violation
from mealplans.planner.plan import PROVE, plan_week
from mealplans.planner.problem import Diner, Slot, Visit, WeekProblem
from tests.mealplans.planner.tiny import best_score, day, dish, key, problems, slot, week

OVEN = frozenset({"oven"})


def explained(problem: WeekProblem) -> Impossible:
    result = plan_week(problem)
    assert isinstance(result, Impossible)
    assert result.proved
    return result


def test_a_thing_the_kitchen_lacks_is_enough_when_with_it_there_is_a_week() -> None:
    baked = [dish(f"baked{n}", equipment=OVEN) for n in range(2)]
    result = explained(week(baked))
    assert result.rules == (Violation(Rule.EQUIPMENT, key(0), None, "oven", None, 2, True),)
    assert not result.more


def test_a_fasting_day_is_taken_back_for_all_meals_of_its_day() -> None:
    slots = [slot(0, meal, fasting=True) for meal in ("lunch", "dinner")]
    result = explained(week([dish("one"), dish("two")], slots))
    assert result.rules == (Violation(Rule.FASTING, key(0, "dinner"), None, "", None, 2, True),)


def test_a_fasting_day_is_not_enough_where_the_next_day_is_one_too() -> None:
    slots = [slot(n, fasting=True) for n in range(2)]
    result = explained(week([dish("one"), dish("two")], slots))
    assert [rule.enough for rule in result.rules] == [False]
    assert result.together == (
        Violation(Rule.FASTING, key(0), None, "", None, 2),
        Violation(Rule.FASTING, key(1), None, "", None, 2),
    )


def test_a_visit_too_short_for_any_dish_says_how_long_is_enough() -> None:
    result = explained(week([dish("quick", minutes=25), dish("slow", minutes=40)], [slot(0)], minutes=15))
    assert result.rules == (Violation(Rule.MINUTES, None, None, "day0", 15, 25, True),)


def test_visits_too_short_on_several_days_are_enough_together() -> None:
    offered = [dish("one", minutes=25), dish("two", minutes=40)]
    result = explained(week(offered, [slot(0), slot(1)], minutes=15))
    assert [rule.enough for rule in result.rules] == [False]
    assert {(v.subject, v.limit) for v in result.together} == {("day0", 15), ("day1", 15)}
    assert sorted(v.got or 0 for v in result.together) == [25, 40]


def test_what_others_make_up_for_is_not_among_those_that_are_enough_together() -> None:
    """Without the cook's lesson no dish fits; without the oven one does."""
    offered = [dish("baked", equipment=OVEN), dish("both", equipment=OVEN, skills=frozenset({"bread"}))]
    visits = (Visit("day0", 60, lacks=frozenset({"bread"})),)
    result = explained(week(offered, [slot(0)], visits=visits))
    assert result.rules == (Violation(Rule.EQUIPMENT, key(0), None, "oven", None, 1, True),)


def test_what_makes_somebody_ill_is_never_called_enough() -> None:
    milky = [dish(f"milky{n}", allergens=frozenset({"milk"})) for n in range(2)]
    result = explained(week(milky, diners=(Diner("asha", "vegetarian", allergens=frozenset({"milk"})),)))
    assert ([rule.enough for rule in result.rules], result.together) == ([False], ())


def test_a_meal_for_which_nothing_is_known_may_be_left_out() -> None:
    offered = [dish("one", meals=frozenset({"dinner"}))]
    result = explained(week(offered, [slot(0), slot(0, "breakfast")]))
    assert result.rules == (Violation(Rule.MEAL, key(0, "breakfast"), None, "breakfast", None, 0, True),)


def test_where_giving_it_up_leaves_no_week_either_that_is_said() -> None:
    result = explained(week([dish("baked", equipment=OVEN)], [slot(0)], budget_paise=1_000))
    assert ([rule.enough for rule in result.rules], result.more, result.together) == ([False], True, ())


def changed(problem: WeekProblem, found: Violation) -> WeekProblem:
    """The facts as the change that is named would leave them."""
    if found.rule in (Rule.MEAL, Rule.AHEAD, Rule.NO_COOK):
        return _with_slots(problem, found, lambda place: None)
    if found.rule in (Rule.DIET, Rule.JAIN):
        return _with_slots(problem, found, lambda place: replace(place, diners=place.diners - {found.subject}))
    if found.rule in (Rule.FASTING, Rule.VEG_DAY):
        return replace(problem, slots=tuple(_plain(s) if s.key.day == _day(found) else s for s in problem.slots))
    if found.rule == Rule.BANNED:
        return _with_slots(problem, found, lambda place: replace(place, bans=frozenset()))
    if found.rule == Rule.STALE:
        return replace(problem, delivery_days=(*problem.delivery_days, _day(found)))
    return _of_the_kitchen(problem, found)


def _of_the_kitchen(problem: WeekProblem, found: Violation) -> WeekProblem:
    if found.rule == Rule.EQUIPMENT:
        visits = [replace(v, equipment=v.equipment | {found.subject}) for v in problem.visits]
    elif found.rule == Rule.SKILL:
        visits = [replace(v, lacks=v.lacks - {found.subject}) for v in problem.visits]
    elif found.rule == Rule.MINUTES:
        visits = [replace(v, minutes=found.got) if v.key == found.subject else v for v in problem.visits]
    elif found.rule == Rule.NEVER:
        diners = tuple(replace(diner, never=diner.never - {found.subject}) for diner in problem.diners)
        return replace(problem, diners=diners)
    else:
        assert found.rule in (Rule.COOLDOWN, Rule.FAMILY_COOLDOWN)
        return replace(problem, history={})
    return replace(problem, visits=tuple(visits))


def _with_slots(problem: WeekProblem, found: Violation, change: Any) -> WeekProblem:
    slots = [change(place) if place.key == found.slot else place for place in problem.slots]
    return replace(problem, slots=tuple(place for place in slots if place is not None))


def _plain(place: Slot) -> Slot:
    return replace(place, fasting=False, veg_only=False, fasters=frozenset(), vegetarians=frozenset())


def _day(found: Violation) -> Any:
    assert found.slot is not None
    return found.slot.day


def all_changed(problem: WeekProblem, found: Sequence[Violation]) -> WeekProblem:
    for each in found:
        problem = changed(problem, each)
    return problem


@st.composite
def too_hard(draw: st.DrawFn) -> WeekProblem:
    """A tiny week in which something refuses every dish, at one meal or at all."""
    problem = draw(problems())
    hard = draw(st.sampled_from(sorted(HARDER)))
    first = problem.slots[0]
    return HARDER[hard](problem, first)


HARDER: dict[str, Callable[[WeekProblem, Slot], WeekProblem]] = {
    "no oven": lambda p, s: _dishes(replace(p, visits=_visits(p, equipment=frozenset())), equipment=OVEN),
    "no lesson": lambda p, s: _dishes(replace(p, visits=_visits(p, lacks=BREAD)), skills=BREAD),
    "no minute": lambda p, s: replace(p, visits=_visits(p, minutes=5)),
    "one short visit": lambda p, s: replace(
        p, visits=tuple(replace(v, minutes=5) if v.key == s.visit else v for v in p.visits)
    ),
    "a fast": lambda p, s: _dishes(_slot(p, s, fasting=True), fasting_ok=False),
    "all refused": lambda p, s: _slot(p, s, bans=frozenset(d.slug for d in p.dishes)),
    "no notice": lambda p, s: _dishes(_slot(p, s, ahead_hours=1), ahead_hours=8),
}
BREAD = frozenset({"bread"})


def _dishes(problem: WeekProblem, **facts: Any) -> WeekProblem:
    return replace(problem, dishes=tuple(replace(each, **facts) for each in problem.dishes))


def _visits(problem: WeekProblem, **facts: Any) -> tuple[Visit, ...]:
    return tuple(replace(visit, **facts) for visit in problem.visits)


def _slot(problem: WeekProblem, which: Slot, **facts: Any) -> WeekProblem:
    return replace(problem, slots=tuple(replace(s, **facts) if s == which else s for s in problem.slots))


@settings(max_examples=60, deadline=None)
@given(too_hard())
def test_the_change_that_is_called_enough_leaves_a_week_alone_or_together(problem: WeekProblem) -> None:
    result = plan_week(problem, effort=PROVE)
    assert isinstance(result, Impossible)
    assert result.rules
    alone = [[rule] for rule in result.rules if rule.enough]
    assert not (alone and result.together)
    for found in [*alone, *([list(result.together)] if result.together else [])]:
        assert best_score(all_changed(problem, found)) is not None
        event("enough alone" if len(found) == 1 else "enough together")


@pytest.mark.parametrize("meals", [("breakfast", "lunch", "dinner")])
def test_too_many_to_change_at_once_are_not_listed(meals: tuple[str, ...]) -> None:
    """Six days of three visits each, none long enough for anything."""
    slots = [slot(n, meal, visit=f"{day(n)}{meal}") for n in range(6) for meal in meals]
    result = explained(week([dish(f"dish{n}", minutes=30) for n in range(18)], slots, minutes=10))
    assert (result.together, result.more) == ((), True)
