"""A rule about food came after the plan was made (a new allergy): every running week is looked through at once.

Waiting for the last look before the cook's message would find the dish bought, and nobody told. A meal that now breaks
a rule gets another dish; where none fits it is off, and a person decides. Called in the transaction that changes the
rule, so that no rule stands without its week having been looked at.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from households import ops
from households.models import Household
from mealplans import planning, rules, skipping, swapping, timetable
from mealplans.changing import record
from mealplans.models import OPEN_TO_CHANGE, MealStatus, PlannedMeal, WeekPlan
from mealplans.outcomes import system
from mealplans.solving import violations
from mealplans.weeks import Week, open_week

logger = logging.getLogger(__name__)
ACTOR = system("a food rule changed")
#: Somebody stands at the stove: who may be told otherwise only by a call.
CALL_WITHIN = timedelta(minutes=10)


def rules_changed(household: Household, now: datetime) -> int:
    """Look through the household's running weeks. Returns how many meals were changed.

    What fails here must never keep an allergy from being written down: it is undone by itself and put before staff;
    the cook's message is held back by its own last look meanwhile.
    """
    try:
        with transaction.atomic():
            return sum(recheck(plan_id, now) for plan_id in _running(household))
    except Exception as problem:
        logger.exception("looking through the weeks of household %s raised", household.pk)
        _trouble(household, problem, now)
        return 0


def _running(household: Household) -> list[int]:
    rows = WeekPlan.objects.filter(household=household, status__in=OPEN_TO_CHANGE)
    return list(rows.order_by("week_start").values_list("pk", flat=True))


def recheck(plan_id: int, now: datetime) -> int:
    """Another dish for each meal that must not be eaten any more; returns how many meals were changed."""
    return sum(_replace(plan_id, meal_id, why, now) for meal_id, why in _unsafe(plan_id, now))


def _unsafe(plan_id: int, now: datetime) -> list[tuple[int, str]]:
    """(meal id, the broken rules in words) of meals still to be eaten, the next one first."""
    with open_week(plan_id, now) as week:
        today = timetable.local_day(week.plan.household, now)
        coming = [m for m in week.meals if m.status == MealStatus.PLANNED and m.date >= today]
        return [(meal.pk, why) for meal in coming if (why := _why(week, meal))]


def _why(week: Week, meal: PlannedMeal) -> str:
    broken = rules.unsafe(violations(week.problem(), planning.chosen(week.meals)))
    mine = [v for v in broken if v.slot is not None and (v.slot.day, v.slot.meal) == (meal.date, meal.meal)]
    return "; ".join(rules.sentence(violation, week.home, week.larder.dishes) for violation in mine)


def _replace(plan_id: int, meal_id: int, why: str, now: datetime) -> int:
    outcome, found = swapping.alternatives(plan_id, meal_id, now, most=1)
    if not outcome.done:
        _call_now(plan_id, meal_id, why, now)
        return 0
    for other in found:
        if swapping.swap(plan_id, meal_id, other.dish.slug, ACTOR, now).done:
            _say_why(plan_id, meal_id, why, now)
            return 1
    skipping.skip(plan_id, meal_id, ACTOR, now)
    _say_why(plan_id, meal_id, why, now)
    _for_staff(plan_id, meal_id, f"{why}. No dish fits, so the meal is off. Agree on one with the household.", now)
    return 1


def _say_why(plan_id: int, meal_id: int, why: str, now: datetime) -> None:
    meal = _meal(meal_id)
    record(meal.plan, "meal_made_safe", f"{meal} was changed because of a food rule: {why}.", ACTOR, now, meal=meal_id)


def _call_now(plan_id: int, meal_id: int, why: str, now: datetime) -> None:
    """Too close to change by message: the cook may have begun."""
    text = f"{why}. It is too close to be changed by message. CALL the cook and the household now."
    _for_staff(plan_id, meal_id, text, now, due_at=now + CALL_WITHIN)


def _for_staff(plan_id: int, meal_id: int, text: str, now: datetime, due_at: datetime | None = None) -> None:
    meal = _meal(meal_id)
    household = meal.plan.household
    ops.open_item(
        kind="meal_unsafe",
        key=f"meal-unsafe:{plan_id}:{meal.date}:{meal.meal}",
        about=meal.plan,
        reason=f"A food rule of {household} changed: {text}",
        household=household,
        due_at=due_at or max(now, timetable.at(household, meal.date, datetime.min.time())),
        now=now,
    )


def _meal(meal_id: int) -> PlannedMeal:
    return PlannedMeal.objects.select_related("plan__household", "dish").get(pk=meal_id)


def _trouble(household: Household, problem: Exception, now: datetime) -> None:
    ops.open_item(
        kind="step_failed",
        key=f"recheck-failed:{household.pk}",
        about=household,
        reason=f"A food rule of {household} changed, and its running weeks could not be looked through "
        f"({type(problem).__name__}: {problem}). Check every coming meal by hand now.",
        household=household,
        due_at=now + CALL_WITHIN,
        now=now,
    )
