"""What Meta's webhooks do to us when they are late, doubled, disordered, bundled, forged or silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from bettermeals.lib import clock
from tests.factories.whatsapp import make_contact, queue_text
from tests.whatsapp import doors
from tests.whatsapp.meta import PHONE, PNG, WA_ID, Meta
from whatsapp import health, media, receiving, sending, template_sync
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Incident, MediaFile, Message, WebhookDelivery

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def now() -> datetime:
    return clock.now()


def answers() -> list[str]:
    return sorted(Message.objects.filter(direction="out").values_list("status", flat=True))


def test_auto_deliver__a_phone_that_is_off_leaves_sent_and_delivered_follows_when_it_is_back(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "later", now())
    meta.knobs(auto_deliver=False)
    deliver_due(now())
    meta.webhooks()
    message.refresh_from_db()
    assert message.status == "sent"
    meta.knobs(auto_deliver=True)
    meta.webhooks()
    message.refresh_from_db()
    assert message.status == "delivered"


def test_auto_read__read_is_kept_as_the_highest(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "look", now())
    meta.knobs(auto_read=True)
    deliver_due(now())
    meta.webhooks()
    message.refresh_from_db()
    assert message.status == "read"
    assert set(message.status_events.values_list("status", flat=True)) == {"sent", "delivered", "read"}


def test_duplicate_webhooks__a_message_that_comes_three_times_is_handled_once(meta: Meta) -> None:
    meta.knobs(duplicate_webhooks=2)
    meta.says("say hello")
    meta.webhooks()
    deliver_due(now())
    meta.webhooks()
    assert WebhookDelivery.objects.count() >= 6
    assert (doors.handled, answers()) == ([(PHONE, "say hello")], ["delivered"])
    assert Message.objects.get(direction="out").status_events.count() == 2


def test_reorder_webhooks__statuses_that_come_backwards_leave_the_highest(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "look", now())
    meta.knobs(reorder_webhooks=True, batch_size=1, auto_read=True)
    deliver_due(now())
    meta.arrive()
    assert receiving.process_pending(now()) == 3
    message.refresh_from_db()
    assert message.status == "read"
    assert list(message.status_events.order_by("id").values_list("status", flat=True)) == ["read", "delivered", "sent"]


def test_batch_size__thirty_people_in_one_body_are_each_handled_once(meta: Meta) -> None:
    meta.knobs(batch_size=1000)
    people = [f"9198200{n:05d}" for n in range(30)]
    meta.tell("phones", phones=[{"wa_id": wa_id, "name": "Somebody"} for wa_id in people])
    for wa_id in people:
        meta.tell(f"phones/{wa_id}/text", body="say hello")
    meta.webhooks()
    assert WebhookDelivery.objects.count() == 1
    assert sorted(doors.handled) == [(f"+{wa_id}", "say hello") for wa_id in people]


def test_batch_size__one_by_one_is_the_same_in_order(meta: Meta) -> None:
    meta.knobs(batch_size=1)
    for n in range(3):
        meta.says(f"say {n}")
    meta.webhooks()
    assert WebhookDelivery.objects.count() == 3
    assert doors.handled == [(PHONE, f"say {n}") for n in range(3)]


def test_webhook_delay_ms__a_status_that_is_long_in_coming_opens_no_second_send(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "once", now())
    meta.knobs(webhook_delay_ms=60_000)
    deliver_due(now())
    receiving.process_pending(now())
    deliver_due(now() + HOUR)
    message.refresh_from_db()
    assert (message.status, len(meta.seen())) == ("accepted", 1)
    meta.webhooks()
    message.refresh_from_db()
    assert message.status == "delivered"


def test_bad_signature_next__a_forged_body_is_refused_unread_and_the_right_one_is_taken(meta: Meta) -> None:
    meta.knobs(bad_signature_next=1)
    meta.says("say hello")
    meta.webhooks()
    assert WebhookDelivery.objects.count() == 1
    assert doors.handled == [(PHONE, "say hello")]


def test_hold_webhooks__silence_after_a_send_opens_an_incident_and_the_first_webhook_closes_it(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "hello?", now())
    deliver_due(now())
    account = Account.objects.get()
    later = now() + HOUR
    health.check(account, later)
    assert Incident.objects.get(closed_at=None).kind == "webhook silence"
    meta.webhooks()
    account.refresh_from_db()
    health.check(account, later)
    message.refresh_from_db()
    assert (message.status, Incident.objects.filter(closed_at=None).count()) == ("delivered", 0)


@pytest.mark.parametrize("omit", [False, True])
def test_omit_button_context__a_tap_is_understood_by_its_payload_alone(meta: Meta, omit: bool) -> None:
    template_sync.sync(Account.objects.get(), now())
    meta.webhooks()
    with transaction.atomic():
        message = sending.queue_template(
            contact=make_contact(PHONE),
            template=doors.COOK,
            variables={"dishes": "Rajma"},
            payloads=("seen:7",),
            now=now(),
        )
    deliver_due(now())
    meta.webhooks()
    message.refresh_from_db()
    meta.knobs(omit_button_context=omit)
    meta.tell(f"phones/{WA_ID}/tap", wamid=message.wamid, index=0)
    meta.webhooks()
    tapped = Message.objects.get(direction="in")
    assert (tapped.payload["button"]["payload"], tapped.reply_to_wamid) == ("seen:7", "" if omit else message.wamid)
    assert len(doors.handled) == 1


def test_out_of_disk__a_file_that_meta_cannot_give_is_fetched_later_and_its_message_is_handled_now(meta: Meta) -> None:
    meta.sends_picture("say picture")
    meta.webhooks()
    assert doors.handled == [(PHONE, "say picture")]
    meta.knobs(out_of_disk=True)
    assert media.fetch_due(now()) == 0
    row = MediaFile.objects.get()
    assert (row.status, row.attempts) == ("due", 1)
    meta.knobs(out_of_disk=False)
    assert media.fetch_due(now() + HOUR) == 1
    assert MediaFile.objects.get().file.read() == PNG


def test_out_of_disk__our_own_full_storage_loses_nothing_opens_an_incident_and_closes_it(
    meta: Meta, tmp_path: Path
) -> None:
    with override_settings(MEDIA_ROOT=tmp_path, STORAGES=FULL):
        meta.sends_picture("say picture")
        meta.webhooks()
        assert doors.handled == [(PHONE, "say picture")]
        assert media.fetch_due(now()) == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []  # not even its half
    row = MediaFile.objects.get()
    assert (row.status, row.attempts, row.file.name) == ("due", 0, "")
    assert "No space left on device" in row.error
    incident = Incident.objects.get(closed_at=None)
    assert (incident.kind, incident.fix) == ("storage", media.FREE_SPACE)
    assert media.fetch_due(now()) == 0
    assert media.fetch_due(now() + media.STORAGE_PAUSE) == 1
    assert MediaFile.objects.get().file.read() == PNG
    incident.refresh_from_db()
    assert incident.closed_because == "Files are stored again."


FULL: dict[str, Any] = {
    "default": {"BACKEND": "tests.whatsapp.faults.full_disk.FullDisk"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
