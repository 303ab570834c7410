"""Swap, skip, guests: safe, priced, told to whoever is touched; before and after the week is confirmed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from households.billing.models import Charge
from households.models import OpsItem, Resident, TimelineEvent
from mealplans import headcounts, lifecycle, reminders, skipping, swapping
from mealplans.models import CookInstruction, Dish, GroceryList, MealStatus, PlannedMeal, TasteSignal, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, TUESDAY, Home, meal_of
from tests.mealplans.people import later, make_link
from tests.mealplans.test_lifecycle import by, confirmed

SUNDAY_NIGHT = later(days=1, hours=10.5)  # 19:30 in Kolkata: Monday's evening message is out


def spare(plan: WeekPlan, *, unlike: str = "peanut-curry") -> str:
    """A dish that is safe for everybody and not in the plan."""
    used = set(plan.meals.values_list("dish__slug", flat=True))
    unsafe = {unlike, "chicken-curry", "egg-curry"}
    return next(slug for slug in sorted(Dish.objects.values_list("slug", flat=True)) if slug not in used | unsafe)


def test_a_swap_puts_the_dish_there_and_says_what_the_list_costs_now(plan: WeekPlan, home: Home) -> None:
    meal, dish = meal_of(plan, TUESDAY), spare(plan)
    before = meal.dish
    outcome = swapping.swap(plan.pk, meal.pk, dish, by(home.asha), NOW)
    assert outcome.code == "swapped"
    assert isinstance(outcome.facts["delta_paise"], int)
    meal.refresh_from_db()
    assert (meal.dish.slug, meal.pinned, meal.servings) == (dish, True, Decimal("2.5"))
    learnt = TasteSignal.objects.order_by("pk").values_list("kind", "dish__slug", "meal")
    assert list(learnt) == [("swapped_out", before.slug, meal.pk), ("swapped_in", dish, meal.pk)]


@pytest.mark.parametrize(("dish", "rule"), [("peanut-curry", "allergen"), ("chicken-curry", "diet")])
def test_a_hard_rule_is_never_broken_by_a_swap(plan: WeekPlan, home: Home, dish: str, rule: str) -> None:
    meal = meal_of(plan, TUESDAY)
    outcome = swapping.swap(plan.pk, meal.pk, dish, by(home.asha), NOW)
    assert (outcome.done, outcome.code) == (False, "refused")
    assert outcome.facts["violations"][0].rule == rule
    assert PlannedMeal.objects.get(pk=meal.pk).dish == meal.dish
    assert TimelineEvent.objects.get(kind="change_refused").data["rule"] == rule


def test_staff_cannot_break_a_hard_rule_either(plan: WeekPlan, home: Home) -> None:
    outcome = swapping.swap(plan.pk, meal_of(plan, TUESDAY).pk, "peanut-curry", Actor("priya", "staff"), NOW)
    assert outcome.code == "refused"


def test_a_wish_may_repeat_a_dish_within_its_cooldown(plan: WeekPlan, home: Home) -> None:
    other = meal_of(plan, DAYS[2]).dish.slug
    assert swapping.swap(plan.pk, meal_of(plan, TUESDAY).pk, other, by(home.asha), NOW).code == "swapped"


def test_the_same_dish_again_changes_nothing(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    assert swapping.swap(plan.pk, meal.pk, meal.dish.slug, by(home.asha), NOW).code == "same_dish"
    plan.refresh_from_db()
    assert plan.revision == 1


def test_alternatives_are_at_most_ten_and_none_breaks_a_rule(plan: WeekPlan, home: Home) -> None:
    outcome, found = swapping.alternatives(plan.pk, meal_of(plan, TUESDAY).pk, NOW)
    assert outcome.done
    assert 0 < len(found) <= 10
    assert {other.dish.slug for other in found}.isdisjoint({"peanut-curry", "chicken-curry", "egg-curry"})


def test_alternatives_without_an_ingredient_hold_none_of_it(plan: WeekPlan, home: Home) -> None:
    _, found = swapping.alternatives(plan.pk, meal_of(plan, TUESDAY).pk, NOW, without={"rice"})
    assert not any(line.ingredient.slug == "rice" for other in found for line in other.dish.lines.all())


def test_a_skipped_meal_has_alternatives_and_each_says_exactly_what_having_it_again_costs(
    plan: WeekPlan, home: Home
) -> None:
    meal = meal_of(plan, TUESDAY)
    gone = skipping.skip(plan.pk, meal.pk, by(home.ravi), NOW)
    outcome, found = swapping.alternatives(plan.pk, meal.pk, NOW, most=100)
    offered = {other.dish.slug: other.difference_paise for other in found}
    assert (outcome.code, offered[meal.dish.slug]) == ("choose_dish", -gone.facts["delta_paise"])
    slug, difference = next((slug, paise) for slug, paise in offered.items() if slug != meal.dish.slug)
    on = swapping.swap(plan.pk, meal.pk, slug, by(home.ravi), NOW)
    assert (on.code, on.facts["delta_paise"]) == ("swapped", difference)


def test_a_skipped_meal_is_not_bought_for_and_may_come_back(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    gone = skipping.skip(plan.pk, meal.pk, by(home.ravi), NOW)
    assert (gone.code, gone.facts["delta_paise"] <= 0) == ("skipped", True)
    assert skipping.skip(plan.pk, meal.pk, by(home.ravi), NOW).code == "already_skipped"
    back = skipping.restore(plan.pk, meal.pk, by(home.ravi), NOW)
    assert (back.code, back.facts["delta_paise"]) == ("restored", -gone.facts["delta_paise"])


def test_guests_are_a_number_to_reach_so_that_two_taps_are_one_change(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, TUESDAY)
    assert headcounts.set_guests(plan.pk, meal.pk, 3, by(home.asha), NOW).code == "guests_set"
    assert headcounts.set_guests(plan.pk, meal.pk, 3, by(home.asha), NOW).code == "same_guests"
    meal.refresh_from_db()
    assert (meal.guests, meal.servings) == (3, Decimal("5.5"))
    assert headcounts.set_guests(plan.pk, meal.pk, 0, by(home.asha), NOW).code == "guests_none"
    meal.refresh_from_db()
    assert meal.servings == Decimal("2.5")


def test_a_party_is_for_a_person_to_arrange(plan: WeekPlan, home: Home) -> None:
    assert headcounts.set_guests(plan.pk, meal_of(plan, TUESDAY).pk, 40, by(home.asha), NOW).code == "too_many_guests"


def test_half_an_hour_before_the_cook_comes_nothing_changes_any_more(plan: WeekPlan, home: Home) -> None:
    meal = meal_of(plan, DAYS[0])
    just_before = later(days=2, hours=0.4)  # 09:24 on Monday; Sunita comes at ten
    assert headcounts.set_guests(plan.pk, meal.pk, 1, by(home.asha), just_before).code == "guests_set"
    assert headcounts.set_guests(plan.pk, meal.pk, 2, by(home.asha), later(days=2, hours=0.6)).code == "too_late"


def test_before_confirmation_only_the_one_who_decides_hears_of_a_change(plan: WeekPlan, home: Home) -> None:
    skipping.skip(plan.pk, meal_of(plan, TUESDAY).pk, by(home.ravi), NOW)
    assert home.purposes_to(home.asha)[-1] == "plan_changed"
    assert "Ravi changed it." in home.texts_to(home.asha)[-1]
    assert home.purposes_to(home.sunita) == []


def test_a_dish_with_eight_hours_of_soaking_is_refused_in_the_morning(plan: WeekPlan, home: Home) -> None:
    meal, soaked = meal_of(plan, DAYS[0]), "rajma-chawal"
    PlannedMeal.objects.filter(dish__slug=soaked).update(dish=Dish.objects.get(slug=spare(plan)))
    outcome = swapping.swap(plan.pk, meal.pk, soaked, by(home.asha), later(days=1, hours=20))
    assert outcome.facts["violations"][0].rule == "ahead"


# After the week is confirmed ------------------------------------------------------------------------------------


def test_a_change_after_the_cook_was_told_reaches_the_cook_and_the_others_once(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    reminders.run_due(SUNDAY_NIGHT)
    dish = spare(plan)
    swapping.swap(plan.pk, meal_of(plan, DAYS[0]).pk, dish, by(home.ravi), SUNDAY_NIGHT)
    assert home.purposes_to(home.sunita) == ["cook_week", "cook_instr", "cook_changed"]
    assert Dish.objects.get(slug=dish).name_hi in home.texts_to(home.sunita)[-1]
    assert home.purposes_to(home.asha)[-1] == "plan_changed"
    assert home.purposes_to(home.ravi) == ["plan_confirmed"]


def test_a_change_of_a_day_the_cook_was_not_told_of_yet_only_changes_the_message_to_come(
    plan: WeekPlan, home: Home
) -> None:
    confirmed(plan, home)
    swapping.swap(plan.pk, meal_of(plan, DAYS[3]).pk, spare(plan), by(home.asha), SUNDAY_NIGHT)
    assert home.purposes_to(home.sunita) == ["cook_week"]


def test_a_visit_with_nothing_left_to_cook_is_called_off(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    reminders.run_due(SUNDAY_NIGHT)
    for meal in ("lunch", "dinner"):
        skipping.skip(plan.pk, meal_of(plan, DAYS[0], meal).pk, by(home.asha), SUNDAY_NIGHT)
    rows = CookInstruction.objects.filter(date=DAYS[0])
    assert set(rows.values_list("status", flat=True)) == {"cancelled"}
    assert "आने की ज़रूरत नहीं" in home.texts_to(home.sunita)[-1]


def test_a_meal_that_comes_back_schedules_its_visit_again(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    meals = [meal_of(plan, DAYS[3], meal) for meal in ("lunch", "dinner")]
    for meal in meals:
        skipping.skip(plan.pk, meal.pk, by(home.asha), NOW)
    skipping.restore(plan.pk, meals[0].pk, by(home.asha), NOW)
    assert set(CookInstruction.objects.filter(date=DAYS[3]).values_list("status", flat=True)) == {"due"}


def test_after_the_order_a_dearer_change_buys_only_what_is_needed_beyond_it(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    paid = Charge.objects.get().amount_paise
    outcome = headcounts.set_guests(plan.pk, meal_of(plan, DAYS[4]).pk, 12, by(home.asha), NOW)
    charge, extra = Charge.objects.get(), GroceryList.objects.order_by("-revision").first()
    assert charge.amount_paise == paid + outcome.facts["delta_paise"] == paid + extra.total_paise
    assert (charge.status, extra.placed_at) == (Charge.Status.OPEN, NOW)
    assert OpsItem.objects.filter(kind="grocery_order", closed_at=None).count() == 2
    make_link(charge)
    assert home.purposes_to(home.asha).count("payment_prompt") == 2


def test_after_the_order_a_skipped_meal_gives_nothing_back_because_it_is_bought(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    paid = Charge.objects.get().amount_paise
    outcome = skipping.skip(plan.pk, meal_of(plan, DAYS[4]).pk, by(home.asha), NOW)
    charge = Charge.objects.get()
    assert (outcome.facts["delta_paise"], charge.amount_paise) == (0, paid)
    assert charge.status == Charge.Status.SETTLED


def test_a_journey_skips_its_meals_and_is_told_once(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    count, _ = skipping.skip_days(home.household.pk, DAYS[2], DAYS[4], by(home.asha), NOW)
    assert count == 6
    assert home.purposes_to(home.ravi) == ["plan_confirmed", "plan_changed"]
    assert plan.meals.filter(status=MealStatus.SKIPPED).count() == 6


def test_a_new_allergy_holds_the_cooks_message_until_the_dish_is_changed(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    lunch, dinner = (meal_of(plan, DAYS[0], meal) for meal in ("lunch", "dinner"))
    Resident.objects.filter(pk=home.ravi.pk).update(never=[lunch.dish.main_ingredient])
    reminders.run_due(SUNDAY_NIGHT)
    assert home.purposes_to(home.sunita) == ["cook_week"]
    assert "NOT sent" in OpsItem.objects.get(kind="meal_unsafe").reason
    for meal in (lunch, dinner):
        _, found = swapping.alternatives(plan.pk, meal.pk, SUNDAY_NIGHT)
        lifecycle.swap(plan.pk, meal.pk, found[0].dish.slug, Actor("priya", "staff"), SUNDAY_NIGHT)
    reminders.run_due(later(days=1, hours=11))
    assert home.purposes_to(home.sunita) == ["cook_week", "cook_instr"]
