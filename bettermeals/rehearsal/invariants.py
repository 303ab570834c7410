"""What must hold after the week, checked against two books that do not know each other: our rows and the simulator's
own log of what it accepted. Each check returns the offending rows in words; an empty list is a pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import Q

from households.billing.models import Charge, Payment
from households.models import Household, OpsItem
from mealplans.models import PlannedMeal, PlanStatus, WeekPlan
from mealplans.served import as_served
from whatsapp.models import Message, SendAttempt, WebhookDelivery

Log = list[dict[str, Any]]

OPEN_STATUSES = ("queued", "sending")


def no_message_twice(log: Log) -> list[str]:
    """One accepted POST per message of ours. The attempt's id travels with each POST, so copies show by it."""
    attempts = dict(SendAttempt.objects.values_list("pk", "message_id"))
    by_id = {str(pk): message for pk, message in attempts.items()}
    accepted = Counter(by_id.get(str(entry["biz_opaque_callback_data"]), entry["wamid"]) for entry in log)
    return [f"message {message} was accepted {n} times" for message, n in accepted.items() if n > 1]


def none_lost(log: Log) -> list[str]:
    """Nothing still waits to be sent, and all that we hold as accepted stands in the simulator's log."""
    accepted = {entry["wamid"] for entry in log}
    rows = Message.objects.filter(direction="out")
    waiting = [f"message {m.pk} ({m.purpose}) is still {m.status}" for m in rows.filter(status__in=OPEN_STATUSES)]
    ours = rows.filter(wamid__isnull=False).values_list("pk", "wamid")
    unknown_there = [
        f"message {pk} claims {wamid}, which was never accepted" for pk, wamid in ours if wamid not in accepted
    ]
    held = {wamid for _, wamid in ours}
    unknown_here = [f"{wamid} was accepted, but no row holds it" for wamid in sorted(accepted - held)]
    return waiting + unknown_there + unknown_here


def every_webhook_processed(log: Log) -> list[str]:
    rows = WebhookDelivery.objects.exclude(status="processed")
    unhandled = Message.objects.filter(direction="in", handled_at=None)
    return [f"webhook {row.pk} is {row.status}: {row.error[:160]}" for row in rows] + [
        f"incoming message {row.pk} was not handled: {row.handling_error[:160]}" for row in unhandled
    ]


def no_hard_rule_broken(log: Log) -> list[str]:
    """Every meal of every plan against every diner at the table, from the dish's own ingredients."""
    meals = PlannedMeal.objects.exclude(plan__status=PlanStatus.CANCELLED)
    meals = meals.select_related("plan__household", "dish").prefetch_related(
        "dish__lines__ingredient", "plan__household__residents"
    )
    return [offence for meal in as_served(meals) for offence in _offences(meal)]


def _offences(meal: PlannedMeal) -> Iterable[str]:
    ingredients = [line.ingredient for line in meal.dish.lines.all()]
    order = ("vegan", "vegetarian", "egg", "nonveg")
    for person in meal.plan.household.residents.all():
        if not person.active:
            continue
        for thing in ingredients:
            if set(thing.allergens) & set(person.allergens):
                yield f"{meal}: {person} must not have {thing} (allergen)"
            if thing.slug in person.never:
                yield f"{meal}: {person} never eats {thing}"
            if order.index(thing.diet) > order.index(person.diet):
                yield f"{meal}: {person} is {person.diet}, {thing} is {thing.diet}"
            if person.jain and not thing.jain_ok:
                yield f"{meal}: {person} is Jain, {thing} is not allowed"


def every_household_accounted_for(log: Log) -> list[str]:
    """Confirmed or completed, or with a stated reason: paused, ended, or on the ops queue with one."""
    settled = WeekPlan.objects.filter(status__in=[PlanStatus.CONFIRMED, PlanStatus.COMPLETED]).values("household")
    asked = OpsItem.objects.filter(household__isnull=False).values("household")
    rest = Household.objects.exclude(Q(pk__in=settled) | Q(pk__in=asked) | ~Q(status="active"))
    return [f"{household} has no confirmed plan and nobody was asked" for household in rest]


def every_plan_was_made(log: Log) -> list[str]:
    """Each sample household can be planned, and no step of any plan raised."""
    plans = WeekPlan.objects.filter(status=PlanStatus.FAILED).select_related("household")
    raised = OpsItem.objects.filter(kind="step_failed").values_list("reason", flat=True)
    return [f"{plan}: {plan.problem}" for plan in plans] + list(raised)


def money_matches(log: Log) -> list[str]:
    """No plan in force is unpaid, and no settled charge belongs to a plan that was left unconfirmed."""
    charges = {charge.subject: charge for charge in Charge.objects.exclude(status="cancelled")}
    wrong = []
    for plan in WeekPlan.objects.select_related("household"):
        charge = charges.get(f"plan:{plan.pk}")
        if plan.status == PlanStatus.CONFIRMED and charge and charge.status == "open" and not _paid(charge):
            wrong.append(f"{plan} is confirmed, but nothing was paid")
        if plan.status == PlanStatus.AWAITING_PAYMENT and charge and charge.status == "settled":
            wrong.append(f"{plan} is paid, but not confirmed")
    return wrong


def _paid(charge: Charge) -> bool:
    return Payment.objects.filter(charge=charge).exists()


CHECKS: tuple[tuple[str, Callable[[Log], list[str]]], ...] = (
    ("no message twice", no_message_twice),
    ("none lost", none_lost),
    ("every webhook processed", every_webhook_processed),
    ("no hard rule broken", no_hard_rule_broken),
    ("every plan was made", every_plan_was_made),
    ("every household accounted for", every_household_accounted_for),
    ("money matches plans", money_matches),
)


def check_all(log: Log) -> dict[str, list[str]]:
    """{invariant: offending rows}. Empty lists all round mean that the week held."""
    return {name: check(log) for name, check in CHECKS}
