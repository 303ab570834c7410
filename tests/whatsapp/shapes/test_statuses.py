"""What becomes of messages of ours, by Meta's word."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.shapes.becoming import Before, receive

BECAME: dict[str, dict[str, Any]] = {
    "statuses__deleted": {"events": [("deleted", "ours")]},
    "statuses__delivered": {"ours": {"status": "delivered", "delivered_at": 0}, "events": [("delivered", "ours")]},
    "statuses__delivered_after_read": {
        "ours": {"status": "read", "sent_at": -11, "delivered_at": -10, "read_at": 0},
        "events": [("read", "ours"), ("delivered", "ours"), ("sent", "ours")],
    },
    "statuses__failed": {
        "ours": {"status": "failed", "error_code": 131049, "error_class": "later", "failed_at": 0},
        "events": [("failed", "ours")],
    },
    "statuses__failed_then_delivered": {
        "ours": {"status": "delivered", "delivered_at": 3},
        "events": [("failed", "ours"), ("delivered", "ours")],
    },
    "statuses__failed_without_errors": {
        "ours": {"status": "failed", "error_class": "bug", "failed_at": 0},
        "events": [("failed", "ours")],
        "incidents": [("refused", "-1", "Meta says that it failed and names no error. First seen on message N.")],
    },
    "statuses__group": {"ours": {"status": "delivered", "delivered_at": 0}, "events": [("delivered", "ours")]},
    "statuses__group_of_many": {
        "ours": {"status": "read", "delivered_at": 0, "read_at": 0},
        "events": [("delivered", "ours"), ("read", "ours")],
    },
    "statuses__many_in_one": {
        "ours": {"status": "read", "sent_at": 0, "delivered_at": 0, "read_at": 0},
        "events": [("sent", "ours"), ("delivered", "ours"), ("read", "ours"), ("sent", "parked")],
    },
    "statuses__of_an_unknown_message": {"events": [("delivered", "parked")]},
    "statuses__payment": {"events": [("payment captured", "parked")]},
    "statuses__payment_failed": {"events": [("payment pending", "ours")]},
    "statuses__payment_pending": {"events": [("payment pending", "ours")]},
    "statuses__payment_refunded": {"events": [("payment captured", "ours")]},
    "statuses__played": {"ours": {"status": "read", "read_at": 0}, "events": [("played", "ours")]},
    "statuses__read": {"ours": {"status": "read", "read_at": 0}, "events": [("read", "ours")]},
    "statuses__read_alone": {"ours": {"status": "read", "read_at": 0}, "events": [("read", "ours")]},
    "statuses__sent": {
        "ours": {"status": "sent", "sent_at": 0, "pricing": "PMP regular utility"},
        "events": [("sent", "ours")],
    },
    "statuses__sent_free_entry_point": {
        "ours": {"status": "sent", "sent_at": 0, "pricing": "PMP free_entry_point referral_conversion"},
        "events": [("sent", "ours")],
    },
    "statuses__sent_free_in_the_window": {
        "ours": {"status": "sent", "sent_at": 0, "pricing": "PMP free_customer_service service"},
        "events": [("sent", "ours")],
    },
    "statuses__sent_priced_as_before_2025": {
        "ours": {"status": "sent", "sent_at": 0, "pricing": "CBP authentication-international"},
        "events": [("sent", "ours")],
    },
    "statuses__sent_with_conversation": {
        "ours": {"status": "sent", "sent_at": 0, "pricing": "CBP utility"},
        "events": [("sent", "ours")],
    },
    "statuses__to_a_parent_user_id": {
        "ours": {"status": "delivered", "delivered_at": 0},
        "events": [("delivered", "ours")],
    },
    "statuses__to_a_parent_user_id_by_its_old_name": {
        "ours": {"status": "delivered", "delivered_at": 0},
        "events": [("delivered", "ours")],
    },
    "statuses__to_a_user_id": {"ours": {"status": "sent", "sent_at": 0}, "events": [("sent", "ours")]},
    "statuses__unknown": {"events": [("teleported", "ours")], "anomalies": [("status", "teleported")]},
    "statuses__warning": {"events": [("warning", "ours")]},
    "statuses__with_unknown_keys": {
        "ours": {"status": "delivered", "delivered_at": 0},
        "events": [("delivered", "ours")],
        "anomalies": [("key", "status.mood")],
    },
    "statuses__without_an_id": {"anomalies": [("status", "without an id")]},
}


@pytest.mark.parametrize("name", BECAME)
def test_this_is_what_becomes_of_ours_by_a_status(name: str) -> None:
    before = Before()
    receive(name)
    assert before.became() == BECAME[name]
