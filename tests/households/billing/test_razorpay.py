"""The client against broken wires and refusals; how it speaks to a whole provider is in test_simulator.py."""

from __future__ import annotations

import json
import traceback
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from households.billing.provider import AnswerUnknown, LinkRequest, NotPossible, ProviderError, State
from households.billing.providers import named
from households.billing.razorpay import Razorpay
from tests.factories.households import NOW

BASE = "https://api.example.test"
KEY, SECRET = "rzp_test_abc", "a-secret-that-must-not-show"
ENTITY = {
    "id": "plink_1",
    "reference_id": "BM-1-r1-AAAA",
    "amount": 120_000,
    "currency": "INR",
    "status": "created",
    "short_url": "https://rzp.io/i/x",
    "payments": None,
}
REQUEST = LinkRequest(
    reference="BM-1-r1-AAAA",
    amount_paise=120_000,
    currency="INR",
    description="Groceries",
    expires_at=NOW + timedelta(hours=24),
    return_url="https://bettermeals.test/pay/return/BM-1-r1-AAAA",
)


@pytest.fixture
def client():
    return Razorpay(key_id=KEY, key_secret=SECRET, base_url=BASE)


@pytest.fixture
def wire():
    with responses.RequestsMock() as mock:
        yield mock


def test_a_link_is_asked_for_with_everything_that_matters_and_no_second_voice(client, wire):
    wire.post(f"{BASE}/v1/payment_links", json=ENTITY)
    state = client.create(REQUEST)
    request = wire.calls[0].request
    assert request.headers["Authorization"].startswith("Basic ")
    assert json.loads(request.body) == {
        "amount": 120_000,
        "currency": "INR",
        "accept_partial": False,
        "reference_id": "BM-1-r1-AAAA",
        "description": "Groceries",
        "expire_by": int((NOW + timedelta(hours=24)).timestamp()),
        "notify": {"sms": False, "email": False},
        "reminder_enable": False,
        "callback_url": "https://bettermeals.test/pay/return/BM-1-r1-AAAA",
        "callback_method": "get",
    }
    assert (state.provider_id, state.state, state.payments) == ("plink_1", State.OPEN, ())


def test_every_call_has_a_timeout(client, wire):
    wire.get(f"{BASE}/v1/payment_links/plink_1", json=ENTITY)
    client.fetch("plink_1")
    assert wire.calls[0].request.req_kwargs["timeout"] == (5, 20)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"body": requests.ConnectTimeout("slow")}, AnswerUnknown),
        ({"body": requests.ReadTimeout("slow")}, AnswerUnknown),
        ({"body": requests.ConnectionError("cut")}, AnswerUnknown),
        ({"status": 500, "json": {"error": {"code": "SERVER_ERROR"}}}, AnswerUnknown),
        ({"status": 502, "body": "<html>Bad gateway</html>"}, AnswerUnknown),
        ({"status": 200, "body": "<html>captive portal</html>"}, AnswerUnknown),
        ({"status": 200, "json": ["not an object"]}, AnswerUnknown),
        ({"status": 400, "json": {"error": {"description": "amount too small"}}}, NotPossible),
        ({"status": 400, "body": "not even json"}, NotPossible),
        ({"status": 404, "json": {"error": "a text"}}, NotPossible),
    ],
)
def test_a_failure_says_whether_it_may_have_been_done(client, wire, answer, error):
    wire.post(f"{BASE}/v1/payment_links", **answer)
    with pytest.raises(error) as raised:
        client.create(REQUEST)
    assert type(raised.value) is error


@pytest.mark.parametrize("status", [401, 403, 409, 429])
def test_what_is_worth_another_try_is_not_permanent(client, wire, status):
    wire.post(f"{BASE}/v1/payment_links", status=status, json={"error": {"description": "not now"}})
    with pytest.raises(ProviderError, match="not now") as raised:
        client.create(REQUEST)
    assert (type(raised.value), raised.value.permanent) == (ProviderError, False)


@pytest.mark.parametrize("answer", [{"status": 401, "json": {}}, {"body": requests.ReadTimeout("x")}, {"status": 500}])
def test_the_key_is_in_no_error_and_no_repr(client, wire, answer):
    wire.get(f"{BASE}/v1/payment_links/plink_1", **answer)
    with pytest.raises(ProviderError) as raised:
        client.fetch("plink_1")
    shown = "".join(traceback.format_exception(raised.value)) + repr(client) + str(client)
    assert (SECRET in shown, KEY in shown) == (False, False)


def test_the_list_names_no_payments_so_the_link_found_is_fetched(client, wire):
    wire.get(f"{BASE}/v1/payment_links", json={"payment_links": [ENTITY | {"reference_id": "other"}, ENTITY]})
    paid = {"payment_id": "pay_1", "amount": 120_000, "status": "captured", "created_at": 1_795_232_000}
    failed = {"payment_id": "pay_0", "amount": 120_000, "status": "failed", "created_at": 1_795_231_000}
    wire.get(f"{BASE}/v1/payment_links/plink_1", json=ENTITY | {"status": "paid", "payments": [failed, paid]})
    state = client.find("BM-1-r1-AAAA")
    assert state.state == State.PAID
    assert [(p.provider_payment_id, p.amount_paise, p.currency, p.captured_at) for p in state.payments] == [
        ("pay_1", 120_000, "INR", datetime.fromtimestamp(1_795_232_000, UTC))
    ]


def test_a_reference_that_the_provider_does_not_know_is_none(client, wire):
    wire.get(f"{BASE}/v1/payment_links", json={"payment_links": []})
    assert client.find("BM-1-r1-AAAA") is None


def test_a_status_outside_the_contract_is_an_error_and_no_guess(client, wire):
    wire.get(f"{BASE}/v1/payment_links/plink_1", json=ENTITY | {"status": "frozen"})
    with pytest.raises(ProviderError, match="'frozen', which is not in its contract"):
        client.fetch("plink_1")


def test_a_refund_carries_its_key_and_the_same_bytes_on_every_try(client, wire):
    for _ in range(2):
        answer = {"id": "rfnd_1", "status": "pending"}
        wire.post(f"{BASE}/v1/payments/pay_1/refund", json=answer)
        state = client.refund("pay_1", amount_paise=500, idempotency_key="bm-0123456789", reason="Paneer missing")
    first, second = (call.request for call in wire.calls)
    assert (first.headers["X-Refund-Idempotency"], first.body) == ("bm-0123456789", second.body)
    assert (state.provider_refund_id, state.processed, state.failed) == ("rfnd_1", False, False)


def test_a_refund_is_found_among_the_payments_refunds(client, wire):
    items = [{"id": "rfnd_0", "status": "failed"}, {"id": "rfnd_1", "status": "processed"}]
    wire.get(f"{BASE}/v1/payments/pay_1/refunds", json={"items": items})
    assert client.fetch_refund("pay_1", "rfnd_1").processed is True


def test_a_refund_that_is_not_listed_is_an_error(client, wire):
    wire.get(f"{BASE}/v1/payments/pay_1/refunds", json={"items": []})
    with pytest.raises(ProviderError, match="does not list the refund rfnd_1"):
        client.fetch_refund("pay_1", "rfnd_1")


def test_the_settings_name_the_provider_and_a_wrong_name_says_which_there_are():
    assert [named(name).name for name in ("razorpay", "manual")] == ["razorpay", "manual"]
    with pytest.raises(LookupError, match="there are razorpay and manual"):
        named("stripe")
