"""Free text, once understood: each intent leads to one use case, and what lacks a part is asked for.

What a sentence means is the interpreter's matter and tested there; here its reading is given.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from households.billing.models import Charge
from households.models import Away, CookLeave, Household, OpsItem, Resident
from mealplans import hearing, reminders
from mealplans.intents.interpretation import Heard, Interpretation
from mealplans.models import CookReport, Dish, MealStatus, Offer, PlanStatus, TasteSignal, WeekPlan
from tests.factories.households import HOUR, NOW
from tests.factories.mealplans import DAYS, TUESDAY, Home, meal_of
from tests.mealplans.people import later, make_link, say, tap
from tests.mealplans.test_changes import spare
from tests.mealplans.test_lifecycle import confirmed
from whatsapp.models import InboxItem, Message

EVENING = later(days=1, hours=10)
ON_TUESDAY = {"date": TUESDAY.isoformat(), "meal": "dinner"}
Read = Callable[..., None]


@pytest.fixture
def read_as(monkeypatch: pytest.MonkeyPatch) -> Read:
    """`read_as("skip_meal", date=…)`: whatever is said now is read like this."""

    def give(intent: str | None, *also: Interpretation, **slots: Any) -> None:
        outcome = slots.pop("outcome", "act")
        candidates = slots.pop("candidates", ())
        found = Interpretation(intent, slots, 0.99, "as the test says", also, outcome, candidates)
        monkeypatch.setattr(hearing, "interpret", lambda heard: found)

    return give


def asha_says(home: Home, now: datetime = NOW) -> list[str]:
    return say(home.asha, "whatever", now)


def test_approve(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("approve")
    assert asha_says(home)[0].startswith("Approved ✅")


def test_somebody_who_does_not_decide_is_told_who_does(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("approve")
    assert say(home.ravi, "fine")[0].startswith("Asha approves the week in your home.")


def test_swap_with_day_meal_and_dish_is_done(plan: WeekPlan, home: Home, read_as: Read) -> None:
    dish = Dish.objects.get(slug=spare(plan))
    read_as("swap_meal", **ON_TUESDAY, dish=dish.slug)
    assert asha_says(home)[0].startswith(f"Tue 24 Nov dinner is now {dish.name_en};")


def test_swap_without_a_dish_offers_dishes(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("swap_meal", **ON_TUESDAY)
    assert asha_says(home)[0].startswith("Tue 24 Nov dinner is ")


def test_swap_without_a_meal_asks_which(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("swap_meal", date=TUESDAY.isoformat())
    assert asha_says(home)[0].startswith("Which meal?")


def test_an_allergen_asked_for_by_name_is_refused_with_the_reason_and_alternatives(
    plan: WeekPlan, home: Home, read_as: Read
) -> None:
    read_as("swap_meal", **ON_TUESDAY, dish="peanut-curry")
    refused, offered = asha_says(home)
    assert refused == (
        "Peanut Curry is not possible for Tue 24 Nov dinner: it contains peanut, and somebody at home is allergic."
    )
    assert offered.startswith("Tue 24 Nov dinner is ")


def test_skip_a_meal_and_a_whole_day(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("skip_meal", **ON_TUESDAY)
    assert asha_says(home)[0].startswith("Tue 24 Nov dinner is skipped;")
    read_as("skip_meal", date=DAYS[3].isoformat())
    assert asha_says(home)[0].count("is skipped;") == 2


def test_several_days_without_food_are_a_journey_that_later_plans_know_of(
    plan: WeekPlan, home: Home, read_as: Read
) -> None:
    read_as("skip_meal", date={"start": DAYS[3].isoformat(), "end": (DAYS[5] + timedelta(days=7)).isoformat()})
    assert "6 planned meals are skipped" in asha_says(home)[0]
    assert Away.objects.get().end == DAYS[5] + timedelta(days=7)


def test_guests_by_change_and_by_heads(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("guests", **ON_TUESDAY, delta=3)
    assert "3 guests included" in asha_says(home)[0]
    read_as("guests", **ON_TUESDAY, delta=-1)
    assert "2 guests included" in asha_says(home)[0]
    read_as("guests", **ON_TUESDAY, count=6)
    assert "4 guests included" in asha_says(home)[0]


def test_guests_on_a_day_mean_dinner_and_the_answer_names_it(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("guests", date=TUESDAY.isoformat(), delta=2)
    assert asha_says(home)[0].startswith("Tue 24 Nov dinner:")


def test_forty_guests_are_for_a_person(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("guests", **ON_TUESDAY, delta=40)
    assert "A person from our team will write." in asha_says(home)[0]
    assert InboxItem.objects.get().contact == home.asha.contact


def test_a_dish_wished_for_without_a_day_is_remembered_and_asked_about(
    plan: WeekPlan, home: Home, read_as: Read
) -> None:
    dish = Dish.objects.get(slug=spare(plan))
    read_as("request_dish", dish=dish.slug)
    assert asha_says(home)[0].startswith(f"{dish.name_en}: gladly. Which meal should it replace?")
    assert TasteSignal.objects.get().kind == "requested"


def test_a_dislike_is_kept_and_the_meals_that_still_hold_it_are_named(
    plan: WeekPlan, home: Home, read_as: Read
) -> None:
    read_as("avoid_ingredient", ingredient="rice")
    assert "This week it is still in:" in asha_says(home)[0]
    assert Resident.objects.get(pk=home.asha.pk).dislikes == ["rice"]


def test_each_meal_that_holds_what_is_disliked_can_be_changed_for_one_that_does_not(plan: WeekPlan, home: Home) -> None:
    skipped, meal, *_ = [row for row in plan.meals.order_by("date", "meal") if holds(row.dish, "rice")]
    plan.meals.filter(pk=skipped.pk).update(status=MealStatus.SKIPPED)
    assert "This week it is still in:" in say(home.asha, "chawal plan se hata do")[0]
    picked = list(Offer.objects.filter(action="pick_meal").values_list("data", flat=True))
    assert {"meal": meal.pk, "without": "rice"} in picked
    assert skipped.pk not in [data["meal"] for data in picked]
    assert "What would you like instead?" in tap(home.asha, "pick_meal", meal=meal.pk, without="rice")[0]
    offered = Dish.objects.filter(slug__in=[row.data["dish"] for row in Offer.objects.filter(action="swap")])
    assert [holds(dish, "rice") for dish in offered] == [False] * len(offered) != []


def holds(dish: Dish, slug: str) -> bool:
    return dish.lines.filter(ingredient__slug=slug).exists()


def test_pause_with_dates_is_a_journey_and_without_dates_is_asked(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("pause")
    assert asha_says(home)[0].startswith("Should we stop all meals until you write again?")
    assert tap(home.asha, "pause_no") == ["Fine, nothing changed."]
    assert Household.objects.get().status == "active"
    tap(home.asha, "pause_yes")
    assert Household.objects.get().status == "paused"
    assert not plan.meals.filter(status=MealStatus.PLANNED).exists()
    read_as("resume")
    assert asha_says(home) == ["Welcome back! The next plan comes on Sat 28 Nov."] or Household.objects.get().status


def test_the_week_and_the_groceries_are_shown_on_request(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("show_groceries")
    assert asha_says(home) == ["There is no grocery list yet."]
    tap(home.asha, "approve")
    assert asha_says(home)[0].startswith("*Groceries for 23 Nov – 29 Nov, ₹")
    read_as("show_plan")
    shown = asha_says(home)[0]
    assert shown.startswith("*Your meals for 23 Nov – 29 Nov:*")
    assert "http://testserver/p/" in shown


def test_where_to_pay_and_a_claim_to_have_paid(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("payment_link")
    assert asha_says(home) == ["There is nothing to pay just now."]
    tap(home.asha, "approve")
    assert "is being made" in asha_says(home)[0]
    make_link(Charge.objects.get())
    assert "is to be paid here: http" in asha_says(home)[0]
    read_as("payment_done")
    assert "has not confirmed it yet" in asha_says(home)[0]
    assert WeekPlan.objects.get().status == PlanStatus.AWAITING_PAYMENT


def test_a_rating_in_words_is_about_the_last_dinner(plan: WeekPlan, home: Home, read_as: Read) -> None:
    confirmed(plan, home)
    read_as("rate_meal", rating="good")
    assert asha_says(home, later(days=2, hours=13))[0].startswith("Thank you! We will remember it:")


def test_two_wishes_in_one_message_are_both_done_and_both_answered(plan: WeekPlan, home: Home, read_as: Read) -> None:
    second = Interpretation("guests", {"date": DAYS[3].isoformat(), "meal": "dinner", "delta": 2})
    read_as("skip_meal", second, **ON_TUESDAY)
    answers = asha_says(home)
    assert [answer.split(";")[0] for answer in answers[:1]] == ["Tue 24 Nov dinner is skipped"]
    assert "2 guests included" in answers[1]


def test_hello_is_answered_with_where_things_stand(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("greeting")
    assert asha_says(home)[0].startswith("Your meals for 23 Nov – 29 Nov wait for your answer.\n[Approve]")


def test_opting_out_in_a_sentence_counts_like_the_stop_word(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("opt_out")
    assert asha_says(home) == []
    home.asha.contact.refresh_from_db()
    assert home.asha.contact.opted_out_at == NOW


def test_a_riddle_is_asked_back_once_and_then_read_by_a_person(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as(None, outcome="ask", candidates=("guests", "approve"))
    assert asha_says(home)[0].endswith("[Guests come] [Approve] [Talk to a person]")
    asha_says(home)
    assert InboxItem.objects.get().contact == home.asha.contact


def test_after_half_an_hour_a_riddle_may_be_asked_back_again(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as(None, outcome="ask")
    asha_says(home)
    assert asha_says(home, NOW + HOUR)[0].startswith("Sorry,")
    assert not InboxItem.objects.exists()


def test_a_button_of_the_question_back_leads_on(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as(None, outcome="ask", candidates=("guests", "approve"))
    asha_says(home)
    assert tap(home.asha, "guests_some")[0].startswith("Which meal?")


def test_a_person_is_called_when_asked_for(plan: WeekPlan, home: Home, read_as: Read) -> None:
    read_as("call_staff")
    assert asha_says(home) == ["A person from our team reads this and answers here."]


def test_the_interpreter_is_told_the_plan_the_names_and_what_was_asked(
    plan: WeekPlan, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Heard] = []
    monkeypatch.setattr(hearing, "interpret", lambda h: heard.append(h) or Interpretation("thanks"))
    asha_says(home)
    (given,) = heard
    assert (given.role, given.awaiting, given.timezone) == ("resident", "plan_approval", "Asia/Kolkata")
    assert len(given.facts.plan_days) == 12
    assert {name.name for name in given.facts.ingredients} >= {"rice", "paneer"}


def test_an_ingredient_is_found_by_slug_and_by_its_names(home: Home) -> None:
    found = [hearing.ingredient_called(said) for said in ("toor-dal", "Toor dal", "पनीर", "caviar", None)]
    assert [row.slug if row else None for row in found] == ["toor-dal", "toor-dal", "paneer", None, None]


# Cooks ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(plan: WeekPlan, home: Home) -> Home:
    """A confirmed week, Monday's message sent."""
    confirmed(plan, home)
    reminders.run_due(EVENING)
    return home


