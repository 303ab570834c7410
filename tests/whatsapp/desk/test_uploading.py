"""The same file goes up once while Meta keeps it, and once more when Meta has lost it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import transaction

from bettermeals.lib import clock
from tests.factories.whatsapp import DAY
from tests.whatsapp.meta import PNG, Meta
from whatsapp import attaching, sending, tasks, uploading
from whatsapp.attaching import Upload
from whatsapp.cloud_api import AnswerLost, CloudApi
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Contact, Incident, MediaFile, Message, PhoneNumber, UploadedFile

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 the list"


@pytest.fixture(autouse=True)
def moment() -> None:
    """The real clock, as the simulator has it."""


def send(contact: Contact, once: str, data: bytes = PNG, name: str = "dal.png", at: datetime | None = None) -> Message:
    now = at or clock.now()
    return attaching.send(contact, Upload(name, data), "", None, now, reply_to=None, once=once)


def lose(meta: Meta, media_id: str) -> None:
    headers = {"Authorization": f"Bearer {settings.WHATSAPP_ACCESS_TOKEN}"}
    assert requests.delete(f"{meta.url}/v25.0/{media_id}", headers=headers, timeout=5).json() == {"success": True}


def media_ids() -> list[str]:
    rows = Message.objects.filter(direction="out").order_by("pk")
    return [row.payload[row.type]["id"] for row in rows]


def at_meta(meta: Meta) -> int:
    return int(meta.ask("state")["counts"]["media"])


def test_a_file_sent_again_has_the_id_it_had_and_is_at_meta_once(meta: Meta) -> None:
    contact = meta.open_window()
    for once in "abc":
        send(contact, once)
    assert (len(set(media_ids())), at_meta(meta)) == (1, 1)
    send(contact, "d", PDF, "list.pdf")
    assert (len(set(media_ids())), at_meta(meta)) == (2, 2)


def test_each_number_has_its_own_upload(meta: Meta) -> None:
    send(meta.open_window(), "a")
    other = PhoneNumber.objects.create(account=Account.objects.get(), phone_number_id="7")
    UploadedFile.objects.update(number=other)
    send(Contact.objects.get(), "b")
    assert at_meta(meta) == 2


def test_after_25_days_it_goes_up_anew_and_the_old_row_is_forgotten(meta: Meta) -> None:
    contact = meta.open_window()
    send(contact, "a")
    UploadedFile.objects.update(uploaded_at=clock.now() - 26 * DAY)
    send(contact, "b")
    assert (len(set(media_ids())), at_meta(meta), UploadedFile.objects.count()) == (2, 2, 1)
    UploadedFile.objects.update(uploaded_at=clock.now() - 26 * DAY)
    tasks.purge()
    assert UploadedFile.objects.count() == 0


def test_an_id_that_meta_lost_leads_to_one_new_upload_and_the_message_arrives(meta: Meta) -> None:
    message = send(meta.open_window(), "a")
    lose(meta, media_ids()[0])
    deliver_due(clock.now())
    message.refresh_from_db()
    assert (message.status, message.error_text) == ("queued", "Meta no longer has the file; it is uploaded anew.")
    assert Incident.objects.count() == 0
    tasks.sweep()
    deliver_due(clock.now())
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, message.attempt_count, at_meta(meta)) == ("delivered", 2, 1)
    kept = MediaFile.objects.get()
    assert (kept.status, kept.media_id, kept.file.read()) == ("stored", media_ids()[0], PNG)


def test_lost_twice_it_fails_and_says_so(meta: Meta) -> None:
    message = send(meta.open_window(), "a")
    for _ in range(2):
        lose(meta, media_ids()[0])
        deliver_due(clock.now())
        tasks.sweep()
    message.refresh_from_db()
    assert (message.status, message.attempt_count) == ("failed", 2)


def test_an_upload_that_got_no_answer_is_tried_again_after_its_lease(
    meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = send(meta.open_window(), "a")
    lose(meta, media_ids()[0])
    deliver_due(clock.now())
    real = CloudApi.upload
    with monkeypatch.context() as broken:
        broken.setattr(CloudApi, "upload", _lost)
        assert uploading.renew_due(clock.now()) == 0
    assert (CloudApi.upload is real, uploading.renew_due(clock.now())) == (True, 0)
    assert uploading.renew_due(clock.now() + timedelta(minutes=4)) == 1
    message.refresh_from_db()
    assert message.status == "queued"


def test_a_file_that_our_own_storage_has_lost_keeps_nothing_else_from_being_done(meta: Meta) -> None:
    message = send(meta.open_window(), "a")
    lose(meta, media_ids()[0])
    deliver_due(clock.now())
    kept = MediaFile.objects.get()
    kept.file.storage.delete(kept.file.name)
    tasks.sweep()
    kept.refresh_from_db()
    assert (kept.status, kept.error) == ("stored", "Our storage does not give the file back.")
    deliver_due(clock.now() + 2 * uploading.PATIENCE)
    message.refresh_from_db()
    assert (message.status, message.attempt_count) == ("failed", 2)


def _lost(*_: Any) -> str:
    raise AnswerLost("time-out")


def test_a_message_without_a_file_of_ours_is_refused_as_before(meta: Meta) -> None:

    contact = meta.open_window()
    with transaction.atomic():
        message = sending.queue_image(contact=contact, media_id="1", now=clock.now())
    deliver_due(clock.now())
    message.refresh_from_db()
    assert (message.status, Incident.objects.get().kind) == ("failed", "refused")
