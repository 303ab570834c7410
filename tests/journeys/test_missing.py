"""Something is not in the kitchen: the cook reads at once what to do, and the home hears of it once, in their words."""

from __future__ import annotations

import pytest

from households.models import OpsItem, TimelineEvent
from mealplans import substituting
from mealplans.models import AtHome, Dish, Ingredient, PlannedMeal
from mealplans.wording import label
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.journeys.speaking import AT_THE_STOVE, approved_and_paid, in_both_languages, proposed
from tests.journeys.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)
SAID = {"en": "toor dal is finished", "hi": "तूर दाल खत्म हो गई"}
USE = {
    "en": "Noted: no Toor dal. Use Moong instead: lunch 1 katori (125 g).",
    "hi": "ठीक है: तूर दाल नहीं है। उसकी जगह मूँग डालिए: दोपहर का खाना 1 कटोरी (125 ग्राम)।",
}
TOLD = {"en": "Sunita finds no Toor dal.", "hi": "Sunita को तूर दाल नहीं मिला।"}


@pytest.fixture
def dal_for_lunch(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Of all dishes only Dal Chawal needs toor dal, and nothing may stand for it."""
    monkeypatch.setattr(substituting, "stands_for", dict)
    Dish.objects.filter(slug="dal-palak").update(active=False)
    for slug in ("toor-dal", "moong"):
        row = Ingredient.objects.get(slug=slug)
        Ingredient.objects.filter(pk=row.pk).update(name_hi=row.name_hi.replace("_", " "))
    return home


def planned(stage: Stage, home: Home, language: str, *in_the_house: str) -> PlannedMeal:
    """A paid week whose Monday lunch, and no other meal, is Dal Chawal."""
    plan, dish = proposed(stage, home, language), Dish.objects.get(slug="dal-chawal")
    lunch = meal_of(plan, DAYS[0], "lunch")
    PlannedMeal.objects.filter(plan=plan, dish=dish).update(dish=lunch.dish)
    PlannedMeal.objects.filter(pk=lunch.pk).update(dish=dish)
    for slug in in_the_house:
        AtHome.objects.create(plan=plan, ingredient=Ingredient.objects.get(slug=slug), ticked_by="Asha", at=NOW)
    approved_and_paid(stage, language)
    return lunch


@in_both_languages
def test_what_is_in_the_house_stands_for_it_and_everybody_hears_it_once(
    stage: Stage, dal_for_lunch: Home, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(substituting, "stands_for", lambda: {"toor-dal": ("moong",)})
    lunch = planned(stage, dal_for_lunch, language, "moong")
    stage.at(AT_THE_STOVE)
    sunita = stage.phone("Sunita")
    before = len(sunita.received())
    assert sunita.says(SAID[language]).startswith(USE[language])
    assert len(sunita.received()) == before + 1
    for name in ("Asha", "Ravi"):
        assert sum(TOLD[language] in text for text in stage.phone(name).texts()) == 1
    meal = meal_of(lunch.plan, DAYS[0], "lunch")
    assert (meal.dish.slug, meal.instead) == ("dal-chawal", {"toor-dal": "moong"})
    assert TimelineEvent.objects.filter(kind="item_missing").get().text == "Sunita finds no Toor dal for Dal Chawal."
    recipe = sunita.taps(label("recipe", language))
    assert {"en": "Moong 1 katori (125 g)", "hi": "मूँग 1 कटोरी (125 ग्राम)"}[language] in "".join(sunita.texts()[-2:])
    assert recipe


@in_both_languages
def test_nothing_stands_for_it_and_another_dish_is_cooked_from_what_is_there(
    stage: Stage, dal_for_lunch: Home, language: str
) -> None:
    lunch = planned(stage, dal_for_lunch, language, "curd", "rice", "tomato", "capsicum", "paneer", "spinach", "atta")
    stage.at(AT_THE_STOVE)
    answer = stage.phone("Sunita").says(SAID[language])
    new = meal_of(lunch.plan, DAYS[0], "lunch").dish
    assert new.slug != "dal-chawal"
    assert {"en": "Please cook this instead", "hi": "उसकी जगह यह बनाइए"}[language] in answer
    assert new.name(language) in answer
    for name in ("Asha", "Ravi"):
        (told,) = [text for text in stage.phone(name).texts() if TOLD[language] in text]
        assert new.name(language) in told
    assert not OpsItem.objects.filter(kind="item_missing", closed_at=None).exists()


@in_both_languages
def test_what_a_resident_chose_is_theirs_to_give_up(stage: Stage, dal_for_lunch: Home, language: str) -> None:
    lunch = planned(stage, dal_for_lunch, language, "rice", "tomato")
    PlannedMeal.objects.filter(pk=lunch.pk).update(pinned=True)
    stage.at(AT_THE_STOVE)
    asked = {"en": "We asked the household", "hi": "घर पर पूछा है"}[language]
    assert asked in stage.phone("Sunita").says(SAID[language])
    stage.phone("Asha").taps(label("will_buy", language))
    bought = {"en": "Toor dal will be bought.", "hi": "तूर दाल आ जाएगा।"}[language]
    assert sum(bought in text for text in stage.phone("Sunita").texts()) == 1
