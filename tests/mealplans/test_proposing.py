"""Saturday morning: a draft, the planner's work, and the question to the one who decides."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from households.food_rules import change_food_rules
from households.models import Household, OpsItem, Resident, TimelineEvent
from mealplans import proposing, reminders
from mealplans.models import Dish, PlanStatus, Step, WeekPlan
from mealplans.planner.outcome import Impossible, Planned
from mealplans.planner.problem import WeekProblem
from tests.factories.households import HOUR, MINUTE, MONDAY, NOW
from tests.factories.mealplans import Home, propose_week
from tests.mealplans.quick_planner import first_fit
from whatsapp.models import Contact, Message


def test_a_tick_at_nine_on_saturday_drafts_the_week_and_hands_it_to_a_worker(home: Home) -> None:
    done = reminders.run_due(NOW)
    plan = WeekPlan.objects.get()
    assert (plan.week_start, plan.status, done.to_generate) == (MONDAY, PlanStatus.DRAFT, [plan.pk])


def test_a_minute_before_nine_nothing_happens(home: Home) -> None:
    reminders.run_due(NOW - MINUTE)
    assert not WeekPlan.objects.exists()


def test_a_household_that_is_paused_is_left_alone(home: Home) -> None:
    Household.objects.update(status="paused")
    reminders.run_due(NOW)
    assert not WeekPlan.objects.exists()


def test_ticks_that_repeat_draft_once_and_do_not_fill_the_queue(home: Home) -> None:
    handed = [reminders.run_due(NOW + n * MINUTE).to_generate for n in range(5)]
    assert [len(ids) for ids in handed] == [1, 0, 0, 0, 0]
    assert WeekPlan.objects.count() == 1


def test_a_draft_whose_worker_died_is_handed_out_again_and_in_the_end_to_staff(home: Home) -> None:
    now = NOW
    for _ in range(proposing.MOST_ATTEMPTS):
        assert len(reminders.run_due(now).to_generate) == 1
        WeekPlan.objects.update(attempts=WeekPlan.objects.get().attempts + 1)  # claimed, then the worker was killed
        now += 11 * MINUTE
    assert reminders.run_due(now).to_generate == []
    assert WeekPlan.objects.get().status == PlanStatus.FAILED
    assert OpsItem.objects.get().kind == "plan_impossible"


def test_the_one_who_decides_is_asked_with_approve_change_and_the_page(home: Home) -> None:
    plan = propose_week(home)
    message = Message.objects.get(purpose="weekly_plan_prompt")
    assert message.contact == home.asha.contact
    assert message.type == "template"
    assert message.route_reason == "Template: the customer service window is closed."
    buttons = [c for c in message.payload["template"]["components"] if c["type"] == "button"]
    assert [button["sub_type"] for button in buttons] == ["quick_reply", "quick_reply", "url"]
    assert plan.next_step == Step.REMIND_FIRST
    assert home.texts_to(home.ravi) == []


def test_no_meal_of_the_plan_holds_what_a_child_is_allergic_to(home: Home) -> None:
    plan = propose_week(home)
    assert plan.meals.count() == 12
    assert not plan.meals.filter(dish__lines__ingredient__slug="peanuts").exists()


def test_a_child_eats_half_a_portion(home: Home) -> None:
    plan = propose_week(home)
    assert set(plan.meals.values_list("servings", flat=True)) == {Decimal("2.5")}


def test_an_allergy_that_is_entered_while_the_week_is_being_planned_counts(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A solve takes seconds: what it did not know is looked at before the week is written, and it is planned again."""

    def meanwhile(problem: WeekProblem, *, explain: bool = True) -> Planned | Impossible:
        found = first_fit(problem, explain=explain)
        change_food_rules(home.kabir.pk, by="Asha, on the phone", now=NOW, allergens=["peanut", "milk"])
        return found

    monkeypatch.setattr(proposing, "solve", meanwhile)
    plan = proposing.propose(home.household, MONDAY, NOW)
    assert (plan.status, plan.claimed_until, plan.next_due_at) == ("draft", None, NOW)
    assert not plan.meals.exists()
    assert home.texts_to(home.asha) == []
    plan = proposing.generate(plan.pk, NOW)
    assert plan.status == "proposed"
    held = plan.meals.values_list("dish__lines__ingredient__allergens", flat=True)
    assert not any("milk" in allergens for allergens in held)


