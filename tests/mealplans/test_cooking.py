"""The cook's side: told in time, in the cook's language, the warning first; reminded, and in the end staff call."""

from __future__ import annotations

from datetime import timedelta

import pytest

from households.billing.models import Charge
from households.models import OpsItem
from mealplans import cooking, reminders
from mealplans.models import CookInstruction, Dish, InstructionStatus, PlannedMeal, WeekPlan
from tests.factories.households import MINUTE
from tests.factories.mealplans import DAYS, Home, meal_of
from tests.mealplans.people import later, say, tap
from tests.mealplans.test_lifecycle import confirmed
from whatsapp.models import Contact, Message

EVENING = later(days=1, hours=10)  # Sunday 19:00 in Kolkata
MORNING = later(days=1, hours=23.5)  # Monday 08:30, ninety minutes before Sunita comes


@pytest.fixture
def week(plan: WeekPlan, home: Home) -> WeekPlan:
    return confirmed(plan, home)


@pytest.fixture
def wished_for(week: WeekPlan) -> WeekPlan:
    """Monday's dishes are Asha's own wish: what is missing in them is for the home to decide, not for a rule."""
    week.meals.filter(date=DAYS[0]).update(pinned=True)
    return week


def decided_at(plan: WeekPlan, slug: str) -> object:
    """When the question about Monday's lunch was off the queue."""
    return OpsItem.objects.get(key=f"item-missing:{meal_of(plan, DAYS[0], 'lunch').pk}:{slug}").closed_at


def instruction(kind: str = "evening") -> CookInstruction:
    return CookInstruction.objects.get(date=DAYS[0], kind=kind)


def test_the_evening_before_the_cook_gets_menu_and_soaking_in_hindi_with_the_warning_first(
    week: WeekPlan, home: Home
) -> None:
    reminders.run_due(EVENING)
    message = Message.objects.get(purpose="cook_instr")
    assert (message.contact, message.language, message.type) == (home.sunita.contact, "hi", "template")
    parameters = message.payload["template"]["components"][0]["parameters"]
    assert parameters[0]["text"] == "⚠️ बिल्कुल नहीं डालना: मूँगफली"
    for meal in ("lunch", "dinner"):
        assert meal_of(week, DAYS[0], meal).dish.name_hi in message.text


def test_a_minute_earlier_nothing_is_sent(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING - MINUTE)
    assert home.purposes_to(home.sunita) == ["cook_week"]


