"""Every shape that Meta's documents and other people's production logs show, posted through the real view.

One file each in tests/payloads/whatsapp, named <event>__<case>.json; what it must leave behind stands here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.factories.whatsapp import NOW, approve, make_account, make_contact, post
from tests.whatsapp import doors
from whatsapp import receiving
from whatsapp.models import (
    Account,
    Contact,
    Incident,
    MediaFile,
    Message,
    MessageStatusEvent,
    MessageTemplate,
    PhoneNumber,
    WebhookAnomaly,
    WebhookDelivery,
)
from whatsapp.payloads import event_of, payload_of, text_of

FOLDER = Path(__file__).parents[1] / "payloads" / "whatsapp"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
# What is not understood on purpose: these, and no others, leave an anomaly.
ANOMALIES = {
    "account_update__unknown": ("account_update", "SOMETHING_NEW"),
    "brand_new_field__anything": ("field", "brand_new_field"),
    "messages__call_permission_reply": ("message type", "interactive call_permission_reply"),
    "messages__interactive_empty": ("error", "131000: Meta failed without naming a reason."),
    "messages__media_too_large": ("message type", "video"),
    "messages__text_malformed": ("message type", "text"),
    "messages__unknown_type": ("message type", "hologram"),
    "messages__value_error": ("error", "130429: The number sent faster than it may."),
    "statuses__unknown": ("status", "teleported"),
}


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def receive(name: str) -> None:
    assert post(load(name)).status_code == 200
    receiving.process_pending(NOW)


@pytest.fixture(autouse=True)
def asha(account: Account) -> Contact:
    PhoneNumber.objects.update(display_phone_number="+91 80 4718 2000")
    contact = make_contact("+919810000001")
    Contact.objects.filter(pk=contact.pk).update(bsuid="IN.1047829116385512")
    approve(doors.PLAN)
    return contact


@pytest.mark.parametrize("name", NAMES)
def test_each_payload_is_processed_and_repeating_it_changes_nothing(name: str) -> None:
    receive(name)
    assert set(WebhookDelivery.objects.values_list("status", "error")) == {("processed", "")}
    found = list(WebhookAnomaly.objects.values_list("kind", "detail"))
    expected = ANOMALIES.get(name)
    assert (expected in found) if expected else found == []
    before = rows()
    receive(name)
    assert set(WebhookDelivery.objects.values_list("status", "error")) == {("processed", "")}
    assert rows() == before


def rows() -> list[Any]:
    """All that a webhook can change, but for the counters of anomalies and the moments of checks."""
    contacts = list(Contact.objects.order_by("pk").values())
    messages = list(Message.objects.order_by("pk").values_list("wamid", "text", "status", "claimed_by", "contact"))
    events = list(MessageStatusEvent.objects.order_by("pk").values_list("wamid", "status"))
    templates = list(MessageTemplate.objects.order_by("pk").values())
    incidents = list(Incident.objects.order_by("pk").values_list("kind", "subject", "closed_at"))
    return [
        contacts,
        messages,
        events,
        templates,
        incidents,
        list(PhoneNumber.objects.values()),
        MediaFile.objects.count(),
    ]


# name -> (text for people, payload of a button or row, type)
SAID = {
    "messages__text": ("swap Tuesday dinner", "", "text"),
    "messages__text_hindi": ("मंगलवार का खाना बदल दो 🙏", "", "text"),
    "messages__text_quoting": ("yes, this one", "", "text"),
    "messages__text_from_ad": ("Hello! Can I get more info on this?", "", "text"),
    "messages__image": ("the receipt", "", "image"),
    "messages__voice_note": ("", "", "audio"),
    "messages__document": ("list", "", "document"),
    "messages__location": ("Home", "", "location"),
    "messages__contacts": ("", "", "contacts"),
    "messages__contacts_without_a_name": ("", "", "contacts"),
    "messages__template_button": ("Approve", "o:4f9a", "button"),
    "messages__template_button_without_context": ("Approve", "o:4f9a", "button"),
    "messages__button_reply": ("Yes", "o:77", "interactive"),
    "messages__list_reply": ("Rajma Chawal", "dish:12", "interactive"),
    "messages__flow_reply": ("", "", "interactive"),
    "messages__order": ("these please", "", "order"),
    "messages__reaction": ("👍", "", "reaction"),
    "messages__unsupported": ("", "", "unsupported"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_people_say_is_read(name: str) -> None:
    receive(name)
    message = Message.objects.get(direction="in")
    event = event_of(message.payload)
    assert (message.text, payload_of(event), message.type) == SAID[name]
    assert (message.contact.profile_name, text_of(event)) == ("Asha Sharma", message.text)
    assert message.handled_at == NOW


@pytest.mark.parametrize(
    ("name", "opens"),
    [("messages__text", True), ("messages__template_button", True), ("messages__image", True),
     ("messages__unsupported", True), ("messages__reaction", False), ("messages__request_welcome", False),
     ("messages__system_identity_changed", False), ("statuses__read", False), ("messages__edit", False)],
)  # fmt: skip
def test_what_opens_the_window(asha: Contact, name: str, opens: bool) -> None:
    receive(name)
    asha.refresh_from_db()
    assert (asha.last_inbound_at is not None) is opens


@pytest.mark.parametrize("name", ["messages__image", "messages__video", "messages__document", "messages__voice_note"])
def test_files_wait_to_be_fetched_at_once(name: str) -> None:
    receive(name)
    row = MediaFile.objects.get()
    assert (row.media_id, row.status, row.next_attempt_at) == ("1003383421387256", "due", NOW)


def test_people_are_matched_by_id_not_by_position() -> None:
    receive("messages__two_people_contacts_not_aligned")
    found = dict(Message.objects.filter(direction="in").values_list("text", "contact__profile_name"))
    assert found == {"first": "Asha Sharma", "second": "Sunita"}


def test_milliseconds_are_seconds_all_the_same() -> None:
    receive("messages__timestamp_in_milliseconds")
    assert Message.objects.get(direction="in").created_at == NOW


def test_a_new_number_stays_the_same_person(asha: Contact) -> None:
    receive("messages__system_user_changed_number")
    asha.refresh_from_db()
    assert (asha.phone, asha.wa_id, asha.bsuid) == ("+919810000077", "919810000077", "IN.1047829116385512")


@pytest.mark.parametrize(
    ("name", "bsuid"),
    [
        ("messages__system_user_changed_user_id", "IN.2200000000000001"),
        ("user_id_update__changed", "IN.3300000000000001"),
    ],
)
def test_a_new_user_id_stays_the_same_person(asha: Contact, name: str, bsuid: str) -> None:
    receive(name)
    assert list(Contact.objects.values_list("pk", "bsuid")) == [(asha.pk, bsuid)]


def test_metas_own_stop_ends_marketing_only_and_its_resume_takes_it_back(asha: Contact) -> None:
    receive("user_preferences__stop")
    asha.refresh_from_db()
    assert (asha.marketing_opted_out_at, asha.opted_out_at) == (NOW, None)
    receive("user_preferences__resume")
    asha.refresh_from_db()
    assert asha.marketing_opted_out_at is None
    ledger = asha.consent_events.filter(purpose="marketing").order_by("id")
    assert list(ledger.values_list("action", "method")) == [
        ("opt_out", "Meta preference"),
        ("opt_in", "Meta preference"),
    ]


TEMPLATES: dict[str, Callable[[MessageTemplate], Any]] = {
    "template_status__approved": lambda row: row.status == "APPROVED" and row.meta_id == "1689556908129832",
    "template_status__rejected": lambda row: (
        row.status == "REJECTED" and row.rejected_reason.startswith("The language")
    ),
    "template_status__paused": lambda row: row.status == "PAUSED",
    "template_status__disabled": lambda row: row.status == "DISABLED",
    "template_quality__yellow": lambda row: row.quality == "YELLOW" and row.status == "APPROVED",
    "template_components__changed": lambda row: row.components[1]["text"] == "Hello {{1}}, see {{2}} here.",
    "template_category__done": lambda row: (row.category, row.previous_category) == ("MARKETING", "UTILITY"),
    "template_category__announced": lambda row: row.category == "UTILITY",
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_template_webhooks_change_the_template(name: str) -> None:
    receive(name)
    assert TEMPLATES[name](MessageTemplate.objects.get(name="week_ready", language="en"))


def test_a_language_with_a_hyphen_is_the_one_with_an_underscore() -> None:
    receive("template_status__flagged_with_hyphen")
    assert MessageTemplate.objects.filter(language="en_US", status="APPROVED").count() == 1


# name -> (kind of the incident, is sending paused)
INCIDENTS = {
    "template_status__rejected": ("template", False),
    "template_status__paused": ("template", False),
    "template_category__announced": ("template category", False),
    "template_category__done": ("template category", False),
    "account_update__restriction": ("account", True),
    "account_update__violation": ("account", False),
    "account_update__disabled": ("account", True),
    "account_update__deleted": ("account", True),
    "account_alerts__raised": ("account", False),
    "account_review__rejected": ("account", False),
    "phone_quality__flagged": ("quality", False),
    "phone_name__rejected": ("display name", False),
    "security__pin_changed": ("security", False),
}


@pytest.mark.parametrize("name", INCIDENTS)
def test_what_endangers_sending_opens_an_incident_with_its_fix(name: str) -> None:
    receive(name)
    kind, paused = INCIDENTS[name]
    incidents = Incident.objects.filter(closed_at=None)
    assert set(incidents.values_list("kind", flat=True)) == {kind}
    assert all(incident.fix for incident in incidents)
    assert bool(PhoneNumber.objects.get().paused_reason) is paused


@pytest.mark.parametrize(("bad", "good"), [("template_status__paused", "template_status__approved"),
                                           ("account_update__disabled", "account_update__reinstated"),
                                           ("phone_name__rejected", "phone_name__approved")])  # fmt: skip
def test_an_incident_closes_itself_when_meta_takes_it_back(bad: str, good: str) -> None:
    receive(bad)
    receive(good)
    assert list(Incident.objects.filter(closed_at=None)) == []


def test_throughput_and_limits_are_read_from_both_forms() -> None:
    receive("phone_quality__throughput_upgrade")
    assert PhoneNumber.objects.values_list("throughput_level", "messaging_limit").get() == ("HIGH", "TIER_UNLIMITED")
    receive("capability__tier")
    assert PhoneNumber.objects.get().messaging_limit == "TIER_10K"
    receive("capability__number")
    assert PhoneNumber.objects.get().messaging_limit == "TIER_UNLIMITED"


def test_what_a_colleague_wrote_on_the_phone_joins_the_thread_and_nobody_answers_it(asha: Contact) -> None:
    receive("smb_message_echoes__text")
    message = Message.objects.get()
    assert (message.direction, message.status, message.text, message.contact) == (
        "out",
        "sent",
        "written on the phone",
        asha,
    )
    assert message.handled_at == NOW


def test_history_joins_the_thread_and_nobody_answers_it(asha: Contact) -> None:
    receive("history__threads")
    found = Message.objects.order_by("created_at").values_list("direction", "status", "text", "claimed_by")
    assert list(found) == [("in", "received", "old question", "history"), ("out", "read", "old answer", "history")]
    assert doors.handled == []


def test_every_payload_in_one_body_and_in_any_order_is_processed() -> None:
    make_account()
    whole: dict[str, Any] = {"object": "whatsapp_business_account", "entry": []}
    for name in reversed(NAMES):
        whole["entry"] += load(name)["entry"]
    post(whole)
    receiving.process_pending(NOW)
    assert WebhookDelivery.objects.get().status == "processed"
    stored = {m["id"] for entry in whole["entry"] for c in entry["changes"] for m in c["value"].get("messages", [])}
    assert set(Message.objects.filter(wamid__in=stored).values_list("wamid", flat=True)) == stored
