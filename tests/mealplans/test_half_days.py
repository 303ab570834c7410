"""Half a day off: the meal that is named is off, everything else is cooked, and what is not sure is asked."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from households.models import CookLeave, Engagement, OpsItem
from mealplans import cooking, half_days, reminders
from mealplans.half_days import Named, named
from mealplans.models import CookInstruction, CookReport, DishIngredient, MealStatus, Offer, WeekPlan
from tests.factories.households import HOUR, NOW, make_engagement, make_household
from tests.factories.mealplans import TUESDAY, Home, meal_of
from tests.mealplans.people import later, say, tap
from tests.mealplans.test_lifecycle import confirmed
from whatsapp.models import Message

MONDAY_NIGHT = later(days=2, hours=10.5)  # Monday 19:30 in Kolkata: Tuesday's message was sent at seven
MORNING, EVENING = time(8), time(18)


def visit(meals: list[str], arrives_at: time) -> Engagement:
    return Engagement(meals=meals, arrives_at=arrives_at, weekdays=[0, 1, 2, 3, 4, 5])


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("can't come for lunch tomorrow", Named(("lunch",))),
        ("kal nashta nahi bana paungi", Named(("breakfast",))),
        ("kal dopahar ka khana nahi banaungi", Named(("lunch",))),
        ("subah nahi aa paungi", Named((), "breakfast")),
        ("कल शाम को नहीं आऊँगी", Named((), "dinner")),
        ("can't come for breakfast and lunch tomorrow", Named(("breakfast", "lunch"))),
        ("lunch nahi, dinner ke liye aaungi", Named(("lunch", "dinner"), "", True)),
        ("half day off tomorrow", Named((), "", True)),
        ("can't come tomorrow", Named()),
    ],
)
def test_what_the_words_say_of_meals(words: str, meant: Named) -> None:
    assert named(words) == meant


@pytest.mark.parametrize(
    ("said", "visits", "off"),
    [
        (Named(), [visit(["lunch", "dinner"], MORNING)], ()),
        (Named(("lunch",)), [visit(["lunch", "dinner"], MORNING)], ("lunch",)),
        (Named((), "breakfast"), [visit(["breakfast", "lunch"], MORNING), visit(["dinner"], EVENING)],
         ("breakfast", "lunch")),
        (Named((), "dinner"), [visit(["lunch"], MORNING), visit(["dinner"], EVENING)], ("dinner",)),
    ],
)  # fmt: skip
def test_what_is_sure_is_off(said: Named, visits: list[Engagement], off: tuple[str, ...]) -> None:
    assert half_days.off(said, visits) == off


@pytest.mark.parametrize(
    ("said", "visits"),
    [
        (Named((), "breakfast"), [visit(["lunch", "dinner"], MORNING)]),  # her only visit: late, or not at all?
        (Named((), "dinner"), [visit(["lunch", "dinner"], MORNING)]),  # she does not come then anyway
        (Named(("breakfast",)), [visit(["lunch", "dinner"], MORNING)]),  # a meal she does not cook
        (Named(("lunch", "dinner"), "", True), [visit(["lunch", "dinner"], MORNING)]),
    ],
)
def test_what_is_not_sure_is_asked(said: Named, visits: list[Engagement]) -> None:
    assert half_days.off(said, visits) is None


def test_every_part_of_three_meals_fits_one_list() -> None:
    offered = half_days.choices([visit(["breakfast", "lunch", "dinner"], MORNING)])
    assert offered[0] == ()
    assert len(offered) == len(set(offered)) == 7


@pytest.fixture
def told(plan: WeekPlan, home: Home) -> Home:
    """Tuesday's message has reached Sunita, on Monday evening."""
    home.sunita.language = "en"
    home.sunita.save(update_fields=["language"])
    confirmed(plan, home)
    reminders.run_due(MONDAY_NIGHT - HOUR / 4)
    return home


def statuses(plan: WeekPlan) -> dict[str, str]:
    return {meal: meal_of(plan, TUESDAY, meal).status for meal in ("lunch", "dinner")}


def test_only_the_meal_that_is_named_is_off_and_the_rest_is_said_back(plan: WeekPlan, told: Home) -> None:
    dinner = meal_of(plan, TUESDAY, "dinner").dish.name_en
    assert say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)[0].startswith(
        "Noted: on Tue 24 Nov you are not coming for lunch. The household has been told.\n"
        f"You cook: dinner: {dinner}\n[I am coming]"
    )
    assert statuses(plan) == {"lunch": MealStatus.CANCELLED, "dinner": MealStatus.PLANNED}
    assert CookLeave.objects.get().meals == ["lunch"]
    assert CookReport.objects.get().data == {"meals": ["lunch"]}


