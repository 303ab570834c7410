"""A week that was called off and is planned anew: what residents chose for it is kept where it can be, and named where
not."""

from __future__ import annotations

import pytest

from households.models import Resident, TimelineEvent
from mealplans import lifecycle, proposing, saturday
from mealplans.models import Dish, DishIngredient, PlannedMeal, PlanStatus, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import Home

pytestmark = pytest.mark.usefixtures("real_planner")


def chosen(home: Home) -> PlannedMeal:
    """Asha chose a dish of her own for Tuesday's dinner; then the week was called off."""
    plan = proposing.propose(home.household, MONDAY, NOW)
    meal = plan.meals.get(date="2026-11-24", meal="dinner")
    asha = Actor("Asha", "button", resident_id=home.asha.pk)
    other = next(slug for slug in ("moong-khichdi", "tomato-rice") if slug != meal.dish.slug)
    assert lifecycle.swap(plan.pk, meal.pk, other, asha, NOW).done
    assert lifecycle.cancel(plan.pk, Actor("staff", "staff"), "they travel", NOW)
    return PlannedMeal.objects.get(pk=meal.pk)


def anew(home: Home) -> WeekPlan:
    saturday.start_run(NOW, "staff", also_called_off=True)
    plan = WeekPlan.objects.exclude(status=PlanStatus.CANCELLED).get()
    return proposing.generate(plan.pk, NOW)


def test_what_a_resident_chose_stands_again_and_stays_theirs(home: Home) -> None:
    wish = chosen(home)
    meal = anew(home).meals.get(date=wish.date, meal=wish.meal)
    assert (meal.dish, meal.pinned) == (wish.dish, True)


def test_a_failed_week_that_is_planned_again_keeps_it_too(home: Home) -> None:
    wish = chosen(home)
    home.household.weekly_budget_paise = 10_000
    home.household.save()
    failed = anew(home)
    assert failed.status == PlanStatus.FAILED
    home.household.weekly_budget_paise = None
    home.household.save()
    proposing.try_again(failed.pk, NOW)
    plan = proposing.generate(failed.pk, NOW)
    assert plan.meals.get(date=wish.date, meal=wish.meal).dish == wish.dish


@pytest.mark.parametrize("why", ["retired", "refused"])
def test_what_cannot_stand_there_any_more_is_named_in_the_timeline(home: Home, why: str) -> None:
    wish = chosen(home)
    if why == "retired":
        Dish.objects.filter(pk=wish.dish_id).update(active=False)
    else:
        slug = wish.dish.lines.first().ingredient.slug
        Resident.objects.filter(pk=home.ravi.pk).update(never=[slug])
    plan = anew(home)
    assert plan.meals.get(date=wish.date, meal=wish.meal).dish != wish.dish
    said = TimelineEvent.objects.filter(kind="plan_proposed").latest("pk").text
    assert f"could not be kept: {wish.dish.name_en} for dinner on Tue 24 Nov." in said


def test_a_wish_that_leaves_no_plan_gives_way_and_is_named(home: Home) -> None:
    """The dish came to need twenty kilos for each person: with it no week can be paid."""
    wish = chosen(home)
    DishIngredient.objects.filter(dish=wish.dish).update(amount=20_000)
    home.household.weekly_budget_paise = 2 * WeekPlan.objects.get().solver["cost_paise"]
    home.household.save()
    again = anew(home)
    assert again.status == PlanStatus.PROPOSED
    assert wish.dish.name_en in again.solver["given_up"]
