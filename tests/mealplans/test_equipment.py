"""The mixer is broken at ten past ten: what cannot be cooked is another dish before the cook has put the rice on."""

from __future__ import annotations

import pytest

from households.models import OpsItem
from mealplans import reminders
from mealplans.equipment import report, what_fails
from mealplans.models import Dish, MealStatus, PlannedMeal, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.mealplans.people import later, say, tap
from tests.mealplans.test_lifecycle import confirmed

MORNING = later(days=1, hours=23.5)  # Monday 08:30
AT_THE_STOVE = later(days=2, hours=1.2)  # Monday 10:12, Sunita came at ten


@pytest.fixture
def monday(plan: WeekPlan, home: Home) -> PlannedMeal:
    """Monday's lunch, whose dish needs a mixer in a home that has one; Sunita was told."""
    lunch = meal_of(plan, DAYS[0], "lunch")
    home.household.equipment = ["mixer"]
    home.household.save(update_fields=["equipment"])
    Dish.objects.filter(pk=lunch.dish_id).update(equipment=["stove", "mixer"])
    confirmed(plan, home)
    reminders.run_due(MORNING)
    return lunch


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("लाइट चली गई", {"mixer", "microwave", "toaster", "oven", "grill"}),
        ("gas khatam ho gayi", {"stove", "pressure_cooker", "kadhai", "tawa", "steamer"}),
        ("गैस खत्म हो गई", {"stove", "pressure_cooker", "kadhai", "tawa", "steamer"}),
        ("mixi kharab hai", {"mixer"}),
        ("मिक्सर खराब है", {"mixer"}),
        ("बिजली नहीं है", {"mixer", "microwave", "toaster", "oven", "grill"}),
        ("current illa", {"mixer", "microwave", "toaster", "oven", "grill"}),
        ("the oven does not heat", {"oven", "grill"}),
        ("kuch toot gaya", set()),
    ],
)
def test_what_fails_is_read_from_the_cooks_words(text: str, fails: set[str]) -> None:
    assert what_fails(text) == fails


def test_the_dish_that_needs_it_is_another_one_and_everybody_hears_it_once(monday: PlannedMeal, home: Home) -> None:
    dinner = meal_of(monday.plan, DAYS[0]).dish
    say(home.sunita, "मिक्सर खराब है", AT_THE_STOVE)
    new = meal_of(monday.plan, DAYS[0], "lunch").dish
    assert new != monday.dish
    assert "mixer" not in new.equipment
    assert meal_of(monday.plan, DAYS[0]).dish == dinner
    to_asha = home.texts_to(home.asha)[-2:]
    assert ["मिक्सर" in to_asha[0], new.name_en in to_asha[1]] == [True, True]
    changes = [text for text in home.texts_to(home.sunita) if f"{monday.dish.name_hi} नहीं, {new.name_hi}" in text]
    assert len(changes) == 1


def test_where_nothing_else_can_be_cooked_the_dish_stays_and_staff_know_which(monday: PlannedMeal, home: Home) -> None:
    dish = monday.dish
    say(home.sunita, "gas khatam ho gayi", AT_THE_STOVE)
    assert meal_of(monday.plan, DAYS[0], "lunch").dish == dish
    assert PlannedMeal.objects.filter(date=DAYS[0], status=MealStatus.PLANNED).count() == 2
    assert f"nothing else fits: lunch: {dish.name_en}" in OpsItem.objects.get(kind="equipment").reason


def test_words_that_name_no_equipment_change_no_dish(monday: PlannedMeal, home: Home) -> None:
    before = list(PlannedMeal.objects.order_by("pk").values_list("dish"))
    actor = Actor("Sunita", "text", cook_id=home.sunita.pk)
    assert report(home.visit, "kuch toot gaya", actor, AT_THE_STOVE).facts == {"changed": [], "left": []}
    assert list(PlannedMeal.objects.order_by("pk").values_list("dish")) == before


def test_a_cook_at_the_stove_who_lacks_something_can_still_be_given_another_dish(
    monday: PlannedMeal, home: Home
) -> None:
    PlannedMeal.objects.filter(date=DAYS[0]).update(pinned=True)  # chosen by a resident: no rule takes it away
    tap(home.sunita, "cook_missing", AT_THE_STOVE)
    slug = monday.dish.lines.all()[0].ingredient.slug
    tap(home.sunita, "cook_missing_item", AT_THE_STOVE, ingredient=slug)
    answer = tap(home.asha, "change_missing", AT_THE_STOVE)
    assert "can no longer be changed" not in answer[0]
    assert answer[0].startswith("Mon 23 Nov")
