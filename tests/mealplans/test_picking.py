"""The pick list: what is placed and not at home, each ingredient once for all homes, as PDF and XLSX."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from households.billing.models import Charge
from households.models import Household
from mealplans import arriving, lifecycle, picking
from mealplans.models import GroceryLine, GroceryList, GroceryOrder, WeekPlan
from mealplans.outcomes import Actor
from mealplans.printing import documents
from tests.factories.households import MONDAY, NOW, make_household
from tests.factories.mealplans import Home
from tests.households.admin_pages import queries
from tests.mealplans.people import pay


@pytest.fixture
def order(plan: WeekPlan, home: Home) -> GroceryOrder:
    """Sharma's week, approved, paid and therefore placed."""
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    pay(Charge.objects.get())
    return GroceryOrder.objects.get()


def same_order_for(name: str, order: GroceryOrder) -> GroceryOrder:
    """Another home that ordered exactly the same."""
    household: Household = make_household(name)
    plan = WeekPlan.objects.create(household=household, week_start=MONDAY, status="confirmed", created_at=NOW)
    listed = GroceryList.objects.create(plan=plan, revision=1, total_paise=0, placed_at=NOW, created_at=NOW)
    for line in GroceryLine.objects.filter(grocery_list__plan=order.plan):
        line.pk, line.grocery_list = None, listed
        line.save(force_insert=True)
    arriving.expect(listed)
    return GroceryOrder.objects.create(plan=plan, grocery_list=listed, vendor=order.vendor, status="placed")


def listed(*orders: GroceryOrder) -> picking.PickList:
    return picking.pick_list(GroceryOrder.objects.filter(pk__in=[order.pk for order in orders]), NOW)


def test_the_list_of_one_home_costs_what_the_home_is_charged(order: GroceryOrder) -> None:
    found = listed(order)
    assert found.total_paise == Charge.objects.get().amount_paise
    assert sum(pick.price_paise for pick in found.picks) == found.total_paise
    assert [pick.name for pick in found.picks].count("Rice") == 1


def test_two_homes_are_one_walk_through_the_shop_and_two_bags(order: GroceryOrder) -> None:
    [alone] = [pick for pick in listed(order).picks if pick.name == "Rice"]
    [rice] = [pick for pick in listed(order, same_order_for("Iyer", order)).picks if pick.name == "Rice"]
    assert rice.packs == tuple((size, 2 * count) for size, count in alone.packs)
    assert [share.home for share in rice.shares] == ["Iyer", "Sharma"]
    assert {share.packs for share in rice.shares} == {alone.in_words}
    assert rice.price_paise == 2 * alone.price_paise


def test_what_is_at_home_is_nobodys_errand(order: GroceryOrder) -> None:
    GroceryLine.objects.filter(ingredient__slug="rice").update(packs=[], price_paise=0)
    assert "Rice" not in [pick.name for pick in listed(order).picks]


@pytest.mark.parametrize("status", ["waiting", "delivered", "cancelled"])
def test_an_order_that_is_not_to_be_bought_now_makes_no_list(order: GroceryOrder, status: str) -> None:
    GroceryOrder.objects.update(status=status)
    with pytest.raises(picking.NothingToPick, match="not placed, delivered already, or empty"):
        listed(order)


def test_packs_are_said_as_a_shop_says_them() -> None:
    assert picking.packs_in_words([(Decimal(1000), 1), (Decimal(500), 2)], "g") == "1 × 1 kg + 2 × 500 g"
    assert picking.packs_in_words([(Decimal(6), 2)], "piece") == "2 × 6 pc"


def test_the_xlsx_adds_up_to_the_charge_and_runs_no_formula(order: GroceryOrder) -> None:
    Household.objects.update(name="=1+1")
    sheet = load_workbook(io.BytesIO(documents.as_xlsx(listed(order))))["Pick list"]
    rows = list(sheet.iter_rows(min_row=2))
    assert sum(Decimal(str(row[-1].value)) for row in rows) * 100 == Charge.objects.get().amount_paise
    assert {(row[3].value, row[3].data_type) for row in rows} == {("=1+1", "s")}


@pytest.mark.parametrize("name", ["Sharma", "शर्मा परिवार", '#eval("1") "quoted" \\ $x$'])
def test_the_pdf_is_made_with_our_own_fonts_whatever_the_home_is_called(order: GroceryOrder, name: str) -> None:
    """No text of a home is code to the typesetter, and Devanagari is shaped without a font of the machine."""
    Household.objects.update(name=name)
    made = documents.as_pdf(listed(order))
    assert made.startswith(b"%PDF-1.")
    assert b"NotoSansDevanagari" in made


def test_staff_take_it_from_the_order_and_from_a_selection(order: GroceryOrder, admin_client: Client) -> None:
    page = admin_client.get(reverse("admin:mealplans_groceryorder_change", args=[order.pk])).content.decode()
    for kind, start in (("pdf", b"%PDF"), ("xlsx", b"PK")):
        address = reverse("admin:mealplans_groceryorder_picklist", args=[order.pk, kind])
        assert address in page
        assert admin_client.get(address).content.startswith(start)
    chosen = {"action": "pick_list_pdf", "_selected_action": [order.pk]}
    response: Any = admin_client.post(reverse("admin:mealplans_groceryorder_changelist"), chosen)
    named = r'attachment; filename="pick-list-\d{4}-\d\d-\d\d-\d{4}\.pdf"'
    assert re.fullmatch(named, response["Content-Disposition"])


def test_a_selection_with_nothing_to_buy_is_answered_in_words(order: GroceryOrder, admin_client: Client) -> None:
    GroceryOrder.objects.update(status="delivered")
    chosen = {"action": "pick_list_xlsx", "_selected_action": [order.pk]}
    response = admin_client.post(reverse("admin:mealplans_groceryorder_changelist"), chosen, follow=True)
    assert "Nothing is to be bought" in response.content.decode()


def test_the_list_asks_as_often_for_three_homes_as_for_one(order: GroceryOrder, admin_client: Client) -> None:
    address = reverse("admin:mealplans_groceryorder_changelist")
    one = queries(admin_client, address)
    for name in ("Iyer", "Khan"):
        same_order_for(name, order)
    assert queries(admin_client, address) == one
