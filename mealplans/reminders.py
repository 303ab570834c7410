"""The clock's door: who is due now, and the one act each is due for.

"Next due at" stands on the rows; a tick asks three questions of constant cost (which households have no plan yet,
which plans, which instructions are due) and then takes each row on its own, in its own transaction, so that one
household's trouble is never another's delay.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Model, Q

from households import ops, queries
from households.billing.models import PaymentLink
from households.models import Household
from mealplans import cooking, lifecycle, messages, payments, proposing, rating, shop_clock, timetable
from mealplans.changing import record
from mealplans.locking import locked
from mealplans.models import CookInstruction, PlanStatus, ShopRequest, Step, WeekPlan
from mealplans.outcomes import system

BATCH = 200
#: A row whose step raised is tried again then; the error is on the ops queue meanwhile.
AFTER_TROUBLE = timedelta(minutes=10)

#: Rows with a page of their own in the back office.
PAGES = (WeekPlan, CookInstruction, Household)

logger = logging.getLogger(__name__)


@dataclass
class Done:
    """What one tick did. `to_generate`: drafts for the workers to plan."""

    drafted: int = 0
    to_generate: list[int] = field(default_factory=list)
    steps: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    troubles: int = 0


def run_due(now: datetime, limit: int = BATCH) -> Done:
    done = Done()
    done.drafted = draft_due(now, limit)
    for pk, step in due_plans(now, limit):
        if step == Step.GENERATE:
            if _hand_out(pk, now):
                done.to_generate.append(pk)
        else:
            _take(done, step, _STEPS[Step(step)], pk, WeekPlan, now)
    for pk in payments.extras_due(now, limit):
        _take(done, "remind_extra", payments.remind_extra, pk, PaymentLink, now)
    for pk in shop_clock.due(now, limit):
        _take(done, "shop", shop_clock.advance, pk, ShopRequest, now)
    for pk in cooking.due(now, limit):
        _take(done, "instruction", cooking.advance, pk, CookInstruction, now)
    return done


def draft_due(now: datetime, limit: int = BATCH) -> int:
    """Drafts for households whose hour to propose has come and that have no plan for the coming week. Three queries.

    Households share few combinations of timezone and hour, so these are asked once and compared here; a setting that
    changes is right from the next tick on, and nobody keeps a second copy of it.
    """
    hours = queries.active_households().order_by().values_list("timezone", "propose_weekday", "propose_at").distinct()
    due = Q(pk__in=[])
    weeks: set[date] = set()
    for timezone, weekday, at in hours:
        sample = Household(timezone=timezone, propose_weekday=weekday, propose_at=at)
        week = timetable.next_week_start(sample, now)
        if timetable.propose_at(sample, week) <= now:
            weeks.add(week)
            here = Q(timezone=timezone, propose_weekday=weekday, propose_at=at)
            due |= here & ~Q(plans__in=WeekPlan.objects.filter(week_start=week))
    if not weeks:
        return 0
    households = list(queries.active_households().filter(due)[:limit])
    rows = [
        WeekPlan(
            household=household,
            week_start=timetable.next_week_start(household, now),
            created_at=now,
            next_step=Step.GENERATE,
            next_due_at=now,
        )
        for household in households
    ]
    return len(WeekPlan.objects.bulk_create(rows, ignore_conflicts=True))


def due_plans(now: datetime, limit: int) -> list[tuple[int, str]]:
    """(plan, step) whose time has come, oldest first. One query on a partial index."""
    rows = WeekPlan.objects.filter(next_due_at__lte=now).order_by("next_due_at", "pk")
    return list(rows.values_list("pk", "next_step")[:limit])


def _hand_out(plan_id: int, now: datetime) -> bool:
    """Whether to nudge a worker for this draft now. The next nudge waits, or a busy queue would fill with repeats."""
    plan = WeekPlan.objects.select_related("household").get(pk=plan_id)
    if plan.attempts >= proposing.MOST_ATTEMPTS:
        proposing.give_up(plan, now)
        return False
    rows = WeekPlan.objects.filter(pk=plan_id, status=PlanStatus.DRAFT, next_due_at__lte=now)
    return rows.update(next_due_at=now + proposing.LEASE) == 1


def remind(plan_id: int, now: datetime) -> bool:
    """Remind the one who decides, and set the next step: another reminder or the deadline."""
    with locked(plan_id) as plan:
        if plan.status != PlanStatus.PROPOSED or plan.next_due_at is None or plan.next_due_at > now:
            return False
        left = [m for m in timetable.reminders(plan.household, plan.week_start, plan.proposed_at or now) if m > now]
        step, due = (Step.REMIND_LAST, left[0]) if left else (Step.DEADLINE, plan.decide_by)
        sent = plan.reminders_sent + 1
        WeekPlan.objects.filter(pk=plan.pk).update(next_step=step, next_due_at=due, reminders_sent=sent)
        decider = queries.deciding_resident(plan.household)
        if decider is not None and plan.decide_by and now < plan.decide_by:
            messages.plan_reminder(plan, decider, sent, now)
        return True


def pay_by(plan_id: int, now: datetime) -> bool:
    """The cut-off passed unpaid. Billing puts the charge before staff; the plan waits for the money or for them."""
    with locked(plan_id) as plan:
        rows = WeekPlan.objects.filter(pk=plan.pk, status=PlanStatus.AWAITING_PAYMENT, next_step=Step.PAY_BY)
        if not rows.update(next_step=Step.NONE, next_due_at=None):
            return False
        record(plan, "payment_overdue", "Not paid by the cut-off; the groceries are not ordered.", system("clock"), now)
        return True


_STEPS: dict[Step, Callable[[int, datetime], object]] = {
    Step.REMIND_FIRST: remind,
    Step.REMIND_LAST: remind,
    Step.DEADLINE: lifecycle.pass_deadline,
    Step.REMIND_PAYMENT: payments.remind,
    Step.PAY_BY: pay_by,
    Step.RATE: rating.ask,
    Step.SUMMARY: rating.complete,
}


def _take(
    done: Done, step: str, act: Callable[[int, datetime], object], pk: int, model: type[Model], now: datetime
) -> None:
    """One row's step. An error is logged and put before staff, the row waits a little, the others go on."""
    try:
        result = act(pk, now)
    except Exception as problem:
        logger.exception("%s of %s %s raised", step, model.__name__, pk)
        done.troubles += 1
        _trouble(step, pk, model, problem, now)
        return
    if result:
        done.steps[result if isinstance(result, str) else str(step)] += 1


@transaction.atomic
def _trouble(step: str, pk: int, model: type[Model], problem: Exception, now: datetime) -> None:
    if issubclass(model, WeekPlan | CookInstruction | ShopRequest):
        model.objects.filter(pk=pk, next_due_at__lte=now).update(next_due_at=now + AFTER_TROUBLE)
    ops.open_item(
        kind="step_failed",
        key=f"step-failed:{model.__name__}:{pk}:{step}",
        about=model(pk=pk) if model in PAGES else None,
        reason=f"“{step}” of {model.__name__} {pk} fails: {type(problem).__name__}: {problem}. It is tried again by "
        "itself; tell the developers.",
        due_at=now + timedelta(hours=1),
        now=now,
    )
