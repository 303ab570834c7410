"""Something the cook needs is not there, or does not work: the residents decide, staff see to it that somebody does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from households import ops, queries
from households.models import Engagement
from mealplans import cook_messages, messages, pantry
from mealplans.changing import record
from mealplans.models import CookReport, Ingredient, MealStatus, PlannedMeal
from mealplans.outcomes import Actor, Outcome
from mealplans.visits import CookVisit, visits
from mealplans.weeks import Week, open_week

#: A list message has ten rows; the last one is "something else".
MOST_ROWS = 9


def ingredients_of(visit: CookVisit) -> list[Ingredient]:
    """What today's dishes need, what is bought for them first, staples last; each once."""
    found: dict[str, Ingredient] = {}
    for meal in visit.meals:
        for line in meal.dish.lines.all():
            found.setdefault(line.ingredient.slug, line.ingredient)
    return sorted(found.values(), key=lambda ingredient: ingredient.staple)[:MOST_ROWS]


def report_missing(
    plan_id: int, engagement: Engagement, meal_id: int, ingredient_slug: str, actor: Actor, now: datetime
) -> Outcome:
    """Codes: missing_noted, missing_already, no_such_meal. Residents are asked once per meal and ingredient."""
    with open_week(plan_id, now) as week:
        meal = week.meal(meal_id)
        ingredient = week.larder.ingredients.get(ingredient_slug)
        if meal is None or ingredient is None or meal.status != MealStatus.PLANNED:
            return Outcome(False, "no_such_meal", week.plan)
        known = CookReport.objects.filter(
            engagement=engagement, date=meal.date, kind="missing", data__ingredient=ingredient_slug
        )
        if known.exists():
            return Outcome(False, "missing_already", week.plan, meal, {"ingredient": ingredient})
        _write(week, engagement, meal, ingredient, actor)
        return Outcome(True, "missing_noted", week.plan, meal, {"ingredient": ingredient})


def _write(week: Week, engagement: Engagement, meal: PlannedMeal, ingredient: Ingredient, actor: Actor) -> None:
    plan, now = week.plan, week.now
    CookReport.objects.create(
        engagement=engagement,
        date=meal.date,
        kind="missing",
        text=ingredient.name_en,
        data={"ingredient": ingredient.slug, "meal": meal.pk},
        message=actor.message,
        at=now,
    )
    pantry.ran_out(plan.household, ingredient, now)
    text = f"{engagement.cook.name} finds no {ingredient.name_en} for {meal.dish.name_en}."
    record(plan, "item_missing", text, actor, now, ingredient=ingredient.slug, meal=meal.pk)
    ops.open_item(
        kind="item_missing",
        key=missing_key(meal, ingredient.slug),
        reason=f"{plan.household} lacks {ingredient.name_en} for {meal.dish.name_en}; nobody has decided yet. Call.",
        household=plan.household,
        due_at=max(now, week.starts_at(meal)),
        now=now,
    )
    for resident in queries.residents_to_message(plan.household):
        messages.item_missing(plan, resident, engagement.cook, ingredient, meal, now)


def missing_key(meal: PlannedMeal, ingredient_slug: str) -> str:
    return f"item-missing:{meal.pk}:{ingredient_slug}"


@transaction.atomic
def will_buy(meal: PlannedMeal, ingredient: Ingredient, actor: Actor, now: datetime) -> Outcome:
    """A resident brings it: the cook is told to go on. Codes: will_buy, already_decided."""
    key = missing_key(meal, ingredient.slug)
    if not ops.close_item(key, None, f"{actor.name} buys it.", now):
        return Outcome(False, "already_decided", meal.plan, meal)
    record(meal.plan, "missing_bought", f"{actor.name} buys {ingredient.name_en}.", actor, now)
    with open_week(meal.plan_id, now) as week:
        engagement = week.home.cook_of(meal.date, meal.meal)
        if engagement is not None:
            cook_messages.item_bought(week.plan, week.home, engagement, ingredient, meal, now)
    return Outcome(True, "will_buy", meal.plan, meal, {"ingredient": ingredient, "engagement": engagement})


def visit_today(week: Week, engagement_id: int) -> CookVisit | None:
    """This cook's visit of today, or the next one of the week when today's is over."""
    coming = [v for v in visits(week.home, week.meals) if v.engagement.pk == engagement_id]
    today = queries.local(week.now, week.plan.household).date()
    return next((visit for visit in coming if visit.date >= today), None)
