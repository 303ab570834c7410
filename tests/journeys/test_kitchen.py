"""What happens in the kitchen, as the cook says it: absent, trouble, done; a person takes over; stop and start."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from households.models import OpsItem
from mealplans.models import MealStatus
from mealplans.wording import day_name, label
from tests.factories.households import NOW
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.journeys.speaking import AT_THE_STOVE, confirmed, in_both_languages, lunch_needs, proposed
from tests.journeys.stage import Stage
from whatsapp import desk
from whatsapp.models import Contact, InboxItem

pytestmark = pytest.mark.django_db(transaction=True)


def absent(language: str, day: str) -> str:
    return {"en": f"Sunita cannot come on {day}.", "hi": f"Sunita नहीं आ पाएँगे: {day}।"}[language]


@in_both_languages
def test_the_cook_taps_that_she_cannot_come_and_comes_after_all(stage: Stage, home: Home, language: str) -> None:
    confirmed(stage, home, language)
    asha, sunita = stage.phone("Asha"), stage.phone("Sunita")
    monday = day_name(DAYS[0], language)
    sunita.taps(label("cannot_come", language))
    for name in ("Asha", "Ravi"):
        assert sum(absent(language, monday) in text for text in stage.phone(name).texts()) == 1
    assert OpsItem.objects.filter(kind="cook_absent", closed_at=None).count() == 1
    sunita.taps(label("coming_after_all", language))
    back = {"en": f"Sunita comes on {monday} after all.", "hi": f"{monday} को Sunita आ रहे हैं।"}[language]
    assert back in asha.last()
    assert OpsItem.objects.filter(kind="cook_absent", closed_at=None).count() == 0


@in_both_languages
def test_the_cook_writes_which_days_she_is_away_and_the_home_decides(stage: Stage, home: Home, language: str) -> None:
    confirmed(stage, home, language)
    sunita, asha = stage.phone("Sunita"), stage.phone("Asha")
    answer = sunita.says({"en": "I can't come on Wednesday and Thursday", "hi": "बुधवार और गुरुवार को नहीं आऊँगी"}[language])
    for day in DAYS[2:4]:
        assert day_name(day, language) in answer
    asha.taps(label("find_cook", language))
    looking = {"en": "Our team is looking for another cook", "hi": "दूसरे कुक को ढूँढ रही है"}[language]
    assert looking in asha.last()
    assert "wants another cook" in OpsItem.objects.get(kind="cook_absent", closed_at=None).reason


@in_both_languages
@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("stove", {"en": "gas is over, cylinder empty", "hi": "गैस खत्म हो गई"}),
        ("oven", {"en": "the oven is not working", "hi": "ओवन काम नहीं कर रहा"}),
        ("mixer", {"en": "no electricity since morning", "hi": "सुबह से बिजली नहीं है"}),
    ],
)
def test_what_fails_in_the_kitchen_changes_todays_dish_or_calls_staff(
    stage: Stage, home: Home, language: str, tool: str, words: dict[str, str]
) -> None:
    home.household.equipment = ["mixer", "oven"]
    home.household.save(update_fields=["equipment"])
    lunch = lunch_needs(stage, home, language, tool)
    stage.at(AT_THE_STOVE)
    stage.phone("Sunita").says(words[language])
    new = meal_of(lunch.plan, DAYS[0], "lunch")
    for name in ("Asha", "Ravi"):
        assert sum(words[language] in text for text in stage.phone(name).texts()) == 1
    assert (new.dish_id != lunch.dish_id) == (tool != "stove")  # every dish of this small kitchen needs the stove
    assert OpsItem.objects.filter(kind="equipment", closed_at=None).exists()


@in_both_languages
def test_something_is_missing_and_the_home_buys_it(stage: Stage, home: Home, language: str) -> None:
    confirmed(stage, home, language).meals.update(pinned=True)  # the dishes are Asha's own wish
    asha, sunita = stage.phone("Asha"), stage.phone("Sunita")
    sunita.taps(label("something_missing", language))
    item = sunita.rows()[0]["title"]
    sunita.picks(f"^{item}$")
    asha.taps(label("will_buy", language))
    bought = {"en": f"{item} will be bought.", "hi": f"{item} आ जाएगा।"}[language]
    assert sum(bought in text for text in sunita.texts()) == 1


@in_both_languages
def test_the_cook_is_done_and_the_home_may_say_how_it_was(stage: Stage, home: Home, language: str) -> None:
    plan = confirmed(stage, home, language)
    stage.at(AT_THE_STOVE)
    stage.phone("Sunita").says({"en": "food is ready", "hi": "खाना बन गया"}[language])
    assert meal_of(plan, DAYS[0], "lunch").status == MealStatus.COOKED
    stage.at(NOW + timedelta(days=2, hours=12))
    thanks = {"en": "Thank you! We will remember it", "hi": "धन्यवाद! हम याद रखेंगे"}[language]
    assert stage.phone("Asha").taps(label("good", language)).startswith(thanks)


@in_both_languages
def test_a_person_takes_the_thread_the_machine_is_silent_and_answers_again_when_given_back(
    stage: Stage, home: Home, language: str
) -> None:
    proposed(stage, home, language)
    ravi, priya = stage.phone("Ravi"), get_user_model().objects.create(username="priya", is_staff=True)
    called = {"en": "A person from our team reads this", "hi": "हमारी टीम से कोई इसे पढ़कर"}[language]
    assert ravi.says({"en": "I want to talk to a person", "hi": "किसी आदमी से बात करनी है"}[language]).startswith(called)
    contact = Contact.objects.get(pk=home.ravi.contact_id)
    assert desk.take_over(contact, priya, stage.now)
    ravi.says_nothing_back({"en": "skip wednesday lunch", "hi": "बुधवार का लंच मत बनाना"}[language])
    assert desk.give_back(contact, priya, stage.now)
    assert not InboxItem.objects.filter(closed_at=None).exists()
    off = {"en": "is skipped;", "hi": "नहीं बनेगा;"}[language]
    assert off in ravi.says({"en": "skip thursday lunch", "hi": "गुरुवार का लंच मत बनाना"}[language])


@in_both_languages
def test_stop_is_obeyed_at_once_and_start_brings_the_person_back(stage: Stage, home: Home, language: str) -> None:
    proposed(stage, home, language)
    ravi = stage.phone("Ravi")
    ravi.says_nothing_back({"en": "STOP", "hi": "बंद करो"}[language])
    stage.phone("Asha").says({"en": "skip wednesday lunch", "hi": "बुधवार का लंच मत बनाना"}[language])
    assert ravi.texts() == []
    ravi.types({"en": "start", "hi": "शुरू करो"}[language])
    stage.settle()
    assert Contact.objects.get(pk=home.ravi.contact_id).opted_out_at is None
    off = {"en": "is skipped;", "hi": "नहीं बनेगा;"}[language]
    assert off in ravi.says({"en": "skip thursday lunch", "hi": "गुरुवार का लंच मत बनाना"}[language])
