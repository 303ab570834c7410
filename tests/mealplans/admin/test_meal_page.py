"""The week as a board, and one meal of it changed by staff: the phone's use cases with the same hard rules."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from households.models import TimelineEvent
from mealplans.models import Dish, PlannedMeal, TasteSignal, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.households.admin_pages import queries, url


def page(meal: PlannedMeal) -> str:
    return reverse("admin:mealplans_weekplan_meal", args=[meal.plan_id, meal.pk])


def said(answer: Any) -> list[str]:
    """What this answer adds; earlier ones wait in the cookie until a page shows them."""
    return [str(message) for message in get_messages(answer.wsgi_request)][-1:]


@pytest.fixture
def dinner(plan: WeekPlan) -> PlannedMeal:
    meal = plan.meals.order_by("date").last()
    assert meal is not None
    return meal


def test_the_board_leads_to_each_meal_as_long_as_the_week_may_change(staff: Client, plan: WeekPlan) -> None:
    shown = staff.get(url(WeekPlan, "change", plan.pk)).content.decode()
    assert [page(meal) in shown for meal in plan.meals.all()] == [True] * plan.meals.count()
    WeekPlan.objects.filter(pk=plan.pk).update(status="cancelled")
    shown = staff.get(url(WeekPlan, "change", plan.pk)).content.decode()
    assert [page(meal) in shown for meal in plan.meals.all()] == [False] * plan.meals.count()


def test_the_board_asks_the_database_as_often_for_a_long_week_as_for_a_short_one(staff: Client, plan: WeekPlan) -> None:
    address = url(WeekPlan, "change", plan.pk)
    whole = queries(staff, address)
    plan.meals.filter(pk__in=[meal.pk for meal in plan.meals.all()[1:]]).delete()
    assert queries(staff, address) == whole


def test_only_dishes_that_everybody_may_eat_are_offered(staff: Client, dinner: PlannedMeal) -> None:
    shown = staff.get(page(dinner)).context
    slugs = {option.slug for option in shown["options"]}
    assert slugs
    assert slugs.isdisjoint({"peanut-curry", "chicken-curry", "egg-curry", dinner.dish.slug})


def test_a_swap_is_done_told_and_explained(staff: Client, dinner: PlannedMeal) -> None:
    option = staff.get(page(dinner)).context["options"][0]
    answer = staff.post(page(dinner), {"act": "swap", "dish": option.slug, "reason": "Asha called"})
    dinner.refresh_from_db()
    assert dinner.dish.slug == option.slug
    assert answer["Location"] == url(WeekPlan, "change", dinner.plan_id)
    assert option.dish in said(answer)[0]
    kinds = TimelineEvent.objects.order_by("pk").values_list("kind", "actor")
    assert list(kinds)[-2:] == [("plan_changed", "neha"), ("staff_reason", "neha")]


def test_a_hard_rule_holds_for_staff_too(staff: Client, dinner: PlannedMeal) -> None:
    before = dinner.dish_id
    answer = staff.post(page(dinner), {"act": "swap", "dish": "peanut-curry", "reason": "they asked for it"})
    dinner.refresh_from_db()
    assert dinner.dish_id == before
    assert "it contains peanut, and somebody at home is allergic" in said(answer)[0]


def test_a_meal_is_skipped_and_cooked_after_all(staff: Client, dinner: PlannedMeal) -> None:
    staff.post(page(dinner), {"act": "skip", "reason": "they eat out"})
    dinner.refresh_from_db()
    assert dinner.status == "skipped"
    staff.post(page(dinner), {"act": "restore", "reason": "they eat in"})
    dinner.refresh_from_db()
    assert dinner.status == "planned"


def test_guests_change_the_servings(staff: Client, dinner: PlannedMeal) -> None:
    before = dinner.servings
    staff.post(page(dinner), {"act": "guests", "guests": "3", "reason": "her parents"})
    dinner.refresh_from_db()
    assert (dinner.guests, dinner.servings) == (3, before + 3)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"act": "swap", "dish": "dal-chawal"}, "Say why: the timeline keeps it."),
        ({"act": "swap", "reason": "x"}, "Choose the dish first."),
        ({"act": "guests", "guests": "", "reason": "x"}, "Choose the guests first."),
        (
            {"act": "guests", "guests": "99", "reason": "x"},
            "Ensure this value is less than or equal to 15.",
        ),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(
    staff: Client, dinner: PlannedMeal, sent: dict[str, str], words: str
) -> None:
    answer = staff.post(page(dinner), sent)
    after = PlannedMeal.objects.get(pk=dinner.pk)
    assert said(answer) == [words]
    assert (after.dish_id, after.guests, after.status) == (dinner.dish_id, dinner.guests, dinner.status)


def test_a_viewer_sees_the_board_and_cannot_change_a_meal(viewer: Client, dinner: PlannedMeal) -> None:
    shown = viewer.get(url(WeekPlan, "change", dinner.plan_id)).content.decode()
    assert page(dinner) not in shown
    assert viewer.get(page(dinner)).status_code == 403
    assert viewer.post(page(dinner), {"act": "skip", "reason": "x"}).status_code == 403


def test_a_meal_of_another_week_is_not_found(staff: Client, dinner: PlannedMeal, home: Home) -> None:
    address = reverse("admin:mealplans_weekplan_meal", args=[dinner.plan_id + 1, dinner.pk])
    assert staff.get(address).status_code == 404


def test_every_dish_of_the_list_can_be_put_there(staff: Client, dinner: PlannedMeal) -> None:
    """The list promises it: nothing on it may be refused when it is chosen."""
    for option in staff.get(page(dinner)).context["options"][:6]:
        staff.post(page(dinner), {"act": "swap", "dish": option.slug, "reason": "trying"})
        assert PlannedMeal.objects.get(pk=dinner.pk).dish == Dish.objects.get(slug=option.slug)


def test_on_the_day_itself_staff_note_what_was_left_and_the_planner_learns(staff: Client, dinner: PlannedMeal) -> None:
    assert "Much was left over" not in staff.get(page(dinner)).content.decode()
    PlannedMeal.objects.filter(pk=dinner.pk).update(date=NOW.date(), status="cooked")
    assert "Much was left over" in staff.get(page(dinner)).content.decode()
    answers = [staff.post(page(dinner), {"act": "left_over", "reason": "Asha called"}) for _ in range(2)]
    assert [said(answer) for answer in answers] == [["Noted: the planner learns from it."], ["That was noted before."]]
    assert TasteSignal.objects.get().meal == dinner
    event = TimelineEvent.objects.get(kind="staff_reason")
    assert (event.text, event.actor) == ("Noted for the household: Asha called", "neha")


def test_the_page_says_why_another_dish_may_not_stand_there(staff: Client, dinner: PlannedMeal) -> None:
    why = {row.dish: row.why for row in staff.get(page(dinner)).context["why_not"]}
    assert why["Peanut Curry"] == "it contains peanut, and somebody at home is allergic."
    assert why["Chicken Curry"] == "Asha does not eat it."
    offered = {option.dish for option in staff.get(page(dinner)).context["options"]}
    assert offered.isdisjoint(why)
