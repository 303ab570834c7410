"""Saturday: a draft for the coming week, the planner's work on it, and the proposal to the one who decides.

Claim (commit), solve (seconds of CPU, no transaction), record (commit). A worker that dies while solving leaves a
lease that runs out; the tick then finds the draft again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from bettermeals.lib.money import format_money
from bettermeals.lib.states import move
from households import ops, queries, timeline
from households.models import Household, Resident
from mealplans import conflicts, messages, planning, rules, timetable, wishes
from mealplans.models import PLAN_MOVES, MealStatus, PlannedMeal, PlanStatus, Step, WeekPlan
from mealplans.planner.outcome import Impossible, Planned, ReasonCode
from mealplans.planner.problem import SlotKey, WeekProblem
from mealplans.planning import Larder
from mealplans.slots import Home
from mealplans.solving import solve, violations

LEASE = timedelta(minutes=10)
#: After this many lost leases something is wrong with the planner or the machine, and a person must look.
MOST_ATTEMPTS = 3
NOTHING_TO_COOK = "Nothing is to be cooked that week: no meal of the pattern has a cook and people at home."


class RuleChanged(Exception):
    """While the week was being planned somebody entered what must not be eaten: it is planned again."""


class UnsafePlan(Exception):
    """The planner's answer does not pass the independent checker: a bug that must never reach a kitchen."""


@transaction.atomic
def draft(household: Household, week_start: date, now: datetime) -> WeekPlan:
    """The living plan of that week, made when there is none. Raises ValueError unless `week_start` is a Monday."""
    if week_start.weekday() != 0:
        raise ValueError(f"{week_start} is no Monday; a week plan starts on one")
    fresh = WeekPlan(
        household=household,
        week_start=week_start,
        created_at=now,
        next_step=Step.GENERATE,
        next_due_at=now,
    )
    WeekPlan.objects.bulk_create([fresh], ignore_conflicts=True)
    living = WeekPlan.objects.filter(household=household, week_start=week_start)
    return living.exclude(status=PlanStatus.CANCELLED).select_related("household").get()


def propose(household: Household, week_start: date, now: datetime) -> WeekPlan:
    """Draft and plan in one go, for a person who waits (staff, the demo). Seconds of CPU; not inside a transaction."""
    plan = draft(household, week_start, now)
    if plan.status == PlanStatus.FAILED:
        try_again(plan.pk, now)
    return generate(plan.pk, now)


def try_again(plan_id: int, now: datetime, *, repeats: bool = False) -> bool:
    """Staff changed what made the plan impossible, or allow a dish twice on one day. False when it is not failed any
    more."""
    return move(
        WeekPlan,
        plan_id,
        table=PLAN_MOVES,
        old=PlanStatus.FAILED,
        new=PlanStatus.DRAFT,
        problem="",
        solver={"repeats": True} if repeats else {},
        attempts=0,
        claimed_until=None,
        next_step=Step.GENERATE,
        next_due_at=now,
    )


def generate(plan_id: int, now: datetime) -> WeekPlan:
    """Plan a draft's week and propose it. Returns the plan as it stands, also when another worker has it.

    Raises UnsafePlan when the planner's answer breaks a rule.
    """
    plan = WeekPlan.objects.select_related("household").get(pk=plan_id)
    if not _claim(plan, now):
        plan.refresh_from_db()
        return plan
    home, larder = Home(plan.household, plan.week_start), Larder.read()
    problem = planning.empty_week(home, now, larder)
    if not problem.slots:
        return _fail(plan, NOTHING_TO_COOK, now)
    answer, relaxed = _solve(plan, problem)
    if isinstance(answer, Impossible):
        why, parts = conflicts.told(answer, home, larder)
        return _fail(plan, why, now, {**granted(plan), **parts})
    try:
        return _record(plan, home, larder, problem, Proposal(answer, relaxed), now)
    except RuleChanged:
        return _let_go(plan, now)


def _claim(plan: WeekPlan, now: datetime) -> bool:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    rows = WeekPlan.objects.filter(free, pk=plan.pk, status=PlanStatus.DRAFT)
    lease = now + LEASE
    return rows.update(claimed_until=lease, next_due_at=lease, attempts=plan.attempts + 1) == 1


