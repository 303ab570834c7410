"""What is certain of a week before it is planned: the planner, asked afterwards, never says otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from bettermeals.lib.resaying import resaid
from households import queries
from households.models import DayKind, Household, SpecialDay
from mealplans import foreseen, proposing
from mealplans.foreseen import Foreseen, Outlook
from mealplans.models import Dish, Ingredient, PantryItem
from tests.factories.households import DAY, MONDAY, NOW, make_household, make_resident
from tests.factories.mealplans import Home

NOTHING_AT_DINNER = "No dish suits everybody at dinner: look at the people, the kitchen and the cook's visit."
NOTHING_AT_LUNCH = NOTHING_AT_DINNER.replace("dinner", "lunch")


def seen(home: Home) -> list[Foreseen]:
    [household] = queries.for_planning([home.household.pk])
    return foreseen.of_home(household, Outlook.over([household], NOW), NOW)


def sentences(home: Home) -> list[str]:
    return [each.sentence for each in seen(home)]


def planned(home: Home) -> str:
    plan = proposing.propose(home.household, MONDAY, NOW)
    return str(plan.status)


def test_a_home_that_lacks_nothing_has_nothing_said_of_it(home: Home) -> None:
    assert sentences(home) == []


def test_a_meal_that_no_dish_is_left_for_has_no_plan(home: Home, real_planner: None) -> None:
    home.ravi.never = ["rice", "atta"]
    home.ravi.save()
    assert seen(home) == [Foreseen(NOTHING_AT_LUNCH), Foreseen(NOTHING_AT_DINNER)]
    assert planned(home) == "failed"


def test_the_cooks_minutes_and_skills_count_too(home: Home, real_planner: None) -> None:
    home.visit.minutes_per_visit = 15
    home.visit.save()
    assert sentences(home) == [NOTHING_AT_LUNCH, NOTHING_AT_DINNER]
    assert planned(home) == "failed"


def test_a_fast_counts_on_its_own_weekday(home: Home, real_planner: None) -> None:
    Household.objects.filter(pk=home.household.pk).update(fasting_days=[2])
    home.household.refresh_from_db()
    assert sentences(home) == [NOTHING_AT_LUNCH, NOTHING_AT_DINNER]
    assert planned(home) == "failed"


def test_who_eats_elsewhere_keeps_nobody_from_eating(home: Home, real_planner: None) -> None:
    """Ravi is vegan and eats only what is fried in nothing; but not at home this week."""
    home.ravi.never = []
    home.ravi.diet = "vegan"
    home.ravi.save()
    Dish.objects.exclude(slug__in=["palak-paneer", "matar-paneer", "curd-rice", "kadhi-chawal"]).update(active=False)
    assert NOTHING_AT_DINNER in sentences(home)
    week = {"start": MONDAY, "end": MONDAY + 6 * DAY, "created_at": NOW}
    SpecialDay.objects.create(household=home.household, resident=home.ravi, kind=DayKind.ELSEWHERE, **week)
    assert NOTHING_AT_DINNER not in sentences(home)
    assert planned(home) == "proposed"


def test_few_dishes_are_named_and_stop_nothing(home: Home, real_planner: None) -> None:
    Dish.objects.exclude(slug__in=["dal-chawal", "aloo-gobi", "moong-khichdi"]).update(active=False)
    said = "Only 3 dishes suit everybody at {}, for 6 of them: some come again."
    assert seen(home) == [Foreseen(said.format(meal), stops=False) for meal in ("lunch", "dinner")]
    assert planned(home) == "proposed"


def with_budget(home: Home, paise: int) -> None:
    Household.objects.filter(pk=home.household.pk).update(weekly_budget_paise=paise)
    home.household.refresh_from_db()


def test_a_budget_below_the_cheapest_dishes_has_no_plan(home: Home, real_planner: None) -> None:
    with_budget(home, 10_000)
    [found] = seen(home)
    assert found.stops
    assert found.sentence.startswith("The budget of ₹100 is too small: the cheapest that everybody may eat comes to ₹")
    assert planned(home) == "failed"


def test_what_is_in_the_house_counts_against_the_bill(home: Home) -> None:
    with_budget(home, 10_000)
    for slug in ("rice", "moong", "toor-dal", "tomato", "besan", "curd", "chana"):
        ingredient = Ingredient.objects.get(slug=slug)
        values = {"amount": Decimal(20_000), "updated_at": NOW}
        PantryItem.objects.create(household=home.household, ingredient=ingredient, **values)
    assert sentences(home) == []


@pytest.mark.parametrize("rupees", [300, 400, 500, 600, 800])
def test_no_plan_that_the_planner_finds_was_said_to_be_too_dear(home: Home, real_planner: None, rupees: int) -> None:
    with_budget(home, rupees * 100)
    stopped = [each for each in seen(home) if each.stops]
    assert (bool(stopped), planned(home)) in [(True, "failed"), (False, "failed"), (False, "proposed")]


def test_more_homes_ask_the_database_no_more(home: Home, django_assert_num_queries: Any) -> None:
    for number in range(3):
        make_resident(make_household(f"Home {number}"))
    homes = queries.for_planning(Household.objects.values_list("pk", flat=True))
    with django_assert_num_queries(7):
        outlook = Outlook.over(homes, NOW)
    with django_assert_num_queries(0):
        assert len([foreseen.of_home(each, outlook, NOW) for each in homes]) == 4


def test_it_is_read_in_hindi(home: Home) -> None:
    home.ravi.never = ["rice", "atta"]
    home.ravi.save()
    with translation.override("hi"):
        assert resaid(sentences(home)[1]) == (
            "रात का खाना: ऐसी कोई डिश नहीं जो सबके लिए ठीक हो। लोगों के नियम, रसोई और रसोइये का समय देखिए।"
        )
