"""Days on which no cook comes: what the household can put together is planned, what it cannot is eaten out."""

from __future__ import annotations

from datetime import timedelta

from households.models import CookLeave
from mealplans import planning
from mealplans.catalogue.load import load_catalogue
from mealplans.cookless import LAST_CHOICE, last_choice, left_out
from mealplans.models import Dish
from mealplans.planner.problem import Diner
from mealplans.storing import store
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import make_home, propose_week
from tests.mealplans.planner.tiny import dish, key, slot, week

QUICK = frozenset({"no_cook"})


def test_a_meal_without_a_cook_and_without_a_dish_is_left_out_and_the_week_stands() -> None:
    milky = dish("milky", tags=QUICK, allergens=frozenset({"milk"}))
    allergic = (Diner("asha", "vegetarian", allergens=frozenset({"milk"})),)
    problem = week([milky, dish("dal")], [slot(0), slot(1, no_cook=True)], diners=allergic)
    assert [place.key for place in left_out(problem).slots] == [key(0)]
    assert [visit.key for visit in left_out(problem).visits] == ["day0"]


def test_three_days_without_a_cook_and_two_dishes_are_two_meals() -> None:
    places = [slot(day, no_cook=True) for day in range(3)]
    problem = week([dish("bhel", tags=QUICK), dish("salad", tags=QUICK), dish("dal")], places)
    assert [place.key for place in left_out(problem).slots] == [key(0), key(1)]


def test_look_alikes_count_once() -> None:
    places = [slot(day, no_cook=True) for day in range(2)]
    alike = [dish(name, tags=QUICK, family="fruit-bowl") for name in ("apples", "bananas")]
    assert [place.key for place in left_out(week(alike, places)).slots] == [key(0)]


def test_a_dish_that_only_one_day_allows_is_given_to_that_day() -> None:
    """Taken in turn the first day would have kept the only dish of the second."""
    places = [slot(0, no_cook=True), slot(1, no_cook=True, fasting=True)]
    fruit = dish("fruit", tags=QUICK, fasting_ok=True)
    problem = week([fruit, dish("sandwich", tags=QUICK)], places)
    assert [place.key for place in left_out(problem).slots] == [key(0), key(1)]


def test_a_week_with_its_cook_is_left_as_it_is() -> None:
    problem = week([dish("dal"), dish("bhel", tags=QUICK)])
    assert left_out(problem) is problem


def test_cold_mains_wait_for_such_days_and_breakfasts_do_not() -> None:
    bhel = Dish(slug="bhel", meals=["lunch", "dinner"], tags=["no_cook"])
    fruit = Dish(slug="fruit", meals=["breakfast"], tags=["no_cook"])
    assert last_choice([bhel, fruit, Dish(slug="dal", meals=["dinner"])]) == {"bhel": LAST_CHOICE}


def test_two_days_of_leave_are_planned_without_a_flame_beyond_a_boil(db: None, real_planner: None) -> None:
    store(load_catalogue())
    home = make_home()
    until = MONDAY + timedelta(days=1)
    CookLeave.objects.create(cook=home.sunita, start=MONDAY, end=until, created_at=NOW)
    meals = planning.meals_of(propose_week(home))
    assert [(meal.date, meal.meal) for meal in meals if meal.no_cook] == [
        (MONDAY, "lunch"),
        (MONDAY, "dinner"),
        (until, "lunch"),
        (until, "dinner"),
    ]
    assert {"no_cook" in meal.dish.tags for meal in meals if meal.no_cook} == {True}
    assert {"no_cook" in meal.dish.tags for meal in meals if not meal.no_cook} == {False}
