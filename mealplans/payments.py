"""Billing's two upward facts as the meal plan hears them, and the reminder of an unpaid week.

Billing calls these inside its own transaction, under the charge's lock; raising undoes its settlement and it tries
again, so everything here bears repetition.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from households import queries, undelivered
from households.billing import links
from households.billing.models import Charge, PaymentLink
from mealplans import lifecycle, messages, owing
from mealplans.changing import record
from mealplans.locking import locked, plan_of, subject
from mealplans.models import PlanStatus, Step, WeekPlan
from mealplans.outcomes import system
from mealplans.planning import meals_of
from whatsapp.models import Message
from whatsapp.outgoing.orders import is_order, reference_of


def link_ready(charge: Charge, link: PaymentLink, now: datetime) -> None:
    """A payable link exists: ask the one who decides to pay. Each link asks once; a renewed link asks again."""
    plan = _plan(charge)
    decider = queries.deciding_resident(charge.household) if plan else None
    if plan is None or decider is None or plan.status == PlanStatus.CANCELLED:
        return
    messages.payment_prompt(plan, decider, charge, link, now)
    record(plan, "payment_asked", f"Asked {decider.name} to pay.", system("link"), now, reference=link.reference)


def charge_settled(charge: Charge, now: datetime) -> None:
    """Everything owed is paid. The first time this confirms the plan; later (a dearer week, paid) there is nothing."""
    plan = _plan(charge)
    if plan is not None:
        lifecycle.confirm(plan.pk, system("payment"), now)


def _plan(charge: Charge) -> WeekPlan | None:
    pk = plan_of(charge.subject)
    return WeekPlan.objects.select_related("household").filter(pk=pk).first() if pk else None


def remind(plan_id: int, now: datetime) -> bool:
    """The one reminder before the cut-off. False when it was paid meanwhile or another worker reminded."""
    with locked(plan_id) as plan:
        step = WeekPlan.objects.filter(pk=plan.pk, status=PlanStatus.AWAITING_PAYMENT, next_step=Step.REMIND_PAYMENT)
        if not step.update(next_step=Step.PAY_BY, next_due_at=plan.pay_by):
            return False
        charge = Charge.objects.filter(subject=subject(plan.pk), status=Charge.Status.OPEN).first()
        decider = queries.deciding_resident(plan.household)
        if charge and decider:
            messages.payment_reminder(plan, decider, charge, owing.owed(charge), now)
            record(plan, "payment_reminded", f"Reminded {decider.name} to pay.", system("reminder"), now)
        return True


def extras_due(now: datetime, limit: int) -> list[int]:
    """Links for what a confirmed week came to cost more, unpaid for hours; the plan itself reminds before that."""
    rows = links.due_for_reminder(now).values_list("pk", "charge__subject")[:limit]
    plans = {plan_of(name): pk for pk, name in rows if plan_of(name)}
    confirmed = WeekPlan.objects.filter(pk__in=list(plans), status=PlanStatus.CONFIRMED)
    return [plans[pk] for pk in confirmed.values_list("pk", flat=True)]


@transaction.atomic
def remind_extra(link_id: int, now: datetime) -> bool:
    """One reminder per link. False when another worker sent it."""
    link = PaymentLink.objects.select_related("charge__household").get(pk=link_id)
    plan = _plan(link.charge)
    decider = queries.deciding_resident(link.charge.household)
    if plan is None or decider is None or not links.mark_reminded(link, now):
        return False
    messages.payment_reminder(plan, decider, link.charge, owing.owed(link.charge), now)
    record(plan, "payment_reminded", f"Reminded {decider.name} to pay.", system("reminder"), now)
    return True


def order_refused(message: Message, now: datetime) -> None:
    """An order that Meta did not take: the same without it. What cannot be said that way either is staff's."""
    if not is_order(message.payload):
        return
    reference = reference_of(message.payload)
    link = PaymentLink.objects.select_related("charge__household").filter(reference=reference).first()
    if link is None or not _again(message, link, now):
        undelivered.put_on_queue(message, now)


def _again(message: Message, link: PaymentLink, now: datetime) -> bool:
    plan = _plan(link.charge)
    resident = next(
        (r for r in queries.residents_of(message.contact) if r.household_id == link.charge.household_id), None
    )
    if plan is None or resident is None:
        return False
    why = f"The payment link instead of Review and pay: {message.error_text}"
    if message.purpose == "payment_prompt":
        over = link.status != PaymentLink.Status.LIVE
        return over or messages.payment_prompt(plan, resident, link.charge, link, now, plainly=why) is not None
    return messages.confirmed(plan, resident, meals_of(plan), now, plainly=why) is not None
