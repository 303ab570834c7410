"""The gas is out, the mixer broke: what cannot be cooked today becomes something that can, at once.

What fails is read from the cook's own words; where they do not tell, no dish is changed and staff and residents decide.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from households import ops, queries
from households.models import Engagement
from mealplans import exchanging, messages, swapping
from mealplans.changing import record
from mealplans.intents.normalise import fold, folded
from mealplans.models import CookReport, MealStatus, PlannedMeal, PlanStatus, WeekPlan
from mealplans.outcomes import Actor, Outcome, system
from mealplans.visits import visits
from mealplans.weeks import open_week
from mealplans.wording import day_name, meal_name, say

ACTOR = system("equipment")
MOST_PARTNERS = 12
_STOVE = frozenset({"stove", "pressure_cooker", "kadhai", "tawa", "steamer"})
_ELECTRIC = frozenset({"mixer", "microwave", "toaster", "oven", "grill"})
#: What people call it, in Latin letters as `folded` gives them, and what cannot be used then.
_SAID: dict[str, frozenset[str]] = {
    "gas gais ges cylinder silinder lpg elpiji stove chulha chula burner chimney induction": _STOVE,
    "bijli light lait current karant electricity power": _ELECTRIC,
    "mixer mixi mixie mixy miksi miksar grinder": frozenset({"mixer"}),
    "oven ovan avan otg": frozenset({"oven", "grill"}),
    "microwave maikrovev": frozenset({"microwave"}),
    "toaster": frozenset({"toaster"}),
    "cooker kukar": frozenset({"pressure_cooker"}),
    "tawa tava": frozenset({"tawa"}),
    "kadhai kadahi": frozenset({"kadhai"}),
    "steamer": frozenset({"steamer"}),
}
_FAILS = {fold(word): what for words, what in _SAID.items() for word in words.split()}


def what_fails(text: str) -> frozenset[str]:
    """The catalogue's names of what cannot be used; empty when the words do not tell."""
    found = [_FAILS[token] for token in folded(text) if token in _FAILS]
    return frozenset().union(*found)


@transaction.atomic
def report(engagement: Engagement, text: str, actor: Actor, now: datetime) -> Outcome:
    """Staff and residents hear of it in the cook's own words; today's dishes that need it are changed.

    Code: equipment_noted. Facts: changed, the meals that are another dish now.
    """
    household, cannot = engagement.household, what_fails(text)
    today = queries.local(now, household).date()
    plan = _plan(engagement, today)
    CookReport.objects.create(
        engagement=engagement,
        date=today,
        kind="equipment",
        text=text,
        data={"fails": sorted(cannot)},
        message=actor.message,
        at=now,
    )
    if plan is not None:
        record(plan, "equipment_problem", f"{engagement.cook.name}: {text}", actor, now, fails=sorted(cannot))
        _tell_residents(plan, engagement, text, now)
    changed, left = _replan(plan, engagement, cannot, now) if plan and cannot else ([], [])
    _for_staff(engagement, text, today, left, now)
    return Outcome(True, "equipment_noted", plan, facts={"changed": changed, "left": left})


def _plan(engagement: Engagement, today: date) -> WeekPlan | None:
    rows = WeekPlan.objects.filter(household=engagement.household, status=PlanStatus.CONFIRMED, week_start__lte=today)
    found = rows.select_related("household").order_by("-week_start").first()
    return found if found and today <= found.week_end else None


def _replan(
    plan: WeekPlan, engagement: Engagement, cannot: frozenset[str], now: datetime
) -> tuple[list[PlannedMeal], list[PlannedMeal]]:
    """(meals that are another dish now, meals that need what fails and for which nothing else can be cooked)."""
    changed: list[PlannedMeal] = []
    left: list[PlannedMeal] = []
    for meal in _in_the_way(plan, engagement, cannot, now):
        done = _another(plan, meal, cannot, now)
        (changed if done else left).append(meal)
    return changed, left


def _in_the_way(plan: WeekPlan, engagement: Engagement, cannot: frozenset[str], now: datetime) -> list[PlannedMeal]:
    with open_week(plan.pk, now) as week:
        today = queries.local(now, plan.household).date()
        mine = [v for v in visits(week.home, week.meals) if v.engagement.pk == engagement.pk and v.date == today]
        return [
            meal
            for visit in mine
            for meal in visit.meals
            if meal.status == MealStatus.PLANNED and cannot & set(meal.dish.equipment)
        ]


def _another(plan: WeekPlan, meal: PlannedMeal, cannot: frozenset[str], now: datetime) -> bool:
    """The best dish from what is in the house that needs nothing of what fails, else a later day's in exchange."""
    _, found = swapping.alternatives(plan.pk, meal.pk, now, most=1, nothing_to_buy=True, cannot_use=cannot)
    if any(swapping.swap(plan.pk, meal.pk, other.dish.slug, ACTOR, now).done for other in found):
        return True
    return any(exchanging.exchange(plan.pk, meal.pk, pk, ACTOR, now).done for pk in _tradable(plan, meal, cannot, now))


def _tradable(plan: WeekPlan, meal: PlannedMeal, cannot: frozenset[str], now: datetime) -> list[int]:
    """A later day's meal, nearest first: its food is in the house, and by that day it may work again."""
    later = exchanging.partners(plan.pk, meal.pk, now, without=(), most=MOST_PARTNERS)
    return [other.pk for other in later if other.date > meal.date and not cannot & set(other.dish.equipment)]


def _tell_residents(plan: WeekPlan, engagement: Engagement, text: str, now: datetime) -> None:
    for resident in queries.residents_to_message(plan.household):
        words = say("change_equipment", resident.language, cook=engagement.cook.name, text=text)
        messages.changed(plan, resident, words, f"equipment:{engagement.pk}:{now:%Y%m%d%H%M}", now)


def _for_staff(engagement: Engagement, text: str, today: date, left: list[PlannedMeal], now: datetime) -> None:
    household = engagement.household
    still = ", ".join(f"{meal_name(meal.meal, 'en')}: {meal.dish.name_en}" for meal in left)
    what = f" Cannot be cooked, and nothing else fits: {still} ({day_name(today, 'en')})." if left else ""
    ops.open_item(
        kind="equipment",
        key=f"equipment:{engagement.pk}:{today}",
        about=household,
        reason=f"{engagement.cook.name} at {household}: “{text[:200]}”.{what} Call the household.",
        household=household,
        due_at=now,
        now=now,
    )
