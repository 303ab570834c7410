"""From proposal to confirmation: one clear outcome, whoever acts, however often."""

from __future__ import annotations

import pytest

from households.billing.models import Charge
from households.models import Household, OpsItem, Resident, TimelineEvent
from mealplans import lifecycle, reminders
from mealplans.models import CookInstruction, GroceryOrder, OrderStatus, PlanStatus, Step, WeekPlan
from mealplans.outcomes import Actor, system
from tests.factories.households import HOUR, MINUTE, NOW
from tests.factories.mealplans import Home
from tests.mealplans.people import later, make_link, pay
from whatsapp.models import Message


def by(resident: Resident, how: str = "button") -> Actor:
    return Actor(resident.name, how, resident_id=resident.pk)


def approved(plan: WeekPlan, home: Home) -> Charge:
    assert lifecycle.approve(plan.pk, by(home.asha), NOW).code == "approved"
    return Charge.objects.get(subject=f"plan:{plan.pk}")


def confirmed(plan: WeekPlan, home: Home) -> WeekPlan:
    charge = approved(plan, home)
    make_link(charge)
    pay(charge)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.CONFIRMED
    return plan


def test_approval_lists_the_groceries_and_charges_for_them(plan: WeekPlan, home: Home) -> None:
    outcome = lifecycle.approve(plan.pk, by(home.asha), NOW)
    charge, groceries = Charge.objects.get(), plan.grocery_lists.get()
    assert outcome.facts["amount_paise"] == charge.amount_paise == groceries.total_paise > 0
    assert sum(line.price_paise for line in groceries.lines.all()) == charge.amount_paise
    plan.refresh_from_db()
    assert (plan.status, plan.approved_by, plan.approved_how) == (PlanStatus.AWAITING_PAYMENT, home.asha, "button")
    assert GroceryOrder.objects.get().status == OrderStatus.WAITING


def test_staples_are_never_on_the_bill(plan: WeekPlan, home: Home) -> None:
    approved(plan, home)
    listed = set(plan.grocery_lists.get().lines.values_list("ingredient__slug", flat=True))
    assert listed.isdisjoint({"oil", "salt"})


def test_a_second_approval_changes_nothing_and_names_who_was_first(plan: WeekPlan, home: Home) -> None:
    approved(plan, home)
    again = lifecycle.approve(plan.pk, by(home.asha), NOW + MINUTE)
    assert (again.done, again.code, again.facts["by"]) == (False, "already_approved", "Asha")
    assert Charge.objects.count() == 1
    assert TimelineEvent.objects.filter(kind="plan_approved").count() == 1


def test_only_the_one_who_decides_approves(plan: WeekPlan, home: Home) -> None:
    outcome = lifecycle.approve(plan.pk, by(home.ravi), NOW)
    assert (outcome.code, outcome.facts["decider"]) == ("not_decider", "Asha")
    assert not Charge.objects.exists()


def test_an_allergy_that_came_after_the_proposal_stops_the_approval(plan: WeekPlan, home: Home) -> None:
    Resident.objects.filter(pk=home.ravi.pk).update(allergens=["milk", "gluten"])
    outcome = lifecycle.approve(plan.pk, by(home.asha), NOW)
    assert (outcome.done, outcome.code) == (False, "needs_change")
    assert OpsItem.objects.get().kind == "plan_unsafe"
    assert not Charge.objects.exists()


def test_what_was_agreed_to_is_frozen_with_the_meal(plan: WeekPlan, home: Home) -> None:
    approved(plan, home)
    meal = plan.meals.select_related("dish").first()
    assert meal.version is not None
    assert (meal.version.dish, meal.version.content["name_en"]) == (meal.dish, meal.dish.name_en)


def test_the_payment_link_is_asked_for_once_per_link(plan: WeekPlan, home: Home) -> None:
    make_link(approved(plan, home))
    prompt = Message.objects.get(purpose="payment_prompt")
    assert prompt.contact == home.asha.contact
    assert prompt.payload["template"]["components"][-1]["sub_type"] == "url"


