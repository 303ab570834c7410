"""Visits that begin, end or change because a cook stays away or comes back: whoever was told of one hears it again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from copy import copy
from datetime import date

from households import ops
from households.models import CookLeave
from mealplans import cook_messages, cooking
from mealplans.following import empty_visit, told_of
from mealplans.slots import Home
from mealplans.touched import ends_at
from mealplans.visits import CookVisit, visits
from mealplans.weeks import Change, Week

Key = tuple[int, date]  # an engagement's visit of one day


def as_if(home: Home, leaves: Iterable[CookLeave]) -> Home:
    """The same home, had its cooks these leaves: what was on before an absence, or before a return."""
    other = copy(home)
    other.leaves = list(leaves)
    return other


def follow_cooks(week: Week, before: Sequence[CookVisit], answered: Collection[int]) -> None:
    """Bring the cooks' messages in line with the visits as they are now; `before` are the visits as they were.

    A visit that is smaller or larger than what its cook was told is sent anew, whole. One that is off altogether is
    called off, in words too unless its engagement is in `answered`: that cook has just said so.
    """
    if not week.confirmed:
        return
    was, now_on = _by_key(before), _by_key(visits(week.home, week.meals))
    touched = {key for key in was.keys() | now_on.keys() if _meals(was.get(key)) != _meals(now_on.get(key))}
    told = told_of(week, touched)
    for key in sorted(touched):
        visit = now_on.get(key)
        if ends_at((visit or was[key]).engagement, key[1]) <= week.now:
            continue  # it is over: what was cooked was cooked
        if visit is None:
            _call_off(week, was[key], say_so=key in told and key[0] not in answered)
        elif key in told and visit.times.starts_at > week.now:
            cooking.call_off([week.plan.pk], *key)
    cooking.schedule(week.plan, week.home, week.meals, week.now)


def _call_off(week: Week, visit: CookVisit, *, say_so: bool) -> None:
    key = (visit.engagement.pk, visit.date)
    cooking.call_off([week.plan.pk], *key)
    ops.close_item(cooking.silent_key(*key), None, "The visit is off.", week.now)
    if say_so:
        changes = [Change("skip", meal) for meal in visit.meals]
        cook_messages.changed(week.plan, week.home, empty_visit(week, key), changes, week.now)


def _by_key(found: Iterable[CookVisit]) -> dict[Key, CookVisit]:
    return {(visit.engagement.pk, visit.date): visit for visit in found}


def _meals(visit: CookVisit | None) -> set[int]:
    return {meal.pk for meal in visit.meals} if visit else set()
