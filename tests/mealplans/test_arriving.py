"""What was ordered comes in parts: each is said when it has come, and the pantry holds just that."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from households.billing.models import Charge
from households.models import Household, OpsItem, TimelineEvent
from mealplans import (
    arriving,
    headcounts,
    lifecycle,
    pantry,
    picking,
    reminders,
    shop_by_hand,
    shop_replies,
    shortages,
)
from mealplans.locking import locked
from mealplans.models import (
    Delivery,
    Dish,
    GroceryLine,
    GroceryList,
    GroceryOrder,
    Ingredient,
    Offer,
    PantryItem,
    ShopRequest,
    Shortage,
    Vendor,
    WeekPlan,
)
from mealplans.outcomes import Actor
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import Home, meal_of
from tests.households.admin_pages import press, url
from tests.mealplans.merges import merge
from tests.mealplans.people import groceries_come, later, pay, tap
from tests.mealplans.people import press as tap_again
from tests.mealplans.shopkeeper import Shop, open_shop, status
from tests.mealplans.test_lifecycle import by

THURSDAY, FRIDAY = MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)
MONDAY_MORNING = later(days=2)


@pytest.fixture
def order(plan: WeekPlan, home: Home) -> GroceryOrder:
    """Paneer is eaten on Monday and on Friday and keeps two days: it comes on Monday and Thursday. All else keeps."""
    Ingredient.objects.update(shelf_life_days=60)
    Ingredient.objects.filter(slug="paneer").update(shelf_life_days=2)
    Household.objects.update(delivery_days=[3])
    plan.meals.filter(dish__lines__ingredient__slug="paneer").update(dish=Dish.objects.get(slug="dal-chawal"))
    for day in (MONDAY, FRIDAY):
        plan.meals.filter(date=day, meal="dinner").update(dish=Dish.objects.get(slug="palak-paneer"))
    plan.refresh_from_db()
    lifecycle.approve(plan.pk, by(home.asha), NOW)
    pay(Charge.objects.get())
    return GroceryOrder.objects.select_related("plan__household").get()


def part(day: date) -> Delivery:
    return Delivery.objects.get(day=day)


def comes(order: GroceryOrder, *parts: Delivery) -> list[Delivery]:
    with locked(order.plan_id) as plan:
        return arriving.arrive(plan, [each.pk for each in parts], None, "Priya", NOW)


def stock(slug: str) -> Decimal:
    return sum(PantryItem.objects.filter(ingredient__slug=slug).values_list("amount", flat=True), Decimal(0))


def bought(slug: str) -> Decimal:
    rows = GroceryLine.objects.filter(ingredient__slug=slug, grocery_list__placed_at__isnull=False)
    return sum((pantry.packed(row.packs) for row in rows), Decimal(0))


def standing(order: GroceryOrder) -> str:
    order.refresh_from_db()
    return str(order.status)


def test_what_comes_on_thursday_is_not_in_the_kitchen_on_monday(order: GroceryOrder) -> None:
    monday = Decimal(part(MONDAY).amounts["paneer"])
    assert comes(order, part(MONDAY)) == [part(MONDAY)]
    assert (stock("paneer"), stock("rice"), standing(order)) == (monday, bought("rice"), "placed")
    assert 0 < monday < bought("paneer")
    comes(order, part(THURSDAY))
    assert (stock("paneer"), stock("rice"), standing(order)) == (bought("paneer"), bought("rice"), "delivered")


def test_a_part_fills_the_pantry_once(order: GroceryOrder) -> None:
    comes(order, part(MONDAY))
    assert comes(order, part(MONDAY)) == []
    assert stock("rice") == bought("rice")
    said = TimelineEvent.objects.filter(kind="groceries_delivered").values_list("text", flat=True)
    assert list(said) == ["The groceries of Mon 23 Nov are in the kitchen; Priya said so."]


def test_the_queue_asks_for_the_next_part_in_its_own_morning(order: GroceryOrder) -> None:
    comes(order, part(MONDAY))
    item = OpsItem.objects.get(kind="grocery_order", closed_at=None)
    assert item.reason.startswith("On Thu 26 Nov more of the groceries comes to Sharma: Paneer.")
    assert item.due_at is not None
    assert item.due_at.isoformat() == "2026-11-26T00:30:00+00:00"  # six in the morning in India
    comes(order, part(THURSDAY))
    assert not OpsItem.objects.filter(kind="grocery_order", closed_at=None).exists()


def test_a_home_that_changes_its_days_in_between_neither_loses_nor_doubles_anything(order: GroceryOrder) -> None:
    comes(order, part(MONDAY))
    Household.objects.update(delivery_days=[])
    groceries_come(order.plan)
    assert (stock("paneer"), standing(order)) == (bought("paneer"), "delivered")


def test_what_is_listed_after_all_had_come_is_still_to_come_and_on_the_pick_list(
    order: GroceryOrder, home: Home
) -> None:
    """Before, nobody could say that it came: the order was delivered already."""
    groceries_come(order.plan)
    before = stock("rice")
    dinner = meal_of(order.plan, THURSDAY, "dinner")
    headcounts.set_guests(order.plan_id, dinner.pk, 15, by(home.asha), NOW)
    assert standing(order) == "placed"
    more = {row.name_en for each in arriving.coming(order.plan) for row, _amount in arriving.contents(each)}
    assert {pick.name for pick in picking.pick_list([order], NOW).picks} == more
    groceries_come(order.plan)
    assert standing(order) == "delivered"
    assert stock("rice") == bought("rice") >= before


def test_a_list_with_nothing_to_buy_is_nobodys_errand(plan: WeekPlan, home: Home) -> None:
    for slug in Ingredient.objects.filter(staple=False).values_list("slug", flat=True):
        lifecycle.set_at_home(plan.pk, slug, True, by(home.asha), NOW)
    lifecycle.approve(plan.pk, by(home.asha), NOW)
    lifecycle.confirm(plan.pk, Actor("Priya", "staff"), NOW)
    assert GroceryOrder.objects.get().status == "delivered"
    assert not OpsItem.objects.filter(kind="grocery_order").exists()


def test_of_a_week_that_was_called_off_nothing_comes(order: GroceryOrder) -> None:
    lifecycle.cancel(order.plan_id, Actor("Priya", "staff"), "moved away", NOW)
    assert comes(order, part(MONDAY)) == []
    assert (stock("rice"), standing(order)) == (0, "cancelled")


def test_each_line_of_a_list_says_in_the_office_which_meal_it_is_for_and_how_many_eat(
    order: GroceryOrder, admin_client: Client
) -> None:
    page = admin_client.get(url(GroceryList, "change", order.grocery_list_id)).content.decode()
    assert "Mon 23 Nov dinner: Palak Paneer, Roti for 2.5" in page


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(1, 500)), min_size=1, max_size=8),
    st.integers(0, 16),
    st.sets(st.integers(0, 6)),
    st.integers(0, 400),
)
def test_the_parts_of_a_line_are_all_that_was_bought_of_it(
    meals: list[tuple[int, int]], keeps: int, weekdays: set[int], at_home: int
) -> None:
    need = sum(amount for _, amount in meals)
    home = Household(timezone="Asia/Kolkata", delivery_days=sorted(weekdays))
    listed = GroceryList(plan=WeekPlan(household=home, week_start=MONDAY), created_at=NOW, placed_at=NOW)
    line = GroceryLine(
        grocery_list=listed,
        ingredient=Ingredient(shelf_life_days=keeps),
        need=need,
        from_pantry=Decimal(min(at_home, need)),
        packs=[{"size": "200", "count": -(-max(0, need - at_home) // 200), "price_paise": 1}],
        provenance=[{"date": str(MONDAY + timedelta(days=n)), "amount": str(amount)} for n, amount in meals],
    )
    parts = arriving.brought(line)
    assert sum(part.amount for part in parts) == pantry.packed(line.packs)
    assert all(part.amount > 0 for part in parts) or need <= at_home


# --- staff ----------------------------------------------------------------------------------------------------------
def test_the_dialog_offers_each_part_and_the_page_says_what_came(order: GroceryOrder, admin_client: Client) -> None:
    page = admin_client.get(url(GroceryOrder, "change", order.pk)).content.decode()
    assert ("Thu 26 Nov, list 1: Paneer — to come" in page, "Mon 23 Nov, list 1: " in page) == (True, True)
    press(admin_client, GroceryOrder, "delivered", order.pk, chosen=[part(MONDAY).pk], reason="I saw it")
    page = admin_client.get(url(GroceryOrder, "change", order.pk)).content.decode()
    assert ("Paneer — to come" in page, "says admin" in page, standing(order)) == (True, True, "placed")


def test_nothing_ticked_says_nothing(order: GroceryOrder, admin_client: Client) -> None:
    press(admin_client, GroceryOrder, "delivered", order.pk, reason="I saw it")
    assert (stock("rice"), standing(order)) == (0, "placed")


# --- the shop -------------------------------------------------------------------------------------------------------
@pytest.fixture
def shop(home: Home) -> Shop:
    return open_shop()


def token(shop: Shop) -> str:
    row = Offer.objects.filter(contact=shop.contact, action="shop_delivered").order_by("-id")[0]
    return str(row.token)


def test_a_shop_says_each_part_and_a_button_tapped_twice_says_one(shop: Shop, order: GroceryOrder) -> None:
    tap(shop, "shop_accept")
    first = token(shop)
    [said] = tap_again(shop, first)
    assert said.startswith("Thank you, it is noted. Still to come on Thu 26 Nov: Paneer. Tap when that is delivered.")
    assert tap_again(shop, first) == ["Thank you, we have that already."]
    request = ShopRequest.objects.get()
    assert (request.status, part(THURSDAY).arrived_at, standing(order)) == ("accepted", None, "placed")
    assert tap_again(shop, token(shop)) == ["Thank you, it is noted as delivered."]
    assert (status(request), standing(order), stock("paneer")) == ("delivered", "delivered", bought("paneer"))


def test_what_is_left_is_asked_after_in_its_own_morning(shop: Shop, order: GroceryOrder) -> None:
    tap(shop, "shop_accept")
    tap_again(shop, token(shop))
    reminders.run_due(MONDAY_MORNING)
    assert not OpsItem.objects.filter(kind="grocery_order").exists()
    reminders.run_due(later(days=5))
    assert "nobody said that they came" in OpsItem.objects.get(kind="grocery_order").reason


def test_one_shop_does_not_speak_for_another_list(shop: Shop, order: GroceryOrder, home: Home) -> None:
    """A second list was placed with our own desk, when the shop had closed."""
    tap(shop, "shop_accept")
    desk = Vendor.objects.create(name="Desk", kind="ops_desk")
    GroceryOrder.objects.update(vendor=desk)
    dinner = meal_of(order.plan, THURSDAY, "dinner")
    headcounts.set_guests(order.plan_id, dinner.pk, 15, by(home.asha), NOW)
    while status(ShopRequest.objects.get()) == "accepted":
        tap_again(shop, token(shop))
    assert (standing(order), {each.grocery_list.revision for each in arriving.coming(order.plan)}) == ("placed", {2})


def test_what_has_come_cannot_be_called_lacking_and_given_back(shop: Shop, order: GroceryOrder) -> None:
    """Of the paneer a part has come: what the rest is worth a person says."""
    tap(shop, "shop_accept")
    tap_again(shop, token(shop))
    request = ShopRequest.objects.select_related("grocery_list").get()
    assert shop_replies.lines_left(request) == []
    every = list(GroceryLine.objects.values_list("pk", flat=True))
    assert shortages.report(request, every, "the shop", NOW) == []
    assert shop_by_hand.lines_of(order) == []


def test_what_a_shop_named_and_did_not_end_is_settled_before_it_says_delivered(shop: Shop, order: GroceryOrder) -> None:
    tap(shop, "shop_accept")
    tap(shop, "shop_lacks")
    tap(shop, "shop_line", line=GroceryLine.objects.get(ingredient__slug="paneer").pk)
    tap_again(shop, token(shop))
    assert (Shortage.objects.get().status, stock("paneer"), stock("rice")) == ("undecided", 0, bought("rice"))


def test_what_was_merged_since_comes_as_what_it_became(order: GroceryOrder) -> None:
    """The list was written with the name that is gone."""
    expected = bought("rajma")
    merge("toor-dal", "rajma")
    comes(order, *Delivery.objects.all())
    assert (stock("rajma"), stock("toor-dal") - expected >= 0) == (0, True)


def test_what_the_shop_does_not_have_does_not_come(shop: Shop, order: GroceryOrder) -> None:
    tap(shop, "shop_lacks")
    line = GroceryLine.objects.get(ingredient__slug="paneer", grocery_list__revision=1)
    tap(shop, "shop_line", line=line.pk)
    tap(shop, "shop_all")
    tap_again(shop, token(shop))
    assert (stock("paneer"), stock("rice")) == (0, bought("rice"))
