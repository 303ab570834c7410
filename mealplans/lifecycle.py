"""A plan's way from proposal to completion: approve, confirm, cancel, and what happens when nobody answers.

The other changes stand beside it, one module per act, and are named here too, so that whoever looks for a use case
finds all of them: `draft`, `propose`, `generate`, `swap`, `alternatives`, `skip`, `restore`, `skip_days`,
`set_guests`, `set_at_home`, `exchange`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bettermeals.lib.states import move
from households import ops, queries
from households.billing import charging
from households.billing.models import Charge
from households.models import Resident
from households.vocabulary import DeadlinePolicy
from mealplans import cook_messages, cooking, messages, planning, rules, shopping, timetable
from mealplans.changing import record
from mealplans.exchanging import exchange
from mealplans.having import set_at_home
from mealplans.headcounts import set_guests
from mealplans.locking import locked, subject
from mealplans.models import PLAN_MOVES, PlanStatus, Step, WeekPlan
from mealplans.outcomes import Actor, Outcome, system
from mealplans.proposing import draft, generate, propose, try_again
from mealplans.skipping import restore, skip, skip_days
from mealplans.solving import violations
from mealplans.swapping import alternatives, freeze, swap
from mealplans.visits import visits
from mealplans.weeks import Week, open_week

__all__ = [
    "alternatives",
    "approve",
    "cancel",
    "confirm",
    "draft",
    "exchange",
    "generate",
    "pass_deadline",
    "propose",
    "restore",
    "set_at_home",
    "set_guests",
    "skip",
    "skip_days",
    "swap",
    "try_again",
]


def approve(plan_id: int, actor: Actor, now: datetime) -> Outcome:
    """The household agrees: groceries are listed and charged. A resident must be the one who decides.

    Codes: approved (facts: amount_paise), approved_free, approved_unpriced, already_approved (facts: by),
    not_decider (facts: decider), needs_change (facts: meals; a rule changed since the proposal), plan_over.
    """
    with open_week(plan_id, now) as week:
        refused = _cannot_approve(week, actor)
        if refused:
            return refused
        plan = week.plan
        won = move(
            WeekPlan,
            plan.pk,
            table=PLAN_MOVES,
            old=PlanStatus.PROPOSED,
            new=PlanStatus.APPROVED,
            approved_at=now,
            approved_by_id=actor.resident_id,
            approved_how=actor.how,
            next_step=Step.NONE,
            next_due_at=None,
        )
        plan.refresh_from_db()
        if not won:
            return _already(plan)
        freeze(week)
        record(plan, "plan_approved", f"Approved by {actor.name or 'policy'} ({actor.how}).", actor, now)
        ops.close_item(unanswered_key(plan), None, "The week is approved.", now)
        return _buy(week)


def _cannot_approve(week: Week, actor: Actor) -> Outcome | None:
    plan = week.plan
    if plan.status in (PlanStatus.CANCELLED, PlanStatus.COMPLETED, PlanStatus.DRAFT, PlanStatus.FAILED):
        return Outcome(False, "plan_over", plan)
    if plan.status != PlanStatus.PROPOSED:
        return _already(plan)
    if actor.is_resident:
        decider = queries.deciding_resident(plan.household)
        if decider is None or decider.pk != actor.resident_id:
            return Outcome(False, "not_decider", plan, facts={"decider": decider.name if decider else "—"})
    broken = rules.unsafe(violations(week.problem(), planning.chosen(week.meals)))
    if broken:
        return _needs_change(week, [rules.sentence(v, week.home, week.larder.dishes) for v in broken])
    return None


def _already(plan: WeekPlan) -> Outcome:
    by = plan.approved_by.name if plan.approved_by else "BetterMeals"
    return Outcome(False, "already_approved", plan, facts={"by": by})


def _needs_change(week: Week, sentences: list[str]) -> Outcome:
    """A rule of the home changed after the proposal (a new allergy): approving it as it is would break the rule."""
    plan = week.plan
    ops.open_item(
        kind="plan_unsafe",
        key=f"plan-unsafe:{plan.pk}",
        about=plan,
        reason=f"The week of {plan.household} breaks a rule and was not approved: {'; '.join(sentences)}. Change it.",
        household=plan.household,
        due_at=plan.decide_by,
        now=week.now,
    )
    return Outcome(False, "needs_change", plan)


def _buy(week: Week) -> Outcome:
    """List and charge. A list that cannot be priced leaves the plan approved and asks staff, losing nothing."""
    plan = week.plan
    try:
        charge = shopping.start(plan, week.meals, week.larder, week.now)
    except shopping.CannotPrice as problem:
        ops.open_item(
            kind="groceries_unpriced",
            key=f"groceries-unpriced:{plan.pk}",
            about=plan,
            reason=f"The groceries of {plan.household} cannot be priced: {problem}. Correct the catalogue, then retry.",
            household=plan.household,
            due_at=timetable.pay_by(plan.household, plan.week_start, week.now),
            now=week.now,
        )
        return Outcome(True, "approved_unpriced", plan)
    plan.refresh_from_db()
    if charge.status == Charge.Status.SETTLED:
        return Outcome(True, "approved_free", plan)
    _wait_for_payment(plan, charge, week.now)
    return Outcome(True, "approved", plan, facts={"amount_paise": charge.amount_paise})


def buy_again(plan_id: int, actor: Actor, now: datetime) -> Outcome:
    """Staff put the catalogue right: price the approved plan once more. Codes as of `approve`."""
    with open_week(plan_id, now) as week:
        if week.plan.status != PlanStatus.APPROVED:
            return _already(week.plan)
        outcome = _buy(week)
        if outcome.code != "approved_unpriced":
            ops.close_item(f"groceries-unpriced:{plan_id}", None, "The groceries are priced.", now)
        return outcome


def _wait_for_payment(plan: WeekPlan, charge: Charge, now: datetime) -> None:
    cut_off = timetable.pay_by(plan.household, plan.week_start, now)
    move(
        WeekPlan,
        plan.pk,
        table=PLAN_MOVES,
        old=PlanStatus.APPROVED,
        new=PlanStatus.AWAITING_PAYMENT,
        pay_by=cut_off,
        next_step=Step.REMIND_PAYMENT,
        next_due_at=timetable.payment_reminder(now, cut_off),
    )
    plan.refresh_from_db()


def confirm(plan_id: int, actor: Actor, now: datetime) -> bool:
    """Paid, nothing to pay, or a member of staff says so: order, tell everybody, schedule the cook.

    Returns False when it was confirmed already or is past that. Safe to repeat: a charge may settle twice.
    """
    with open_week(plan_id, now) as week:
        plan, before = week.plan, (PlanStatus.APPROVED, PlanStatus.AWAITING_PAYMENT)
        if plan.status not in before:
            return False
        first = timetable.rating_at(plan.household, max(plan.week_start, timetable.local_day(plan.household, now)))
        won = move(
            WeekPlan,
            plan.pk,
            table=PLAN_MOVES,
            old=before,
            new=PlanStatus.CONFIRMED,
            confirmed_at=now,
            next_step=Step.RATE,
            next_due_at=max(first, now),
        )
        plan.refresh_from_db()
        if won:
            record(plan, "plan_confirmed", f"Confirmed ({actor.how}).", actor, now)
            shopping.place(plan, now)
            cooking.schedule(plan, week.home, week.meals, now)
            _tell_confirmed(week)
        return won


def _tell_confirmed(week: Week) -> None:
    plan = week.plan
    for resident in queries.residents_to_message(plan.household):
        messages.confirmed(plan, resident, week.meals, week.now)
    by_cook: dict[int, list[Any]] = {}
    for visit in visits(week.home, week.meals):
        by_cook.setdefault(visit.engagement.cook_id, []).append(visit)
    for mine in by_cook.values():
        cook = mine[0].engagement.cook
        cooked = [meal for visit in mine for meal in visit.meals]
        menu = messages.menu(sorted(cooked, key=lambda meal: meal.date), cook.language)
        cook_messages.week(plan, plan.household, cook, menu, week.now)


def cancel(plan_id: int, actor: Actor, reason: str, now: datetime) -> bool:
    """Staff call the whole week off. What was paid becomes a credit that billing asks staff about.

    Returns False when it is over already. Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why the week is cancelled.")
    with open_week(plan_id, now) as week:
        plan = week.plan
        if not PLAN_MOVES.allowed(plan.status, PlanStatus.CANCELLED):
            return False
        was_confirmed = week.confirmed
        charge = Charge.objects.filter(subject=subject(plan.pk), status__in=Charge.ALIVE).first()
        won = move(
            WeekPlan,
            plan.pk,
            table=PLAN_MOVES,
            old=plan.status,
            new=PlanStatus.CANCELLED,
            next_step=Step.NONE,
            next_due_at=None,
            claimed_until=None,
        )
        plan.refresh_from_db()
        if won:
            record(plan, "plan_cancelled", f"Cancelled: {reason}", actor, now)
            if charge:
                charging.cancel(charge.pk, reason=reason, now=now, by=actor.name)
            shopping.call_off(plan, now)
            if was_confirmed:
                _call_off_visits(week)
        return won