def _let_go(plan: WeekPlan, now: datetime) -> WeekPlan:
    """The next tick hands the draft out again."""
    mine = WeekPlan.objects.filter(pk=plan.pk, status=PlanStatus.DRAFT)
    mine.update(claimed_until=None, next_due_at=now)
    plan.refresh_from_db()
    return plan


#: What is given up, in this order, when no plan keeps everything: habits, never rules about food, money or the cook.
HABITS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("", {}),
    ("look-alikes may follow each other", {"family_cooldown_days": {}}),
    ("the weekly quotas are not kept", {"family_cooldown_days": {}, "quotas": ()}),
    ("a dish may come again after 3 days", {"family_cooldown_days": {}, "cooldown_days": 3, "quotas": ()}),
    ("a dish may come every day", {"family_cooldown_days": {}, "cooldown_days": 1, "quotas": ()}),
)
#: Only when staff allow it: a dish twice on one day is no week that anybody asked for.
REPEATS = (
    *HABITS,
    ("a dish may come twice on one day", {"family_cooldown_days": {}, "cooldown_days": 0, "quotas": ()}),
)


def granted(plan: WeekPlan) -> dict[str, bool]:
    """What staff allowed this week when they planned it again."""
    return {"repeats": True} if plan.solver.get("repeats") else {}


def _solve(plan: WeekPlan, problem: WeekProblem) -> tuple[Planned | Impossible, str]:
    """What residents chose for this week before is kept while any plan keeps it; what could not be is named."""
    habits, wished = REPEATS if granted(plan) else HABITS, wishes.of_the_week(plan, problem)
    answer, given_up = _with_habits(replace(problem, pins=wished.pins), habits)
    if isinstance(answer, Impossible) and wished.pins:
        wished = wished.none_kept()
        answer, given_up = _with_habits(problem, habits)
    lost = f"what a resident chose before could not be kept: {', '.join(wished.lost)}" if wished.lost else ""
    return answer, "; ".join(part for part in (given_up, lost) if part)


def _with_habits(
    problem: WeekProblem, habits: Sequence[tuple[str, dict[str, Any]]]
) -> tuple[Planned | Impossible, str]:
    """The first that leaves a plan. Fewer rules never leave less: where all given up leave none, none between does."""
    (_, kept), *between, (all_given_up, fewest) = habits
    answer = solve(replace(problem, **kept), explain=False)
    if isinstance(answer, Planned):
        return answer, ""
    last = solve(replace(problem, **fewest))
    for given_up, changes in between if isinstance(last, Planned) else ():
        answer = solve(replace(problem, **changes), explain=False)
        if isinstance(answer, Planned):
            return answer, given_up
    return last, all_given_up if isinstance(last, Planned) else ""


@transaction.atomic
def _fail(plan: WeekPlan, why: str, now: datetime, found: Mapping[str, Any] | None = None) -> WeekPlan:
    done = move(
        WeekPlan,
        plan.pk,
        table=PLAN_MOVES,
        old=PlanStatus.DRAFT,
        new=PlanStatus.FAILED,
        problem=why,
        solver=found or {},
        next_step=Step.NONE,
        next_due_at=None,
        claimed_until=None,
    )
    if done:
        timeline.record(plan.household, "plan_impossible", why, week_start=plan.week_start, now=now, plan=plan.pk)
        ops.open_item(
            kind="plan_impossible",
            key=impossible_key(plan),
            reason=f"No plan for {plan.household} from {plan.week_start:%d %b}. {why} Change a rule and plan again.",
            household=plan.household,
            due_at=timetable.decide_by(plan.household, plan.week_start, now),
            about=plan,
            target_label="The week",
            now=now,
        )
    plan.refresh_from_db()
    return plan


def give_up(plan: WeekPlan, now: datetime) -> WeekPlan:
    return _fail(plan, f"Planning was tried {plan.attempts} times and never ended; tell the developers.", now)


def impossible_key(plan: WeekPlan) -> str:
    return f"plan-impossible:{plan.pk}"


@dataclass(frozen=True)
class Proposal:
    answer: Planned
    given_up: str


