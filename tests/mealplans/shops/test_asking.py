"""A shop on WhatsApp: it is sent the list, brings it, says nothing, answers in its own words."""

from __future__ import annotations

import pytest
from django.test import Client

from households.billing.models import Charge
from households.models import OpsItem
from mealplans import lifecycle, pantry, reminders, shop_links, shop_texts
from mealplans.models import (
    GroceryOrder,
    PantryItem,
    ShopRequest,
    Shortage,
    WeekPlan,
)
from mealplans.outcomes import Actor
from tests.factories.households import HOUR, NOW
from tests.factories.mealplans import Home
from tests.mealplans.people import pay, say, tap
from tests.mealplans.shopkeeper import Shop, line_of, status
from whatsapp.models import Contact, InboxItem


# --- asked ----------------------------------------------------------------------------------------------------------
def test_a_shop_is_sent_the_list_as_a_document_with_two_answers(asked: ShopRequest, shop: Shop) -> None:
    [message] = shop.messages()
    header, body, *buttons = message.payload["template"]["components"]
    document = header["parameters"][0]["document"]
    assert (message.template_name, document["filename"]) == ("shop_order", f"groceries-{asked.grocery_list_id}.pdf")
    assert [part["text"] for part in body["parameters"]][:2] == ["Annapurna", "Sharma"]
    assert [button["sub_type"] for button in buttons] == ["quick_reply", "quick_reply"]
    assert OpsItem.objects.filter(kind="grocery_order", closed_at=None).count() == 0


def test_inside_the_window_the_same_list_stands_above_reply_buttons(shop: Shop, plan: WeekPlan, home: Home) -> None:
    Contact.objects.filter(pk=shop.contact.pk).update(last_inbound_at=NOW - HOUR)
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    pay(Charge.objects.get())
    [message] = shop.messages()
    interactive = message.payload["interactive"]
    assert interactive["header"]["type"] == "document"
    assert [b["reply"]["title"] for b in interactive["action"]["buttons"]] == ["We bring it", "Out of stock"]


def test_the_address_opens_the_list_and_no_other_address_does(asked: ShopRequest, client: Client) -> None:
    path = shop_links.address(asked).removeprefix("http://testserver")
    response = client.get(path)
    assert response.content.startswith(b"%PDF")
    assert "no-store" in response["Cache-Control"]
    assert client.get("/shop/WzFd.1vM2Qx.q8y.pdf").status_code == 404


def test_a_shop_that_may_not_be_written_to_is_our_own_errand(plan: WeekPlan, home: Home, shop: Shop) -> None:
    Contact.objects.filter(pk=shop.contact.pk).update(opted_in_at=None)
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    pay(Charge.objects.get())
    assert status(ShopRequest.objects.get()) == "silent"
    assert OpsItem.objects.filter(kind="grocery_order", closed_at=None).count() == 1
    assert shop.messages() == []


# --- accepted, delivered, silent, called off -----------------------------------------------------------------------
def test_it_brings_it_and_says_when_it_did(asked: ShopRequest, shop: Shop) -> None:
    [said] = tap(shop, "shop_accept")
    assert said.startswith("Thank you. Sharma, needed by Mon 23 Nov, 6:00")
    assert status(asked) == "accepted"
    assert tap(shop, "shop_accept") == ["Thank you, we have that already."]
    while status(asked) == "accepted":
        tap(shop, "shop_delivered")
    assert (status(asked), GroceryOrder.objects.get().status) == ("delivered", "delivered")
    rice = line_of("rice")
    assert PantryItem.objects.get(ingredient__slug="rice").amount == pantry.packed(rice.packs)
    assert tap(shop, "shop_delivered") == ["Thank you, it is noted as delivered."]
    assert PantryItem.objects.get(ingredient__slug="rice").amount == pantry.packed(rice.packs)


def test_a_shop_that_says_nothing_is_called_by_a_person(asked: ShopRequest, shop: Shop) -> None:
    reminders.run_due(NOW + HOUR)
    assert status(asked) == "asked"
    reminders.run_due(NOW + 2 * HOUR)
    reminders.run_due(NOW + 3 * HOUR)
    assert status(asked) == "silent"
    assert OpsItem.objects.get(kind="shop_silent").closed_at is None
    tap(shop, "shop_accept", NOW + 4 * HOUR)
    assert (status(asked), OpsItem.objects.get(kind="shop_silent").note) == ("accepted", "Annapurna answered.")


def test_accepted_groceries_that_nobody_saw_come_are_asked_after(asked: ShopRequest, shop: Shop) -> None:
    tap(shop, "shop_accept")
    asked.refresh_from_db()
    assert asked.next_due_at is not None
    reminders.run_due(asked.next_due_at)
    assert "nobody said that they came" in OpsItem.objects.get(kind="grocery_order").reason


def test_a_cancelled_week_is_called_off_at_the_shop_too(asked: ShopRequest, shop: Shop, plan: WeekPlan) -> None:
    tap(shop, "shop_lacks")
    tap(shop, "shop_line", line=line_of("rice").pk)
    lifecycle.cancel(plan.pk, Actor("Priya", "staff"), "moved away", NOW)
    assert (status(asked), Shortage.objects.get().status) == ("cancelled", "cancelled")
    assert "called off" in shop.messages()[-1].text
    assert tap(shop, "shop_accept") == ["That order is over. Please bring nothing for it."]


# --- in words -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "lacking"),
    [
        ("paneer nahi hai", {"paneer"}),
        ("पनीर और टमाटर नहीं है", {"paneer", "tomato"}),
        ("no paneer, no tomato", {"paneer", "tomato"}),
        ("tomato hai, paneer khatam", {"paneer"}),
        ("sab milega par paneer nahi", {"paneer"}),
    ],
)
def test_a_shop_names_what_it_lacks_in_its_own_words(
    asked: ShopRequest, shop: Shop, words: str, lacking: set[str]
) -> None:
    say(shop, words)
    named = set(Shortage.objects.values_list("line__ingredient__slug", flat=True))
    assert (named, status(asked)) == (lacking, "short")


@pytest.mark.parametrize("words", ["ok", "haan ji sab milega", "ठीक है"])
def test_a_shop_says_yes_in_its_own_words(asked: ShopRequest, shop: Shop, words: str) -> None:
    say(shop, words)
    assert (status(asked), Shortage.objects.count()) == ("accepted", 0)


@pytest.mark.parametrize("words", ["paneer", "paneer amul wala chalega?", "kitne baje dukaan aau"])
def test_a_name_without_a_no_and_a_riddle_are_asked_back_once_and_then_a_persons(
    asked: ShopRequest, shop: Shop, words: str
) -> None:
    [back] = say(shop, words)
    assert back.startswith("Order for Sharma: do you bring all of it")
    say(shop, words)
    assert (status(asked), Shortage.objects.count(), InboxItem.objects.count()) == ("asked", 0, 1)


def test_once_asked_which_a_name_alone_is_an_answer_and_bas_ends_it(asked: ShopRequest, shop: Shop) -> None:
    tap(shop, "shop_lacks")
    say(shop, "paneer")
    say(shop, "bas itna hi")
    assert (Shortage.objects.get().status, status(asked)) == ("undecided", "accepted")


def test_a_shop_that_was_asked_nothing_is_read_by_a_person(shop: Shop) -> None:
    assert shop_texts.open_request(shop.contact) is None
    say(shop, "namaste")
    assert InboxItem.objects.count() == 1