def sunita_says(home: Home, now: datetime = EVENING) -> list[str]:
    return say(home.sunita, "कुछ भी", now)


def test_ok_in_words(told: Home, read_as: Read) -> None:
    read_as("ack")
    assert sunita_says(told)[0].startswith("धन्यवाद 🙏 सोम 23 नव॰ का पक्का है।")


def test_not_coming_in_words_takes_every_household_of_that_day(told: Home, read_as: Read) -> None:
    read_as("absent", date=DAYS[0].isoformat())
    assert sunita_says(told)[0].startswith("ठीक है: सोम 23 नव॰ को आप नहीं आएँगे।")
    assert CookLeave.objects.get().household is None


def test_not_coming_without_a_day_is_asked(told: Home, read_as: Read) -> None:
    read_as("absent")
    assert sunita_says(told)[0].startswith("किस दिन नहीं आएँगे?\n[आज] [कल]")
    assert tap(told.sunita, "cook_absent", EVENING, date=DAYS[0].isoformat())[0].startswith("ठीक है:")


def test_late_tells_the_home(told: Home, read_as: Read) -> None:
    morning = later(days=2)
    read_as("late", minutes=20)
    assert sunita_says(told, morning) == ["ठीक है: 20 मिनट देर। घर पर बता दिया है।"]
    assert "Sunita will be about 20 minutes late today." in told.texts_to(told.asha)[-1]
    assert CookReport.objects.get().kind == "late"


