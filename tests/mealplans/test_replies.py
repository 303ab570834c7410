"""Taps and texts through the product's own route table: one clear answer to whoever wrote."""

from __future__ import annotations

import pytest

from households.billing.models import Charge
from households.models import Household, OpsItem, Resident
from mealplans import lifecycle, reminders
from mealplans.models import Offer, PlanStatus, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import HOUR, MONDAY, NOW
from tests.factories.mealplans import DAYS, TUESDAY, Home, meal_of, propose_week
from tests.mealplans.people import later, press, tap
from tests.mealplans.test_changes import spare
from tests.mealplans.test_lifecycle import confirmed
from whatsapp.models import InboxItem, Message


def test_approve_is_answered_with_the_bill(plan: WeekPlan, home: Home) -> None:
    (answer,) = tap(home.asha, "approve")
    charge = Charge.objects.get()
    rupees = f"₹{charge.amount_paise // 100:,}"
    assert answer.startswith(f"Approved ✅ Your meals for 23 Nov – 29 Nov are set. Groceries come to {rupees}")


def test_the_same_button_tapped_twice_says_that_it_was_done(plan: WeekPlan, home: Home) -> None:
    tap(home.asha, "approve")
    (answer,) = tap(home.asha, "approve")
    assert answer.startswith("Your meals for 23 Nov – 29 Nov were already approved by Asha.")
    assert Charge.objects.count() == 1


def test_a_forwarded_button_does_nothing_for_somebody_else(plan: WeekPlan, home: Home) -> None:
    assert tap(home.ravi, "approve", of=home.asha) == ["That button was meant for somebody else, so nothing changed."]
    plan.refresh_from_db()
    assert plan.status == PlanStatus.PROPOSED


def test_a_button_tapped_next_month_is_answered_with_where_things_stand(plan: WeekPlan, home: Home) -> None:
    (answer,) = tap(home.asha, "approve", later(days=30))
    assert answer.startswith("That button belongs to an older message. There is no week plan just now.")
    assert not Charge.objects.exists()


def test_a_token_nobody_knows_is_answered_too(plan: WeekPlan, home: Home) -> None:
    (answer,) = press(home.asha, "bm:never-was")
    assert answer.startswith("That button belongs to an older message. Your meals for 23 Nov – 29 Nov wait")


def test_a_button_of_somebody_without_a_household_is_parked(plan: WeekPlan, home: Home) -> None:
    token = Offer.objects.filter(action="approve").get().token
    Resident.objects.filter(pk=home.ravi.pk).update(active=False)
    assert press(home.ravi, token) == []
    assert InboxItem.objects.get().contact == home.ravi.contact


def test_change_offers_the_days_then_the_meals_then_dishes_with_their_price(plan: WeekPlan, home: Home) -> None:
    assert "Mon 23 Nov" in tap(home.asha, "change")[0]
    assert "Tue 24 Nov dinner" in tap(home.asha, "pick_day", day=TUESDAY.isoformat())[0]
    meal = meal_of(plan, TUESDAY)
    (dishes,) = tap(home.asha, "pick_meal", meal=meal.pk)
    assert dishes.startswith(f"Tue 24 Nov dinner is {meal.dish.name_en}. What would you like instead?")
    rows = Message.objects.order_by("-id")[0].payload["interactive"]["action"]["sections"][0]["rows"]
    assert len(rows) <= 10
    assert [row["title"] for row in rows[-2:]] == ["Guests", "Skip it"]


def test_a_row_tapped_swaps_and_tells_the_new_state(plan: WeekPlan, home: Home) -> None:
    tap(home.asha, "change")
    tap(home.asha, "pick_day", day=TUESDAY.isoformat())
    meal = meal_of(plan, TUESDAY)
    tap(home.asha, "pick_meal", meal=meal.pk)
    (answer,) = tap(home.asha, "swap", meal=meal.pk)
    now = meal_of(plan, TUESDAY)
    assert now.dish != meal.dish
    assert answer.startswith(f"Tue 24 Nov dinner is now {now.dish.name_en}; 2.5 servings; ")


def test_guests_are_asked_for_and_set(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    tap(home.asha, "change")
    tap(home.asha, "pick_day", day=TUESDAY.isoformat())
    tap(home.asha, "pick_meal", meal=meal.pk)
    assert tap(home.asha, "guests")[0].startswith("Tue 24 Nov dinner: how many guests?")
    (answer,) = tap(home.asha, "set_guests", guests=4)
    assert "for 6.5 servings, 4 guests included; list updated +₹" in answer


def test_a_rating_is_one_tap_and_the_last_one_counts(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    evening = later(days=2, hours=12)  # Monday 21:00
    reminders.run_due(evening)
    assert home.purposes_to(home.asha)[-1] == "meal_rating"
    assert tap(home.asha, "rate", evening, rating="good")[0].startswith("Thank you! We will remember it:")
    tap(home.asha, "rate", evening, rating="bad")
    assert [row.rating for row in meal_of(plan, DAYS[0]).ratings.all()] == ["bad"]


def test_a_resident_of_two_homes_acts_in_the_one_the_button_belongs_to(plan: WeekPlan, home: Home) -> None:
    other = Household.objects.create(name="Parents", created_at=NOW)
    Resident.objects.create(household=other, name="Asha", contact=home.asha.contact, decides=True, created_at=NOW)
    tap(home.asha, "approve")
    assert Charge.objects.get().household == home.household


@pytest.mark.parametrize("status", ["cancelled", "completed"])
def test_a_week_that_is_over_is_not_approved_by_an_old_button(plan: WeekPlan, home: Home, status: str) -> None:
    WeekPlan.objects.update(status=status)
    assert tap(home.asha, "approve") == ["The week of 23 Nov – 29 Nov can no longer be changed."]


def test_two_residents_at_once_both_hear_one_clear_outcome(plan: WeekPlan, home: Home) -> None:
    """Asha approves while Ravi swaps: both are done, and Asha hears of Ravi's change."""
    tap(home.asha, "approve")
    meal = meal_of(plan, TUESDAY)
    outcome = lifecycle.swap(plan.pk, meal.pk, spare(plan), Actor("Ravi", "page", resident_id=home.ravi.pk), NOW)
    assert outcome.code == "swapped"
    assert "(Ravi changed it.)" in home.texts_to(home.asha)[-1]
    assert Charge.objects.get().amount_paise == plan.grocery_lists.order_by("-revision")[0].total_paise


def test_an_ops_item_left_by_silence_closes_when_the_answer_comes(home: Home) -> None:
    propose_week(home)
    for hours in (9, 25, 29.1):
        reminders.run_due(NOW + hours * HOUR)
    tap(home.asha, "approve", later(hours=30))
    assert OpsItem.objects.get(kind="plan_unanswered").closed_at is not None
    assert WeekPlan.objects.get().week_start == MONDAY
