"""Meta's prices as rows: the newest that has begun holds, and a country without one is said by its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from bettermeals import roles
from tests.factories.whatsapp import NOW
from tests.households.admin_pages import queries
from whatsapp import rates, rates_said
from whatsapp.models import MessageRate

pytestmark = pytest.mark.django_db
PAGE = "/admin/whatsapp/messagerate/"
TODAY = date(2026, 11, 21)
GULF = {
    "region": "The Gulf", "countries": "sa, ae", "category": "UTILITY", "currency": "USD", "price": "0.0157",
    "valid_from": "2026-10-01", "source": "Meta's card of October 2026",
}  # fmt: skip
DUBAI, DELHI, KATHMANDU = "971501234567", "919810000001", "9779841234567"


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def finance(client: Client) -> Client:
    return sign_in(client, "finance")


def sign_in(client: Client, role: str) -> Client:
    roles.bring_up_to_date()
    user = User.objects.create_user(role, is_staff=True)
    user.groups.set(Group.objects.filter(name=role))
    client.force_login(user)
    return client


def sent(*addresses: str, on: date = TODAY) -> list[rates.Sent]:
    return [rates.Sent(address, "UTILITY", on) for address in addresses]


def rate(valid_from: date, price: str) -> MessageRate:
    return MessageRate.objects.create(
        region="India", countries="IN", category="UTILITY", currency="INR", price=Decimal(price), valid_from=valid_from
    )


def test_what_the_code_held_for_india_is_there_from_the_first_migrate() -> None:
    held = MessageRate.objects.values_list("region", "countries", "category", "currency", "price", "valid_from")
    begun = date(2026, 1, 1)
    assert list(held) == [
        ("India", "IN", "AUTHENTICATION", "INR", Decimal("0.115"), begun),
        ("India", "IN", "MARKETING", "INR", Decimal("0.8631"), begun),
        ("India", "IN", "UTILITY", "INR", Decimal("0.115"), begun),
    ]


def test_finance_adds_a_region_on_the_page_and_the_forecast_knows_its_countries(finance: Client) -> None:
    assert finance.post(f"{PAGE}add/", GULF).status_code == 302
    cost = rates.forecast(sent(DUBAI, DUBAI, DELHI, KATHMANDU, KATHMANDU))
    assert cost == rates.Forecast({"USD": 4, "INR": 12}, 3, {"NP": 2})
    assert rates_said.expected(cost) == "₹0.12 + $0.04; 2 without a rate: no rate for Nepal (2)"
    with translation.override("hi"):
        assert rates_said.without(cost.without) == "2 बिना दर के: नेपाल की दर नहीं है (2)"


@pytest.mark.parametrize(
    ("on", "paise"),
    [(date(2025, 12, 31), None), (date(2026, 9, 30), 12), (date(2026, 10, 1), 20), (date(2026, 12, 1), 30)],
)
def test_the_newest_rate_that_has_begun_holds_on_a_day(on: date, paise: int | None) -> None:
    rate(date(2026, 12, 1), "0.30")
    rate(date(2026, 10, 1), "0.20")
    expected = rates.Forecast({}, 0, {"IN": 1}) if paise is None else rates.Forecast({"INR": paise}, 1, {})
    assert rates.forecast(sent(DELHI, on=on)) == expected


@pytest.mark.parametrize(
    ("address", "country"),
    [(DELHI, "IN"), (DUBAI, "AE"), ("14155550100", "US"), ("IN.471100", "IN"), ("", ""), ("erased:7", "")],
)
def test_a_country_is_told_from_a_number_or_from_metas_own_id(address: str, country: str) -> None:
    assert rates.country_of(address) == country


def test_where_nothing_tells_the_country_that_is_said_too() -> None:
    assert rates_said.expected(rates.forecast(sent(""))) == "1 without a rate: no rate for an unknown country (1)"


def test_a_country_that_does_not_exist_is_refused(finance: Client) -> None:
    answer = finance.post(f"{PAGE}add/", GULF | {"countries": "AE XY"})
    assert answer.context["adminform"].form.errors == {"countries": ["No country is called XY."]}


def test_two_prices_from_one_day_for_one_country_are_refused(finance: Client) -> None:
    finance.post(f"{PAGE}add/", GULF)
    answer = finance.post(f"{PAGE}add/", GULF | {"region": "Emirates", "countries": "AE"})
    told = "AE already has a price in “The Gulf, utility, 2026-10-01”."
    assert answer.context["adminform"].form.errors == {"countries": [told]}


def test_a_change_stands_in_the_history_with_both_prices(finance: Client) -> None:
    finance.post(f"{PAGE}add/", GULF)
    row = MessageRate.objects.get(region="The Gulf")
    finance.post(f"{PAGE}{row.pk}/change/", GULF | {"countries": "AE SA", "price": "0.02"})
    shown = finance.get(f"{PAGE}{row.pk}/history/").content.decode()
    (told,) = json.loads(LogEntry.objects.latest("pk").change_message)
    assert told["changed"] == {"fields": ["Price"], "values": {"price": ["0.015700", "0.02"]}}
    assert "Changed Price." in shown


@pytest.mark.parametrize(("role", "may"), [("viewer", 403), ("ops", 403), ("catalogue", 403), ("admin", 302)])
def test_whoever_moves_no_money_looks_at_rates_only(client: Client, role: str, may: int) -> None:
    sign_in(client, role)
    assert (client.get(PAGE).status_code, client.post(f"{PAGE}add/", GULF).status_code) == (200, may)


def standings(client: Client) -> list[Any]:
    rows = client.get(PAGE).context["cl"].result_list
    return [(f"{row.valid_from}", row.replaced) for row in rows if row.category == "UTILITY"]


def test_the_list_says_which_row_holds_today_and_asks_as_often_for_three(finance: Client) -> None:
    MessageRate.objects.exclude(category="UTILITY").delete()
    finance.get(PAGE)
    one = queries(finance, PAGE)
    rate(date(2026, 12, 1), "0.30")
    rate(date(2026, 10, 1), "0.20")
    assert queries(finance, PAGE) == one
    assert standings(finance) == [("2026-12-01", False), ("2026-10-01", False), ("2026-01-01", True)]
    shown = finance.get(PAGE).content.decode()
    assert [word in shown for word in ("not yet", "holds", "replaced", "₹0.115")] == [True] * 4


def test_a_forecast_reads_the_rates_once_however_many_there_are() -> None:
    counts = []
    for day in (1, 2, 3):
        rate(date(2026, 11, day), "0.1")
        with CaptureQueriesContext(connection) as found:
            rates.forecast(sent(DELHI, DUBAI, KATHMANDU))
        counts.append(len(found))
    assert counts == [1, 1, 1]
