"""The week as the people of one household live it, from Saturday's question to Sunday's summary."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bettermeals.lib.money import format_money
from households.billing.models import Charge, Payment
from households.models import OpsItem
from mealplans.models import CookInstruction, PlanStatus, WeekPlan
from mealplans.weeks import open_week
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from tests.journeys.stage import Phone, Stage
from whatsapp.models import Message, WebhookAnomaly

pytestmark = pytest.mark.django_db(transaction=True)
SUNDAY_EVENING = NOW + timedelta(days=1, hours=10)  # 19:00 in Kolkata
MONDAY_MORNING = NOW + timedelta(days=1, hours=23.5)  # 08:30, ninety minutes before the cook comes
MONDAY_NIGHT = NOW + timedelta(days=2, hours=12)  # 21:00


def test_a_good_week_takes_one_tap_to_approve_and_one_to_pay(stage: Stage, home: Home) -> None:
    stage.at(NOW)
    asha, ravi, sunita = (stage.phone(name) for name in ("Asha", "Ravi", "Sunita"))
    assert asha.last().startswith("Hello Asha, your meals for 23 Nov – 29 Nov are ready: 12 meals.")
    assert ravi.texts() == []

    assert "Approved ✅" in " ".join((asha.taps("Approve"), *asha.texts()))
    stage.pay(asha.address_of("Pay now"))
    plan = WeekPlan.objects.get()
    assert (plan.status, Payment.objects.count(), Charge.objects.get().status) == (PlanStatus.CONFIRMED, 1, "settled")
    assert ravi.last().startswith("Hello Ravi, your week 23 Nov – 29 Nov is confirmed:")
    assert sunita.last().startswith("नमस्ते Sunita जी, Sharma के घर 23 नव॰ – 29 नव॰ का खाना तय हो गया है:")

    stage.at(SUNDAY_EVENING)
    assert sunita.last().startswith("ध्यान दीजिए: ⚠️ बिल्कुल नहीं डालना: मूँगफली")
    assert sunita.taps("ठीक है") == "धन्यवाद 🙏 सोम 23 नव॰ का पक्का है।"
    stage.at(MONDAY_MORNING)
    assert sunita.last().startswith("⚠️ बिल्कुल नहीं डालना: मूँगफली")  # her tap opened the window: free text, amounts
    assert "कटोरी" in sunita.last()
    sunita.taps("ठीक है")

    stage.at(MONDAY_NIGHT)
    assert asha.taps("Good").startswith("Thank you! We will remember it:")
    for day in range(1, 8):
        stage.at(MONDAY_NIGHT + timedelta(days=day, hours=-1.1))
        stage.at(MONDAY_NIGHT + timedelta(days=day))
    assert "12 meals cooked" in " ".join(asha.texts())
    plan.refresh_from_db()
    assert plan.status == PlanStatus.COMPLETED
    assert not WebhookAnomaly.objects.exists()
    assert set(Message.objects.filter(direction="out").values_list("status", flat=True)) <= {"delivered", "read"}


def test_the_same_tap_twice_and_an_old_tap_have_one_clear_outcome(stage: Stage, home: Home) -> None:
    stage.at(NOW)
    asha = stage.phone("Asha")
    asha.taps("Approve")
    assert asha.taps("Approve").startswith("Your meals for 23 Nov – 29 Nov were already approved by Asha.")
    assert Charge.objects.count() == 1
    stage.later(days=20)
    assert asha.taps("Approve", in_message="are ready: 12 meals").startswith("That button belongs to an older message.")


def test_a_dish_is_changed_by_list_and_the_answer_names_the_new_state(stage: Stage, home: Home) -> None:
    stage.at(NOW)
    asha = stage.phone("Asha")
    asha.taps("Change")
    asha.picks("Tue 24 Nov")
    asha.picks("Tue 24 Nov dinner")
    dish = asha.rows()[0]["title"]
    assert asha.picks(f"^{dish[:10]}").startswith(f"Tue 24 Nov dinner is now {dish[:10]}")
    assert "peanut" not in " ".join(row["title"].lower() for row in asha.rows())


def add_guests(asha: Phone, day: str, label: str) -> str:
    """Change, day, meal, guests: four taps, the last one is the answer."""
    asha.taps("Change")
    asha.picks(day)
    asha.picks("dinner")
    asha.picks("Guests")
    return asha.picks(f"^{label}$")


def groceries_cost() -> int:
    """What the week's list would cost now, in paise."""
    with open_week(WeekPlan.objects.get().pk, NOW) as week:
        return week.total()


