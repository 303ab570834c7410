"""What people write, tap, send and change about themselves in a chat."""

from __future__ import annotations

from typing import Any

import pytest

from tests.whatsapp.shapes.becoming import Before, receive


def said(type: str, words: str, by: str = "parked", answer: str = "", more: Any = (), **also: Any) -> dict[str, Any]:
    """Asha wrote: her name is known, her window is open, and one route has it."""
    messages = [("in", type, "received", words, by), *more]
    if answer:
        messages.append(("out", "text", "queued", answer, ""))
    return {"asha": {"profile_name": "Asha Sharma", "last_inbound_at": 0}, "messages": messages, **also}


def noted(type: str, words: str, by: str = "quiet", **also: Any) -> dict[str, Any]:
    """It stands in the thread and opens no window."""
    return {"asha": {"profile_name": "Asha Sharma"}, "messages": [("in", type, "received", words, by)], **also}


BECAME: dict[str, dict[str, Any]] = {
    "messages__address_reply": said("interactive", ""),
    "messages__audio_file": said("audio", "", files=[("audio/mpeg", "due")]),
    "messages__button_reply": said("interactive", "Yes (o:77)", by="button", answer="You said Yes"),
    "messages__button_reply_malformed": said("interactive", "", anomalies=[("message type", "interactive")]),
    "messages__call_permission_reply": said("interactive", ""),
    "messages__contact_shared_on_request": said("contacts", ""),
    "messages__contacts": said("contacts", ""),
    "messages__contacts_without_a_name": said("contacts", ""),
    "messages__document": said("document", "list", files=[("application/pdf", "due")]),
    "messages__edit": noted("edit", ""),
    "messages__ephemeral": noted("ephemeral", ""),
    "messages__flow_reply": said("interactive", ""),
    "messages__flow_reply_not_an_object": said("interactive", ""),
    "messages__group": noted("text", "from a group", by="parked"),
    "messages__image": said("image", "the receipt", files=[("image/jpeg", "due")]),
    "messages__image_without_url": said("image", "", files=[("image/jpeg", "due")]),
    "messages__interactive_empty": said(
        "interactive",
        "",
        anomalies=[("error", "131000: Meta failed without naming a reason."), ("message type", "interactive")],
    ),
    "messages__list_reply": said("interactive", "Rajma Chawal (dish:12)", by="button", answer="You said Rajma Chawal"),
    "messages__location": said("location", "Home"),
    "messages__location_bare": said("location", ""),
    "messages__location_of_a_place": said("location", "Bandra Market"),
    "messages__media_too_large": said("video", ""),
    "messages__order": said("order", "these please"),
    "messages__reaction": noted("reaction", "👍", by="parked"),
    "messages__reaction_taken_back": noted("reaction", ""),
    "messages__reaction_taken_back_with_empty_emoji": noted("reaction", ""),
    "messages__request_welcome": noted("request_welcome", ""),
    "messages__revoke": noted("revoke", ""),
    "messages__sticker": said("sticker", "", files=[("image/webp", "due")]),
    "messages__sticker_animated": said("sticker", "", files=[("image/webp", "due")]),
    "messages__system_customer_changed_number": {
        "asha": {"phone": "+919810000077", "wa_id": "919810000077"},
        "messages": [("in", "system", "received", "Asha changed from 919810000001 to 919810000077", "quiet")],
    },
    "messages__system_identity_changed": {"messages": [("in", "system", "received", "Security code changed", "quiet")]},
    "messages__system_user_changed_number": {
        "asha": {"phone": "+919810000077", "wa_id": "919810000077"},
        "messages": [("in", "system", "received", "Asha changed from 919810000001 to 919810000077", "quiet")],
    },
    "messages__system_user_changed_user_id": {
        "asha": {"bsuid": "IN.2200000000000001"},
        "messages": [("in", "system", "received", "Asha's user id changed", "quiet")],
    },
    "messages__template_button": said("button", "Approve (o:4f9a)", by="button", answer="You said Approve"),
    "messages__template_button_without_context": said(
        "button", "Approve (o:4f9a)", by="button", answer="You said Approve"
    ),
    "messages__text": said("text", "swap Tuesday dinner"),
    "messages__text_about_a_product": said("text", "Is this atta there?"),
    "messages__text_forwarded": said("text", "see this"),
    "messages__text_forwarded_often": said("text", "good morning"),
    "messages__text_from_ad": said("text", "Hello! Can I get more info on this?"),
    "messages__text_from_post": said("text", "Saw your post"),
    "messages__text_from_status_ad": said("text", "What is on the menu?"),
    "messages__text_hindi": said("text", "मंगलवार का खाना बदल दो 🙏"),
    "messages__text_malformed": said("text", "", anomalies=[("message type", "text")]),
    "messages__text_quoting": said("text", "yes, this one"),
    "messages__text_with_half_an_emoji": said("text", "good morning 🌞\ufffd"),
    "messages__timestamp_in_milliseconds": said("text", "timestamp in milliseconds"),
    "messages__to_a_new_number": said("text", "to your other number", numbers=[("106540352249999", "918047182999")]),
    "messages__two_people_contacts_not_aligned": said(
        "text", "first", more=[("in", "text", "received", "second", "parked")], people=[("+919810000002", "Sunita")]
    ),
    "messages__unavailable": said("unsupported", ""),
    "messages__unknown_keys": said("text", "something new around me", anomalies=[("key", "message.glow")]),
    "messages__unknown_type": said("hologram", "", anomalies=[("message type", "hologram")]),
    "messages__unsupported": said("unsupported", ""),
    "messages__unsupported_view_once": said("unsupported", ""),
    "messages__unsupported_without_details": said("unsupported", ""),
    "messages__user_actions": {},
    "messages__value_error": {"anomalies": [("error", "130429: The number sent faster than it may.")]},
    "messages__value_with_an_unknown_key": {"anomalies": [("key", "messages.aura")]},
    "messages__video": said("video", "gas stove", files=[("video/mp4", "due")]),
    "messages__voice_note": said("audio", "", files=[("audio/ogg; codecs=opus", "due")]),
    "messages__with_a_username": {
        "asha": {"username": "asha.cooks", "profile_name": "Asha Sharma", "last_inbound_at": 0},
        "messages": [("in", "text", "received", "it is me", "parked")],
    },
    "messages__without_a_phone": {
        "messages": [("in", "text", "received", "no phone shown", "parked")],
        "people": [("IN.9988776655443322", "Meera")],
    },
    "messages__without_a_sender": said("text", "beside it", anomalies=[("message", "without a sender")]),
    "messages__without_an_id": {"anomalies": [("message", "without an id")]},
}


@pytest.mark.parametrize("name", BECAME)
def test_this_is_what_becomes_of_a_message(name: str) -> None:
    before = Before()
    receive(name)
    assert before.became() == BECAME[name]
