"""People's preferences and ids, what other apps of the business wrote, and what is none of our business."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.shapes.becoming import Before, receive

BECAME: dict[str, dict[str, Any]] = {
    "automatic_events__lead": {},
    "brand_new_field__anything": {"anomalies": [("field", "brand_new_field")]},
    "business_username__changed": {},
    "business_usernames__changed": {},
    "calls__connect": {},
    "flows__endpoint_health": {},
    "flows__status": {},
    "group_lifecycle__created": {},
    "group_participants__joined": {},
    "group_settings__changed": {},
    "group_status__suspended": {},
    "history__declined": {},
    "history__threads": {
        "messages": [
            ("in", "text", "received", "old question", "history"),
            ("out", "text", "read", "old answer", "history"),
        ]
    },
    "message_echoes__text": {"messages": [("out", "text", "sent", "sent by another app", "echo")]},
    "partner_solutions__created": {},
    "payment_configuration__changed": {},
    "smb_app_state_sync__contacts": {},
    "smb_message_echoes__image": {"messages": [("out", "image", "sent", "the kitchen", "echo")]},
    "smb_message_echoes__text": {"messages": [("out", "text", "sent", "written on the phone", "echo")]},
    "smb_message_echoes__without_a_phone": {"anomalies": [("smb_message_echoes", "without a person or number")]},
    "user_id_update__changed": {"asha": {"bsuid": "IN.3300000000000001", "parent_bsuid": "IN.ENT.2"}},
    "user_id_update__of_nobody": {"anomalies": [("user_id_update", "nobody of ours")]},
    "user_id_update__without_a_phone": {"asha": {"bsuid": "IN.3300000000000002"}},
    "user_preferences__resume": {},
    "user_preferences__signup": {},
    "user_preferences__stop": {
        "asha": {"marketing_opted_out_at": 0},
        "consent": [("marketing", "opt_out", "Meta preference")],
    },
    "user_preferences__stop_without_a_phone": {
        "asha": {"marketing_opted_out_at": 0},
        "consent": [("marketing", "opt_out", "Meta preference")],
    },
    "user_preferences__unknown_category": {"anomalies": [("user_preferences", "smoke_signals")]},
}


@pytest.mark.parametrize("name", BECAME)
def test_this_is_what_becomes_of_it(name: str) -> None:
    before = Before()
    receive(name)
    assert before.became() == BECAME[name]
