"""The toor dal is not there: something safe stands for it, or another dish is cooked, or the family decides."""

from __future__ import annotations

import pytest

from households.billing.models import Charge
from households.models import OpsItem, TimelineEvent
from mealplans import reminders, substituting
from mealplans.models import AtHome, CookReport, Dish, Ingredient, PantryItem, PlannedMeal, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.mealplans.people import later, say, tap
from tests.mealplans.test_lifecycle import confirmed

EVENING = later(days=1, hours=10)  # Sunday 19:00 in Kolkata
AT_THE_STOVE = later(days=2, hours=1.2)  # Monday 10:12, Sunita came at ten
IN_ENGLISH = {"toor-dal": "Toor dal", "moong": "Moong", "chana": "Chana"}


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    may = {"toor-dal": ("peanuts", "moong", "chana"), "moong": ("chana",)}
    monkeypatch.setattr(substituting, "stands_for", lambda: may)


@pytest.fixture
def lunch(plan: WeekPlan, home: Home) -> PlannedMeal:
    """Dal Chawal is Monday's lunch, nowhere else; Sunita reads English and was told of it."""
    type(home.sunita).objects.filter(pk=home.sunita.pk).update(language="en")
    home.sunita.refresh_from_db()
    meal, dish = meal_of(plan, DAYS[0], "lunch"), Dish.objects.get(slug="dal-chawal")
    PlannedMeal.objects.filter(plan=plan, dish=dish).update(dish=meal.dish)
    PlannedMeal.objects.filter(pk=meal.pk).update(dish=dish)
    PlannedMeal.objects.filter(plan=plan, dish__slug="dal-palak").update(dish=Dish.objects.get(slug="aloo-gobi"))
    return meal_of(plan, DAYS[0], "lunch")


def at_home(plan: WeekPlan, *slugs: str) -> None:
    for slug in slugs:
        AtHome.objects.create(plan=plan, ingredient=Ingredient.objects.get(slug=slug), ticked_by="Asha", at=NOW)


