"""A journey told in English and in Hindi: the same acts, each person's own words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mealplans.models import Dish, PlannedMeal, WeekPlan
from mealplans.wording import label
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.journeys.stage import Stage

SUNDAY_EVENING = NOW + timedelta(days=1, hours=10)  # 19:00 in Kolkata
AT_THE_STOVE = NOW + timedelta(days=2, hours=1.2)  # Monday 10:12; Sunita came at ten

in_both_languages = pytest.mark.parametrize("language", ["en", "hi"])
PAY = {"en": "Pay now", "hi": "भुगतान कीजिए"}


def speak(home: Home, language: str) -> None:
    """Everybody at home, the cook too, is written to in that language."""
    for person in (home.asha, home.ravi, home.sunita):
        type(person).objects.filter(pk=person.pk).update(language=language)
        person.refresh_from_db()


def proposed(stage: Stage, home: Home, language: str) -> WeekPlan:
    """Saturday at nine: the week is on Asha's phone."""
    speak(home, language)
    stage.at(NOW)
    return WeekPlan.objects.get()


def approved(stage: Stage, home: Home, language: str) -> WeekPlan:
    """Asha tapped Approve; the groceries wait to be paid."""
    proposed(stage, home, language)
    stage.phone("Asha").taps(label("approve", language))
    return WeekPlan.objects.get()


def confirmed(stage: Stage, home: Home, language: str) -> WeekPlan:
    """The week is paid, and Sunita was told of Monday."""
    proposed(stage, home, language)
    return approved_and_paid(stage, language)


def approved_and_paid(stage: Stage, language: str) -> WeekPlan:
    """From a proposed week to Sunday evening; what its dishes are and need is kept from the approval on."""
    stage.phone("Asha").taps(label("approve", language))
    stage.pay(stage.phone("Asha").address_of(PAY[language]))
    stage.at(SUNDAY_EVENING)
    return WeekPlan.objects.get()


def lunch_needs(stage: Stage, home: Home, language: str, *tools: str) -> PlannedMeal:
    """A paid week whose Monday lunch is cooked with these; the dish was like that before it was approved."""
    lunch = meal_of(proposed(stage, home, language), DAYS[0], "lunch")
    Dish.objects.filter(pk=lunch.dish_id).update(equipment=list(tools))
    approved_and_paid(stage, language)
    return lunch