def _call_off_visits(week: Week) -> None:
    for visit in visits(week.home, week.meals):
        if visit.times.starts_at > week.now and cooking.call_off([week.plan.pk], visit.engagement.pk, visit.date):
            empty = type(visit)(visit.engagement, visit.date, (), visit.times)
            cook_messages.changed(week.plan, week.home, empty, [], week.now)
    for resident in queries.residents_to_message(week.plan.household):
        messages.changed(week.plan, resident, messages.week_cancelled(week.plan, resident), "cancelled", week.now)


def pass_deadline(plan_id: int, now: datetime) -> Outcome | None:
    """Nobody answered in time: the household's own policy applies. None when somebody answered after all."""
    with locked(plan_id) as plan:
        if plan.status != PlanStatus.PROPOSED or plan.decide_by is None or now < plan.decide_by:
            return None
        decider = queries.deciding_resident(plan.household)
        if plan.household.deadline_policy != DeadlinePolicy.AUTO_APPROVE:
            return _ask_staff(plan, decider, now)
        outcome = approve(plan_id, system("policy"), now)
        if not outcome.done:
            return _ask_staff(plan, decider, now)
        if decider is not None:
            messages.auto_approved(plan, decider, now)
        return outcome


def unanswered_key(plan: WeekPlan) -> str:
    return f"plan-unanswered:{plan.pk}"


def _ask_staff(plan: WeekPlan, decider: Resident | None, now: datetime) -> Outcome:
    WeekPlan.objects.filter(pk=plan.pk, status=PlanStatus.PROPOSED).update(next_step=Step.NONE, next_due_at=None)
    name = decider.name if decider else "Nobody"
    ops.open_item(
        kind="plan_unanswered",
        key=unanswered_key(plan),
        about=plan,
        reason=f"{name} of {plan.household} did not answer about the week from {plan.week_start:%d %b}. Call, then "
        "approve or cancel.",
        household=plan.household,
        due_at=timetable.pay_by(plan.household, plan.week_start, now),
        now=now,
    )
    record(plan, "plan_unanswered", "No answer by the deadline; staff are to call.", system("deadline"), now)
    return Outcome(False, "plan_unanswered", plan)
