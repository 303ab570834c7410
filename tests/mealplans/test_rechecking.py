"""An allergy that is entered on a Tuesday counts from Tuesday, whatever was approved on Saturday."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from households.food_rules import change_food_rules
from households.models import OpsItem, TimelineEvent
from households.onboarding import add_resident
from mealplans import rechecking, reminders
from mealplans.models import MealStatus, PlannedMeal, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.mealplans.people import later
from tests.mealplans.test_lifecycle import confirmed

EVENING = later(days=1, hours=10)  # Sunday 19:00 in Kolkata


def with_ingredient(slug: str) -> list[PlannedMeal]:
    rows = PlannedMeal.objects.filter(status=MealStatus.PLANNED, dish__lines__ingredient__slug=slug)
    return list(rows.order_by("date", "meal"))


def allergic(home: Home, *what: str, now: Any = NOW) -> None:
    change_food_rules(home.kabir.pk, by="Asha, on the phone", now=now, allergens=["peanut", *what])


def test_meals_that_break_the_new_rule_are_another_dish_before_the_edit_is_over(plan: WeekPlan, home: Home) -> None:
    had = with_ingredient("paneer")
    assert had
    change_food_rules(home.ravi.pk, by="Ravi", now=NOW, never=["paneer"])
    assert with_ingredient("paneer") == []
    assert {PlannedMeal.objects.get(pk=meal.pk).status for meal in had} == {MealStatus.PLANNED}
    assert PlannedMeal.objects.filter(status=MealStatus.PLANNED).count() == 12
    why = TimelineEvent.objects.filter(kind="meal_made_safe")
    assert why.count() == len(had)
    assert "never" in why[0].text


def test_a_cook_who_was_told_hears_of_the_new_dish_and_the_residents_too(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    reminders.run_due(EVENING)
    monday = meal_of(plan, DAYS[0])
    slug = monday.dish.lines.all()[0].ingredient.slug
    change_food_rules(home.ravi.pk, by="Ravi", now=EVENING, never=[slug])
    new = meal_of(plan, DAYS[0])
    assert new.dish != monday.dish
    assert home.purposes_to(home.sunita)[-1] == "cook_changed"
    assert new.dish.name_hi in home.texts_to(home.sunita)[-1]
    assert any(new.dish.name_en in text for text in home.texts_to(home.ravi))


def test_where_no_dish_fits_the_meal_is_off_and_a_person_decides(plan: WeekPlan, home: Home) -> None:
    nothing = sorted({line.ingredient.slug for meal in plan.meals.all() for line in meal.dish.lines.all()})
    change_food_rules(home.kabir.pk, by="Asha", now=NOW, never=[*nothing, "salt"])
    assert not PlannedMeal.objects.filter(status=MealStatus.PLANNED).exists()
    items = OpsItem.objects.filter(kind="meal_unsafe", closed_at=None)
    assert items.count() == 12
    assert "No dish fits, so the meal is off." in items[0].reason


def test_a_meal_too_close_to_change_is_a_call_for_staff_at_once(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    monday = meal_of(plan, DAYS[0], "lunch")
    slug = monday.dish.lines.all()[0].ingredient.slug
    now = later(days=2, hours=0.8)  # Monday 09:48, twelve minutes before Sunita comes
    change_food_rules(home.kabir.pk, by="Asha", now=now, never=[slug])
    item = OpsItem.objects.filter(kind="meal_unsafe", key__contains=f"{DAYS[0]}:lunch").get()
    assert "CALL the cook" in item.reason
    assert item.due_at == now + rechecking.CALL_WITHIN


def test_a_new_person_at_the_table_brings_new_rules(plan: WeekPlan, home: Home) -> None:
    assert with_ingredient("paneer")
    add_resident(household=home.household, name="Nani", now=NOW, by="priya", allergens=["milk"])
    assert with_ingredient("paneer") == with_ingredient("curd") == []


def test_a_rule_that_breaks_nothing_changes_nothing(plan: WeekPlan, home: Home) -> None:
    before = list(PlannedMeal.objects.order_by("pk").values_list("dish", "changed_at"))
    allergic(home, "crustacean")
    assert list(PlannedMeal.objects.order_by("pk").values_list("dish", "changed_at")) == before


def test_an_allergy_is_written_down_even_when_looking_through_the_weeks_fails(
    plan: WeekPlan, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> int:
        raise RuntimeError("solver gone")

    monkeypatch.setattr(rechecking, "recheck", broken)
    allergic(home, "milk", now=NOW + timedelta(hours=1))
    home.kabir.refresh_from_db()
    assert home.kabir.allergens == ["milk", "peanut"]
    assert "solver gone" in OpsItem.objects.get(kind="step_failed").reason
