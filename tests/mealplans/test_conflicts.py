"""A week without a plan, explained: every rule in words with its numbers, and a change that really is enough."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from households.models import Engagement, Household, MealPattern, OpsItem
from mealplans import conflicts, proposing
from mealplans.conflicts import Hurdle
from mealplans.models import PlanStatus, WeekPlan
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.problem import SlotKey
from mealplans.planning import Larder
from mealplans.slots import Home as LoadedHome
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import Home
from tests.households.admin_pages import url

DINNER = SlotKey(MONDAY, "dinner")


def said(home: Home, *rules: Violation) -> list[Hurdle]:
    return conflicts.hurdles(rules, LoadedHome(home.household, MONDAY), Larder.read())


BOTH = (
    Violation(Rule.BUDGET, limit=300_000, got=324_000, enough=True),
    Violation(Rule.COOLDOWN, limit=7, got=1, enough=True),
)


def test_a_budget_and_a_repeat_read_as_staff_would_say_them(home: Home) -> None:
    found = said(home, *BOTH)
    assert conflicts.in_words(found, proved=True) == (
        "These rules cannot hold together: the budget of ₹3,000 is ₹240 short; "
        "the same dish may not come twice within 7 days. "
        "One of these changes is enough: raise the budget to ₹3,240, or allow one repeat."
    )


def test_a_visit_too_short_is_named_by_its_cook_and_day(home: Home) -> None:
    visit = f"{MONDAY}:{home.visit.pk}"
    assert said(home, Violation(Rule.MINUTES, subject=visit, limit=60, got=75)) == [
        Hurdle("Sunita's visit on Mon 23 Nov has 60 minutes and needs 75", "give that visit 15 minutes more")
    ]


def test_rules_that_leave_one_meal_empty_say_whose_they_are_and_what_lifting_one_brings(home: Home) -> None:
    key = str(home.asha.pk)
    found = said(
        home, Violation(Rule.FASTING, DINNER, None, key, None, 3), Violation(Rule.SKILL, DINNER, None, "dal", None, 1)
    )
    assert found == [
        Hurdle("Mon 23 Nov dinner: a fasting day for Asha", "take the fasting day back (3 dishes then fit)"),
        Hurdle(
            "Mon 23 Nov dinner: the cook does not make dal",
            "take dal from what the cook cannot make (1 dish then fits)",
        ),
    ]


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("slot", [None, DINNER])
def test_every_rule_of_the_planner_has_words(home: Home, rule: Rule, slot: SlotKey | None) -> None:
    (hurdle,) = said(home, Violation(rule, slot, None, str(home.asha.pk), 2, 1))
    assert hurdle.what
    assert hurdle.change


def test_nothing_found_in_time_is_said_openly(home: Home) -> None:
    assert conflicts.in_words([], proved=False) == conflicts.NOTHING_FOUND
    assert conflicts.in_words([Hurdle("a", "b")], proved=False).startswith("Probably one rule leaves no plan: a.")


@pytest.fixture
def failed(home: Home, real_planner: None) -> WeekPlan:
    """Monday only: its two meals take 20 minutes and more each, and the visit has 30."""
    MealPattern.objects.exclude(weekday=0).delete()
    Engagement.objects.update(minutes_per_visit=30)
    return proposing.propose(home.household, MONDAY, NOW)


def test_the_queue_the_plan_and_the_household_say_what_to_change(
    failed: WeekPlan, admin_client: Client, home: Home
) -> None:
    assert failed.status == PlanStatus.FAILED
    change = failed.solver["hurdles"][0]["change"]
    item = OpsItem.objects.get(kind="plan_impossible")
    assert (item.target_url, change in item.reason) == (url(WeekPlan, "change", failed.pk), True)
    for page in (url(WeekPlan, "change", failed.pk), url(Household, "change", home.household.pk)):
        shown = admin_client.get(page).content.decode()
        assert "What stands in the way" in shown
        assert change[0].upper() + change[1:] in shown


def test_the_change_that_is_named_is_enough(failed: WeekPlan, home: Home) -> None:
    hurdles: list[dict[str, Any]] = failed.solver["hurdles"]
    more = int(hurdles[0]["change"].removeprefix("give that visit ").removesuffix(" minutes more"))
    Engagement.objects.update(minutes_per_visit=30 + more)
    assert proposing.propose(home.household, MONDAY, NOW).status == PlanStatus.PROPOSED


def test_visits_that_are_all_too_short_are_one_thing_to_change(home: Home, real_planner: None) -> None:
    Engagement.objects.update(minutes_per_visit=30)
    failed = proposing.propose(home.household, MONDAY, NOW)
    assert failed.problem == (
        "One rule leaves no plan: Sunita's visits on 6 days have 30 minutes and need up to 45. "
        "What helps: give each of Sunita's visits 15 minutes more."
    )


def test_when_no_change_alone_will_do_those_that_do_together_are_named(home: Home, real_planner: None) -> None:
    Engagement.objects.update(minutes_per_visit=30)
    Household.objects.update(weekly_budget_paise=10_000)
    failed = proposing.propose(Household.objects.get(), MONDAY, NOW)
    assert failed.problem.startswith("These rules cannot hold together: Sunita's visits on 6 days have 30 minutes and ")
    assert " All of these changes together are enough: give each of Sunita's visits " in failed.problem
    assert "; raise the budget to ₹" in failed.problem
