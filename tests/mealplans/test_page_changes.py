"""The plan page as it is used: approving, paying, changing a meal, ticking what is at home."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from households.billing.models import Charge
from households.models import Resident, TimelineEvent
from mealplans.models import AtHome, IngredientPack, MealStatus, PlanStatus, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import TUESDAY, Home, meal_of
from tests.mealplans import page_visits
from tests.mealplans.page_visits import address, at, post, state, text
from tests.mealplans.people import make_link


@pytest.fixture(autouse=True)
def saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    page_visits.forget_links()
    at(monkeypatch, NOW)


# Approving


def test_the_one_who_decides_approves_by_one_button(plan: WeekPlan, home: Home) -> None:
    response = post(plan, home.asha, "plan-approve")
    plan.refresh_from_db()
    assert (plan.status, plan.approved_by, plan.approved_how) == (PlanStatus.AWAITING_PAYMENT, home.asha, "page")
    assert response.redirect_chain[0][1] == 303
    assert "Approve this week" not in text(response)
    assert "The payment link is being made." in text(response)


def test_another_resident_sees_who_decides_and_has_no_button(plan: WeekPlan, home: Home) -> None:
    shown = text(Client().get(address(plan, home.ravi)))
    assert "Asha approves this week by Sun 22 Nov, 2:00 pm." in shown
    assert "Approve this week" not in shown


def test_who_does_not_decide_cannot_approve_by_hand_either(plan: WeekPlan, home: Home) -> None:
    response = post(plan, home.ravi, "plan-approve")
    assert WeekPlan.objects.get().status == PlanStatus.PROPOSED
    assert "Asha approves the week in your home." in text(response)


def test_the_second_of_two_approvals_hears_that_it_is_done_and_nothing_is_charged_twice(
    plan: WeekPlan, home: Home
) -> None:
    post(plan, home.asha, "plan-approve")
    response = post(plan, home.asha, "plan-approve")
    assert response.context["page"].said.done is False
    assert "Asha" in response.context["page"].said.words
    assert (Charge.objects.count(), TimelineEvent.objects.filter(kind="plan_approved").count()) == (1, 1)


def test_a_plan_that_cannot_be_priced_still_opens_and_says_so(plan: WeekPlan, home: Home) -> None:
    IngredientPack.objects.all().delete()
    assert "The price is being checked." in text(Client().get(address(plan, home.asha)))


# Paying


def test_the_live_link_is_one_tap_away_on_the_page_and_at_the_pay_address(plan: WeekPlan, home: Home) -> None:
    post(plan, home.asha, "plan-approve")
    charge = Charge.objects.get()
    make_link(charge)
    link = charge.links.get(status="live")
    page = Client().get(address(plan, home.asha)).content.decode()
    assert f'<a class="button primary" href="{link.short_url}">' in page
    assert Client().get(address(plan, home.asha, "plan-pay"))["Location"] == link.short_url


def test_with_nothing_to_pay_the_pay_address_leads_to_the_week(plan: WeekPlan, home: Home) -> None:
    assert Client().get(address(plan, home.asha, "plan-pay"))["Location"] == address(plan, home.asha)


def test_an_approved_week_lists_its_groceries_aisle_by_aisle_with_what_they_cost(plan: WeekPlan, home: Home) -> None:
    post(plan, home.asha, "plan-approve")
    page = Client().get(address(plan, home.asha)).context["page"]
    rupees = [int(line.price.removeprefix("₹").replace(",", "")) for _, lines in page.bill.aisles for line in lines]
    assert Charge.objects.get().amount_paise == sum(rupees) * 100
    assert (page.bill.estimate, page.bill.total.replace(",", "")) == (False, f"₹{sum(rupees)}")


# Changing a meal


def test_only_dishes_without_the_allergen_are_offered_each_with_its_price(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    page = Client().get(address(plan, home.asha, "plan-options", meal.pk)).context["page"]
    slugs = {option.slug for option in page.options}
    assert "peanut-curry" not in slugs
    assert meal.dish.slug not in slugs
    assert slugs
    assert all(option.price for option in page.options)


def test_a_dish_is_chosen_and_the_answer_stands_at_its_meal(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    chosen = Client().get(address(plan, home.asha, "plan-options", meal.pk)).context["page"].options[0]
    response = post(plan, home.asha, "plan-swap", meal.pk, dish=chosen.slug)
    meal.refresh_from_db()
    assert (meal.dish.slug, meal.pinned) == (chosen.slug, True)
    assert response.redirect_chain == [(f"{address(plan, home.asha)}#meal-{meal.pk}", 303)]
    cards = [card for day in response.context["page"].days for card in day.meals]
    assert [card.id for card in cards if card.said] == [meal.pk]
    assert "you chose it" in text(response)


def test_an_allergen_is_refused_even_when_the_form_is_forged(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    response = post(plan, home.asha, "plan-swap", meal.pk, dish="peanut-curry")
    assert meal_of(plan, TUESDAY).dish == meal.dish
    assert "it contains peanut, and somebody at home is allergic." in text(response)


@pytest.mark.parametrize("dish", ["", "no-such-dish", "x" * 5000, "'; drop table"])
def test_a_dish_that_is_not_there_changes_nothing(plan: WeekPlan, home: Home, dish: str) -> None:
    meal = meal_of(plan, TUESDAY)
    response = post(plan, home.asha, "plan-swap", meal.pk, dish=dish)
    assert response.status_code == 200
    assert meal_of(plan, TUESDAY).dish == meal.dish


def test_a_meal_is_skipped_and_put_back(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    skipped = post(plan, home.asha, "plan-skip", meal.pk)
    meal.refresh_from_db()
    assert meal.status == MealStatus.SKIPPED
    assert "Cook it after all" in text(skipped)
    post(plan, home.asha, "plan-restore", meal.pk)
    meal.refresh_from_db()
    assert meal.status == MealStatus.PLANNED


def test_guests_are_set_to_a_number_so_that_a_second_tap_adds_nobody(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    for _ in range(2):
        response = post(plan, home.asha, "plan-guests", meal.pk, guests="3")
    meal.refresh_from_db()
    assert (meal.guests, meal.servings) == (3, Decimal("5.5"))
    assert "for 5.5, 3 of them guests" in text(response)


@pytest.mark.parametrize("guests", ["", "three", "-1", "2.5", "²", "9" * 6000, "1e3"])
def test_guests_that_are_no_number_are_refused_with_the_reason(plan: WeekPlan, home: Home, guests: str) -> None:
    meal, before = meal_of(plan, TUESDAY), state(plan)
    response = post(plan, home.asha, "plan-guests", meal.pk, guests=guests)
    assert response.status_code == 400
    assert "guests must be a number" in text(response)
    assert state(plan) == before


def test_more_guests_than_a_cook_can_feed_are_refused(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    response = post(plan, home.asha, "plan-guests", meal.pk, guests="40")
    assert meal_of(plan, TUESDAY).guests == 0
    assert response.context["page"].days
    assert "40" in text(response)


def test_a_meal_that_is_over_cannot_be_changed(plan: WeekPlan, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW + timedelta(days=4))  # Wednesday
    response = Client().get(address(plan, home.asha))
    cards = {card.id: card for day in response.context["page"].days for card in day.meals}
    assert cards[meal_of(plan, TUESDAY).pk].can_change is False
    post(plan, home.asha, "plan-skip", meal_of(plan, TUESDAY).pk)
    assert meal_of(plan, TUESDAY).status == MealStatus.PLANNED


# Ticking what is at home


def line_of(plan: WeekPlan, reader: Resident, slug: str) -> Any:
    bill = Client().get(address(plan, reader)).context["page"].bill
    return next(line for _, lines in bill.aisles for line in lines if line.slug == slug)


def test_before_approval_the_list_is_there_with_what_each_line_is_for(plan: WeekPlan, home: Home) -> None:
    page = Client().get(address(plan, home.asha)).context["page"]
    rupees = [int(line.price.removeprefix("₹").replace(",", "")) for _, lines in page.bill.aisles for line in lines]
    assert (page.bill.estimate, page.bill.total.replace(",", "")) == (True, f"₹{sum(rupees)}")
    meal = meal_of(plan, TUESDAY)
    needed = next(iter(meal.dish.lines.all())).ingredient.slug
    [sentence] = [words for words in line_of(plan, home.asha, needed).meals if words.startswith("Tue 24 Nov dinner")]
    assert sentence.startswith(f"Tue 24 Nov dinner: {meal.dish.name_en} for 2.5 — ")


def test_a_line_says_how_many_of_those_it_feeds_are_guests(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    post(plan, home.asha, "plan-guests", meal.pk, guests="3")
    needed = next(iter(meal.dish.lines.all())).ingredient.slug
    said = " / ".join(line_of(plan, home.asha, needed).meals)
    assert f"{meal.dish.name_en} for 5.5, 3 of them guests — " in said


def total(plan: WeekPlan, reader: Resident) -> int:
    said: str = Client().get(address(plan, reader)).context["page"].bill.total
    return int(said.removeprefix("₹").replace(",", "")) * 100


def test_what_is_ticked_as_at_home_leaves_the_total_and_comes_back_when_unticked(plan: WeekPlan, home: Home) -> None:
    before = total(plan, home.asha)
    price = int(line_of(plan, home.asha, "rice").price.removeprefix("₹").replace(",", "")) * 100
    for _ in range(2):  # a second tap of the same button changes nothing more
        response = post(plan, home.asha, "plan-at-home", "rice", have="1")
        assert total(plan, home.asha) == before - price
        assert line_of(plan, home.asha, "rice").ticked is True
    assert response.redirect_chain[0] == (f"{address(plan, home.asha)}#groceries", 303)
    post(plan, home.asha, "plan-at-home", "rice", have="0")
    assert (total(plan, home.asha), line_of(plan, home.asha, "rice").ticked) == (before, False)


def test_a_tick_after_the_approval_makes_the_charge_smaller_to_the_paisa(plan: WeekPlan, home: Home) -> None:
    post(plan, home.asha, "plan-approve")
    before = Charge.objects.get().amount_paise
    price = WeekPlan.objects.get().grocery_lists.get().lines.get(ingredient__slug="rice").price_paise
    response = post(plan, home.asha, "plan-at-home", "rice", have="1")
    assert Charge.objects.get().amount_paise == before - price
    assert f"Rice is at home, so it is not bought; list updated -₹{price // 100}." in text(response)
    line = WeekPlan.objects.get().grocery_lists.get().lines.get(ingredient__slug="rice")
    assert (line.packs, line.price_paise, line.from_pantry) == ([], 0, line.need)


def test_a_tick_stands_when_a_dish_is_swapped_afterwards(plan: WeekPlan, home: Home) -> None:
    post(plan, home.asha, "plan-at-home", "rice", have="1")
    meal = meal_of(plan, TUESDAY)
    chosen = Client().get(address(plan, home.asha, "plan-options", meal.pk)).context["page"].options[0]
    post(plan, home.asha, "plan-swap", meal.pk, dish=chosen.slug)
    assert (line_of(plan, home.asha, "rice").ticked, line_of(plan, home.asha, "rice").price) == (True, "₹0")


def test_all_that_is_bought_ticked_leaves_nothing_to_pay_and_the_week_is_confirmed(plan: WeekPlan, home: Home) -> None:
    post(plan, home.asha, "plan-approve")
    lines = WeekPlan.objects.get().grocery_lists.get().lines
    for slug in lines.values_list("ingredient__slug", flat=True):
        post(plan, home.asha, "plan-at-home", slug, have="1")
    plan.refresh_from_db()
    assert (plan.status, Charge.objects.get().amount_paise) == (PlanStatus.CONFIRMED, 0)


@pytest.mark.parametrize(
    ("status", "slug", "words"),
    [
        (PlanStatus.CONFIRMED, "rice", "are ordered already. Write to us"),
        (PlanStatus.PROPOSED, "no-such-thing", "not on the list"),
        (PlanStatus.PROPOSED, "salt", "not on the list"),
    ],
)
def test_what_cannot_be_ticked_is_answered_and_changes_nothing(
    plan: WeekPlan, home: Home, status: str, slug: str, words: str
) -> None:
    WeekPlan.objects.update(status=status)
    response = post(plan, home.asha, "plan-at-home", slug, have="1")
    assert words in text(response)
    assert AtHome.objects.count() == 0