def test_the_morning_message_carries_amounts_for_the_heads_of_that_day(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    reminders.run_due(MORNING)
    text = home.texts_to(home.sunita)[-1]
    assert "2.5 लोग" in text
    assert "ग्राम" in text


def test_a_soaked_dish_is_not_held_back_in_the_morning_although_soaking_would_be_too_late_now(
    week: WeekPlan, home: Home
) -> None:
    soaked = Dish.objects.get(slug="rajma-chawal")
    PlannedMeal.objects.filter(plan=week, date=DAYS[0], meal="lunch").update(dish=soaked)
    reminders.run_due(EVENING)
    assert soaked.ahead_task_hi in home.texts_to(home.sunita)[-1]
    reminders.run_due(MORNING)
    assert home.purposes_to(home.sunita).count("cook_instr") == 2


def test_while_the_cooks_window_is_open_the_whole_text_goes_as_free_text(week: WeekPlan, home: Home) -> None:
    Contact.objects.filter(pk=home.sunita.contact_id).update(last_inbound_at=EVENING - timedelta(hours=2))
    reminders.run_due(EVENING)
    message = Message.objects.get(purpose="cook_instr")
    assert (message.type, message.text.count("\n") > 3) == ("interactive", True)
    assert message.route_reason == "Free text: the person wrote in the last 24 hours."
    assert message.text.startswith("⚠️ बिल्कुल नहीं डालना: मूँगफली")
    assert tap(home.sunita, "cook_ok", EVENING)[0].startswith("धन्यवाद")


def test_ticks_that_repeat_send_once(week: WeekPlan, home: Home) -> None:
    for _ in range(3):
        reminders.run_due(EVENING)
    assert home.purposes_to(home.sunita) == ["cook_week", "cook_instr"]


def test_ok_is_thanked_and_the_second_tap_too_but_counted_once(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    first, second = tap(home.sunita, "cook_ok", EVENING), tap(home.sunita, "cook_ok", EVENING)
    assert first[0].startswith("धन्यवाद 🙏 सोम 23 नव॰ का पक्का है।")
    assert second == ["धन्यवाद, पहले ही लिख लिया है।"]
    assert instruction().status == InstructionStatus.ACKNOWLEDGED


def test_a_silent_cook_is_reminded_and_then_staff_call_before_the_visit(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    reminders.run_due(EVENING + 45 * MINUTE)
    assert home.purposes_to(home.sunita)[-1] == "cook_reminder"
    reminders.run_due(EVENING + 90 * MINUTE)
    item = OpsItem.objects.get(kind="cook_silent")
    assert item.due_at == later(days=2, hours=1)
    assert instruction().status == InstructionStatus.ESCALATED


def test_a_late_ok_still_counts_and_takes_it_off_the_queue(week: WeekPlan, home: Home) -> None:
    for minutes in (0, 45, 90):
        reminders.run_due(EVENING + minutes * MINUTE)
    tap(home.sunita, "cook_ok", EVENING + 100 * MINUTE)
    assert OpsItem.objects.get(kind="cook_silent").closed_at == EVENING + 100 * MINUTE


def test_who_said_ok_is_not_reminded(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_ok", EVENING)
    for minutes in range(0, 200, 15):
        reminders.run_due(EVENING + minutes * MINUTE)
    assert "cook_reminder" not in home.purposes_to(home.sunita)


def test_a_message_whose_visit_has_begun_is_not_sent_any_more(week: WeekPlan, home: Home) -> None:
    reminders.run_due(later(days=2, hours=2))
    assert instruction().status == InstructionStatus.CANCELLED
    assert "cook_instr" not in home.purposes_to(home.sunita)


def test_the_recipe_comes_on_request_with_amounts_and_steps(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_ok", EVENING)
    recipes = tap(home.sunita, "cook_recipe", EVENING)
    assert len(recipes) == 2
    assert all("1. धोकर काटिए।" in recipe for recipe in recipes)


def test_missing_offers_todays_ingredients_and_the_home_decides(wished_for: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_missing", EVENING)
    dish = meal_of(wished_for, DAYS[0], "lunch").dish
    slug = dish.lines.first().ingredient.slug
    assert tap(home.sunita, "cook_missing_item", EVENING, ingredient=slug)[0].startswith("ठीक है:")
    assert home.purposes_to(home.asha)[-1] == "item_missing"
    assert tap(home.ravi, "will_buy", EVENING) == [
        f"Thank you, Sunita is told that {dish.lines.first().ingredient.name_en} will be there."
    ]
    assert home.purposes_to(home.sunita)[-1] == "cook_changed"
    assert decided_at(wished_for, slug) == EVENING


def test_the_same_missing_thing_asks_the_home_once(wished_for: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_missing", EVENING)
    slug = meal_of(wished_for, DAYS[0], "lunch").dish.lines.first().ingredient.slug
    tap(home.sunita, "cook_missing_item", EVENING, ingredient=slug)
    tap(home.sunita, "cook_missing_item", EVENING, ingredient=slug)
    assert home.purposes_to(home.asha).count("item_missing") == 1


def test_changing_the_dish_offers_only_what_needs_neither_the_thing_nor_the_shop(
    wished_for: WeekPlan, home: Home
) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_missing", EVENING)
    slug = meal_of(wished_for, DAYS[0], "lunch").dish.lines.first().ingredient.slug
    tap(home.sunita, "cook_missing_item", EVENING, ingredient=slug)
    answer = tap(home.asha, "change_missing", EVENING)
    assert answer[0].startswith("Mon 23 Nov lunch is")
    rows = Message.objects.order_by("-id")[0].payload["interactive"]["action"]["sections"][0]["rows"]
    assert "trade places with" in rows[-2]["description"]


def test_two_meals_trade_places_and_the_item_is_settled(wished_for: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    lunch = meal_of(wished_for, DAYS[0], "lunch")
    slug = lunch.dish.lines.first().ingredient.slug
    tap(home.sunita, "cook_missing", EVENING)
    tap(home.sunita, "cook_missing_item", EVENING, ingredient=slug)
    tap(home.asha, "change_missing", EVENING)
    paid = Charge.objects.get().amount_paise
    (answer,) = tap(home.asha, "exchange", EVENING)
    now = meal_of(wished_for, DAYS[0], "lunch")
    assert answer == f"Mon 23 Nov lunch is now {now.dish.name_en}; 2.5 servings; no change in price."
    assert not now.dish.lines.filter(ingredient__slug=slug).exists()
    assert wished_for.meals.filter(dish=lunch.dish).count() == 1
    assert Charge.objects.get().amount_paise == paid
    assert decided_at(wished_for, slug) == EVENING


def test_cannot_come_takes_the_meals_off_and_asks_the_home(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    assert tap(home.sunita, "cook_absent", EVENING)[0].startswith("ठीक है: सोम 23 नव॰ को आप नहीं आएँगे।")
    assert set(week.meals.filter(date=DAYS[0]).values_list("status", flat=True)) == {"cancelled"}
    assert home.purposes_to(home.ravi)[-1] == "cook_absent"
    assert OpsItem.objects.get(kind="cook_absent").closed_at is None
    assert set(CookInstruction.objects.filter(date=DAYS[0]).values_list("status", flat=True)) == {"cancelled"}


def test_cannot_come_twice_is_told_once(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_absent", EVENING)
    assert tap(home.sunita, "cook_absent", EVENING)[0].startswith("हमें पता है")
    assert home.purposes_to(home.ravi).count("cook_absent") == 1


def test_one_tap_takes_it_back_and_everything_is_on_again(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_absent", EVENING)
    assert tap(home.sunita, "cook_coming", EVENING)[0].startswith("अच्छा, सोम 23 नव॰ को आप आएँगे।")
    assert set(week.meals.filter(date=DAYS[0]).values_list("status", flat=True)) == {"planned"}
    assert OpsItem.objects.get(kind="cook_absent").closed_at == EVENING
    assert home.purposes_to(home.ravi)[-1] == "plan_changed"
    reminders.run_due(EVENING + MINUTE)
    assert home.purposes_to(home.sunita).count("cook_instr") == 2


def test_the_first_answer_of_the_home_counts_and_the_second_is_told_so(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    tap(home.sunita, "cook_absent", EVENING)
    assert tap(home.ravi, "we_manage", EVENING) == ["Fine, Mon 23 Nov is left to you."]
    assert tap(home.ravi, "we_manage", EVENING)[0].startswith("That has already been decided.")
    assert OpsItem.objects.get(kind="cook_absent").closed_at == EVENING


def test_gas_is_over_goes_to_staff_and_to_the_home_in_the_cooks_words(week: WeekPlan, home: Home) -> None:
    outcome = cooking_report(home)
    assert outcome == "equipment_noted"
    assert "गैस खत्म" in OpsItem.objects.get(kind="equipment").reason
    assert "गैस खत्म" in home.texts_to(home.asha)[-1]


def cooking_report(home: Home) -> str:
    from mealplans import equipment
    from mealplans.outcomes import Actor

    actor = Actor("Sunita", "text", cook_id=home.sunita.pk)
    return equipment.report(home.visit, "गैस खत्म हो गई", actor, MORNING).code


def test_instructions_due_are_found_by_one_query(week: WeekPlan, home: Home, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(cooking.due(MORNING, 100)) == 2


def test_a_text_that_says_nothing_clear_is_asked_back_once_and_then_parked(week: WeekPlan, home: Home) -> None:
    reminders.run_due(EVENING)
    say(home.sunita, "qwrtz plmk", EVENING)
    say(home.sunita, "zzkk wwrt", EVENING)
    from whatsapp.models import InboxItem

    assert InboxItem.objects.get().contact == home.sunita.contact
