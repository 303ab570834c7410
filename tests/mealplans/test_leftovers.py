"""What the cook says is left over is written down once, learnt from where it is much, and nothing is called missing."""

from __future__ import annotations

import pytest

from mealplans import reminders
from mealplans.leftovers import said
from mealplans.models import CookReport, Dish, MealStatus, PlannedMeal, TasteSignal, WeekPlan
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.mealplans.people import later, say
from tests.mealplans.test_lifecycle import confirmed
from whatsapp.models import Contact

MONDAY_NOON = later(days=2, hours=2.7)


@pytest.fixture
def monday(plan: WeekPlan, home: Home) -> WeekPlan:
    """Dal Chawal for lunch and Aloo Gobi for dinner; Asha has written this morning, Ravi not for days."""
    type(home.sunita).objects.filter(pk=home.sunita.pk).update(language="en")
    home.sunita.refresh_from_db()
    for meal, slug in (("lunch", "dal-chawal"), ("dinner", "aloo-gobi")):
        PlannedMeal.objects.filter(plan=plan, date=DAYS[0], meal=meal).update(dish=Dish.objects.get(slug=slug))
    confirmed(plan, home)
    reminders.run_due(later(days=1, hours=10))
    Contact.objects.filter(pk=home.asha.contact_id).update(last_inbound_at=MONDAY_NOON)
    Contact.objects.filter(pk=home.ravi.contact_id).update(last_inbound_at=NOW)
    return plan


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ho gaya, thoda dal bacha hai", True),
        ("खाना बन गया, थोड़ी दाल बची है", True),
        ("done, some rajma left over", True),
        ("dal nahi bachi", False),
        ("kuch nahi bacha", False),
        ("nothing left over", False),
        ("dal khatam", False),
    ],
)
def test_left_over_is_told_from_gone(text: str, left: bool) -> None:
    assert said(text) is left


def test_done_with_leftovers_is_done_and_nothing_is_missing(monday: WeekPlan, home: Home) -> None:
    words = "ho gaya, bahut dal bacha hai"
    assert say(home.sunita, words, MONDAY_NOON) == ["Thank you 🙏 What is left over is noted."]
    assert [meal_of(monday, DAYS[0], meal).status for meal in ("lunch", "dinner")] == [MealStatus.COOKED] * 2
    report = CookReport.objects.get()
    assert (report.kind, report.text) == ("done", words)
    event = home.household.timeline.get(kind="leftovers")
    assert event.text == f"Sunita says that something is left over: “{words}”"
    signal = TasteSignal.objects.get()
    assert (signal.kind, signal.dish.slug) == ("left_over", "dal-chawal")


def test_a_little_says_nothing_against_the_dish(monday: WeekPlan, home: Home) -> None:
    say(home.sunita, "ho gaya, thoda dal bacha hai", MONDAY_NOON)
    assert home.household.timeline.filter(kind="leftovers").count() == 1
    assert not TasteSignal.objects.exists()


def test_who_wrote_lately_is_told_until_when_it_keeps(monday: WeekPlan, home: Home) -> None:
    before = len(home.texts_to(home.ravi))
    say(home.sunita, "ho gaya, dal bacha hai", MONDAY_NOON)
    told = "Sunita says that Dal Chawal is left over. Keep it cold and eat it by Tue 24 Nov."
    assert home.texts_to(home.asha)[-1] == told
    assert len(home.texts_to(home.ravi)) == before


def test_which_dish_is_not_guessed(monday: WeekPlan, home: Home) -> None:
    say(home.sunita, "khana ban gaya, bahut bach gaya", MONDAY_NOON)
    assert home.texts_to(home.asha)[-1].startswith("Sunita says that food is left over.")
    assert not TasteSignal.objects.exists()


def test_said_after_it_was_done_it_is_noted_and_not_missing(monday: WeekPlan, home: Home) -> None:
    say(home.sunita, "khana ban gaya", MONDAY_NOON)
    assert say(home.sunita, "dal bacha hai", MONDAY_NOON) == ["Thank you 🙏 What is left over is noted."]
    assert set(CookReport.objects.values_list("kind", flat=True)) == {"done"}
    assert TasteSignal.objects.get().dish.slug == "dal-chawal"


def test_said_before_anything_is_cooked_it_is_asked_back(monday: WeekPlan, home: Home) -> None:
    (answer,) = say(home.sunita, "dal bacha hai", later(days=1, hours=11))
    assert answer.startswith("I did not understand.")
    assert not CookReport.objects.exists()