def test_late_without_minutes_is_asked(told: Home, read_as: Read) -> None:
    morning = later(days=2)
    read_as("late")
    assert sunita_says(told, morning)[0].startswith("कितनी देर होगी?\n[15 मिनट] [30 मिनट] [1 घंटा]")
    assert tap(told.sunita, "cook_late", morning, minutes=30) == ["ठीक है: 30 मिनट देर। घर पर बता दिया है।"]


def test_done_marks_the_visit_cooked(told: Home, read_as: Read) -> None:
    noon = later(days=2, hours=3)
    read_as("meal_done")
    sunita_says(told, noon)
    statuses = {meal_of(WeekPlan.objects.get(), DAYS[0], meal).status for meal in ("lunch", "dinner")}
    assert statuses == {MealStatus.COOKED}


def test_gas_out_goes_to_staff_and_home(told: Home, read_as: Read) -> None:
    read_as("equipment_problem")
    assert sunita_says(told) == ["ठीक है। घर पर और हमारी टीम को बता दिया है।"]
    assert OpsItem.objects.filter(kind="equipment").count() == 1


def test_something_missing_by_name_asks_the_home(told: Home, read_as: Read) -> None:
    dish = meal_of(WeekPlan.objects.get(), DAYS[0], "lunch").dish
    WeekPlan.objects.get().meals.update(pinned=True)  # chosen by a resident: no rule takes it away
    read_as("missing_ingredient", ingredient=dish.main_ingredient)
    assert sunita_says(told)[0].startswith("ठीक है:")
    assert told.purposes_to(told.asha)[-1] == "item_missing"


