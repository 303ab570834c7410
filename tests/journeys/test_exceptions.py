"""What goes otherwise than planned, as it comes in on the phone: once in English, once in Hindi, for both sides."""

from __future__ import annotations

from datetime import timedelta

import pytest

from households.food_rules import change_food_rules
from households.models import OpsItem
from mealplans.models import MealStatus, PlannedMeal
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.journeys.speaking import AT_THE_STOVE, confirmed, in_both_languages, lunch_needs
from tests.journeys.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


@in_both_languages
def test_the_cook_is_late_and_the_home_knows_by_how_much(stage: Stage, home: Home, language: str) -> None:
    confirmed(stage, home, language)
    stage.at(NOW + timedelta(days=2, hours=0.5))  # Monday 09:30
    words = {"en": "I will be 30 minutes late", "hi": "आज 30 मिनट देर से आऊँगी"}[language]
    said = {"en": "Noted: 30 minutes late.", "hi": "ठीक है: 30 मिनट देर।"}[language]
    assert stage.phone("Sunita").says(words).startswith(said)
    told = {"en": "about 30 minutes late today", "hi": "आज लगभग 30 मिनट देर होगी"}[language]
    for name in ("Asha", "Ravi"):
        assert sum(told in text for text in stage.phone(name).texts()) == 1


@in_both_languages
def test_the_mixer_breaks_and_lunch_is_a_dish_without_it(stage: Stage, home: Home, language: str) -> None:
    home.household.equipment = ["mixer"]
    home.household.save(update_fields=["equipment"])
    lunch = lunch_needs(stage, home, language, "stove", "mixer")
    stage.at(AT_THE_STOVE)
    stage.phone("Sunita").says({"en": "the mixer is broken", "hi": "मिक्सर खराब हो गया"}[language])
    new = meal_of(lunch.plan, DAYS[0], "lunch").dish
    assert new.pk != lunch.dish_id
    for name in ("Asha", "Ravi", "Sunita"):
        assert any(new.name(language) in text for text in stage.phone(name).texts()[-3:])


@in_both_languages
def test_something_is_missing_and_the_home_chooses_another_dish(stage: Stage, home: Home, language: str) -> None:
    plan = confirmed(stage, home, language)
    asha, sunita = stage.phone("Asha"), stage.phone("Sunita")
    plan.meals.update(pinned=True)  # the dishes are Asha's own wish
    lunch = meal_of(plan, DAYS[0], "lunch")
    sunita.taps({"en": "Something's missing", "hi": "सामान कम है"}[language])
    sunita.picks(f"^{sunita.rows()[0]['title']}$")
    asha.taps({"en": "Change the dish", "hi": "डिश बदलिए"}[language])
    asha.picks(f"^{asha.rows()[0]['title']}")
    changed = [m for m in plan.meals.filter(date=DAYS[0]) if m.dish_id != lunch.dish_id or m.status == "skipped"]
    assert changed
    assert not OpsItem.objects.filter(kind="item_missing", closed_at=None).exists()


@in_both_languages
def test_the_family_travels_and_those_days_are_not_cooked(stage: Stage, home: Home, language: str) -> None:
    plan = confirmed(stage, home, language)
    words = {
        "en": "we are travelling from wednesday to friday",
        "hi": "बुधवार से शुक्रवार तक हम बाहर हैं, खाना मत बनाना",
    }[language]
    stage.phone("Asha").says(words)
    off = plan.meals.filter(status=MealStatus.SKIPPED).values_list("date", flat=True)
    assert sorted(set(off)) == DAYS[2:5]
    away = {"en": "No meals from Wed 25 Nov", "hi": "बुध 25 नव॰ से"}[language]
    assert any(away in text for text in stage.phone("Ravi").texts())


@in_both_languages
def test_a_new_allergy_changes_the_week_before_anybody_cooks_it(stage: Stage, home: Home, language: str) -> None:
    plan = confirmed(stage, home, language)
    milk = PlannedMeal.objects.filter(plan=plan, dish__lines__ingredient__allergens__icontains="milk").distinct()
    had = list(milk)
    assert had
    change_food_rules(home.kabir.pk, by="Asha, on the phone", now=stage.now, allergens=["peanut", "milk"])
    stage.settle()
    still = PlannedMeal.objects.filter(pk__in=[m.pk for m in had], dish__lines__ingredient__allergens__icontains="milk")
    assert not still.filter(status=MealStatus.PLANNED).exists()
    new = PlannedMeal.objects.get(pk=had[0].pk)
    assert any(new.dish.name(language) in text for text in stage.phone("Asha").texts())