def test_planning_twice_proposes_once(home: Home) -> None:
    plan = propose_week(home)
    proposing.generate(plan.pk, NOW + MINUTE)
    assert plan.meals.count() == 12
    assert Message.objects.filter(purpose="weekly_plan_prompt").count() == 1


def test_a_draft_that_another_worker_is_planning_is_left_to_it(home: Home) -> None:
    plan = proposing.draft(home.household, MONDAY, NOW)
    WeekPlan.objects.update(claimed_until=NOW + 5 * MINUTE)
    assert proposing.generate(plan.pk, NOW).status == PlanStatus.DRAFT
    assert proposing.generate(plan.pk, NOW + 6 * MINUTE).status == PlanStatus.PROPOSED


def test_a_week_without_a_plan_says_why_and_asks_staff(home: Home) -> None:
    Resident.objects.filter(pk=home.ravi.pk).update(diet="vegan", never=["rice", "atta", "rajma"])
    Resident.objects.filter(pk=home.asha.pk).update(allergens=["gluten"])
    plan = proposing.propose(home.household, MONDAY, NOW)
    assert plan.status == PlanStatus.FAILED
    item = OpsItem.objects.get(kind="plan_impossible")
    assert plan.problem in item.reason
    assert item.due_at == proposing.timetable.decide_by(home.household, MONDAY, NOW)


def test_after_staff_changed_the_rule_it_is_planned_again_and_the_item_closes(home: Home) -> None:
    Resident.objects.filter(pk=home.ravi.pk).update(never=["rice", "atta"])
    assert proposing.propose(home.household, MONDAY, NOW).status == PlanStatus.FAILED
    Resident.objects.filter(pk=home.ravi.pk).update(never=[])
    assert proposing.propose(home.household, MONDAY, NOW + HOUR).status == PlanStatus.PROPOSED
    assert not OpsItem.objects.filter(closed_at=None).exists()


def test_a_week_in_which_nobody_can_cook_is_not_planned(home: Home) -> None:
    home.household.away.create(start=MONDAY, end=MONDAY + timedelta(days=6), created_at=NOW)
    plan = proposing.propose(home.household, MONDAY, NOW)
    assert plan.problem == proposing.NOTHING_TO_COOK


def test_days_away_are_left_out(home: Home) -> None:
    home.household.away.create(start=MONDAY, end=MONDAY + timedelta(days=1), created_at=NOW)
    days = propose_week(home).meals.values_list("date", flat=True)
    assert min(days) == MONDAY + timedelta(days=2)


def test_a_decider_who_opted_out_is_not_written_to_and_the_timeline_says_so(home: Home) -> None:
    Contact.objects.filter(pk=home.asha.contact_id).update(opted_out_at=NOW)
    propose_week(home)
    assert home.texts_to(home.asha) == []
    assert TimelineEvent.objects.get(kind="not_told").data["code"] == "opted_out"
    assert OpsItem.objects.get(kind="undelivered").reason.startswith("Asha of Sharma could not be sent")


def test_drafting_asks_the_same_number_of_queries_for_one_household_and_for_many(
    home: Home, django_assert_num_queries: object
) -> None:
    for number in range(6):
        Household.objects.create(name=f"Home {number}", created_at=NOW)
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert reminders.draft_due(NOW) == 7


def test_a_dish_that_left_the_catalogue_is_not_planned(home: Home) -> None:
    Dish.objects.filter(slug="dal-chawal").update(active=False)
    assert not propose_week(home).meals.filter(dish__slug="dal-chawal").exists()


def test_only_a_monday_starts_a_week(home: Home) -> None:
    with pytest.raises(ValueError, match="no Monday"):
        proposing.draft(home.household, MONDAY + timedelta(days=1), NOW)
