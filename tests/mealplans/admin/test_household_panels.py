"""The household's page: the week, the people, the money, the taste and what happened, each to whoever may see it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from households.models import Household
from mealplans.models import TasteSignal, WeekPlan
from tests.factories.households import NOW, make_resident
from tests.factories.mealplans import Home
from tests.households.admin_pages import queries, url


@pytest.fixture
def boss(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def titles(client: Client, home: Household) -> list[str]:
    return [panel.title for panel in client.get(url(Household, "change", home.pk)).context["panels"]]


def test_the_whole_home_is_on_its_page(boss: Client, plan: WeekPlan) -> None:
    assert titles(boss, plan.household) == [
        "The week",
        "Conversations",
        "People and threads",
        "What happened",
        "Money",
        "Taste",
    ]


def test_who_may_not_see_plans_or_money_sees_neither(client: Client, plan: WeekPlan) -> None:
    clerk = User.objects.create_user("clerk", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename="view_household"))
    client.force_login(clerk)
    assert titles(client, plan.household) == ["People and threads", "What happened"]


def test_a_home_without_a_week_says_where_one_comes_from(boss: Client, home: Home) -> None:
    shown = boss.get(url(Household, "change", home.household.pk)).content.decode()
    assert "No week yet. The Saturday run drafts one" in shown


def test_the_next_expected_step_stands_beside_the_week(boss: Client, plan: WeekPlan) -> None:
    assert "Next: First reminder to approve" in boss.get(url(Household, "change", plan.household_id)).content.decode()


def test_each_person_shows_what_was_said_last_and_how_they_can_be_reached(boss: Client, plan: WeekPlan) -> None:
    panel = boss.get(url(Household, "change", plan.household_id)).context["panels"][2]
    lines = [
        (line["name"], line["role"], bool(line.get("last")), line.get("closes")) for line in panel.contents["lines"]
    ]
    assert lines == [
        ("Asha", "decides", True, None),
        ("Kabir", "resident", False, None),
        ("Ravi", "resident", False, None),
        ("Sunita", "cook", False, None),
    ]


def test_what_was_swapped_away_is_shown_as_not_liked(boss: Client, plan: WeekPlan) -> None:
    meal = plan.meals.select_related("dish").first()
    assert meal is not None
    TasteSignal.objects.create(household=plan.household, dish=meal.dish, kind="swapped_out", at=NOW)
    panel = boss.get(url(Household, "change", plan.household_id)).context["panels"][-1]
    assert (panel.contents["liked"], panel.contents["disliked"]) == ([], [(meal.dish.name_en, 40)])


def test_more_people_cost_no_more_queries(boss: Client, plan: WeekPlan) -> None:
    address = url(Household, "change", plan.household_id)
    before = queries(boss, address)
    for _ in range(3):
        make_resident(plan.household)
    assert queries(boss, address) == before
