"""What a shop lacks is replaced, bought by the household or cooked around, and its price goes where they wish."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from households.billing import ledger, refunds
from households.billing.models import Charge, Refund
from households.models import Household, OpsItem
from mealplans import lifecycle, reminders, shop_links, substituting
from mealplans.models import (
    GroceryLine,
    GroceryOrder,
    PlannedMeal,
    ShopRequest,
    Shortage,
    WeekPlan,
)
from mealplans.outcomes import Actor
from mealplans.page_bill import bill
from mealplans.planning import meals_of
from tests.factories.households import MINUTE, NOW
from tests.factories.mealplans import Home
from tests.households.admin_pages import action_url
from tests.households.admin_pages import press as dialog
from tests.mealplans.people import pay, press, tap
from tests.mealplans.shopkeeper import Shop, books, lacks, line_of, status
from whatsapp.models import Message


def test_something_safe_is_bought_instead_and_everybody_knows(
    asked: ShopRequest, shop: Shop, plan: WeekPlan, home: Home
) -> None:
    """Peanuts are named first and Kabir must not meet one; moong may."""
    lacks(shop, "toor-dal")
    shortage = Shortage.objects.get()
    assert (shortage.status, shortage.instead and shortage.instead.slug) == ("substituted", "moong")
    dishes = [meal.dish.name("en") for meal in meals_of(plan) if "toor-dal" in meal.instead]
    assert dishes == ["Dal Palak, Rice (Moong instead of Toor dal)", "Dal Chawal (Moong instead of Toor dal)"]
    told = home.texts_to(home.asha)[-1]
    assert "The shop has no Toor dal. We buy Moong instead" in told
    assert told in home.texts_to(home.ravi)[-1] or "The shop has no Toor dal" in home.texts_to(home.ravi)[-1]
    assert GroceryLine.objects.get(pk=shortage.line_id).packs == []


def test_what_is_bought_instead_is_a_list_of_its_own_for_the_same_shop(
    asked: ShopRequest, shop: Shop, plan: WeekPlan
) -> None:
    PlannedMeal.objects.filter(dish__slug="moong-khichdi").update(status="skipped")
    lacks(shop, "toor-dal")
    extra = GroceryLine.objects.get(ingredient__slug="moong", grocery_list__revision=2)
    assert extra.packs
    assert ShopRequest.objects.get(grocery_list=extra.grocery_list).status == "asked"
    assert [m.purpose for m in shop.messages()].count("shop_order") == 2


def test_the_cook_is_told_of_a_substitute_when_she_was_told_of_the_dish(
    asked: ShopRequest, shop: Shop, plan: WeekPlan, home: Home
) -> None:
    meal = next(m for m in meals_of(plan) if m.dish.slug == "dal-chawal")
    evening = NOW + timedelta(days=(meal.date - NOW.date()).days - 1, hours=11)
    reminders.run_due(evening)
    assert "cook_instr" in home.purposes_to(home.sunita)
    tap(shop, "shop_lacks", evening)
    tap(shop, "shop_line", evening, line=line_of("toor-dal").pk)
    tap(shop, "shop_all", evening)
    assert "तूर_दाल की जगह मूँग" in home.texts_to(home.sunita)[-1]


def test_where_nothing_safe_stands_for_it_the_one_who_decides_is_asked_and_staff_see_it(
    asked: ShopRequest, shop: Shop, home: Home
) -> None:
    """Chicken for rice is no substitute at a vegetarian table."""
    lacks(shop, "rice")
    assert Shortage.objects.get().status == "undecided"
    assert home.purposes_to(home.asha)[-1] == "not_in_stock"
    assert "Asha is asked what to do" in home.texts_to(home.ravi)[-1]
    item = OpsItem.objects.get(kind="shortage", closed_at=None)
    assert item.target_url.endswith(f"/groceryorder/{GroceryOrder.objects.get().pk}/change/")


def test_they_buy_it_themselves_and_do_not_pay_for_it(asked: ShopRequest, shop: Shop, home: Home) -> None:
    before, price = books(), line_of("paneer").price_paise
    lacks(shop, "paneer")
    assert books() == before  # nothing is off the bill before it is decided
    [said] = tap(home.asha, "shortage_buy")
    assert said.startswith("Good: you buy Paneer. ₹")
    # Cash in our tests' hands: our people give it back, so it is a credit on their queue.
    assert books() == (before[0] - price, before[1], price)
    assert (Shortage.objects.get().status, OpsItem.objects.get(kind="shortage").closed_at is None) == (
        "refunded",
        False,
    )
    assert tap(home.asha, "shortage_buy") == ["Paneer is settled already (by Asha)."]
    assert books() == (before[0] - price, before[1], price)


def test_what_they_buy_themselves_is_never_put_on_a_list_again(
    asked: ShopRequest, shop: Shop, home: Home, plan: WeekPlan
) -> None:
    lacks(shop, "paneer")
    tap(home.asha, "shortage_buy")
    meal = next(m for m in meals_of(plan) if any(line.ingredient.slug == "paneer" for line in m.dish.lines.all()))
    lifecycle.set_guests(plan.pk, meal.pk, 6, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    assert not GroceryLine.objects.filter(ingredient__slug="paneer", grocery_list__revision__gt=1).exclude(packs=[])


def test_when_no_dish_needs_it_any_more_its_price_is_off_the_bill(
    asked: ShopRequest, shop: Shop, home: Home, plan: WeekPlan
) -> None:
    before, price = books(), line_of("paneer").price_paise
    lacks(shop, "paneer")
    while Shortage.objects.get().status == "undecided":
        tap(home.asha, "shortage_change")
        tap(home.asha, "swap")
    assert Shortage.objects.get().status == "swapped"
    added = sum(GroceryLine.objects.filter(grocery_list__revision__gt=1).values_list("price_paise", flat=True))
    assert books()[0] == before[0] - price + added
    assert tap(home.asha, "shortage_change") == ["Paneer is settled already (by Asha)."]


def test_what_the_shop_lacks_together_is_not_replaced_by_one_another(
    asked: ShopRequest, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(substituting, "stands_for", lambda: {"toor-dal": ("besan",), "besan": ("toor-dal",)})
    lacks(shop, "toor-dal", "besan")
    found = dict(Shortage.objects.values_list("line__ingredient__slug", "status"))
    assert found == {"toor-dal": "undecided", "besan": "undecided"}


def test_a_shop_that_names_something_and_turns_away_is_settled_by_the_clock(asked: ShopRequest, shop: Shop) -> None:
    tap(shop, "shop_lacks")
    tap(shop, "shop_line", line=line_of("paneer").pk)
    reminders.run_due(NOW + 9 * MINUTE)
    assert Shortage.objects.get().status == "reported"
    reminders.run_due(NOW + 10 * MINUTE)
    assert (Shortage.objects.get().status, status(asked)) == ("undecided", "accepted")


def test_the_rest_is_a_new_document_without_what_is_lacking(asked: ShopRequest, shop: Shop) -> None:
    before = shop_links.address(asked)
    lacks(shop, "paneer")
    answer = shop.messages()[-1].payload["interactive"]
    assert answer["header"]["document"]["link"] != before
    assert [b["reply"]["title"] for b in answer["action"]["buttons"]] == ["Delivered", "Out of stock"]


def test_a_long_list_is_walked_through_eight_lines_at_a_time(asked: ShopRequest, shop: Shop) -> None:
    seen: list[str] = []
    tap(shop, "shop_lacks", page=None)
    for page in range(1, 3):
        rows = shop.messages()[-1].payload["interactive"]["action"]["sections"][0]["rows"]
        assert len(rows) <= 10
        seen += [row["title"] for row in rows]
        if "More of the list" not in [row["title"] for row in rows]:
            break
        tap(shop, "shop_lacks", page=page)
    names = {line.ingredient.name("en") for line in GroceryLine.objects.all() if line.packs}
    assert names <= set(seen)


def test_somebody_elses_button_does_nothing(asked: ShopRequest, shop: Shop, home: Home) -> None:
    tap(home.asha, "shop_accept", of=shop)
    assert status(asked) == "asked"


# --- the money goes where the household wants it -------------------------------------------------------------------
def test_by_the_households_wish_it_comes_off_the_next_bill(asked: ShopRequest, shop: Shop, home: Home) -> None:
    Household.objects.update(not_delivered="next_bill")
    price = line_of("paneer").price_paise
    lacks(shop, "paneer")
    [said] = tap(home.asha, "shortage_buy")
    assert said.endswith("It comes off your next bill.")
    assert (books()[2], ledger.wallet(home.household.pk, "INR")) == (0, price)


def test_what_was_refunded_already_is_not_given_back_twice(asked: ShopRequest, shop: Shop, home: Home) -> None:
    charge = Charge.objects.get()
    payment = charge.payments.get()
    refunds.refund(payment.pk, amount_paise=charge.amount_paise, reason="a bad week", now=NOW)
    refunds.send_refunds(NOW)
    before = books()
    lacks(shop, "paneer")
    tap(home.asha, "shortage_buy")
    assert (books(), Shortage.objects.get().given_back_paise, Refund.objects.count()) == (before, 0, 1)


def test_an_old_button_of_the_shop_is_answered_with_where_things_stand(asked: ShopRequest, shop: Shop) -> None:
    message = shop.messages()[0]
    payloads = [
        parameter["payload"]
        for part in message.payload["template"]["components"]
        for parameter in part["parameters"]
        if part.get("sub_type") == "quick_reply"
    ]
    tap(shop, "shop_accept")
    assert press(shop, payloads[0]) == ["Thank you, we have that already."]


def test_the_plan_page_says_what_is_theirs_to_see_to_and_drops_what_was_replaced(
    asked: ShopRequest, shop: Shop, home: Home, plan: WeekPlan
) -> None:
    lacks(shop, "toor-dal", "paneer")
    found = {line.slug: line.note for _, lines in bill(plan, meals_of(plan), "en").aisles for line in lines}
    assert "toor-dal" not in found
    assert found["paneer"] == "The shop has none; you see to it"


# --- by hand --------------------------------------------------------------------------------------------------------
def act(client: Client, order: GroceryOrder, action: str, **data: object) -> str:
    response = dialog(client, GroceryOrder, action, order.pk, reason="they called", **data)
    assert "HX-Redirect" in response, response.content.decode()[:400]
    return str(client.get(response["HX-Redirect"]).content.decode())


def test_staff_do_by_hand_what_the_shop_said_on_the_phone(
    asked: ShopRequest, shop: Shop, home: Home, admin_client: Client
) -> None:
    order = GroceryOrder.objects.get()
    page = act(admin_client, order, "shop_accepts")
    assert "Noted: the shop brings it." in page
    assert status(asked) == "accepted"
    page = act(admin_client, order, "out_of_stock", chosen=[line_of("toor-dal").pk, line_of("paneer").pk])
    assert "Something else is bought; Moong for it" in page
    assert "Waits for the household" in page
    page = act(admin_client, order, "left_out", chosen=[Shortage.objects.get(status="undecided").pk])
    assert "Left out, its price given back; ₹" in page
    assert "buys Paneer" in home.texts_to(home.ravi)[-1]
    assert books()[2] > 0


def test_our_own_desk_lacks_things_too(plan: WeekPlan, home: Home, admin_client: Client) -> None:
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    pay(Charge.objects.get())
    order = GroceryOrder.objects.get()
    assert "our own desk buys" in admin_client.get(f"/admin/mealplans/groceryorder/{order.pk}/change/").content.decode()
    act(admin_client, order, "out_of_stock", chosen=[line_of("toor-dal").pk])
    assert Shortage.objects.get().status == "substituted"
    assert Message.objects.filter(purpose="shop_order").count() == 0


def test_a_dialog_with_nothing_to_choose_says_so(asked: ShopRequest, admin_client: Client) -> None:
    order = GroceryOrder.objects.get()
    address = action_url(GroceryOrder, "left_out", order.pk)
    assert "Nothing waits for the household" in admin_client.get(address).content.decode()
