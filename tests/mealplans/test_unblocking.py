"""A week without a plan, unblocked from its own page: what is chosen is really changed, and then there is a plan."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from households.models import Engagement, Household, MealPattern, TimelineEvent
from mealplans import proposing, unblocking
from mealplans.models import PlanStatus, WeekPlan
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import Home
from tests.households.admin_pages import url

pytestmark = pytest.mark.usefixtures("real_planner")
AGREED = "Asha said yes on the phone"


def poor(home: Home) -> WeekPlan:
    Household.objects.update(weekly_budget_paise=10_000)
    return proposing.propose(home.household, MONDAY, NOW)


def hurried(home: Home) -> WeekPlan:
    """Every visit of the week has 30 minutes for two meals."""
    Engagement.objects.update(minutes_per_visit=30)
    return proposing.propose(home.household, MONDAY, NOW)


def press(client: Client, plan: WeekPlan, **said: Any) -> Any:
    return client.post(reverse("admin:mealplans_weekplan_unblock", args=[plan.pk]), {"reason": AGREED, **said})


def lines(kind: str) -> list[str]:
    return list(TimelineEvent.objects.filter(kind=kind).values_list("text", flat=True))


def planned_again(plan: WeekPlan) -> WeekPlan:
    return proposing.generate(plan.pk, NOW)


def test_a_budget_that_is_too_small_is_raised_from_the_weeks_page(admin_client: Client, home: Home) -> None:
    plan = poor(home)
    (step,) = unblocking.steps(plan)
    shown = admin_client.get(url(WeekPlan, "change", plan.pk)).content.decode()
    assert f'min="{step.rupees}"' in shown
    press(admin_client, plan, change=step.key, rupees=step.rupees)
    home.household.refresh_from_db()
    assert home.household.weekly_budget_paise == step.rupees * 100
    assert planned_again(plan).status == PlanStatus.PROPOSED
    assert lines("budget_raised") == [f"The weekly budget went from ₹100 to ₹{step.rupees:,}: {AGREED}"]
    assert lines("staff_reason") == [f"Planned again: {AGREED}"]


def test_more_than_is_needed_may_be_given_less_may_not(admin_client: Client, home: Home) -> None:
    plan = poor(home)
    (step,) = unblocking.steps(plan)
    press(admin_client, plan, change=step.key, rupees=1)
    home.household.refresh_from_db()
    assert home.household.weekly_budget_paise == step.rupees * 100


def test_short_visits_of_the_whole_week_are_one_change_that_is_enough(admin_client: Client, home: Home) -> None:
    plan = hurried(home)
    assert plan.problem.startswith("One rule leaves no plan: Sunita's visits on ")
    (step,) = unblocking.steps(plan)
    press(admin_client, plan, change=step.key)
    assert Engagement.objects.get(active=True).minutes_per_visit == step.amount
    assert planned_again(plan).status == PlanStatus.PROPOSED
    assert lines("visits_lengthened") == [f"Sunita's visits went from 30 to {step.amount} minutes: {AGREED}"]


def test_when_several_things_must_give_all_of_them_do(admin_client: Client, home: Home) -> None:
    Household.objects.update(weekly_budget_paise=10_000)
    plan = hurried(home)
    assert [step.rule for step in unblocking.steps(plan)] == ["minutes", "budget"]
    assert "No single change is enough." in admin_client.get(url(WeekPlan, "change", plan.pk)).content.decode()
    press(admin_client, plan)
    assert planned_again(plan).status == PlanStatus.PROPOSED


def test_a_repeat_on_one_day_is_allowed_only_by_a_person(admin_client: Client, home: Home) -> None:
    """One dish for two meals of one day."""
    from mealplans.models import Dish

    Dish.objects.exclude(slug="dal-chawal").update(active=False)
    MealPattern.objects.exclude(weekday=0).delete()
    plan = proposing.propose(home.household, MONDAY, NOW)
    (step,) = unblocking.steps(plan)
    assert (plan.status, step.change) == (PlanStatus.FAILED, "allow one repeat")
    press(admin_client, plan, change=step.key)
    assert planned_again(plan).status == PlanStatus.PROPOSED
    plan.refresh_from_db()
    assert plan.solver["given_up"] == "a dish may come twice on one day"


def test_without_a_word_of_who_agreed_nothing_is_changed(admin_client: Client, home: Home) -> None:
    plan = poor(home)
    press(admin_client, plan, change="budget:", reason=" ")
    plan.refresh_from_db()
    home.household.refresh_from_db()
    assert (plan.status, home.household.weekly_budget_paise) == (PlanStatus.FAILED, 10_000)


def test_what_the_planner_did_not_name_cannot_be_chosen(admin_client: Client, home: Home) -> None:
    plan = poor(home)
    press(admin_client, plan, change="minutes:2026-11-23:1")
    plan.refresh_from_db()
    assert plan.status == PlanStatus.FAILED


def test_the_second_of_two_who_press_changes_nothing_more(admin_client: Client, home: Home) -> None:
    plan = poor(home)
    (step,) = unblocking.steps(plan)
    press(admin_client, plan, change=step.key)
    press(admin_client, plan, change=step.key, rupees=step.rupees + 500)
    home.household.refresh_from_db()
    assert home.household.weekly_budget_paise == step.rupees * 100


def test_who_may_not_change_a_home_is_shown_its_page_and_no_form(
    client: Client, django_user_model: Any, home: Home
) -> None:
    from django.contrib.auth.models import Permission

    seer = django_user_model.objects.create_user("seer", is_staff=True)
    seer.user_permissions.set(Permission.objects.filter(codename__in=["view_weekplan", "change_weekplan"]))
    client.force_login(seer)
    plan = poor(home)
    shown = client.get(url(WeekPlan, "change", plan.pk)).content.decode()
    assert ("What stands in the way" in shown, 'class="wk-unblock"' in shown) == (True, False)
    assert press(client, plan, change="budget:").status_code == 403


def test_the_page_of_the_home_leads_to_the_choice(admin_client: Client, home: Home) -> None:
    plan = poor(home)
    shown = admin_client.get(url(Household, "change", home.household.pk)).content.decode()
    assert (
        "Choose what to change, on the week&#x27;s page" in shown
        or "Choose what to change, on the week's page" in shown
    )
    assert url(WeekPlan, "change", plan.pk) in shown


def test_while_it_is_planned_the_page_looks_again_by_itself(admin_client: Client, home: Home) -> None:
    plan = poor(home)
    proposing.try_again(plan.pk, NOW)
    answer = admin_client.get(url(WeekPlan, "change", plan.pk))
    assert answer["Refresh"] == "3"
    assert "The planner is at work" in answer.content.decode()


def test_one_home_is_planned_without_waiting_for_the_run(admin_client: Client, home: Home) -> None:
    page = url(Household, "change", home.household.pk)
    start = reverse("admin:mealplans_weekplan_start", args=[home.household.pk])
    assert start in admin_client.get(page).content.decode()
    admin_client.post(start)
    plan = WeekPlan.objects.get()
    assert (plan.status, plan.household) == (PlanStatus.DRAFT, home.household)
    assert start not in admin_client.get(page).content.decode()
    admin_client.post(start)
    assert WeekPlan.objects.count() == 1