def told_of_monday(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    reminders.run_due(EVENING)


def lacks(home: Home, slug: str, now: object = AT_THE_STOVE) -> list[str]:
    tap(home.sunita, "cook_missing", now)  # type: ignore[arg-type]
    return tap(home.sunita, "cook_missing_item", now, ingredient=slug)  # type: ignore[arg-type]


def test_what_is_in_the_house_stands_for_it_and_the_cook_reads_how_much(lunch: PlannedMeal, home: Home) -> None:
    at_home(lunch.plan, "moong", "peanuts")
    told_of_monday(lunch.plan, home)
    before = (len(home.texts_to(home.asha)), len(home.texts_to(home.sunita)), Charge.objects.get().amount_paise)
    (answer,) = lacks(home, "toor-dal")
    use = "Use Moong instead: lunch 1 katori (125 g). The household has been told."
    assert answer == f"Noted: no Toor dal. {use}\n[How to cook it]"
    words = "Sunita finds no Toor dal. Mon 23 Nov lunch is now Dal Chawal (Moong instead of Toor dal)."
    for person in (home.asha, home.ravi):
        assert sum(words in text for text in home.texts_to(person)) == 1
        assert "Your bill" not in home.texts_to(person)[-1]
    assert meal_of(lunch.plan, DAYS[0], "lunch").instead == {"toor-dal": "moong"}
    after = (len(home.texts_to(home.asha)), len(home.texts_to(home.sunita)), Charge.objects.get().amount_paise)
    assert after == (before[0] + 1, before[1] + 2, before[2])  # the list, and the answer; no second word about it
    assert not OpsItem.objects.filter(kind="item_missing").exists()


def test_the_timeline_says_what_was_missing_and_what_was_done(lunch: PlannedMeal, home: Home) -> None:
    at_home(lunch.plan, "moong")
    told_of_monday(lunch.plan, home)
    lacks(home, "toor-dal")
    told = TimelineEvent.objects.filter(household=home.household, kind__in=("item_missing", "plan_changed"))
    assert list(told.order_by("pk").values_list("actor", "text"))[-2:] == [
        ("Sunita", "Sunita finds no Toor dal for Dal Chawal."),
        (
            "Sunita",
            "Sunita finds no Toor dal. Lunch on Mon 23 Nov: Dal Chawal (Moong instead of Toor dal).",
        ),
    ]


def test_the_pantry_knows_that_it_is_gone(lunch: PlannedMeal, home: Home) -> None:
    dal = Ingredient.objects.get(slug="toor-dal")
    PantryItem.objects.create(household=home.household, ingredient=dal, amount=500, updated_at=NOW)
    told_of_monday(lunch.plan, home)
    lacks(home, "toor-dal")
    assert PantryItem.objects.get(ingredient=dal).amount == 0


def test_at_the_stove_nothing_that_would_have_to_be_bought_stands_for_it(lunch: PlannedMeal, home: Home) -> None:
    no_more_of(lunch.plan, "moong", "chana")
    told_of_monday(lunch.plan, home)
    lacks(home, "toor-dal")
    assert meal_of(lunch.plan, DAYS[0], "lunch").instead == {}


def test_the_evening_before_it_may_be_bought_and_the_bill_says_so(
    lunch: PlannedMeal, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(substituting, "DEARER_AT_MOST", 10_000)
    no_more_of(lunch.plan, "moong", "chana")
    told_of_monday(lunch.plan, home)
    paid = Charge.objects.get().amount_paise
    assert "Use Moong instead" in lacks(home, "toor-dal", EVENING)[0]
    assert Charge.objects.get(amount_paise__gt=paid).amount_paise == paid + 7000
    assert home.texts_to(home.ravi)[-1].count("Your bill is ₹70 more.") == 1


def no_more_of(plan: WeekPlan, *slugs: str) -> None:
    """No dish of the week needs these: none of them is bought."""
    dish = Dish.objects.get(slug="tomato-rice")
    PlannedMeal.objects.filter(plan=plan, dish__lines__ingredient__slug__in=slugs).update(dish=dish)


def test_with_nothing_that_stands_for_it_another_dish_is_cooked_from_what_is_there(
    lunch: PlannedMeal, home: Home
) -> None:
    at_home(lunch.plan, "paneer", "spinach", "atta")
    told_of_monday(lunch.plan, home)
    (answer,) = lacks(home, "rice")
    new = meal_of(lunch.plan, DAYS[0], "lunch")
    assert not {"rice"} & {line.ingredient.slug for line in new.dish.lines.all()}
    assert answer.startswith(f"Noted: no Rice. Please cook this instead: lunch: {new.dish.name_en}, 2.5 people\n")
    words = f"Sunita finds no Rice. Mon 23 Nov lunch is now {new.dish.name_en}."
    for person in (home.asha, home.ravi):
        assert sum(words in text for text in home.texts_to(person)) == 1
    assert "item_missing" not in home.purposes_to(home.asha)


def test_a_dish_that_somebody_chose_is_not_taken_away_unasked(lunch: PlannedMeal, home: Home) -> None:
    at_home(lunch.plan, "paneer", "spinach", "atta")
    PlannedMeal.objects.filter(pk=lunch.pk).update(pinned=True)
    told_of_monday(lunch.plan, home)
    assert lacks(home, "rice") == ["Noted: no Rice. We asked the household and write at once."]
    assert meal_of(lunch.plan, DAYS[0], "lunch").dish == lunch.dish
    assert [home.purposes_to(person)[-1] for person in (home.asha, home.ravi)] == ["item_missing"] * 2
    assert OpsItem.objects.filter(kind="item_missing", closed_at=None, key=f"item-missing:{lunch.pk}:rice").exists()


def test_said_again_the_cook_reads_what_to_cook_and_nobody_is_told_again(lunch: PlannedMeal, home: Home) -> None:
    at_home(lunch.plan, "moong")
    told_of_monday(lunch.plan, home)
    lacks(home, "toor-dal")
    told = len(home.texts_to(home.asha))
    again = tap(home.sunita, "cook_missing_item", AT_THE_STOVE, ingredient="toor-dal")
    assert again[0].startswith("We know about Toor dal. Please cook this:\n1. ")
    assert "Dal Chawal (Moong instead of Toor dal)" in again[0]
    assert (len(home.texts_to(home.asha)), CookReport.objects.filter(kind="missing").count()) == (told, 1)


def test_when_that_is_not_there_either_the_next_one_stands_for_the_first(lunch: PlannedMeal, home: Home) -> None:
    at_home(lunch.plan, "moong", "chana")
    told_of_monday(lunch.plan, home)
    lacks(home, "toor-dal")
    assert "Noted: no Moong. Use Chana instead: lunch" in lacks(home, "moong")[0]
    assert meal_of(lunch.plan, DAYS[0], "lunch").instead == {"toor-dal": "chana"}


def test_what_the_whole_day_needs_is_settled_for_the_whole_day(lunch: PlannedMeal, home: Home) -> None:
    dal_palak = Dish.objects.get(slug="dal-palak")
    PlannedMeal.objects.filter(plan=lunch.plan, date=DAYS[0], meal="dinner").update(dish=dal_palak)
    at_home(lunch.plan, "moong")
    told_of_monday(lunch.plan, home)
    told = len(home.texts_to(home.asha))
    (answer,) = lacks(home, "toor-dal")
    assert "Use Moong instead: lunch 1 katori (125 g), dinner 1 katori (113 g)." in answer
    assert [meal_of(lunch.plan, DAYS[0], meal).instead for meal in ("lunch", "dinner")] == [{"toor-dal": "moong"}] * 2
    assert len(home.texts_to(home.asha)) == told + 1


def test_what_later_days_need_of_it_is_on_the_queue_in_time(lunch: PlannedMeal, home: Home) -> None:
    dal_palak = Dish.objects.get(slug="dal-palak")
    PlannedMeal.objects.filter(plan=lunch.plan, date=DAYS[3], meal="dinner").update(dish=dal_palak)
    at_home(lunch.plan, "moong")
    told_of_monday(lunch.plan, home)
    lacks(home, "toor-dal")
    item = OpsItem.objects.get(kind="item_missing")
    assert item.reason.startswith("Sharma was found without Toor dal, and needs it for Dal Palak, Rice (dinner, Thu 26")
    assert item.due_at == later(days=5, hours=1)


def test_the_cook_may_name_it_in_words(lunch: PlannedMeal, home: Home) -> None:
    at_home(lunch.plan, "moong")
    told_of_monday(lunch.plan, home)
    (answer,) = say(home.sunita, "toor dal khatam ho gayi", AT_THE_STOVE)
    assert answer.startswith("Noted: no Toor dal. Use Moong instead")
