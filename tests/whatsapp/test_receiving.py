"""Stored webhooks become rows once, in batches, whatever they hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.whatsapp import DAY, MINUTE, NOW, change, inbound, metadata, post, status, statuses, text, wamid
from tests.whatsapp import doors
from whatsapp import ingest, receiving
from whatsapp.models import Account, Contact, Message, MessageStatusEvent, WebhookAnomaly, WebhookDelivery


def process() -> int:
    return receiving.process_pending(NOW)


def test_a_text_becomes_a_message_of_its_person(account: Account) -> None:
    post(text("say hello", phone="+919810000001", name="Asha"))
    process()
    message = Message.objects.get(direction="in")
    assert (message.text, message.type, message.status, message.claimed_by) == ("say hello", "text", "received", "echo")
    assert (message.contact.phone, message.contact.profile_name, message.contact.last_inbound_at) == (
        "+919810000001",
        "Asha",
        NOW,
    )


def test_the_same_webhook_again_changes_nothing(account: Account) -> None:
    body = text("say hello")
    for _ in range(3):
        post(body)
        process()
    assert Message.objects.filter(direction="in").count() == 1
    assert doors.handled == [("+919810000001", "say hello")]
    assert Message.objects.filter(direction="out").count() == 1


def test_a_replayed_delivery_changes_nothing(account: Account) -> None:
    post(text("say hello"))
    process()
    delivery = WebhookDelivery.objects.get()
    assert receiving.replay(delivery) is True
    process()
    delivery.refresh_from_db()
    assert (delivery.status, Message.objects.count()) == ("processed", 2)


def test_a_delivery_that_waits_cannot_be_replayed(account: Account) -> None:
    post(text("say hello"))
    assert receiving.replay(WebhookDelivery.objects.get()) is False


def test_a_thousand_updates_in_one_body_all_count(account: Account) -> None:
    value = {
        "messaging_product": "whatsapp",
        "metadata": metadata(),
        "messages": [
            {
                "from": f"9198100{n:05d}",
                "id": f"wamid.batch{n}",
                "timestamp": "1795231800",
                "type": "text",
                "text": {"body": f"say {n}"},
            }
            for n in range(100)
        ],
        "statuses": [status(f"wamid.status{n}", "sent") for n in range(900)],
    }
    post(change(value))
    process()
    assert Message.objects.filter(direction="in", handled_at__isnull=False).count() == 100
    assert MessageStatusEvent.objects.count() == 900


def test_several_entries_and_changes_are_all_read(account: Account) -> None:
    body = text("say one")
    body["entry"] += text("say two")["entry"]
    body["entry"][0]["changes"] += text("say three")["entry"][0]["changes"]
    post(body)
    process()
    assert sorted(words for _, words in doors.handled) == ["say one", "say three", "say two"]


def test_a_body_that_is_no_json_is_an_anomaly_and_done(account: Account) -> None:
    post(b"\xff\xfe nonsense")
    process()
    assert WebhookDelivery.objects.get().status == "processed"
    assert list(WebhookAnomaly.objects.values_list("kind", "detail", "count")) == [("body", "signed, but no JSON", 1)]


@pytest.mark.parametrize("body", [b"[]", b"null", b"3", b'{"entry": 5}', b'{"entry": [null, {"changes": "x"}]}'])
def test_json_of_another_shape_is_an_anomaly_and_done(account: Account, body: bytes) -> None:
    post(body)
    process()
    assert WebhookDelivery.objects.get().status == "processed"
    assert list(WebhookAnomaly.objects.values_list("kind", "detail")) == [("body", "JSON without any change")]


def test_a_nul_character_is_taken_out(account: Account) -> None:
    post(text("say\x00 hello"))
    process()
    assert Message.objects.get(direction="in").text == "say hello"


def test_a_delivery_that_cannot_be_processed_keeps_nobody_waiting(account: Account, monkeypatch: Any) -> None:
    store = ingest.store

    def explode(arrivals: Any, now: Any) -> Any:
        if any(arrival.message.event.body == "say poison" for arrival in arrivals):
            raise RuntimeError("cannot store this")
        return store(arrivals, now)

    monkeypatch.setattr(ingest, "store", explode)
    for words in ("say one", "say poison", "say two"):
        post(text(words))
    process()
    rows = WebhookDelivery.objects.order_by("id")
    assert [row.status for row in rows] == ["processed", "received", "processed"]
    assert "cannot store this" in rows[1].error
    for attempt in range(1, 6):
        receiving.process_pending(NOW + attempt * DAY)
    assert [row.status for row in rows.all()] == ["processed", "failed", "processed"]
    monkeypatch.setattr(ingest, "store", store)
    assert receiving.replay(rows[1]) is True
    process()
    assert rows.all()[1].status == "processed"
    assert sorted(words for _, words in doors.handled) == ["say one", "say poison", "say two"]


def test_a_webhook_for_an_account_that_we_do_not_have_is_an_anomaly(account: Account) -> None:
    body = text("say hello")
    body["entry"][0]["id"] = "0"
    post(body)
    process()
    assert (Message.objects.count(), WebhookAnomaly.objects.get().kind) == (0, "unknown_account")


def test_one_app_cannot_write_into_the_account_of_another(account: Account) -> None:
    Account.objects.create(name="Other", waba_id="999", app_secret="another app's secret")
    body = text("say hello")
    body["entry"][0]["id"] = "999"
    post(body)
    process()
    assert (Message.objects.count(), WebhookAnomaly.objects.get().kind) == (0, "foreign_account")


def test_a_new_number_of_the_account_is_taken_in(account: Account) -> None:
    body = text("say hello")
    body["entry"][0]["changes"][0]["value"]["metadata"] = {"display_phone_number": "912240001", "phone_number_id": "77"}
    post(body)
    process()
    assert Message.objects.get(direction="in").phone_number.phone_number_id == "77"


def test_unknown_fields_types_keys_and_statuses_are_stored_counted_and_answered(account: Account) -> None:
    for _ in range(2):
        post(change({"anything": [1, 2]}, field="brand_new_field"))
    post(inbound({"type": "hologram", "hologram": {"id": "x"}}))
    post(inbound({"type": "text", "text": {"body": "say hello"}}, brand_new_key={"a": 1}))
    post(statuses(status(wamid(), "teleported")))
    process()
    found = set(WebhookAnomaly.objects.values_list("kind", "detail", "count"))
    assert found == {
        ("field", "brand_new_field", 2),
        ("message type", "hologram", 1),
        ("key", "messages.brand_new_key", 1),
        ("status", "teleported", 1),
    }
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"processed"}
    hologram = Message.objects.get(type="hologram")
    assert (hologram.payload["hologram"], hologram.claimed_by) == ({"id": "x"}, "parked")


def test_the_account_remembers_when_it_last_heard_from_meta(account: Account) -> None:
    post(text("say hello"))
    process()
    account.refresh_from_db()
    assert account.webhooks_seen_at == WebhookDelivery.objects.get().received_at


def test_processing_many_costs_no_more_queries_per_delivery_than_few(
    account: Account, django_assert_max_num_queries: Any
) -> None:
    def bodies(count: int) -> None:
        for _ in range(count):
            post(statuses(status(wamid(), "sent"), status(wamid(), "delivered", NOW + MINUTE)))

    post(text("say hello"))
    process()
    bodies(1)
    with django_assert_max_num_queries(18):
        process()
    bodies(30)
    with django_assert_max_num_queries(18):
        process()


def test_a_person_without_a_phone_number_is_still_a_person(account: Account) -> None:
    body = text("say hello")
    value = body["entry"][0]["changes"][0]["value"]
    del value["messages"][0]["from"]
    value["messages"][0]["from_user_id"] = "IN.1234567890abcdef"
    value["contacts"] = [{"profile": {"name": "Meera", "username": "meera.k"}, "user_id": "IN.1234567890abcdef"}]
    post(body)
    process()
    contact = Contact.objects.get()
    assert (contact.bsuid, contact.username, contact.phone, contact.wa_id) == (
        "IN.1234567890abcdef",
        "meera.k",
        None,
        None,
    )
    answer = Message.objects.get(direction="out")
    assert answer.contact.address == {"recipient": "IN.1234567890abcdef"}


def test_somebody_known_by_phone_who_shows_a_user_id_stays_one_person(account: Account) -> None:
    post(text("say one"))
    body = text("say two")
    body["entry"][0]["changes"][0]["value"]["messages"][0]["from_user_id"] = "IN.aa11"
    post(body)
    without = text("say three")
    message = without["entry"][0]["changes"][0]["value"]["messages"][0]
    message["from_user_id"] = message.pop("from") and "IN.aa11"
    without["entry"][0]["changes"][0]["value"]["contacts"] = []
    post(without)
    process()
    assert list(Contact.objects.values_list("phone", "bsuid")) == [("+919810000001", "IN.aa11")]
    assert Message.objects.filter(direction="in").count() == 3


def test_large_bodies_are_taken_in_portions_and_all_are_processed(account: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(receiving, "BATCH_BYTES", 1000)
    for words in ("x" * 2000, "short", "y" * 2000, "z"):
        post(text(words, phone="+919810000001"))
    assert process() == 4
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {"processed"}
    assert Message.objects.filter(direction="in").count() == 4


@pytest.mark.usefixtures("account")
def test_what_comes_during_a_run_is_left_to_its_own_nudge(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else at some hundred webhooks a second no run would ever end, each round with a handful of them."""
    apply = receiving._apply

    def while_more_come(deliveries: list[Any], now: Any) -> Any:
        post(text("and another"))
        return apply(deliveries, now)

    monkeypatch.setattr(receiving, "_apply", while_more_come)
    post(text("say hello"))
    assert (process(), WebhookDelivery.objects.filter(status="received").count()) == (1, 1)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("stored", [2, 3, 4])
def test_a_run_ends_only_with_a_batch_that_was_not_full(stored: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "BATCH", 2)
    for number in range(stored):
        post(text(f"say hello {number}"))
    assert (process(), WebhookDelivery.objects.exclude(status="processed").count()) == (stored, 0)
