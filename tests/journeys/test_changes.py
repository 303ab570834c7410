"""A resident changes the week, before and after it is confirmed: everybody concerned hears it once."""

from __future__ import annotations

import pytest

from households.billing.models import Charge
from mealplans.models import MealStatus, WeekPlan
from mealplans.wording import day_name, label, meal_name
from tests.factories.households import MONDAY
from tests.factories.mealplans import DAYS, TUESDAY, Home, meal_of
from tests.journeys.speaking import confirmed, in_both_languages, proposed
from tests.journeys.stage import Phone, Stage

pytestmark = pytest.mark.django_db(transaction=True)
WEDNESDAY = DAYS[2]


def heard(phone: Phone, words: str) -> int:
    """How many messages on that phone say it."""
    return sum(words in text for text in phone.texts())


def tuesday_dinner(language: str) -> str:
    return f"{day_name(TUESDAY, language)} {meal_name('dinner', language)}"


@in_both_languages
def test_guests_are_announced_and_the_servings_and_the_list_follow(stage: Stage, home: Home, language: str) -> None:
    plan = proposed(stage, home, language)
    words = {"en": "3 guests on tuesday dinner", "hi": "मंगलवार रात को 3 मेहमान आएँगे"}[language]
    answer = stage.phone("Asha").says(words)
    dinner = meal_of(plan, TUESDAY)
    assert dinner.guests == 3
    said = {"en": "3 guests included; ", "hi": "3 मेहमान मिलाकर; "}[language]
    assert answer.startswith(tuesday_dinner(language))
    assert said in answer


@in_both_languages
def test_a_skipped_meal_is_neither_cooked_nor_bought(stage: Stage, home: Home, language: str) -> None:
    plan = proposed(stage, home, language)
    words = {"en": "skip wednesday lunch", "hi": "बुधवार का लंच मत बनाना"}[language]
    off = {"en": "is skipped; list updated -₹", "hi": "नहीं बनेगा; "}[language]
    assert off in stage.phone("Asha").says(words)
    assert meal_of(plan, WEDNESDAY, "lunch").status == MealStatus.SKIPPED
    dish = meal_of(plan, WEDNESDAY, "lunch").dish.name(language)
    stage.phone("Asha").taps(label("approve", language))
    assert not Charge.objects.filter(quote__icontains=dish).exists()


@in_both_languages
def test_a_dish_changed_after_confirmation_is_told_to_the_cook_and_to_the_others_once(
    stage: Stage, home: Home, language: str
) -> None:
    plan = confirmed(stage, home, language)
    asha, ravi, sunita = (stage.phone(name) for name in ("Asha", "Ravi", "Sunita"))
    old = meal_of(plan, MONDAY).dish.name(language)
    asha.says({"en": "swap monday dinner", "hi": "सोमवार रात का खाना बदल दो"}[language])
    dish = asha.rows()[0]["title"]
    asha.picks(f"^{dish}$")
    assert meal_of(plan, MONDAY).dish.name(language) == dish
    now_is = {"en": f"is now {dish}", "hi": f"अब {dish} बनेगा"}[language]
    assert (heard(asha, now_is), heard(ravi, now_is)) == (1, 1)
    instead = {"en": f"{dish} instead of {old}", "hi": f"{old} नहीं, {dish}"}[language]
    assert heard(sunita, instead) == 1


@in_both_languages
def test_a_meal_skipped_after_confirmation_is_told_to_the_cook(stage: Stage, home: Home, language: str) -> None:
    plan = confirmed(stage, home, language)
    dish = meal_of(plan, MONDAY).dish.name(language)
    stage.phone("Ravi").says({"en": "no dinner on monday please", "hi": "सोमवार को रात का खाना मत बनाना"}[language])
    assert meal_of(plan, MONDAY).status == MealStatus.SKIPPED
    told = {"en": f"do not cook {dish}", "hi": f"{dish} नहीं बनाना है"}[language]
    assert heard(stage.phone("Sunita"), told) == 1
    dinner = f"{day_name(MONDAY, language)} {meal_name('dinner', language)}"
    off = {"en": f"{dinner} is off.", "hi": f"{dinner} नहीं बनेगा।"}[language]
    assert heard(stage.phone("Asha"), off) == 1


@in_both_languages
def test_guests_after_confirmation_reach_the_cook_as_people_to_cook_for(
    stage: Stage, home: Home, language: str
) -> None:
    confirmed(stage, home, language)
    words = {"en": "2 guests on monday dinner", "hi": "सोमवार रात को 2 मेहमान आएँगे"}[language]
    stage.phone("Asha").says(words)
    people = {"en": "for 4.5 people", "hi": "4.5 लोगों के लिए"}[language]
    assert heard(stage.phone("Sunita"), people) == 1


@in_both_languages
def test_two_residents_at_the_same_moment_have_one_outcome_and_both_know_it(
    stage: Stage, home: Home, language: str
) -> None:
    plan = proposed(stage, home, language)
    asha, ravi = stage.phone("Asha"), stage.phone("Ravi")
    words = {"en": "skip wednesday lunch", "hi": "बुधवार का लंच मत बनाना"}[language]
    asha.types(words)
    ravi.types(words)
    stage.settle()
    once = {"en": "is skipped; ", "hi": "नहीं बनेगा; "}[language]
    again = {"en": "is already off. Nothing changed.", "hi": "पहले से बंद है। कुछ नहीं बदला।"}[language]
    assert [heard(asha, once) + heard(ravi, once), heard(asha, again) + heard(ravi, again)] == [1, 1]
    assert plan.meals.filter(status=MealStatus.SKIPPED).count() == 1


@in_both_languages
def test_who_does_not_decide_is_told_who_does(stage: Stage, home: Home, language: str) -> None:
    proposed(stage, home, language)
    words = {"en": "approve", "hi": "मंज़ूर है"}[language]
    said = {"en": "Asha approves the week", "hi": "हफ़्ते की मंज़ूरी Asha देते हैं"}[language]
    assert said in stage.phone("Ravi").says(words)
    assert WeekPlan.objects.get().status == "proposed"
