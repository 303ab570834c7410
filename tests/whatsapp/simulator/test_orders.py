"""WhatsApp's Review and pay, played: an order over a payment link, paid or not, and what the business hears of it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.simulator.client import Simulator

AMOUNT = {"value": 234050, "offset": 100}
ITEM = {"name": "Groceries", "amount": AMOUNT, "quantity": 1, "country_of_origin": "India",
        "importer_name": "BetterMeals", "importer_address": {"address_line1": "Hill Road"}}  # fmt: skip
ORDER = {"status": "pending", "items": [ITEM], "subtotal": AMOUNT, "tax": {"value": 0, "offset": 100}}


def interactive(kind: str, name: str, parameters: dict[str, Any]) -> dict[str, Any]:
    action = {"name": name, "parameters": parameters}
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": "Please pay"}, "action": action}}


def details(url: str = "https://rzp.io/i/a", **changes: Any) -> dict[str, Any]:
    parameters = {
        "reference_id": "BM-7",
        "type": "digital-goods",
        "currency": "INR",
        "payment_settings": [{"type": "payment_link", "payment_link": {"uri": url}}],
        "total_amount": AMOUNT,
        "order": ORDER,
    }
    return interactive("order_details", "review_and_pay", parameters | changes)


def status(value: str, reference: str = "BM-7") -> dict[str, Any]:
    return interactive("order_status", "review_order", {"reference_id": reference, "order": {"status": value}})


@pytest.fixture
def open_chat(sim: Simulator) -> Simulator:
    sim.write()
    return sim


def asked(sim: Simulator) -> dict[str, Any]:
    """A link of the provider, wrapped in an order."""
    link = sim.link(reference_id="BM-7")
    sim.send(**details(link["short_url"]))
    return link


def payment_statuses(sim: Simulator) -> list[dict[str, Any]]:
    changes = [c for d in sim.delivered() if d.path != "/payments" for e in d.json["entry"] for c in e["changes"]]
    return [s for change in changes for s in change["value"].get("statuses", []) if s.get("type") == "payment"]


def test_the_phone_shows_what_is_to_be_paid_and_a_button_to_the_link(open_chat: Simulator) -> None:
    link = asked(open_chat)
    shown = open_chat.chat()[-1]
    assert shown["buttons"] == [{"type": "review_and_pay", "text": "Review and pay", "url": link["short_url"]}]
    assert (shown["order"]["total"], shown["order"]["status"]) == (234050, "pending")


def test_paying_tells_both_the_provider_s_word_and_a_payment_status(open_chat: Simulator) -> None:
    link = asked(open_chat)
    payment = open_chat.sim(f"pay/{link['id']}", {})["payment"]
    assert [event["event"] for event in open_chat.events()] == ["payment_link.paid"]
    [told] = payment_statuses(open_chat)
    assert (told["id"], told["status"]) == (open_chat.chat()[-1]["wamid"], "captured")
    assert (told["payment"]["reference_id"], told["payment"]["amount"]) == ("BM-7", AMOUNT)
    assert told["payment"]["transaction"] | {"id": payment["id"], "status": "success"} == told["payment"]["transaction"]
    assert open_chat.chat()[-1]["order"]["status"] == "paid"


def test_a_failed_attempt_is_pending_with_its_reason_and_the_order_stays_payable(open_chat: Simulator) -> None:
    link = asked(open_chat)
    open_chat.sim(f"pay/{link['id']}/fail", {})
    [told] = payment_statuses(open_chat)
    transaction = told["payment"]["transaction"]
    assert (told["status"], transaction["status"], transaction["error"]["reason"]) == (
        "pending",
        "failed",
        "payment_declined",
    )
    open_chat.sim(f"pay/{link['id']}", {})
    assert [told["status"] for told in payment_statuses(open_chat)] == ["pending", "captured"]


def test_a_link_that_no_order_wraps_tells_nothing_but_the_provider_s_word(open_chat: Simulator) -> None:
    open_chat.sim(f"pay/{open_chat.link(reference_id='BM-8')['id']}", {})
    assert (payment_statuses(open_chat), len(open_chat.events())) == ([], 1)


def test_a_status_changes_the_order_s_bubble_and_a_paid_one_cannot_be_canceled(open_chat: Simulator) -> None:
    link = asked(open_chat)
    open_chat.sim(f"pay/{link['id']}", {})
    assert open_chat.refused(**status("canceled")) == (400, 2046)
    open_chat.send(**status("processing"))
    assert [m["order"]["status"] for m in open_chat.chat() if m["order"]] == ["processing", "processing"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (details(reference_id="BM 7"), 131009),
        (details(reference_id="B" * 36), 131009),
        (details(currency="ILS"), 100),
        (details(total_amount={"value": 1, "offset": 100}), 131009),
        (details(order=ORDER | {"subtotal": {"value": 1, "offset": 100}}), 131009),
        (details(order=ORDER | {"items": [{**ITEM, "importer_name": ""}]}), 131008),
        (details(url="rzp.io/i/a"), 100),
        (details(payment_settings=[]), 100),
        (status("processing", "BM-9"), 2047),
        (status("paid"), 100),
    ],
)
def test_what_meta_refuses(open_chat: Simulator, message: dict[str, Any], code: int) -> None:
    assert open_chat.refused(**message) == (400, code)


def test_a_reference_is_used_for_one_order_only(open_chat: Simulator) -> None:
    open_chat.send(**details())
    assert open_chat.refused(**details()) == (400, 131009)


def test_an_order_waits_for_an_open_window(sim: Simulator) -> None:
    assert sim.refused(**details()) == (400, 131047)