def test_guests_by_list_and_wishes_in_english_and_hindi(stage: Stage, home: Home) -> None:
    stage.at(NOW)
    asha, ravi = stage.phone("Asha"), stage.phone("Ravi")
    before = groceries_cost()
    answer = add_guests(asha, "Fri 27 Nov", "3 guests")
    more = groceries_cost() - before  # the packs of other days may already hold enough for three more
    money = f"list updated {format_money(more, signed=True)}" if more else "no change in price"
    assert answer.endswith(f"3 guests included; {money}.")
    assert ravi.says("skip wednesday lunch").startswith("Wed 25 Nov lunch is skipped;")
    assert "Wed 25 Nov lunch is off. (Ravi changed it.)" in asha.last()
    asha.says("मंगलवार रात का खाना बदल दो")
    assert asha.rows()


def test_nobody_answers_and_nobody_is_forgotten(stage: Stage, home: Home) -> None:
    stage.at(NOW)
    for hours in (9, 25, 29.1):
        stage.at(NOW + timedelta(hours=hours))
    asha = stage.phone("Asha")
    assert [text[:40] for text in asha.texts()[1:]] == ["Hello Asha, your meals for 23 Nov – 29 N"] * 2
    assert OpsItem.objects.get().kind == "plan_unanswered"


def confirmed(stage: Stage) -> None:
    stage.at(NOW)
    asha = stage.phone("Asha")
    asha.taps("Approve")
    stage.pay(asha.address_of("Pay now"))
    stage.at(SUNDAY_EVENING)


def test_the_cook_cannot_come_and_comes_after_all(stage: Stage, home: Home) -> None:
    confirmed(stage)
    asha, sunita = stage.phone("Asha"), stage.phone("Sunita")
    sunita.taps("नहीं आ पाएँगे")
    assert "Sunita cannot come on Mon 23 Nov." in asha.last()
    assert OpsItem.objects.filter(kind="cook_absent", closed_at=None).count() == 1
    sunita.taps("मैं आ रही/रहा हूँ")
    assert "Sunita comes on Mon 23 Nov after all." in asha.last()
    assert OpsItem.objects.filter(kind="cook_absent", closed_at=None).count() == 0


def test_something_is_missing_and_the_home_buys_it(stage: Stage, home: Home) -> None:
    confirmed(stage)
    asha, sunita = stage.phone("Asha"), stage.phone("Sunita")
    sunita.taps("सामान कम है")
    item = sunita.rows()[0]["title"]
    sunita.picks(item)
    assert "Sunita finds no" in asha.last()
    asha.taps("We will buy it")
    assert sunita.last().startswith(f"{item} आ जाएगा।") or f"{item} आ जाएगा।" in sunita.last()


def test_a_silent_cook_is_reminded_and_then_somebody_calls(stage: Stage, home: Home) -> None:
    confirmed(stage)
    stage.later(minutes=46)
    assert "आपका जवाब नहीं आया" in stage.phone("Sunita").last()
    stage.later(minutes=46)
    assert OpsItem.objects.get(kind="cook_silent").closed_at is None
    assert CookInstruction.objects.get(status="escalated").kind == "evening"


def test_stop_is_obeyed_at_once_and_the_week_goes_on_without_that_person(stage: Stage, home: Home) -> None:
    stage.at(NOW)
    stage.phone("Ravi").says_nothing_back("STOP")
    asha = stage.phone("Asha")
    asha.taps("Approve")
    stage.pay(asha.address_of("Pay now"))
    assert WeekPlan.objects.get().status == PlanStatus.CONFIRMED
    assert stage.phone("Ravi").texts() == []


def test_a_week_that_gets_dearer_after_payment_asks_for_the_difference_once(stage: Stage, home: Home) -> None:
    confirmed(stage)
    asha = stage.phone("Asha")
    paid = Charge.objects.get().amount_paise
    asha.says("hello")  # an open window, in which the plan's buttons are offered again
    add_guests(asha, "Sat 28 Nov", "12 guests")
    assert "12 guests included; list updated +₹" in " ".join(asha.texts()[-3:])
    charge = Charge.objects.get()
    stage.pay(asha.address_of("Pay now"))
    charge.refresh_from_db()
    assert charge.amount_paise > paid
    assert [row.amount_paise for row in Payment.objects.order_by("id")] == [paid, charge.amount_paise - paid]
    assert charge.status == "settled"
