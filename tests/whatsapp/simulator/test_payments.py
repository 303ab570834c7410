"""The payment provider: links, races, refunds, signed events and the hosted page."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.whatsapp.simulator.client import KEY, Simulator, eventually
from tests.whatsapp.simulator.conftest import START, VirtualClock
from whatsapp.simulator.http.pay_page import rupees

NOW = int(START.timestamp())


def test_a_new_link_is_created_with_a_short_url_and_its_order(virtual: VirtualClock, sim: Simulator) -> None:
    link = sim.link(reference_id="BM-7", description="Groceries", expire_by=NOW + 900, notes={"order": "7"})
    wanted = {
        "amount": 234050, "amount_paid": 0, "currency": "INR", "status": "created", "reference_id": "BM-7",
        "description": "Groceries", "created_at": NOW, "expire_by": NOW + 900, "payments": None,
        "short_url": f"{sim.url}/pay/{link['id']}", "notes": {"order": "7"},
    }  # fmt: skip
    assert {k: link[k] for k in wanted} == wanted
    assert link["id"].startswith("plink_")
    assert sim.pay_api("GET", f"payment_links/{link['id']}").json() == link


@pytest.mark.parametrize("auth", [None, (KEY[0], "wrong"), ("wrong", KEY[1])])
def test_wrong_credentials_are_401(sim: Simulator, auth: Any) -> None:
    answer = sim.pay_api("GET", "payment_links", auth=auth)
    assert (answer.status_code, answer.json()["error"]["description"]) == (401, "Authentication failed")


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({"amount": None}, "amount"),
        ({"amount": "234050"}, "amount"),
        ({"amount": 99}, "amount"),
        ({"amount": 23.5}, "amount"),
        ({"currency": "EUR"}, "currency"),
        ({"reference_id": "x" * 41}, "reference_id"),
        ({"expire_by": NOW + 899}, "expire_by"),
        ({"notes": {str(n): "x" for n in range(16)}}, "notes"),
        ({"description": "x" * 2049}, "description"),
        ({"callback_url": "nowhere"}, "callback_url"),
        ({"callback_url": "https://a.in"}, "callback_method"),
        ({"upi_link": True, "accept_partial": True}, "accept_partial"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_links_are_refused_and_name_the_field(
    virtual: VirtualClock, sim: Simulator, source: dict[str, Any], field: str
) -> None:
    answer = sim.pay_api("POST", "payment_links", json={"amount": 234050, "currency": "INR"} | source)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["field"]) == (400, "BAD_REQUEST_ERROR", field)
    assert set(error) == {"code", "description", "source", "step", "reason", "metadata", "field"}


def test_a_reference_is_used_once_and_finds_its_link(sim: Simulator) -> None:
    link = sim.link(reference_id="BM-7")
    again = sim.pay_api("POST", "payment_links", json={"amount": 100, "reference_id": "BM-7"})
    assert again.json()["error"]["field"] == "reference_id"
    found = sim.pay_api("GET", "payment_links", params={"reference_id": "BM-7"}).json()
    assert [k["id"] for k in found["payment_links"]] == [link["id"]]
    assert sim.pay_api("GET", "payment_links", params={"reference_id": "BM-8"}).json() == {"payment_links": []}


def test_an_unknown_link_or_payment_is_400(sim: Simulator) -> None:
    for path in ("payment_links/plink_none", "payments/pay_none"):
        answer = sim.pay_api("GET", path)
        assert (answer.status_code, answer.json()["error"]["description"]) == (400, "The id provided does not exist")


def test_paying_settles_the_link_and_tells_it_signed(sim: Simulator) -> None:
    link = sim.link(reference_id="BM-7")
    payment = sim.sim(f"pay/{link['id']}", {})["payment"]
    delivered = sim.delivered()[-1]
    signature = hmac.new(b"simulator-webhook-secret", delivered.raw, hashlib.sha256).hexdigest()
    assert delivered.headers["x-razorpay-signature"] == signature
    assert delivered.headers["x-razorpay-event-id"]
    event = delivered.json
    assert (event["entity"], event["event"]) == ("event", "payment_link.paid")
    assert event["contains"] == ["payment_link", "order", "payment"]
    entities = {name: part["entity"] for name, part in event["payload"].items()}
    assert (entities["payment_link"]["status"], entities["payment_link"]["amount_paid"]) == ("paid", 234050)
    assert entities["payment_link"]["payments"][0]["payment_id"] == payment["id"]
    assert (entities["order"]["id"], entities["order"]["status"]) == (entities["payment"]["order_id"], "paid")
    assert entities["payment"] == sim.pay_api("GET", f"payments/{payment['id']}").json()
    assert (payment["status"], payment["amount"], payment["method"]) == ("captured", 234050, "upi")


class TestRaces:
    def test_a_paid_link_is_paid_again_only_when_forced(self, sim: Simulator) -> None:
        id_ = sim.link()["id"]
        sim.sim(f"pay/{id_}", {})
        assert sim.sim(f"pay/{id_}", {}, status=400) == {"error": "Payment Link is paid"}
        sim.sim(f"pay/{id_}?again=1", {})
        events = sim.events()
        assert [e["event"] for e in events] == ["payment_link.paid"] * 2
        assert len({e["payload"]["payment"]["entity"]["id"] for e in events}) == 2
        assert events[1]["payload"]["payment_link"]["entity"]["amount_paid"] == 2 * 234050

    def test_it_expires_by_the_clock_and_can_be_paid_late_when_forced(
        self, virtual: VirtualClock, sim: Simulator
    ) -> None:
        id_ = sim.link(expire_by=NOW + 900)["id"]
        virtual.to(899)
        assert sim.pay_api("GET", f"payment_links/{id_}").json()["status"] == "created"
        virtual.to(900)
        assert sim.pay_api("GET", f"payment_links/{id_}").json()["status"] == "expired"
        sim.sim(f"pay/{id_}", {}, status=400)
        sim.sim(f"pay/{id_}?late=1", {})
        assert [e["event"] for e in sim.events()] == ["payment_link.expired", "payment_link.paid"]

    def test_expiry_is_told_without_anybody_asking(self, virtual: VirtualClock, sim: Simulator) -> None:
        sim.link(expire_by=NOW + 900)
        virtual.to(900)
        assert eventually(sim.events)[0]["event"] == "payment_link.expired"

    def test_a_link_can_be_made_to_expire_now(self, sim: Simulator) -> None:
        link = sim.link(reference_id="BM-7")
        assert sim.sim("expire-links", {"id": "BM-7"}) == {"expired": 1}
        assert sim.pay_api("GET", f"payment_links/{link['id']}").json()["status"] == "expired"

    def test_cancelling_loses_against_a_payer(self, sim: Simulator) -> None:
        id_ = sim.link()["id"]
        sim.sim(f"pay/{id_}", {})
        answer = sim.pay_api("POST", f"payment_links/{id_}/cancel")
        assert (answer.status_code, answer.json()["error"]["description"]) == (
            400,
            "Payment Link cannot be cancelled in paid state",
        )

    def test_a_cancelled_link_is_told_and_can_still_be_paid_when_forced(self, sim: Simulator) -> None:
        id_ = sim.link()["id"]
        assert sim.pay_api("POST", f"payment_links/{id_}/cancel").json()["status"] == "cancelled"
        sim.sim(f"pay/{id_}", {}, status=400)
        sim.sim(f"pay/{id_}?late=1", {})
        assert [e["event"] for e in sim.events()] == ["payment_link.cancelled", "payment_link.paid"]

    def test_too_little_arrives_as_partially_paid_and_too_much_as_paid(self, sim: Simulator) -> None:
        short, over = sim.link()["id"], sim.link()["id"]
        sim.sim(f"pay/{short}", {"amount": 1000}, status=400)
        sim.sim(f"pay/{short}", {"amount": 1000, "force": True})
        sim.sim(f"pay/{over}", {"amount": 999999, "force": True})
        found = [(e["event"], e["payload"]["payment"]["entity"]["amount"]) for e in sim.events()]
        assert found == [("payment_link.partially_paid", 1000), ("payment_link.paid", 999999)]

    def test_a_failed_attempt_leaves_the_link_open(self, sim: Simulator) -> None:
        id_ = sim.link()["id"]
        payment = sim.sim(f"pay/{id_}/fail", {})["payment"]
        assert (payment["status"], payment["error_reason"]) == ("failed", "payment_declined")
        assert sim.pay_api("GET", f"payment_links/{id_}").json()["status"] == "created"
        assert sim.events()[0]["event"] == "payment.failed"


class TestChanging:
    def test_all_but_the_amount(self, virtual: VirtualClock, sim: Simulator) -> None:
        id_ = sim.link(reference_id="BM-7")["id"]
        changed = sim.pay_api("PATCH", f"payment_links/{id_}", json={"reference_id": "BM-8", "expire_by": NOW + 5000})
        assert (changed.json()["reference_id"], changed.json()["expire_by"]) == ("BM-8", NOW + 5000)
        refused = sim.pay_api("PATCH", f"payment_links/{id_}", json={"amount": 100})
        assert (refused.status_code, refused.json()["error"]["field"]) == (400, "amount")

    def test_not_once_paid(self, sim: Simulator) -> None:
        id_ = sim.link()["id"]
        sim.sim(f"pay/{id_}", {})
        assert sim.pay_api("PATCH", f"payment_links/{id_}", json={"notes": {}}).status_code == 400


class TestRefunds:
    def refund(self, sim: Simulator, payment: str, key: str = "refund-0001", **source: Any) -> Any:
        headers = {"X-Refund-Idempotency": key} if key else {}
        return sim.pay_api("POST", f"payments/{payment}/refund", json=source, headers=headers)

    @pytest.fixture
    def paid(self, sim: Simulator) -> str:
        return str(sim.sim(f"pay/{sim.link()['id']}", {})["payment"]["id"])

    def test_part_then_the_rest_and_no_more(self, sim: Simulator, paid: str) -> None:
        assert self.refund(sim, paid, "refund-0001", amount=50).json()["amount"] == 50
        assert self.refund(sim, paid, "refund-0002").json()["amount"] == 234000
        payment = sim.pay_api("GET", f"payments/{paid}").json()
        assert (payment["status"], payment["refund_status"], payment["amount_refunded"]) == ("refunded", "full", 234050)
        assert self.refund(sim, paid, "refund-0003", amount=1).status_code == 400
        assert [e["event"] for e in sim.events()][1:] == ["refund.processed"] * 2
        assert sim.pay_api("GET", f"payments/{paid}/refunds").json()["count"] == 2

    def test_the_same_key_and_body_is_one_refund(self, sim: Simulator, paid: str) -> None:
        first, second = (self.refund(sim, paid, amount=50).json()["id"] for _ in range(2))
        assert first == second
        assert self.refund(sim, paid, amount=60).json()["error"]["field"] == "X-Refund-Idempotency"
        assert self.refund(sim, paid, key="short").json()["error"]["field"] == "X-Refund-Idempotency"

    @pytest.mark.parametrize("amount", [0, -5, 234051, "all", 1.5])
    def test_bad_amounts_are_refused(self, sim: Simulator, paid: str, amount: Any) -> None:
        assert self.refund(sim, paid, amount=amount).json()["error"]["field"] == "amount"

    def test_a_failed_payment_cannot_be_refunded(self, sim: Simulator) -> None:
        payment = sim.sim(f"pay/{sim.link()['id']}/fail", {})["payment"]["id"]
        assert self.refund(sim, payment).status_code == 400


class TestHostedPage:
    def test_it_shows_who_what_and_how_much(self, sim: Simulator) -> None:
        link = sim.link(description="Groceries <b>", reference_id="BM-7")
        found = sim.session.get(link["short_url"])
        assert "₹2,340.50" in found.text
        assert "Groceries &lt;b&gt;" in found.text
        for words in ("BetterMeals", "BM-7", "Pay by UPI", "Fail this payment", "Leave without paying"):
            assert words in found.text

    def test_paying_goes_back_to_the_merchant_with_a_signed_return(self, sim: Simulator) -> None:
        link = sim.link(reference_id="BM-7", callback_url="https://shop.in/back?x=1", callback_method="get")
        answer = sim.session.post(link["short_url"] + "/pay", allow_redirects=False)
        assert answer.status_code == 303
        back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        payment = back["razorpay_payment_id"]
        signed = f"{link['id']}|BM-7|paid|{payment}".encode()
        expected = hmac.new(KEY[1].encode(), signed, hashlib.sha256).hexdigest()
        assert back == {
            "x": "1",
            "razorpay_payment_id": payment,
            "razorpay_payment_link_id": link["id"],
            "razorpay_payment_link_reference_id": "BM-7",
            "razorpay_payment_link_status": "paid",
            "razorpay_signature": expected,
        }
        assert sim.events()[0]["event"] == "payment_link.paid"

    def test_without_a_return_address_it_says_thank_you_and_offers_nothing_more(self, sim: Simulator) -> None:
        found = sim.session.post(sim.link()["short_url"] + "/pay").text
        assert "Paid. Thank you!" in found
        assert "Pay by UPI" not in found

    def test_failing_and_leaving_keep_it_open(self, sim: Simulator) -> None:
        url = sim.link()["short_url"]
        assert "You can try again" in sim.session.post(url + "/fail").text.replace("you can", "You can")
        assert "You left without paying" in sim.session.post(url + "/leave").text
        assert "Pay by UPI" in sim.session.get(url).text
        assert [e["event"] for e in sim.events()] == ["payment.failed"]

    def test_paying_twice_from_two_tabs_is_refused_the_second_time(self, sim: Simulator) -> None:
        url = sim.link()["short_url"]
        assert [sim.session.post(url + "/pay").status_code for _ in range(2)] == [200, 409]

    def test_unknown_links_and_actions_are_404(self, sim: Simulator) -> None:
        assert sim.session.get(sim.url + "/pay/plink_none").status_code == 404
        assert sim.session.post(sim.link()["short_url"] + "/steal").status_code == 404


@pytest.mark.parametrize(
    ("paise", "words"),
    [
        (100, "₹1"),
        (150, "₹1.50"),
        (99900, "₹999"),
        (100000, "₹1,000"),
        (12345650, "₹1,23,456.50"),
        (1000000000, "₹1,00,00,000"),
    ],
)
def test_amounts_are_grouped_the_indian_way(paise: int, words: str) -> None:
    assert rupees(paise) == words


@given(st.integers(0, 10**14))
def test_grouping_loses_no_digit(paise: int) -> None:
    shown = rupees(paise).removeprefix("₹").replace(",", "")
    whole, _, rest = shown.partition(".")
    assert int(whole) * 100 + int(rest or 0) == paise
