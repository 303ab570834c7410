"""A cook who comes after all: exactly what that absence took away is on again, and nothing that another one holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from households import ops, queries
from households.leave import cancel_leave
from households.models import Cook, CookLeave, Engagement
from mealplans import messages, planning, rules, shopping
from mealplans.changing import instead, record, write
from mealplans.models import MealStatus, PlannedMeal, WeekPlan
from mealplans.outcomes import Actor, Outcome
from mealplans.revisiting import as_if, follow_cooks
from mealplans.spans import Span, of_leave
from mealplans.touched import absent_key, by_household, in_english, plans, still, theirs
from mealplans.visits import visits
from mealplans.weeks import Week, open_week
from mealplans.wording import day_name, meals_text, say


@transaction.atomic
def withdraw(cook: Cook, span: Span, actor: Actor, now: datetime) -> Outcome:
    """The cook comes after all, as far as it is still ahead. Only the leave of exactly this span is taken back: what
    another leave holds stays off. Codes: absent_withdrawn, coming_already, absent_cannot_withdraw. Facts: span, meals
    (how many are on again), still (what the cook cooks then), also (the span of another leave of those days, or None).
    """
    Cook.objects.select_for_update(no_key=True).get(pk=cook.pk)
    leaves = CookLeave.objects.filter(cook=cook, household=span.household, start=span.start, end=span.end)
    same = [row for row in leaves if of_leave(row) == span]
    taken = next((row for row in same if row.cancelled_at is None), None)
    facts: dict[str, Any] = {"span": span, "meals": 0, "still": [], "also": _another_leave(cook, span)}
    if taken is None or not cancel_leave(taken.pk, by=actor.name, now=now):
        return Outcome(False, "coming_already" if same else "absent_cannot_withdraw", facts=facts)
    facts["also"] = _another_leave(cook, span)
    for household, engagements in by_household(cook, span):
        for plan_id in plans(household, span):
            back, left = _bring_back(plan_id, taken, engagements, span, actor, now)
            facts["meals"] += back
            facts["still"] += left
    return Outcome(True, "absent_withdrawn", facts=facts)


def _another_leave(cook: Cook, span: Span) -> Span | None:
    """Another leave that still takes something of it away."""
    rows = CookLeave.objects.filter(cook=cook, cancelled_at=None, start__lte=span.end, end__gte=span.start)
    for row in rows.order_by("-created_at", "-pk"):
        elsewhere = span.household and row.household_id not in (None, span.household.pk)
        apart = span.meals and row.meals and not set(span.meals) & set(row.meals)
        if not elsewhere and not apart and of_leave(row) != span:
            return of_leave(row)
    return None


def _bring_back(
    plan_id: int, taken: CookLeave, engagements: Sequence[Engagement], span: Span, actor: Actor, now: datetime
) -> tuple[int, list[PlannedMeal]]:
    with open_week(plan_id, now) as week:
        plan, before = week.plan, visits(as_if(week.home, [*week.home.leaves, taken]), week.meals)
        wanted = [meal for meal in theirs(week, engagements, span, MealStatus.CANCELLED) if _has_cook(week, meal)]
        back = [meal for meal in wanted if _safe_again(week, meal)]
        for meal in back:
            write(week, meal, "restore", guard={"status": MealStatus.CANCELLED}, status=MealStatus.PLANNED)
        follow_cooks(week, before, {engagement.pk for engagement in engagements})
        ops.close_item(absent_key(plan, taken.cook, span.start, span.meals), None, "The cook comes after all.", now)
        if back:
            _settle_return(week, taken.cook, back, span, actor)
        return len(back), still(week, engagements, span)


def _has_cook(week: Week, meal: PlannedMeal) -> bool:
    """Another leave may hold it still."""
    return week.home.cook_of(meal.date, meal.meal) is not None


def _safe_again(week: Week, meal: PlannedMeal) -> bool:
    """A food rule may have come while the meal was off: then it stays off, and a person finds another dish."""
    wanted = instead(week, meal, status=MealStatus.PLANNED)
    broken = rules.unsafe(week.broken(wanted, next(other for other in wanted if other.pk == meal.pk)))
    if not broken:
        return True
    why = "; ".join(rules.sentence(violation, week.home, week.larder.dishes) for violation in broken)
    ops.open_item(
        kind="meal_unsafe",
        key=f"meal-unsafe:{meal.plan_id}:{meal.date}",
        about=week.plan,
        reason=f"The cook comes after all, but {meal.meal} of {meal.date:%a %d %b} stays off: {why}. Choose a dish.",
        household=week.plan.household,
        due_at=week.starts_at(meal),
        now=week.now,
    )
    return False


def _settle_return(week: Week, cook: Cook, back: Sequence[PlannedMeal], span: Span, actor: Actor) -> None:
    plan, now = week.plan, week.now
    plan.revision += 1
    WeekPlan.objects.filter(pk=plan.pk).update(revision=plan.revision)
    if plan.status in planning.AGREED:
        shopping.reprice(plan, week.meals, week.larder, now)
    record(plan, "cook_back", f"{cook.name} comes after all {in_english(span)}.", actor, now)
    first = min(meal.date for meal in back)
    for resident in queries.residents_to_message(plan.household):
        key = "change_cook_back_for" if span.meals else "change_cook_back"
        facts = {"meals": meals_text(span.meals, resident.language)} if span.meals else {}
        text = say(key, resident.language, cook=cook.name, day=day_name(first, resident.language), **facts)
        messages.changed(plan, resident, text, str(plan.revision), now)