@transaction.atomic
def _record(
    plan: WeekPlan, home: Home, larder: Larder, problem: WeekProblem, proposal: Proposal, now: datetime
) -> WeekPlan:
    """Write the meals and ask the one who decides. The checker speaks last: what it refuses is not written.

    It speaks twice: of the facts that were planned with, and of the rules as they stand now, because planning takes
    seconds. The residents' rows are held meanwhile: a rule that comes later finds the week, and changes it.
    """
    list(Resident.objects.select_for_update(no_key=True).filter(household=plan.household_id).values_list("pk"))
    answer = proposal.answer
    broken = rules.unbreakable(violations(problem, answer.meals))
    if broken:
        raise UnsafePlan(f"plan {plan.pk}: {'; '.join(rules.sentence(v, home, larder.dishes) for v in broken)}")
    household, week_start = plan.household, plan.week_start
    moments = timetable.reminders(household, week_start, now)
    deadline = timetable.decide_by(household, week_start, now)
    first = moments[0] if moments else deadline
    won = move(
        WeekPlan,
        plan.pk,
        table=PLAN_MOVES,
        old=PlanStatus.DRAFT,
        new=PlanStatus.PROPOSED,
        proposed_at=now,
        decide_by=deadline,
        next_step=Step.REMIND_FIRST if moments else Step.DEADLINE,
        next_due_at=first,
        claimed_until=None,
        solver=_proof(answer, proposal.given_up),
        pantry=planning.frozen_pantry(problem.pantry),
    )
    plan.refresh_from_db()
    if not won:
        return plan
    PlannedMeal.objects.bulk_create(_meals(plan, home, larder, answer))
    meals = planning.meals_of(plan)
    if _must_not_be_eaten(plan, meals, now):
        raise RuleChanged
    ops.close_item(impossible_key(plan), None, "A plan was found.", now)
    decider, message = queries.deciding_resident(household), None
    if decider is None:
        _nobody_decides(plan, now)
    else:
        message = messages.plan_prompt(plan, decider, meals, answer.cost_paise, now)
    cost = format_money(answer.cost_paise, household.currency)
    text = f"{len(meals)} meals proposed; groceries about {cost}; gap {answer.gap:.1%}."
    text += f" Given up: {proposal.given_up}." if proposal.given_up else ""
    timeline.record(household, "plan_proposed", text, week_start=week_start, message=message, now=now, plan=plan.pk)
    return plan


def _meals(plan: WeekPlan, home: Home, larder: Larder, answer: Planned) -> list[PlannedMeal]:
    return [
        PlannedMeal(
            plan=plan,
            date=key.day,
            meal=key.meal,
            dish=larder.dishes[slug],
            servings=home.servings(key.day, key.meal).quantize(planning.CENT),
            status=MealStatus.PLANNED,
            no_cook=home.cook_of(key.day, key.meal) is None,
            pinned=any(reason.code == ReasonCode.PINNED for reason in answer.reasons.get(key, ())),
            reason=_reasons(answer, key),
        )
        for key, slug in sorted(answer.meals.items())
    ]


def _must_not_be_eaten(plan: WeekPlan, meals: Sequence[PlannedMeal], now: datetime) -> bool:
    """By the rules and recipes as they stand now; some twenty queries for seconds of planning."""
    home, larder = Home(plan.household, plan.week_start), Larder.of(meals)
    problem = planning.planned_week(home, meals, now, larder, planning.pantry_of(plan))
    return bool(rules.unsafe(violations(problem, planning.chosen(meals))))


def _reasons(answer: Planned, key: SlotKey) -> list[dict[str, Any]]:
    return [
        {"code": reason.code.value, "subject": reason.subject, "value": reason.value}
        for reason in answer.reasons.get(key, ())
    ]


def _proof(answer: Planned, given_up: str) -> dict[str, Any]:
    return {
        "objective": answer.objective,
        "bound": answer.bound,
        "gap": answer.gap,
        "cost_paise": answer.cost_paise,
        "deterministic_time": answer.deterministic_time,
        "model_hash": answer.model_hash,
        "given_up": given_up,
    }


def _nobody_decides(plan: WeekPlan, now: datetime) -> None:
    ops.open_item(
        kind="nobody_decides",
        key=f"nobody-decides:{plan.household_id}",
        about=plan,
        reason=f"{plan.household} has nobody who decides, so nobody was sent the week. Choose a resident, or approve.",
        household=plan.household,
        due_at=plan.decide_by,
        now=now,
    )
