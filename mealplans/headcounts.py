"""How many eat: guests come, guests go."""

from __future__ import annotations

from datetime import datetime

from mealplans.changing import refusal, settle, write
from mealplans.models import MealStatus
from mealplans.outcomes import Actor, Outcome
from mealplans.weeks import open_week

#: One cook with one stove; more is a party, and a person should arrange it.
MOST_GUESTS = 15


def set_guests(plan_id: int, meal_id: int, guests: int, actor: Actor, now: datetime) -> Outcome:
    """That many guests at this meal: a number to reach, not to add, so that a button tapped twice changes it once.

    Codes: guests_set or guests_none (facts: delta_paise), same_guests, too_many_guests, already_skipped, too_late,
    plan_over, no_such_meal. Raises ValueError below zero.
    """
    if guests < 0:
        raise ValueError("a number of guests cannot be negative")
    with open_week(plan_id, now) as week:
        meal = week.meal(meal_id)
        refused = refusal(week, meal)
        if refused or meal is None:
            return refused or Outcome(False, "no_such_meal")
        if meal.status != MealStatus.PLANNED:
            return Outcome(False, "already_skipped", week.plan, meal)
        if meal.guests == guests:
            return Outcome(False, "same_guests", week.plan, meal)
        if guests > MOST_GUESTS:
            return Outcome(False, "too_many_guests", week.plan, meal, {"guests": guests})
        before = week.total()
        servings = meal.servings - meal.guests + guests
        guard = {"guests": meal.guests, "status": MealStatus.PLANNED}
        change = write(week, meal, "guests", guard=guard, guests=guests, servings=servings)
        if change is None:
            return Outcome(False, "too_late", week.plan, meal)
        text = f"{meal.meal.capitalize()} on {meal.date:%a %d %b}: {guests} guests."
        delta = settle(week, [change], actor, before, text)
        code = "guests_set" if guests else "guests_none"
        return Outcome(True, code, week.plan, meal, {"delta_paise": delta, "guests": guests})
