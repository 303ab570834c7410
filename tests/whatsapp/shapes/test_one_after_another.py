"""Shapes in company: repeated, taken back, out of order, all at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.whatsapp import NOW, post
from tests.whatsapp import doors
from tests.whatsapp.shapes.becoming import NAMES, SENT, Before, load, receive
from whatsapp import receiving
from whatsapp.models import (
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


@pytest.mark.parametrize("name", NAMES)
def test_repeating_a_webhook_changes_nothing(name: str) -> None:
    receive(name)
    before, seen = Before(), sum(WebhookAnomaly.objects.values_list("count", flat=True))
    receive(name)
    assert before.became() == {}
    assert sum(WebhookAnomaly.objects.values_list("count", flat=True)) == 2 * seen


def test_every_incident_says_what_to_do() -> None:
    receive(*NAMES)
    assert [str(incident) for incident in Incident.objects.filter(fix="")] == []
    assert Incident.objects.count() > 10


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("template_status__paused", "template_status__unpaused"),
        ("template_status__rejected", "template_status__approved"),
        ("template_status__archived", "template_status__unarchived"),
        ("template_status__locked", "template_status__reinstated"),
        ("account_update__disabled", "account_update__reinstated"),
        ("account_update__disable_announced", "account_update__reinstated"),
        ("account_update__account_offboarded", "account_update__account_reconnected"),
        ("account_alerts__raised", "account_alerts__resolved"),
        ("account_review__rejected", "account_review__approved"),
        ("phone_quality__flagged", "phone_quality__unflagged"),
        ("phone_name__rejected", "phone_name__approved"),
    ],
)
def test_an_incident_closes_itself_when_meta_takes_it_back(bad: str, good: str) -> None:
    receive(bad)
    assert Incident.objects.filter(closed_at=None).count() == 1
    receive(good)
    assert list(Incident.objects.filter(closed_at=None)) == []


def test_a_failure_that_a_delivery_contradicts_is_delivered_in_either_order(ours: Message) -> None:
    receive("statuses__failed", "statuses__delivered")
    ours.refresh_from_db()
    assert (ours.status, ours.error_code) == ("delivered", None)
    receive("statuses__failed")
    ours.refresh_from_db()
    assert (ours.status, ours.error_code) == ("delivered", None)


def test_a_status_that_comes_before_its_message_is_parked_and_applied_when_it_is_known(ours: Message) -> None:
    Message.objects.filter(pk=ours.pk).update(wamid=None)
    receive("statuses__delivered")
    assert MessageStatusEvent.objects.get().message is None
    Message.objects.filter(pk=ours.pk).update(wamid=SENT)
    receive("statuses__read")
    ours.refresh_from_db()
    assert (ours.status, ours.delivered_at, ours.read_at) == ("read", NOW, NOW)
    assert set(MessageStatusEvent.objects.values_list("message", flat=True)) == {ours.pk}


def test_a_new_user_id_by_both_webhooks_stays_the_same_person(asha: Contact) -> None:
    receive("messages__system_user_changed_number", "user_id_update__without_a_phone", "messages__with_a_username")
    asha.refresh_from_db()
    assert (asha.phone, asha.bsuid) == ("+919810000077", "IN.3300000000000002")
    assert Contact.objects.filter(merged_into=None, wa_id="919810000077").get() == asha


def test_metas_stop_ends_marketing_only_and_its_resume_takes_it_back(asha: Contact) -> None:
    receive("user_preferences__stop")
    asha.refresh_from_db()
    assert (asha.marketing_opted_out_at, asha.opted_out_at) == (NOW, None)
    receive("user_preferences__resume")
    asha.refresh_from_db()
    assert asha.marketing_opted_out_at is None
    ledger = asha.consent_events.filter(purpose="marketing").order_by("id").values_list("action", "method")
    assert list(ledger) == [("opt_out", "Meta preference"), ("opt_in", "Meta preference")]


def test_the_limit_is_read_as_a_tier_as_people_and_as_no_limit() -> None:
    limits = []
    for name in ("capability__tier", "capability__number_of_people", "capability__number"):
        receive(name)
        limits.append(PhoneNumber.objects.get().messaging_limit)
    assert limits == ["TIER_10K", "2000", "TIER_UNLIMITED"]


def test_nobody_answers_what_a_colleague_wrote_or_what_was_said_last_year() -> None:
    receive("smb_message_echoes__text", "smb_message_echoes__image", "message_echoes__text", "history__threads")
    assert doors.handled == []
    assert set(Message.objects.exclude(wamid=SENT).values_list("handled_at", flat=True)) == {NOW}


def test_the_words_of_a_template_at_meta_are_kept_with_their_buttons() -> None:
    receive("template_components__changed")
    components = MessageTemplate.objects.get(name="week_ready", language="en").components
    assert components[-1]["buttons"] == [
        {"type": "QUICK_REPLY", "text": "Approve"},
        {"type": "URL", "text": "See", "url": "https://example.com/p/{{1}}"},
    ]


def test_files_are_fetched_by_their_id_at_once() -> None:
    receive("messages__image")
    row = MediaFile.objects.get()
    assert (row.media_id, row.status, row.next_attempt_at) == ("1003383421387256", "due", NOW)


NOBODYS = {"wamid.HBgMOTE5ODEwMDAwMDAxFQIAEhgg00000090A"}


@pytest.mark.parametrize("turned", [False, True])
def test_every_webhook_in_one_body_and_in_either_order_is_processed(turned: bool) -> None:
    whole: dict[str, Any] = {"object": "whatsapp_business_account", "entry": []}
    for name in reversed(NAMES) if turned else NAMES:
        whole["entry"] += load(name)["entry"]
    post(whole)
    receiving.process_pending(NOW)
    assert WebhookDelivery.objects.get().status == "processed"
    messages = [m for entry in whole["entry"] for c in entry["changes"] for m in c["value"].get("messages", [])]
    stored = {message["id"] for message in messages if "id" in message} - NOBODYS
    assert set(Message.objects.filter(wamid__in=stored).values_list("wamid", flat=True)) == stored