def test_residents_and_staff_read_which_meal(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    lunch, dinner = (meal_of(plan, TUESDAY, meal).dish.name_en for meal in ("lunch", "dinner"))
    text = told.texts_to(told.asha)[-1]
    assert text.startswith(f"Hello Asha, Sunita cannot come on Tue 24 Nov (lunch). Not cooked then: Tue: {lunch}\n")
    assert dinner not in text
    assert OpsItem.objects.get(kind="cook_absent").reason == (
        "Sunita cannot come to Sharma for lunch on Tue 24 Nov; 1 meal is off. "
        "Find another cook, or agree with the household."
    )


def test_what_she_was_told_is_sent_anew_without_the_meal_that_is_off(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    reminders.run_due(MONDAY_NIGHT)
    lunch, dinner = (meal_of(plan, TUESDAY, meal).dish.name_en for meal in ("lunch", "dinner"))
    sent = Message.objects.filter(contact=told.sunita.contact, purpose="cook_instr").order_by("pk")
    before, anew = (m.text for m in sent if "Tue 24 Nov" in m.text)
    assert lunch in before
    assert dinner in anew
    assert lunch not in anew


def test_a_message_not_sent_yet_stays_as_it_is_and_speaks_of_the_rest(plan: WeekPlan, home: Home) -> None:
    confirmed(plan, home)
    say(home.sunita, "can't come for lunch on tuesday", NOW)
    rows = CookInstruction.objects.filter(date=TUESDAY)
    assert set(rows.values_list("status", flat=True)) == {"due"}


def test_one_meal_after_the_other_leaves_nothing_and_calls_the_visit_off(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    say(told.sunita, "can't come for dinner tomorrow", MONDAY_NIGHT)
    assert statuses(plan) == {"lunch": "cancelled", "dinner": "cancelled"}
    assert set(CookInstruction.objects.filter(date=TUESDAY).values_list("status", flat=True)) == {"cancelled"}
    assert OpsItem.objects.filter(kind="cook_absent", closed_at=None).count() == 2


def test_coming_after_all_for_that_meal_leaves_the_other_one_off(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    say(told.sunita, "can't come for dinner tomorrow", MONDAY_NIGHT)
    answer = tap(told.sunita, "cook_coming", MONDAY_NIGHT, meals=["lunch"])
    assert answer[0].startswith("Good, on Tue 24 Nov you are coming for lunch.")
    assert statuses(plan) == {"lunch": "planned", "dinner": "cancelled"}
    assert OpsItem.objects.get(kind="cook_absent", closed_at=None).reason.startswith("Sunita cannot come to Sharma for")
    assert "Sunita comes for lunch on Tue 24 Nov after all." in told.texts_to(told.asha)[-1]


def test_a_meal_that_another_leave_holds_stays_off_and_she_is_asked_about_it(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    say(told.sunita, "can't come tomorrow", MONDAY_NIGHT)
    answer = tap(told.sunita, "cook_coming", MONDAY_NIGHT, meals=["lunch"])
    assert answer[0].splitlines()[1].startswith("You told us that you are not coming on Tue 24 Nov. Are you coming?")
    assert statuses(plan) == {"lunch": "cancelled", "dinner": "cancelled"}
    tap(told.sunita, "cook_coming", MONDAY_NIGHT, meals=[])
    assert statuses(plan) == {"lunch": "planned", "dinner": "planned"}


def test_i_will_come_in_words_after_an_absence_is_asked_and_one_tap_brings_it_back(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    assert say(told.sunita, "I can come after all", MONDAY_NIGHT) == [
        "You told us that on Tue 24 Nov you are not coming for lunch. Are you coming?\n[I am coming] [Can't come]"
    ]
    assert statuses(plan)["lunch"] == "cancelled"
    tap(told.sunita, "cook_coming", MONDAY_NIGHT)
    assert statuses(plan)["lunch"] == "planned"


def test_a_promise_to_come_is_no_thank_you_while_an_absence_stands(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    assert say(told.sunita, "aa jaungi", MONDAY_NIGHT)[0].startswith("You told us that on Tue 24 Nov you are not")
    assert say(told.sunita, "ok", MONDAY_NIGHT)[0].startswith("Thank you")


def test_i_am_coming_tapped_twice_is_known_already(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    tap(told.sunita, "cook_coming", MONDAY_NIGHT)
    answer = tap(told.sunita, "cook_coming", MONDAY_NIGHT)
    assert answer == ["We know already: on Tue 24 Nov you are coming for lunch."]


def test_the_only_visit_of_the_day_in_the_morning_is_asked_meal_by_meal(plan: WeekPlan, told: Home) -> None:
    answer = say(told.sunita, "can't come tomorrow morning", MONDAY_NIGHT)
    assert answer == [
        "Tue 24 Nov: which meals can you not come for?\n[The whole day] [lunch] [dinner]",
    ]
    assert statuses(plan) == {"lunch": "planned", "dinner": "planned"}
    tap(told.sunita, "cook_absent", MONDAY_NIGHT, meals=["dinner"])
    assert statuses(plan) == {"lunch": "planned", "dinner": "cancelled"}


def test_the_day_is_asked_first_and_the_meal_is_not_forgotten(plan: WeekPlan, told: Home) -> None:
    assert say(told.sunita, "lunch ke liye nahi aa paungi", MONDAY_NIGHT)[0].startswith("On which day are you not")
    tap(told.sunita, "cook_absent", MONDAY_NIGHT, start=TUESDAY.isoformat())
    assert statuses(plan) == {"lunch": "cancelled", "dinner": "planned"}


def test_cannot_come_under_the_evening_visits_message_is_about_that_visit(plan: WeekPlan, home: Home) -> None:
    Engagement.objects.filter(pk=home.visit.pk).update(meals=["lunch"])
    evening = make_engagement(home.household, home.sunita, meals=["dinner"], arrives_at=EVENING)
    confirmed(plan, home)
    reminders.run_due(MONDAY_NIGHT)
    tap(home.sunita, "cook_absent", MONDAY_NIGHT, engagement=evening.pk, date=TUESDAY.isoformat())
    assert statuses(plan) == {"lunch": "planned", "dinner": "cancelled"}


def test_a_day_off_of_a_cook_with_two_homes_is_asked_about_and_answered_for_both(plan: WeekPlan, told: Home) -> None:
    verma = make_household("Verma")
    make_engagement(verma, told.sunita, meals=["dinner"], arrives_at=EVENING)
    assert say(told.sunita, "can't come tomorrow", MONDAY_NIGHT) == [
        "Which home is it about?\n[All homes] [Sharma] [Verma]"
    ]
    assert not CookLeave.objects.exists()
    tap(told.sunita, "cook_absent", MONDAY_NIGHT, home=verma.pk)
    assert [leave.household for leave in CookLeave.objects.all()] == [verma]
    assert statuses(plan) == {"lunch": "planned", "dinner": "planned"}
    tap(told.sunita, "cook_absent", MONDAY_NIGHT, home="all")
    assert statuses(plan) == {"lunch": "cancelled", "dinner": "cancelled"}


def test_a_button_from_before_half_days_still_works(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come tomorrow", MONDAY_NIGHT)
    old: dict[str, Any] = {"start": TUESDAY.isoformat(), "end": TUESDAY.isoformat(), "all": True}
    Offer.objects.filter(action="cook_coming").update(data=old)
    assert tap(told.sunita, "cook_coming", MONDAY_NIGHT)[0].startswith("Good, you are coming on Tue 24 Nov.")
    assert statuses(plan) == {"lunch": "planned", "dinner": "planned"}


def test_an_allergy_that_came_meanwhile_keeps_the_meal_off(plan: WeekPlan, told: Home) -> None:
    say(told.sunita, "can't come for lunch tomorrow", MONDAY_NIGHT)
    needs = DishIngredient.objects.filter(dish=meal_of(plan, TUESDAY, "lunch").dish_id).order_by("position")
    told.kabir.never = [needs[0].ingredient.slug]
    told.kabir.save(update_fields=["never"])
    tap(told.sunita, "cook_coming", MONDAY_NIGHT)
    assert statuses(plan)["lunch"] == "cancelled"
    assert "lunch of Tue 24 Nov stays off" in OpsItem.objects.get(kind="meal_unsafe").reason


def test_what_has_been_cooked_today_is_not_called_off_by_not_coming_again(plan: WeekPlan, home: Home) -> None:
    Engagement.objects.filter(pk=home.visit.pk).update(meals=["lunch"])
    make_engagement(home.household, home.sunita, meals=["dinner"], arrives_at=EVENING)
    confirmed(plan, home)
    afternoon = later(days=3, hours=6)  # Tuesday 15:00
    say(home.sunita, "aaj nahi aa paungi", afternoon)
    assert statuses(plan) == {"lunch": "planned", "dinner": "cancelled"}


def test_staff_are_not_left_to_call_a_cook_who_has_answered_by_staying_away(plan: WeekPlan, told: Home) -> None:
    for hours in (1, 2):
        reminders.run_due(MONDAY_NIGHT + hours * HOUR)
    assert OpsItem.objects.filter(key=cooking.silent_key(told.visit.pk, TUESDAY), closed_at=None).exists()
    say(told.sunita, "can't come tomorrow", MONDAY_NIGHT + 3 * HOUR)
    assert not OpsItem.objects.filter(key=cooking.silent_key(told.visit.pk, TUESDAY), closed_at=None).exists()
