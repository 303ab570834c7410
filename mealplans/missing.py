"""Something the cook needs is not there: by rule first (`making_do`), else the residents decide, and staff see to it
that somebody does. What later days need of it is staff's to buy: nobody is charged for it twice unasked."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from households import ops, queries
from households.models import Engagement
from mealplans import cook_messages, making_do, messages, pantry, substituting
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


@transaction.atomic
def report_missing(
    plan_id: int, engagement: Engagement, meal_id: int, ingredient_slug: str, actor: Actor, now: datetime
) -> Outcome:
    """Codes: missing_use and missing_cook (decided by rule), missing_noted (the residents are asked), missing_already,
    no_such_meal. Facts: ingredient, and `made`, what became of that day's meals with it. Once per day and ingredient.
    """
    with open_week(plan_id, now) as week:
        meal = week.meal(meal_id)
        ingredient = week.larder.ingredients.get(ingredient_slug)
        if meal is None or ingredient is None or meal.status != MealStatus.PLANNED:
            return Outcome(False, "no_such_meal", week.plan)
        if reported(engagement, meal.date, ingredient_slug):
            return Outcome(False, "missing_already", week.plan, meal, {"ingredient": ingredient})
        pantry.ran_out(week.plan.household, ingredient, now)
        meals = _same_visit(week, engagement, meal, ingredient)
        for needs_it in meals:
            _note(week, engagement, needs_it, ingredient, actor)
        _later(week, meal, ingredient)
    made = making_do.make_do(plan_id, [row.pk for row in meals], ingredient, actor, now)
    with open_week(plan_id, now) as week:
        for undecided in made.undecided:
            _ask(week, engagement, undecided, ingredient)
    code = "missing_use" if made.using else "missing_noted" if made.undecided else "missing_cook"
    return Outcome(True, code, week.plan, meal, {"ingredient": ingredient, "made": made})


def reported(engagement: Engagement, day: date, slug: str) -> bool:
    rows = CookReport.objects.filter(engagement=engagement, date=day, kind="missing", data__ingredient=slug)
    return rows.exists()


def _same_visit(week: Week, engagement: Engagement, meal: PlannedMeal, ingredient: Ingredient) -> list[PlannedMeal]:
    """All that this cook makes of it that day: what is not there for lunch is not there for dinner."""
    mine = (v for v in visits(week.home, week.meals) if v.engagement.pk == engagement.pk and v.date == meal.date)
    found = next(mine, None)
    rows = [row for row in found.meals if holds(row, ingredient.slug)] if found else []
    return rows or [meal]


def holds(meal: PlannedMeal, slug: str) -> bool:
    return any(line.ingredient.slug == slug for line in meal.dish.lines.all())


def _note(week: Week, engagement: Engagement, meal: PlannedMeal, ingredient: Ingredient, actor: Actor) -> None:
    CookReport.objects.create(
        engagement=engagement,
        date=meal.date,
        kind="missing",
        text=ingredient.name_en,
        data={"ingredient": ingredient.slug, "meal": meal.pk},
        message=actor.message,
        at=week.now,
    )
    text = f"{engagement.cook.name} finds no {ingredient.name_en} for {meal.dish.name_en}."
    record(week.plan, "item_missing", text, actor, week.now, ingredient=ingredient.slug, meal=meal.pk)


def _later(week: Week, meal: PlannedMeal, ingredient: Ingredient) -> None:
    """Other meals of the week count on it as bought: somebody must look where it went, in time for the next one."""
    later = [row for row in substituting.meals_with(week, ingredient.slug) if row.date > meal.date]
    if later and not ingredient.staple:
        named = ", ".join(f"{row.dish.name_en} ({row.meal}, {row.date:%a %d %b})" for row in later)
        ops.open_item(
            kind="item_missing",
            key=f"item-missing-later:{week.plan.pk}:{ingredient.slug}",
            about=week.plan,
            reason=f"{week.plan.household} was found without {ingredient.name_en}, and needs it for {named}. "
            "See that it is bought, or change the dish.",
            household=week.plan.household,
            due_at=max(week.now, week.starts_at(later[0])),
            now=week.now,
        )


def _ask(week: Week, engagement: Engagement, meal: PlannedMeal, ingredient: Ingredient) -> None:
    plan, now = week.plan, week.now
    ops.open_item(
        kind="item_missing",
        key=missing_key(meal, ingredient.slug),
        about=plan,
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
