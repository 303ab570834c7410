"""What staff do with a week from its page: each act with its reason, and what the page answers when it is too late."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from households.billing.models import Charge
from households.models import TimelineEvent
from mealplans import lifecycle
from mealplans.models import CookInstruction, Delivery, GroceryOrder, OrderStatus, PlanStatus, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import HOUR, NOW
from tests.factories.mealplans import Home
from tests.households.admin_pages import action_url, press
from tests.mealplans.people import make_link, pay


def said(answer: Any) -> list[str]:
    """What this answer adds; earlier ones wait in the cookie until a page shows them."""
    return [str(message) for message in get_messages(answer.wsgi_request)][-1:]


def reasons(plan: WeekPlan) -> list[str]:
    rows = TimelineEvent.objects.filter(household=plan.household, kind="staff_reason")
    return list(rows.order_by("pk").values_list("text", flat=True))


def approve(plan: WeekPlan, home: Home) -> Charge:
    lifecycle.approve(plan.pk, Actor("Asha", "button", resident_id=home.asha.pk), NOW)
    return Charge.objects.get(subject=f"plan:{plan.pk}")


def test_approving_for_a_household_charges_it_and_keeps_who_agreed(staff: Client, plan: WeekPlan) -> None:
    answer = press(staff, WeekPlan, "approve", plan.pk, reason="Asha said yes on the phone")
    plan.refresh_from_db()
    assert plan.status == PlanStatus.AWAITING_PAYMENT
    assert said(answer)[0].startswith("Approved. ₹")
    assert reasons(plan) == ["Approved for the household: Asha said yes on the phone"]


def test_an_act_without_a_reason_does_nothing(staff: Client, plan: WeekPlan) -> None:
    press(staff, WeekPlan, "approve", plan.pk, reason="  ")
    plan.refresh_from_db()
    assert (plan.status, reasons(plan)) == (PlanStatus.PROPOSED, [])


def test_an_act_is_never_done_by_opening_its_address(staff: Client, plan: WeekPlan) -> None:
    assert staff.get(action_url(WeekPlan, "approve", plan.pk)).status_code == 200
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PROPOSED


def test_the_second_of_two_who_approve_is_told_who_was_first(staff: Client, plan: WeekPlan, home: Home) -> None:
    approve(plan, home)
    answer = press(staff, WeekPlan, "approve", plan.pk, reason="on the phone")
    assert said(answer) == ["Somebody else was first: approved already, by Asha."]
    assert reasons(plan) == []


def test_confirming_unpaid_tells_the_cook_and_what_is_owed_stays_owed(
    staff: Client, plan: WeekPlan, home: Home
) -> None:
    charge = approve(plan, home)
    answer = press(staff, WeekPlan, "confirm", plan.pk, reason="pays cash on Monday")
    plan.refresh_from_db()
    charge.refresh_from_db()
    assert (plan.status, charge.status) == (PlanStatus.CONFIRMED, "open")
    assert CookInstruction.objects.filter(plan=plan).exists()
    assert said(answer) == ["Confirmed: the cook is told and the groceries are ordered."]


def test_a_cancelled_week_says_where_it_stands_to_whoever_comes_late(staff: Client, plan: WeekPlan) -> None:
    assert said(press(staff, WeekPlan, "cancel", plan.pk, reason="they travel")) == ["Cancelled."]
    late = press(staff, WeekPlan, "confirm", plan.pk, reason="paid")
    assert said(late) == ["Somebody else was first: this is not possible any more (the week is now “cancelled”)."]


def test_only_a_failed_week_is_planned_again(staff: Client, plan: WeekPlan) -> None:
    answer = press(staff, WeekPlan, "plan_again", plan.pk, reason="budget raised")
    assert said(answer) == [
        "Somebody else was first: only a failed week is planned again (the week is now “waits for approval”)."
    ]
    WeekPlan.objects.filter(pk=plan.pk).update(status=PlanStatus.FAILED, problem="no plan", next_step="")
    press(staff, WeekPlan, "plan_again", plan.pk, reason="budget raised to 4000")
    plan.refresh_from_db()
    assert (plan.status, plan.problem, reasons(plan)) == (
        PlanStatus.DRAFT,
        "",
        ["Planned again: budget raised to 4000"],
    )


def test_opening_the_plan_page_is_written_down(staff: Client, plan: WeekPlan, client: Client) -> None:
    link = said(press(staff, WeekPlan, "plan_page", plan.pk))[0].split('"')[1]
    assert client.get(link).status_code == 200
    taken = TimelineEvent.objects.get(kind="plan_page_taken")
    assert taken.text == "The plan page of Asha was opened by staff."


def test_the_saturday_run_names_whom_it_would_propose_to_and_starts_them_once(staff: Client, home: Home) -> None:
    address = reverse("admin:mealplans_weekplan_start_the_saturday_run")
    asked = staff.get(address).content.decode()
    assert "1 household has no plan for its coming week" in asked
    assert "Sharma" in asked
    first = staff.post(address, {"_form_submitted": "True"})
    second = staff.post(address, {"_form_submitted": "True"})
    assert said(first) == ["1 household is being planned; each is proposed to as soon as its plan is ready."]
    assert said(second) == ["Every active household has its plan for the coming week already."]
    assert [(plan.household, plan.status) for plan in WeekPlan.objects.all()] == [(home.household, PlanStatus.DRAFT)]


def test_a_week_that_was_called_off_is_proposed_again_only_when_asked(staff: Client, plan: WeekPlan) -> None:
    press(staff, WeekPlan, "cancel", plan.pk, reason="they travel")
    address = reverse("admin:mealplans_weekplan_start_the_saturday_run")
    staff.post(address, {"_form_submitted": "True"})
    assert WeekPlan.objects.count() == 1
    staff.post(address, {"_form_submitted": "True", "also_called_off": "on"})
    assert [plan.status for plan in WeekPlan.objects.order_by("pk")] == [PlanStatus.CANCELLED, PlanStatus.DRAFT]


def test_a_yes_on_the_phone_stops_the_reminders_to_the_cook(staff: Client, plan: WeekPlan, home: Home) -> None:
    charge = approve(plan, home)
    make_link(charge)
    pay(charge)
    row = CookInstruction.objects.filter(plan=plan).order_by("due_at").first()
    assert row is not None
    CookInstruction.objects.filter(pk=row.pk).update(status="sent", sent_at=NOW + HOUR)
    answer = press(staff, CookInstruction, "acknowledged_by_phone", row.pk, reason="I spoke with Sunita")
    row.refresh_from_db()
    assert (row.status, said(answer)) == ("acknowledged", ["Recorded."])


def test_delivered_groceries_fill_the_pantry_once(staff: Client, plan: WeekPlan, home: Home) -> None:
    charge = approve(plan, home)
    make_link(charge)
    pay(charge)
    order = GroceryOrder.objects.get()
    parts = [part.pk for part in Delivery.objects.all()]
    first = press(staff, GroceryOrder, "delivered", order.pk, chosen=parts, reason="the shop called")
    second = press(staff, GroceryOrder, "delivered", order.pk, reason="again")
    order.refresh_from_db()
    assert order.status == OrderStatus.DELIVERED
    assert (said(first), said(second)) == (["Delivered."], ["It was delivered or cancelled before."])


@pytest.mark.parametrize("action", ["approve", "confirm", "plan_again", "price_again", "plan_page", "cancel"])
def test_a_viewer_may_look_and_not_act(viewer: Client, plan: WeekPlan, action: str) -> None:
    assert press(viewer, WeekPlan, action, plan.pk, reason="x").status_code == 403


@pytest.mark.parametrize("pk", ["999999", "abc"])
def test_a_week_that_does_not_exist_is_not_found(staff: Client, home: Home, pk: str) -> None:
    assert press(staff, WeekPlan, "approve", pk, reason="x").status_code == 404
