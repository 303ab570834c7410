"""A household's rows -> the planner's problem, and the planner's answers -> ours. The only user of the solver.

Everything here reads; `proposing` and the changes write. A solve takes seconds of CPU, so it happens in a worker and
outside any transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from households.models import Household
from mealplans import cookless, facts, preferences, quotas, timetable, versions
from mealplans.models import (
    IN_FORCE,
    Dish,
    Ingredient,
    MealRating,
    MealStatus,
    PantryItem,
    PlannedMeal,
    PlanStatus,
    TasteSignal,
    WeekPlan,
)
from mealplans.planner.problem import PERISHABLE_DAYS, SlotKey, Visit, WeekProblem
from mealplans.served import as_served
from mealplans.slots import Home, Table

HISTORY = timedelta(days=28)
TASTE = timedelta(days=240)
#: Look-alikes (two khichdis, two parathas) not on two days running.
FAMILY_GAP_DAYS = 2
#: A plan in one of these has been agreed to: what it serves counts as served.
CENT = Decimal("0.01")
AGREED = (PlanStatus.APPROVED, PlanStatus.AWAITING_PAYMENT, *IN_FORCE)
SERVED = (MealStatus.PLANNED, MealStatus.COOKED)


@dataclass(frozen=True)
class Larder:
    """The catalogue as rows and as facts, read once per act."""

    dishes: Mapping[str, Dish]
    ingredients: Mapping[str, Ingredient]

    @classmethod
    def read(cls, also: Iterable[str] = ()) -> Larder:
        """The dishes in use, and those in `also` even when they left the catalogue."""
        kept = set(also)
        rows = facts.catalogue(active_only=not kept)
        dishes = {dish.slug: dish for dish in rows if dish.active or dish.slug in kept}
        return cls(dishes, {row.slug: row for row in facts.ingredients()})

    @classmethod
    def of(cls, meals: Iterable[PlannedMeal], *more: Dish) -> Larder:
        """Only what these meals (and dishes) hold, from rows already loaded: enough for every change but a new list
        of choices, and a hundred times less to read than the catalogue."""
        dishes = versions.by_slug((*(meal.dish for meal in meals), *more))
        lines = (line for dish in dishes.values() for line in dish.lines.all())
        return cls(dishes, {line.ingredient.slug: line.ingredient for line in lines})

    def plus(self, ingredient: Ingredient) -> Larder:
        """With one ingredient more (its packs loaded)."""
        return replace(self, ingredients={**self.ingredients, ingredient.slug: ingredient})

    def as_planned(self, *meals: PlannedMeal) -> Larder:
        """With the dishes of these meals as they are served: something in them may stand for something else."""
        served = versions.by_slug(meal.dish for meal in meals)
        lines = (line for dish in served.values() for line in dish.lines.all())
        more = {line.ingredient.slug: line.ingredient for line in lines}
        return Larder({**self.dishes, **served}, {**more, **self.ingredients})


def empty_week(home: Home, now: datetime, larder: Larder) -> WeekProblem:
    """The problem of a week not planned yet: from tomorrow on, without the days away and what nobody can cook."""
    first_day = max(home.week_start, timetable.local_day(home.household, now) + timedelta(days=1))
    use_by = use_by_days(home.household, larder, now)
    pantry = {
        slug: amount
        for slug, amount in pantry_before(home.household, home.week_start, now).items()
        if use_by.get(slug, first_day) >= first_day
    }
    problem = _problem(home, home.tables(first_day), now, larder, pantry=pantry)
    problem = replace(problem, use_by={slug: day for slug, day in use_by.items() if slug in pantry})
    families = {dish.family: FAMILY_GAP_DAYS for dish in problem.dishes if dish.family}
    kept = cookless.left_out(replace(problem, family_cooldown_days=families))
    return replace(kept, quotas=quotas.quotas(home.household, kept.slots))


def planned_week(
    home: Home, meals: Sequence[PlannedMeal], now: datetime, larder: Larder, pantry: Mapping[str, Decimal]
) -> WeekProblem:
    """The problem of a plan that exists: its meals that are on, each with its guests and its cook."""
    on = [meal for meal in meals if meal.status in SERVED]
    tables = [
        Table(meal.date, meal.meal, home.cook_of(meal.date, meal.meal), meal.servings - meal.guests) for meal in on
    ]
    guests = {SlotKey(meal.date, meal.meal): meal.guests for meal in on}
    return _problem(home, tables, now, larder, pantry=pantry, guests=guests)


def _problem(
    home: Home,
    tables: Sequence[Table],
    now: datetime,
    larder: Larder,
    *,
    pantry: Mapping[str, Decimal],
    guests: Mapping[SlotKey, int] | None = None,
) -> WeekProblem:
    heads = guests or {}
    visits: dict[str, Visit] = {}
    for table in tables:
        visit = home.visit(table)
        visits[visit.key] = visit
    diners = {diner.key: diner for table in tables for diner in home.diners(table)}
    return WeekProblem(
        slots=tuple(home.slot(t, now, heads.get(SlotKey(t.date, t.meal), 0)) for t in tables),
        visits=tuple(visits.values()),
        diners=tuple(diners.values()),
        dishes=tuple(facts.dish_facts(dish) for dish in larder.dishes.values()),
        ingredients=tuple(facts.ingredient_facts(row) for row in larder.ingredients.values()),
        history=last_served(home.household, home.week_start),
        budget_paise=home.household.weekly_budget_paise,
        preferences=cookless.last_choice(larder.dishes.values()) | liked(home.household, now),
        pantry=pantry,
        delivery_days=home.delivery_days,
    )


def last_served(household: Household, week_start: date) -> dict[str, date]:
    """Dish -> its last day before this week, in weeks that were agreed to."""
    rows = PlannedMeal.objects.filter(
        plan__household=household,
        plan__status__in=AGREED,
        status__in=SERVED,
        date__lt=week_start,
        date__gte=week_start - HISTORY,
    )
    return dict(rows.order_by("date").values_list("dish__slug", "date"))


def liked(household: Household, now: datetime) -> dict[str, int]:
    since = now - TASTE
    ratings = MealRating.objects.filter(planned_meal__plan__household=household, at__gte=since)
    signals = TasteSignal.objects.filter(household=household, at__gte=since)
    rows = [
        *ratings.values_list("planned_meal__dish__slug", "rating", "at"),
        *signals.values_list("dish__slug", "kind", "at"),
    ]
    return preferences.scores(rows, now)


def pantry_before(household: Household, week_start: date, now: datetime) -> dict[str, Decimal]:
    """What will be in the house when the week begins: the pantry less what is still to be cooked until then."""
    rows = PantryItem.objects.filter(household=household, amount__gt=0)
    stock: dict[str, Decimal] = dict(rows.values_list("ingredient__slug", "amount"))
    if not stock:
        return {}
    for slug, amount in _still_to_cook(household, week_start, now):
        if slug in stock:
            stock[slug] -= amount
    return {slug: amount for slug, amount in stock.items() if amount > 0}


def use_by_days(household: Household, larder: Larder, now: datetime) -> dict[str, date]:
    """Perishable of the pantry -> its last good day; what staff counted by hand counts from then."""
    keeps = {slug: row.shelf_life_days for slug, row in larder.ingredients.items() if not row.staple}
    rows = PantryItem.objects.filter(household=household, amount__gt=0)
    zone = timetable.zone(household)
    return {
        slug: (came or counted).astimezone(zone).date() + timedelta(days=keeps[slug])
        for slug, came, counted in rows.values_list("ingredient__slug", "delivered_at", "updated_at")
        if keeps.get(slug, PERISHABLE_DAYS + 1) <= PERISHABLE_DAYS
    }


def _still_to_cook(household: Household, week_start: date, now: datetime) -> Iterable[tuple[str, Decimal]]:
    meals = PlannedMeal.objects.filter(
        plan__household=household,
        plan__status__in=AGREED,
        status=MealStatus.PLANNED,
        date__gte=timetable.local_day(household, now),
        date__lt=week_start,
    ).prefetch_related("dish__lines__ingredient")
    for meal in as_served(meals):
        for ingredient, amount in facts.amounts_for(meal.dish, meal.servings):
            yield ingredient.slug, amount


def meals_of(plan: WeekPlan) -> list[PlannedMeal]:
    """Every meal of the plan with its dish as it will be served, lines and ingredients, in the order they are eaten."""
    order = {"breakfast": 0, "lunch": 1, "dinner": 2}
    rows = plan.meals.select_related("dish").prefetch_related("dish__lines__ingredient__packs")
    return sorted(as_served(rows), key=lambda meal: (meal.date, order[meal.meal]))


def chosen(meals: Iterable[PlannedMeal]) -> dict[SlotKey, str]:
    """The plan as the planner writes it."""
    return {SlotKey(meal.date, meal.meal): meal.dish.slug for meal in meals if meal.status in SERVED}


def pantry_of(plan: WeekPlan) -> dict[str, Decimal]:
    return {slug: Decimal(amount) for slug, amount in plan.pantry.items()}


def frozen_pantry(pantry: Mapping[str, Decimal]) -> dict[str, str]:
    return {slug: str(amount) for slug, amount in sorted(pantry.items())}
