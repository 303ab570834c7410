"""A day's books in the back office, and the file that the accountant takes."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from openpyxl import load_workbook

from households.billing import journal, refunds
from households.billing.models import LedgerEntry
from tests.factories.households import NOW, make_charge, make_household, make_live_link, make_staff
from tests.households.admin_pages import queries

pytestmark = pytest.mark.django_db
DAY = NOW.date()
PERIOD = {"first": DAY.isoformat(), "last": DAY.isoformat()}


def books() -> str:
    return f"{reverse('admin:billing_charge_books')}?day={DAY}"


@pytest.fixture
def paid(provider, deliver):
    """A charge of ₹1,200, paid through its link, ₹100 of it on its way back."""
    charge = make_charge(make_household("=HYPERLINK(1) घर"))
    provider.pay(make_live_link(charge).provider_id)
    deliver(NOW)
    refunds.refund(charge.payments.get().pk, amount_paise=10_000, reason="no paneer", now=NOW)
    refunds.send_refunds(NOW)
    return charge


def test_the_page_shows_what_moved_and_asks_the_provider_only_when_told_to(admin_client, paid, provider):
    provider.calls.clear()
    page = admin_client.get(books())
    assert [row[0] for row in page.context["totals"]] == ["Owed by the household", "Charged", "Received"]
    assert [row[1:] for row in page.context["totals"] if row[0] == "Received"] == [("₹0", "₹1,200", "₹100", "₹1,100")]
    assert (len(page.context["payments"]), len(page.context["refunds"])) == (1, 1)
    assert provider.calls == []


def test_a_right_day_compares_to_nothing(admin_client, paid):
    page = admin_client.post(books())
    assert page.context["differences"] == []
    assert "Nothing differs" in page.content.decode()


def test_money_under_a_link_we_hold_to_be_quiet_is_found_in_the_providers_list(admin_client, paid, provider):
    """Paid after its link had ended, on another day, and its webhook lost: no link of the day knows of it."""
    provider.payments["pay_lost"] = {
        "id": "pay_lost",
        "amount": 77_700,
        "currency": "INR",
        "status": "captured",
        "created_at": int(NOW.timestamp()),
    }
    assert admin_client.post(books()).context["differences"] == [
        "payment pay_lost of ₹777 is at the provider and not here; "
        "run the poll, and if it stays, find out in the dashboard which system it belongs to"
    ]


def test_who_may_only_look_neither_asks_the_provider_nor_takes_the_file(client, paid):
    viewer = make_staff("viewer")
    viewer.user_permissions.add(Permission.objects.get(codename="view_charge"))
    client.force_login(viewer)
    page = client.get(books())
    assert (page.status_code, "For the accountant" in page.content.decode()) == (200, False)
    assert client.post(books()).status_code == 403
    assert client.get(reverse("admin:billing_charge_journal"), {**PERIOD, "kind": "csv"}).status_code == 403


def test_the_page_asks_as_often_for_three_payments_as_for_one(admin_client, paid, provider, deliver):
    one = queries(admin_client, books())
    for name in ("Two", "Three"):
        provider.pay(make_live_link(make_charge(make_household(name))).provider_id)
    deliver(NOW)
    assert queries(admin_client, books()) == one


def test_the_csv_has_every_posting_once_and_its_debits_equal_its_credits(admin_client, paid):
    file = admin_client.get(reverse("admin:billing_charge_journal"), {**PERIOD, "kind": "csv"})
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == LedgerEntry.objects.count() == 6
    sums = [sum(Decimal(row[side] or 0) for row in rows) for side in ("Debit", "Credit")]
    assert sums == [Decimal("2500.00"), Decimal("2500.00")]
    assert file["Content-Disposition"] == f'attachment; filename="bettermeals-journal-{DAY}-{DAY}.csv"'


def test_a_name_that_looks_like_a_formula_is_never_run(admin_client, paid):
    asked = reverse("admin:billing_charge_journal")
    text = admin_client.get(asked, {**PERIOD, "kind": "csv"}).content.decode("utf-8-sig")
    assert {row["Household"] for row in csv.DictReader(io.StringIO(text))} == {"'=HYPERLINK(1) घर"}
    book = load_workbook(io.BytesIO(admin_client.get(asked, {**PERIOD, "kind": "xlsx"}).content))
    cell = book["Journal"]["I2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1) घर", "s")


def test_the_xlsx_adds_up_account_by_account(admin_client, paid):
    file = admin_client.get(reverse("admin:billing_charge_journal"), {**PERIOD, "kind": "xlsx"})
    book = load_workbook(io.BytesIO(file.content))
    assert book["Journal"].max_row == 1 + LedgerEntry.objects.count()
    sums = {row[1]: row[2:6] for row in book["Accounts"].iter_rows(min_row=2, max_row=4, values_only=True)}
    assert sums["Received"] == (0, 1200, 100, 1100)
    assert sum(row[3] for row in sums.values()) == 0


def test_what_came_before_the_period_is_its_opening(paid, deliver):
    later = DAY.replace(day=DAY.day + 1)
    assert [(row.account, row.opening, row.closing) for row in journal.totals(later, later)] == [
        ("Owed by the household", 0, 0),
        ("Charged", -110_000, -110_000),
        ("Received", 110_000, 110_000),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"first": "2026-11-22", "last": "2026-11-21", "kind": "csv"},
        {"first": "2020-01-01", "last": "2026-11-21", "kind": "csv"},
        {"first": "soon", "last": "2026-11-21", "kind": "csv"},
        {**PERIOD, "kind": "pdf"},
    ],
)
def test_a_period_that_makes_no_sense_is_refused_with_the_reason(admin_client, asked):
    response = admin_client.get(reverse("admin:billing_charge_journal"), asked, follow=True)
    assert response.redirect_chain[0][1] == 302
    assert [str(message) for message in response.context["messages"]] != []
