"""Plan the rest of a week again, touching as little as possible: asked, worked out in a worker, looked at, applied.

What is eaten, begun or chosen by a resident stays; which meals must change, staff say. Nothing is written before a
person has seen what would change and what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from bettermeals.lib.states import move
from mealplans import conflicts, planning, rules
from mealplans.changing import record, refusal, settle, write
from mealplans.models import REPLAN_MOVES, Dish, MealStatus, PlannedMeal, PlanStatus, Replan, ReplanStatus, WeekPlan
from mealplans.on_behalf import staff
from mealplans.planner.checker import check_dish
from mealplans.planner.outcome import Impossible, WeekPlanResult
from mealplans.planner.problem import SlotKey, WeekProblem
from mealplans.solving import replan, violations
from mealplans.swapping import closes_missing, freeze
from mealplans.weeks import Change, Week, open_week

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
#: Habits that give way when nothing keeps them; the household has granted some of them with the week it has.
COOLDOWNS = (3, 1)
NOTHING = "Every meal can stay as it is: nothing would change."
TIRED = "It was tried three times and never ended; tell the developers."


class Outdated(Exception):
    """The week has changed since this was worked out: it is worked out again, never written over."""


@transaction.atomic
def ask(plan_id: int, must_change: Sequence[int], by: str, now: datetime) -> Replan:
    """One at a time for a week: what was open is dropped."""
    for pk in Replan.objects.filter(plan=plan_id, status__in=Replan.OPEN).values_list("pk", flat=True):
        drop(pk)
    return Replan.objects.create(plan_id=plan_id, must_change=sorted(must_change), asked_by=by, asked_at=now)


def drop(replan_id: int) -> bool:
    return move(Replan, replan_id, table=REPLAN_MOVES, old=Replan.OPEN, new=ReplanStatus.DROPPED)


def waiting(now: datetime) -> list[int]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return list(Replan.objects.filter(free, status=ReplanStatus.ASKED).order_by("pk").values_list("pk", flat=True))


def work(replan_id: int, now: datetime) -> bool:
    """Claim, solve outside any transaction, record. False when another worker has it or nothing is to do."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    mine = Replan.objects.filter(free, pk=replan_id, status=ReplanStatus.ASKED)
    if not mine.update(claimed_until=now + LEASE, attempts=F("attempts") + 1):
        return False
    asked = Replan.objects.get(pk=replan_id)
    if asked.attempts > MOST_ATTEMPTS:
        return _impossible(asked, TIRED)
    return _solve(asked, _read(asked.plan_id, now))


def _read(plan_id: int, now: datetime) -> Week:
    """The week as it stands; the lock is let go before seconds of work."""
    with open_week(plan_id, now, catalogue=True) as week:
        return week


def movable(week: Week) -> list[PlannedMeal]:
    """Meals that are on and may still be changed, in the order they are eaten."""
    return [meal for meal in week.meals if meal.status == MealStatus.PLANNED and refusal(week, meal) is None]


def _solve(asked: Replan, week: Week) -> bool:
    meals = movable(week)
    if not meals:
        return _impossible(asked, NOTHING)
    problem, now_there = _problem(week, meals, asked.must_change), planning.chosen(meals)
    must = [SlotKey(meal.date, meal.meal) for meal in meals if meal.pk in asked.must_change]
    answer = _nearest(problem, now_there, must)
    if isinstance(answer, Impossible):
        return _impossible(asked, conflicts.told(answer, week.home, week.larder)[0])
    return _ready(asked, week, [_Change(m, answer.meals[SlotKey(m.date, m.meal)]) for m in meals])


def _nearest(problem: WeekProblem, meals: Mapping[SlotKey, str], must: Sequence[SlotKey]) -> WeekPlanResult:
    """With each habit that gives way in turn; the last answer says what stands in the way of all."""
    answer = replan(problem, meals, must)
    for days in COOLDOWNS:
        if not isinstance(answer, Impossible):
            break
        answer = replan(replace(problem, cooldown_days=days), meals, must)
    return answer