def test_something_missing_that_no_dish_of_the_day_needs_is_asked_back(told: Home, read_as: Read) -> None:
    read_as("missing_ingredient", ingredient="chicken")
    assert sunita_says(told)[0].startswith("क्या नहीं है?")


def test_the_menu_and_the_recipe_on_request(told: Home, read_as: Read) -> None:
    read_as("ask_menu")
    assert sunita_says(told)[0].startswith("*Sharma, सोम 23 नव॰, 10:00 am*")
    read_as("ask_recipe")
    assert len(sunita_says(told)) == 2


def test_a_cook_who_lives_in_a_household_speaks_as_a_cook_while_a_visit_is_talked_about(
    told: Home, read_as: Read
) -> None:
    other = Household.objects.create(name="Own home", created_at=NOW)
    Resident.objects.create(
        household=other, name="Sunita", contact=told.sunita.contact, decides=True, language="hi", created_at=NOW
    )
    read_as("ack")
    assert sunita_says(told)[0].startswith("धन्यवाद 🙏")
    read_as("greeting")
    assert sunita_says(told, EVENING + 40 * HOUR)[0].startswith("अभी कोई हफ़्ते की योजना नहीं है।")


def test_nothing_is_sent_twice_by_a_handler_that_runs_twice(plan: WeekPlan, home: Home, read_as: Read) -> None:
    from tests.mealplans.people import handle, receive

    read_as("approve")
    message = receive(home.asha.contact, {"type": "text", "text": {"body": "ok"}}, NOW)
    handle(message, NOW)
    assert handle(message, NOW) == []
    assert Message.objects.filter(purpose="reply").count() == 1


@pytest.mark.parametrize("words", ["what's for dinner on tuesday?", "mangalvar raat ko kya ban raha hai"])
def test_a_question_about_one_meal_is_answered_with_that_meal(plan: WeekPlan, home: Home, words: str) -> None:
    dish = meal_of(plan, TUESDAY).dish.name_en
    assert say(home.asha, words) == [f"Tue 24 Nov dinner: {dish} (2.5)"]


def test_a_question_about_a_day_is_answered_with_its_meals_and_says_what_is_off(plan: WeekPlan, home: Home) -> None:
    say(home.asha, "skip tuesday lunch")
    (answer,) = say(home.asha, "what are we eating on tuesday?")
    assert answer.splitlines()[0] == "Tue 24 Nov lunch: —"
    assert len(answer.splitlines()) == 2