def test_payment_confirms_and_everybody_hears_of_it_once(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    assert home.purposes_to(home.ravi) == ["plan_confirmed"]
    assert home.purposes_to(home.asha) == ["weekly_plan_prompt", "payment_prompt", "plan_confirmed"]
    assert home.purposes_to(home.sunita) == ["cook_week"]
    assert GroceryOrder.objects.get().status == OrderStatus.PLACED
    assert OpsItem.objects.get(kind="grocery_order").closed_at is None


def test_confirmation_schedules_an_evening_and_a_morning_message_for_each_visit(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    assert CookInstruction.objects.filter(kind="evening").count() == 6
    assert CookInstruction.objects.filter(kind="morning").count() == 6


def test_confirming_again_changes_nothing(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    assert lifecycle.confirm(plan.pk, system("payment"), NOW) is False
    assert home.purposes_to(home.sunita) == ["cook_week"]


def test_a_week_that_costs_nothing_is_confirmed_at_once(plan: WeekPlan, home: Home) -> None:
    WeekPlan.objects.filter(pk=plan.pk).update(pantry=dict.fromkeys(_everything(plan), "100000"))
    assert lifecycle.approve(plan.pk, by(home.asha), NOW).code == "approved_free"
    plan.refresh_from_db()
    assert plan.status == PlanStatus.CONFIRMED


def _everything(plan: WeekPlan) -> list[str]:
    return list(plan.meals.values_list("dish__lines__ingredient__slug", flat=True))


# Nobody answers ------------------------------------------------------------------------------------------------


def tick_until_sunday_afternoon() -> None:
    for hours in (9, 25, 29.1):
        reminders.run_due(NOW + hours * HOUR)


def test_silence_is_reminded_on_saturday_evening_and_on_sunday_morning(plan: WeekPlan, home: Home) -> None:
    tick_until_sunday_afternoon()
    assert home.purposes_to(home.asha) == ["weekly_plan_prompt", "plan_reminder", "plan_reminder"]


def test_at_the_deadline_staff_are_asked_unless_the_household_wanted_it_approved(plan: WeekPlan, home: Home) -> None:
    tick_until_sunday_afternoon()
    item = OpsItem.objects.get()
    assert (item.kind, item.household) == ("plan_unanswered", home.household)
    plan.refresh_from_db()
    assert (plan.status, plan.next_due_at) == (PlanStatus.PROPOSED, None)


def test_a_household_that_wants_it_so_is_approved_and_told(plan: WeekPlan, home: Home) -> None:
    Household.objects.update(deadline_policy="auto_approve")
    tick_until_sunday_afternoon()
    plan.refresh_from_db()
    assert (plan.status, plan.approved_by, plan.approved_how) == (PlanStatus.AWAITING_PAYMENT, None, "policy")
    assert home.purposes_to(home.asha)[-1] == "plan_auto_approved"


def test_an_answer_after_the_deadline_still_counts_and_closes_the_item(plan: WeekPlan, home: Home) -> None:
    tick_until_sunday_afternoon()
    assert lifecycle.approve(plan.pk, by(home.asha), later(hours=30)).done
    assert OpsItem.objects.get(kind="plan_unanswered").closed_at == later(hours=30)


def test_ticks_at_any_minute_remind_twice_and_no_more(plan: WeekPlan, home: Home) -> None:
    for quarter in range(30 * 4):
        reminders.run_due(NOW + quarter * 15 * MINUTE)
    assert home.purposes_to(home.asha).count("plan_reminder") == 2
    assert OpsItem.objects.count() == 1


# Nobody pays ---------------------------------------------------------------------------------------------------


def test_an_unpaid_week_is_reminded_once_and_then_waits_for_the_money(plan: WeekPlan, home: Home) -> None:
    make_link(approved(plan, home))
    for hours in range(1, 40):
        reminders.run_due(NOW + hours * HOUR)
    assert home.purposes_to(home.asha).count("payment_reminder") == 1
    assert TimelineEvent.objects.filter(kind="payment_overdue").count() == 1
    plan.refresh_from_db()
    assert (plan.status, plan.next_step) == (PlanStatus.AWAITING_PAYMENT, Step.NONE)


def test_staff_confirm_an_unpaid_week_and_the_money_stays_owed(plan: WeekPlan, home: Home) -> None:
    charge = approved(plan, home)
    assert lifecycle.confirm(plan.pk, Actor("priya", "staff"), NOW) is True
    charge.refresh_from_db()
    assert charge.status == Charge.Status.OPEN


# The end -------------------------------------------------------------------------------------------------------


def test_a_cancelled_week_calls_off_the_cook_tells_the_home_and_frees_the_money(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    reminders.run_due(later(days=1, hours=11))  # Sunday evening: Monday's message is out
    assert lifecycle.cancel(plan.pk, Actor("priya", "staff"), "The family moved.", later(days=1, hours=12)) is True
    assert Charge.objects.get().status == Charge.Status.CANCELLED
    assert GroceryOrder.objects.get().status == OrderStatus.CANCELLED
    assert set(CookInstruction.objects.values_list("status", flat=True)) == {"cancelled"}
    assert home.purposes_to(home.sunita)[-1] == "cook_changed"
    assert home.purposes_to(home.ravi)[-1] == "plan_changed"


def test_a_cancelled_week_needs_a_reason(plan: WeekPlan, home: Home) -> None:
    with pytest.raises(ValueError, match="Say why"):
        lifecycle.cancel(plan.pk, Actor("priya", "staff"), " ", NOW)


def test_a_cancelled_week_is_not_approved_any_more_and_another_may_be_planned(plan: WeekPlan, home: Home) -> None:
    lifecycle.cancel(plan.pk, Actor("priya", "staff"), "A mistake.", NOW)
    assert lifecycle.approve(plan.pk, by(home.asha), NOW).code == "plan_over"
    assert lifecycle.propose(home.household, plan.week_start, NOW).pk != plan.pk
