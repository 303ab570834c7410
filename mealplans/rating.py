"""After dinner: what was cooked is noted and used up, and one tap says how it was. Sunday: the week in short."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from bettermeals.lib.states import move
from households import queries
from households.models import Resident
from mealplans import messages, pantry, shopping, timetable
from mealplans.changing import record
from mealplans.models import MEAL_MOVES, PLAN_MOVES, MealRating, MealStatus, PlannedMeal, PlanStatus, Step, WeekPlan
from mealplans.outcomes import Actor, Outcome, system
from mealplans.weeks import Week, open_week
from mealplans.wording import say


def ask(plan_id: int, now: datetime) -> bool:
    """Tonight's step of a confirmed week: close the day, ask about dinner, set the next evening. False: not due."""
    with open_week(plan_id, now) as week:
        plan = week.plan
        if plan.status != PlanStatus.CONFIRMED or plan.next_step != Step.RATE or (plan.next_due_at or now) > now:
            return False
        today = timetable.local_day(plan.household, now)
        close_day(week, today)
        decider, dinner = queries.deciding_resident(plan.household), _dinner(week.meals, today)
        if decider is not None and dinner is not None:
            messages.rating(plan, decider, dinner, now)
        _next_evening(plan, today, now)
        return True


def close_day(week: Week, day: date) -> int:
    """Whatever was on until that day was cooked, unless somebody said otherwise; its food leaves the pantry."""
    cooked = 0
    for meal in week.meals:
        if meal.status == MealStatus.PLANNED and meal.date <= day and mark_cooked(week.plan, meal, week.now):
            cooked += 1
    return cooked


def mark_cooked(plan: WeekPlan, meal: PlannedMeal, now: datetime) -> bool:
    if not move(PlannedMeal, meal.pk, table=MEAL_MOVES, old=MealStatus.PLANNED, new=MealStatus.COOKED):
        return False
    meal.status = MealStatus.COOKED
    pantry.use_up(plan.household, meal, now)
    return True


def _dinner(meals: Sequence[PlannedMeal], day: date) -> PlannedMeal | None:
    """The last meal of the day that was cooked."""
    order = {"breakfast": 0, "lunch": 1, "dinner": 2}
    eaten = [meal for meal in meals if meal.date == day and meal.status == MealStatus.COOKED]
    return max(eaten, key=lambda meal: order[meal.meal], default=None)


def _next_evening(plan: WeekPlan, today: date, now: datetime) -> None:
    """One evening further; after Sunday's dinner the summary, a little later when its own hour is past already."""
    if today < plan.week_end:
        step, due = Step.RATE, timetable.rating_at(plan.household, max(today + timedelta(days=1), plan.week_start))
    else:
        due = max(timetable.summary_at(plan.household, plan.week_start), now + timedelta(minutes=30))
        step = Step.SUMMARY
    WeekPlan.objects.filter(pk=plan.pk, next_step=Step.RATE).update(next_step=step, next_due_at=due)


def complete(plan_id: int, now: datetime) -> bool:
    """Sunday night: the week is over and summed up for the one who decides."""
    with open_week(plan_id, now) as week:
        plan = week.plan
        won = plan.status == PlanStatus.CONFIRMED and move(
            WeekPlan,
            plan.pk,
            table=PLAN_MOVES,
            old=PlanStatus.CONFIRMED,
            new=PlanStatus.COMPLETED,
            next_step=Step.NONE,
            next_due_at=None,
        )
        if not won:
            return False
        close_day(week, plan.week_end)
        plan.refresh_from_db()
        cooked = [meal for meal in week.meals if meal.status == MealStatus.COOKED]
        record(plan, "plan_completed", f"The week is over: {len(cooked)} meals cooked.", system("clock"), now)
        decider = queries.deciding_resident(plan.household)
        if decider is not None and cooked:
            spent = shopping.charged_paise(plan)
            messages.summary(plan, decider, len(cooked), _best(cooked, decider), spent, now)
        return True


def _best(cooked: Sequence[PlannedMeal], reader: Resident) -> str:
    """The dish rated good most lately; without a rating, the last dinner's name is not claimed as a favourite."""
    good = MealRating.objects.filter(planned_meal__in=cooked, rating="good").order_by("-at")
    meal = good.values_list("planned_meal", flat=True).first()
    liked = next((row for row in cooked if row.pk == meal), None)
    return liked.dish.name(reader.language) if liked else say("nothing_rated", reader.language)


@transaction.atomic
def rate(meal: PlannedMeal, resident: Resident, rating: str, actor: Actor, now: datetime) -> Outcome:
    """One tap; a later one of the same person replaces it. Raises ValueError for anything but good, ok, bad."""
    if rating not in ("good", "ok", "bad"):
        raise ValueError(f"{rating!r} is no rating; one of good, ok, bad")
    _, new = MealRating.objects.update_or_create(
        planned_meal=meal, resident=resident, defaults={"rating": rating, "at": now}
    )
    text = f"{resident.name} found {meal.dish.name_en} {rating}."
    record(meal.plan, "meal_rated", text, actor, now, meal=meal.pk, rating=rating, again=not new)
    return Outcome(True, "rated", meal.plan, meal, {"rating": rating})


def last_eaten(household_id: int, now: datetime) -> PlannedMeal | None:
    """What a rating in free text can only be about: the newest meal cooked in the last two days."""
    rows = PlannedMeal.objects.filter(
        plan__household=household_id,
        status__in=(MealStatus.COOKED, MealStatus.PLANNED),
        date__gte=(now - timedelta(days=2)).date(),
        plan__status__in=(PlanStatus.CONFIRMED, PlanStatus.COMPLETED),
    ).select_related("dish", "plan__household")
    eaten = [meal for meal in rows if meal.date <= timetable.local_day(meal.plan.household, now)]
    order = {"breakfast": 0, "lunch": 1, "dinner": 2}
    return max(eaten, key=lambda meal: (meal.date, order[meal.meal]), default=None)
