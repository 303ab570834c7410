"""After dinner and on Sunday: what was cooked, how it was, the week in short; and a pantry that keeps itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from households.models import OpsItem
from mealplans import pantry, rating, reminders
from mealplans.models import Ingredient, MealStatus, PantryItem, PlanStatus, Step, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import HOUR, NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.mealplans.people import groceries_come, later
from tests.mealplans.test_lifecycle import confirmed

MONDAY_EVENING = later(days=2, hours=12)


@pytest.fixture
def week(plan: WeekPlan, home: Home) -> WeekPlan:
    return confirmed(plan, home)


def live_through(days: int) -> None:
    """Ticks every hour from the Saturday of the proposal."""
    for hour in range(days * 24):
        reminders.run_due(NOW + hour * HOUR)


def test_dinner_is_asked_about_at_nine_and_only_once(week: WeekPlan, home: Home) -> None:
    reminders.run_due(MONDAY_EVENING)
    reminders.run_due(MONDAY_EVENING)
    assert home.purposes_to(home.asha).count("meal_rating") == 1
    assert meal_of(week, DAYS[0]).dish.name_en in home.texts_to(home.asha)[-1]


def test_a_day_nobody_spoke_of_counts_as_cooked(week: WeekPlan, home: Home) -> None:
    reminders.run_due(MONDAY_EVENING)
    assert set(week.meals.filter(date=DAYS[0]).values_list("status", flat=True)) == {MealStatus.COOKED}
    assert set(week.meals.filter(date=DAYS[1]).values_list("status", flat=True)) == {MealStatus.PLANNED}


def test_a_day_without_dinner_is_not_asked_about(week: WeekPlan, home: Home) -> None:
    week.meals.filter(date=DAYS[0]).update(status=MealStatus.SKIPPED)
    reminders.run_due(MONDAY_EVENING)
    assert "meal_rating" not in home.purposes_to(home.asha)


def test_a_whole_week_asks_six_times_and_ends_with_a_summary(week: WeekPlan, home: Home) -> None:
    live_through(10)
    sent = home.purposes_to(home.asha)
    assert (sent.count("meal_rating"), sent[-1]) == (6, "weekly_summary")
    week.refresh_from_db()
    assert (week.status, week.next_step, week.next_due_at) == (PlanStatus.COMPLETED, Step.NONE, None)
    assert "12 meals cooked" in home.texts_to(home.asha)[-1]


def test_the_week_after_is_proposed_on_its_own_saturday(week: WeekPlan, home: Home) -> None:
    live_through(8)
    assert [plan.week_start for plan in WeekPlan.objects.order_by("week_start")] == [DAYS[0], DAYS[0] + 7 * (24 * HOUR)]


def test_only_good_okay_and_bad_are_ratings(week: WeekPlan, home: Home) -> None:
    with pytest.raises(ValueError, match="no rating"):
        rating.rate(meal_of(week, DAYS[0]), home.asha, "five stars", Actor("Asha", "text"), NOW)


def test_a_delivery_fills_the_pantry_once_and_cooking_empties_it(week: WeekPlan, home: Home) -> None:
    assert groceries_come(week) > 0
    assert groceries_come(week) == 0
    assert OpsItem.objects.get(kind="grocery_order").closed_at == NOW
    stock = dict(PantryItem.objects.values_list("ingredient__slug", "amount"))
    bought = {
        line.ingredient.slug: pantry.packed(line.packs)
        for line in week.grocery_lists.get().lines.select_related("ingredient")
    }
    assert stock == {slug: amount for slug, amount in bought.items() if amount}
    reminders.run_due(MONDAY_EVENING)
    eaten: dict[str, Decimal] = {}
    for meal in ("lunch", "dinner"):
        row = meal_of(week, DAYS[0], meal)
        for line in row.dish.lines.all():
            eaten[line.ingredient.slug] = eaten.get(line.ingredient.slug, Decimal(0)) + line.amount * row.servings
    now = dict(PantryItem.objects.values_list("ingredient__slug", "amount"))
    assert now == {slug: amount - eaten.get(slug, 0) for slug, amount in stock.items()}


def test_the_pantry_never_goes_below_nothing(week: WeekPlan, home: Home) -> None:
    meal = meal_of(week, DAYS[0])
    for line in meal.dish.lines.all():
        pantry.put_in(home.household, {line.ingredient_id: Decimal(1)}, NOW)
    pantry.use_up(home.household, meal, NOW)
    assert set(PantryItem.objects.values_list("amount", flat=True)) == {Decimal(0)}


def test_two_deliveries_add_up(home: Home) -> None:
    rice = Ingredient.objects.get(slug="rice")
    for _ in range(2):
        pantry.put_in(home.household, {rice.pk: Decimal(500)}, NOW)
    assert PantryItem.objects.get().amount == Decimal(1000)
