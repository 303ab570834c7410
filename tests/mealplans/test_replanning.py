"""Staff plan the rest of a week again: the smallest change, seen with its price before it is written, told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from mealplans import lifecycle, replanning, tasks
from mealplans.models import MealStatus, PlannedMeal, Replan, WeekPlan
from mealplans.outcomes import Actor
from mealplans.planning import meals_of
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from whatsapp.models import Message


@pytest.fixture(autouse=True)
def quick_effort(settings: Any) -> None:
    settings.PLANNER_EFFORT = "quick"


def first(plan: WeekPlan) -> PlannedMeal:
    return meals_of(plan)[0]


def dishes(plan: WeekPlan) -> dict[int, str]:
    return {meal.pk: meal.dish.slug for meal in meals_of(plan)}


def worked_out(plan: WeekPlan, *must: PlannedMeal) -> Replan:
    asked = replanning.ask(plan.pk, [meal.pk for meal in must], "priya", NOW)
    assert replanning.work(asked.pk, NOW)
    asked.refresh_from_db()
    return asked


def test_what_must_change_changes_and_nothing_is_written_before_somebody_says_yes(plan: WeekPlan, home: Home) -> None:
    before, meal = dishes(plan), first(plan)
    ready = worked_out(plan, meal)
    assert (ready.status, ready.revision) == ("ready", plan.revision)
    assert meal.pk in {change["meal"] for change in ready.changes}
    assert dishes(plan) == before


def test_yes_writes_exactly_what_was_shown_at_the_price_that_was_shown_and_tells_once(
    plan: WeekPlan, home: Home
) -> None:
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    ready, before = worked_out(plan, first(plan)), dishes(plan)
    told = Message.objects.filter(purpose="plan_changed", contact=home.ravi.contact).count()
    assert replanning.apply(ready.pk, "priya", "no gas that day", NOW) == ready.difference_paise
    assert dishes(plan) == before | {change["meal"]: change["new"] for change in ready.changes}
    assert Message.objects.filter(purpose="plan_changed", contact=home.ravi.contact).count() <= told + 1
    plan.refresh_from_db()
    assert plan.revision == (ready.revision or 0) + 1
    with pytest.raises(replanning.Outdated):
        replanning.apply(ready.pk, "priya", "again", NOW)


def test_what_a_resident_chose_stays_unless_it_is_ticked(plan: WeekPlan, home: Home) -> None:
    meals = meals_of(plan)
    PlannedMeal.objects.filter(plan=plan).exclude(pk=meals[0].pk).update(pinned=True)
    assert {change["meal"] for change in worked_out(plan, meals[0]).changes} <= {meals[0].pk}
    ticked = worked_out(plan, meals[0], meals[1])
    assert {change["meal"] for change in ticked.changes} == {meals[0].pk, meals[1].pk}


def test_a_week_that_changed_since_is_not_written_over(plan: WeekPlan, home: Home) -> None:
    ready, meal = worked_out(plan, first(plan)), meals_of(plan)[3]
    lifecycle.skip(plan.pk, meal.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    before = dishes(plan)
    with pytest.raises(replanning.Outdated, match="has changed since"):
        replanning.apply(ready.pk, "priya", "late", NOW)
    assert (dishes(plan), Replan.objects.get(pk=ready.pk).status) == (before, "ready")


def test_what_is_off_or_has_begun_is_not_planned(plan: WeekPlan, home: Home) -> None:
    meals = meals_of(plan)
    PlannedMeal.objects.filter(pk=meals[0].pk).update(status=MealStatus.SKIPPED)
    assert meals[0].pk not in {change["meal"] for change in worked_out(plan, meals[1]).changes}
    sunday = NOW + timedelta(days=30)
    asked = replanning.ask(plan.pk, [], "priya", sunday)
    replanning.work(asked.pk, sunday)
    asked.refresh_from_db()
    assert (asked.status, asked.problem) == ("impossible", replanning.NOTHING)


def test_one_is_open_at_a_time_and_a_task_that_runs_twice_works_once(plan: WeekPlan, home: Home) -> None:
    older, newer = (replanning.ask(plan.pk, [first(plan).pk], "priya", NOW) for _ in range(2))
    older.refresh_from_db()
    assert (older.status, replanning.work(older.pk, NOW)) == ("dropped", False)
    assert replanning.waiting(NOW) == [newer.pk]
    assert replanning.work(newer.pk, NOW)
    assert not replanning.work(newer.pk, NOW)
    assert replanning.waiting(NOW) == []


def test_a_worker_that_died_is_followed_by_another_and_three_are_enough(plan: WeekPlan, home: Home) -> None:
    asked = replanning.ask(plan.pk, [], "priya", NOW)
    Replan.objects.update(claimed_until=NOW + replanning.LEASE, attempts=replanning.MOST_ATTEMPTS)
    assert (replanning.waiting(NOW), replanning.work(asked.pk, NOW)) == ([], False)
    assert replanning.work(asked.pk, NOW + replanning.LEASE)
    asked.refresh_from_db()
    assert (asked.status, asked.problem) == ("impossible", replanning.TIRED)


def address(plan: WeekPlan) -> str:
    return f"/admin/mealplans/weekplan/{plan.pk}/replan/"


def test_the_page_asks_waits_shows_the_difference_and_applies(
    plan: WeekPlan, home: Home, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bettermeals.lib.clock.now", lambda: NOW)
    assert address(plan) in admin_client.get(f"/admin/mealplans/weekplan/{plan.pk}/change/").content.decode()
    meal = first(plan)
    admin_client.post(address(plan), {"act": "ask", "meal": [meal.pk, "999999"]})
    asked = Replan.objects.get()
    assert asked.must_change == [meal.pk]
    waiting = admin_client.get(address(plan))
    assert (waiting["Refresh"], "looks again by itself" in waiting.content.decode()) == ("3", True)
    tasks.replan(replan_id=asked.pk)
    shown = admin_client.get(address(plan))
    assert "Refresh" not in shown
    html = shown.content.decode()
    assert f"<s>{meal.dish.name_en}</s>" in html
    assert "The groceries would cost" in html
    refused = admin_client.post(address(plan), {"act": "apply", "replan": asked.pk, "reason": " "}, follow=True)
    assert "Say why: the timeline keeps it." in refused.content.decode()
    admin_client.post(address(plan), {"act": "apply", "replan": asked.pk, "reason": "no gas"})
    assert Replan.objects.get().status == "applied"
    assert first(plan).dish.slug != meal.dish.slug


def test_leaving_it_changes_nothing(plan: WeekPlan, home: Home, admin_client: Client) -> None:
    ready, before = worked_out(plan, first(plan)), dishes(plan)
    admin_client.post(address(plan), {"act": "drop"})
    assert (Replan.objects.get(pk=ready.pk).status, dishes(plan)) == ("dropped", before)
