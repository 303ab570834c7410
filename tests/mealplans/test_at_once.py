"""Two people in the same second: one clear outcome each, no deadlock, nothing lost and nothing doubled."""

from __future__ import annotations

import pytest

from households.billing import manual
from households.billing.models import Charge
from mealplans import cooking, headcounts, lifecycle, proposing, reminders, swapping
from mealplans.models import CookInstruction, PlanStatus, WeekPlan
from mealplans.outcomes import Outcome
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, TUESDAY, Home, meal_of
from tests.households.at_once import at_once
from tests.mealplans.people import later, make_link
from tests.mealplans.test_changes import spare
from tests.mealplans.test_lifecycle import approved, by, confirmed
from whatsapp.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


def codes(outcomes: list[Outcome]) -> list[str]:
    return sorted(outcome.code for outcome in outcomes)


def test_two_approvals_charge_once_and_the_second_is_told_so(plan: WeekPlan, home: Home) -> None:
    acts = [lambda: lifecycle.approve(plan.pk, by(home.asha), NOW)] * 2
    assert codes(at_once(*acts)) == ["already_approved", "approved"]
    assert Charge.objects.count() == 1


def test_an_approval_and_a_swap_both_happen_and_the_bill_is_of_the_week_as_it_is(plan: WeekPlan, home: Home) -> None:
    meal, dish = meal_of(plan, TUESDAY), spare(plan)
    results = at_once(
        lambda: lifecycle.approve(plan.pk, by(home.asha), NOW),
        lambda: swapping.swap(plan.pk, meal.pk, dish, by(home.ravi), NOW),
    )
    assert codes(results) == ["approved", "swapped"]
    newest = plan.grocery_lists.order_by("-revision")[0]
    assert Charge.objects.get().amount_paise == newest.total_paise
    assert meal_of(plan, TUESDAY).dish.slug == dish
    assert newest.lines.filter(ingredient__slug=meal_of(plan, TUESDAY).dish.main_ingredient).exists()


def test_two_swaps_of_one_meal_leave_one_dish_and_a_list_for_it(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    _, (first, second, *_) = swapping.alternatives(plan.pk, meal.pk, NOW)
    at_once(
        lambda: swapping.swap(plan.pk, meal.pk, first.dish.slug, by(home.asha), NOW),
        lambda: swapping.swap(plan.pk, meal.pk, second.dish.slug, by(home.ravi), NOW),
    )
    plan.refresh_from_db()
    assert plan.revision == 3
    assert meal_of(plan, TUESDAY).dish.slug in {first.dish.slug, second.dish.slug}


def test_two_taps_for_the_same_guests_change_them_once(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    acts = [lambda: headcounts.set_guests(plan.pk, meal.pk, 2, by(home.asha), NOW)] * 2
    assert codes(at_once(*acts)) == ["guests_set", "same_guests"]


def test_a_payment_that_settles_while_a_dish_is_changed_neither_deadlocks_nor_is_lost(
    plan: WeekPlan, home: Home
) -> None:
    charge = approved(plan, home)
    make_link(charge)
    meal, dish = meal_of(plan, TUESDAY), spare(plan)
    results = at_once(
        lambda: manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW),
        lambda: swapping.swap(plan.pk, meal.pk, dish, by(home.ravi), NOW),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    assert meal_of(plan, TUESDAY).dish.slug == dish
    plan.refresh_from_db()
    assert plan.status in (PlanStatus.CONFIRMED, PlanStatus.AWAITING_PAYMENT)


def test_two_ticks_send_each_message_once(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    evening = later(days=1, hours=10)
    at_once(lambda: reminders.run_due(evening), lambda: reminders.run_due(evening))
    assert home.purposes_to(home.sunita) == ["cook_week", "cook_instr"]


def test_two_workers_plan_a_draft_once(home: Home) -> None:
    draft = proposing.draft(home.household, DAYS[0], NOW)
    at_once(*[lambda: proposing.generate(draft.pk, NOW)] * 2)
    assert WeekPlan.objects.get().meals.count() == 12
    assert Message.objects.filter(purpose="weekly_plan_prompt").count() == 1


def test_an_ok_while_the_reminder_is_due_is_an_ok(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    evening = later(days=1, hours=10)
    reminders.run_due(evening)
    row = CookInstruction.objects.get(date=DAYS[0], kind="evening")
    at_once(
        lambda: cooking.acknowledge(home.visit, DAYS[0], row.remind_at),
        lambda: cooking.advance(row.pk, row.remind_at),
    )
    row.refresh_from_db()
    assert (row.status, row.next_due_at) == ("acknowledged", None)