def _problem(week: Week, meals: list[PlannedMeal], must_change: Sequence[int]) -> WeekProblem:
    """Only what may change is planned; what was eaten or begun is history, the budget is for a person to look at."""
    problem = week.problem(meals)
    fixed = [meal for meal in week.meals if meal not in meals and meal.status in planning.SERVED]
    served = {meal.dish.slug: meal.date for meal in sorted(fixed, key=lambda meal: meal.date)}
    history = {**problem.history, **{slug: day for slug, day in served.items() if day < meals[0].date}}
    wished = {SlotKey(m.date, m.meal): m.dish.slug for m in meals if m.pinned and m.pk not in must_change}
    pins = {slot: slug for slot, slug in wished.items() if not check_dish(problem, slot, slug)}
    return replace(problem, history=history, pins=pins, budget_paise=None)


@dataclass(frozen=True)
class _Change:
    meal: PlannedMeal
    new: str

    @property
    def differs(self) -> bool:
        return self.meal.dish.slug != self.new


def _ready(asked: Replan, week: Week, found: list[_Change]) -> bool:
    changes = [change for change in found if change.differs]
    if not changes:
        return _impossible(asked, NOTHING)
    dishes = {change.meal.pk: week.larder.dishes[change.new] for change in changes}
    return move(
        Replan,
        asked.pk,
        table=REPLAN_MOVES,
        old=ReplanStatus.ASKED,
        new=ReplanStatus.READY,
        changes=[{"meal": c.meal.pk, "old": c.meal.dish.slug, "new": c.new} for c in changes],
        difference_paise=week.total(week.with_dishes(dishes)) - week.total(),
        revision=week.plan.revision,
        problem="",
    )


def _impossible(asked: Replan, why: str) -> bool:
    old, new = ReplanStatus.ASKED, ReplanStatus.IMPOSSIBLE
    return move(Replan, asked.pk, table=REPLAN_MOVES, old=old, new=new, problem=why)


def apply(replan_id: int, by: str, reason: str, now: datetime) -> int:
    """All of it in one transaction, told once; returns the difference in paise.

    Raises Outdated when the week has changed since or time has passed a meal: it is dropped and must be asked anew.
    """
    ready = Replan.objects.get(pk=replan_id)
    slugs = [change["new"] for change in ready.changes]
    with open_week(ready.plan_id, now, *slugs) as week:
        if not move(Replan, ready.pk, table=REPLAN_MOVES, old=ReplanStatus.READY, new=ReplanStatus.APPLIED):
            raise Outdated("somebody else was first")
        if week.plan.revision != ready.revision:
            raise Outdated("the week has changed since")
        return _write(week, ready, by, reason)


def _write(week: Week, ready: Replan, by: str, reason: str) -> int:
    dishes = {change["meal"]: _dish(week, change["new"]) for change in ready.changes}
    wanted, before, olds = week.with_dishes(dishes), week.total(), {m.pk: m.dish for m in week.meals}
    if any(refusal(week, week.meal(pk)) for pk in dishes):
        raise Outdated("a meal of it has begun")
    now_broken = rules.unbreakable(violations(week.problem(wanted), planning.chosen(wanted)))
    was_broken = rules.unbreakable(violations(week.problem(), planning.chosen(week.meals)))
    if [violation for violation in now_broken if violation not in was_broken]:
        raise Outdated("a rule of the home has changed since")
    written = [_put(week, pk, dish) for pk, dish in dishes.items()]
    if week.plan.status != PlanStatus.PROPOSED:
        freeze(week, list(dishes))
    said = "; ".join(f"{_when(week, pk)}: {dish.name_en} instead of {olds[pk].name_en}" for pk, dish in dishes.items())
    record(week.plan, "staff_reason", f"Planned the rest again: {reason}", staff(by), week.now)
    return settle(week, written, staff(by), before, f"{said}.")


def _put(week: Week, pk: int, dish: Dish) -> Change:
    meal = week.meal(pk)
    guard = {"dish": meal.dish, "status": MealStatus.PLANNED} if meal else {}
    change = write(week, meal, "swap", guard=guard, dish=dish, pinned=False, reason=[]) if meal else None
    if meal is None or change is None:
        raise Outdated("the week has changed since")
    closes_missing(meal, week.now)
    return change


def _dish(week: Week, slug: str) -> Dish:
    dish = week.larder.dishes.get(slug)
    if dish is None or not dish.active:
        raise Outdated(f"{slug} is planned no more")
    return dish


def _when(week: Week, pk: int) -> str:
    meal = week.meal(pk)
    return f"{meal.meal.capitalize()} on {meal.date:%a %d %b}" if meal else ""


def open_of(plan: WeekPlan) -> Replan | None:
    return plan.replans.filter(status__in=Replan.OPEN).first()
