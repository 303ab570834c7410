"""The whole engine against a local Cloud API that answers, refuses and sends webhooks as Meta does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.db import transaction

from bettermeals.lib import clock
from tests.factories.whatsapp import make_account, make_contact, queue_text
from tests.whatsapp import doors
from tests.whatsapp.meta import PHONE, PNG, WA_ID, Meta
from whatsapp import health, media, read_receipts, sending, template_sync
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Incident, MediaFile, Message, MessageTemplate, PhoneNumber

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return clock.now()


def test_a_conversation_goes_both_ways(meta: Meta) -> None:
    meta.says("say namaste")
    meta.webhooks()
    assert doors.handled == [(PHONE, "say namaste")]
    deliver_due(now())
    meta.webhooks()
    answer = Message.objects.get(direction="out")
    assert (answer.status, answer.text) == ("delivered", "You said say namaste")
    assert list(answer.status_events.order_by("at", "id").values_list("status", flat=True)) == ["sent", "delivered"]
    assert answer.pricing["pricing_model"] == "PMP"


def test_a_template_is_created_approved_sent_tapped_and_answered(meta: Meta) -> None:
    report = template_sync.sync(Account.objects.get(), now())
    assert sorted(report.created) == ["cook_today (en)", "festival_offer (en)", "week_ready (en)", "week_ready (hi)"]
    meta.webhooks()
    assert set(MessageTemplate.objects.values_list("status", flat=True)) == {"APPROVED"}
    contact = make_contact(PHONE)
    with transaction.atomic():
        message = sending.queue_template(
            contact=contact,
            template=doors.PLAN,
            variables={"name": "Asha", "week": "23–29 Nov"},
            url_suffix="token/",
            payloads=("approve:1", "change:1"),
            now=now(),
        )
    deliver_due(now())
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, message.error_text) == ("delivered", "")
    meta.tell(f"phones/{WA_ID}/tap", wamid=message.wamid, index=0)
    meta.webhooks()
    assert doors.handled == [(PHONE, "Approve")]
    tapped = Message.objects.get(direction="in")
    assert (tapped.payload["button"]["payload"], tapped.reply_to_wamid) == ("approve:1", message.wamid)


def test_a_second_sync_creates_nothing_and_a_dry_run_changes_nothing(meta: Meta) -> None:
    account = Account.objects.get()
    dry = template_sync.sync(account, now(), dry_run=True)
    assert (len(dry.missing), MessageTemplate.objects.count()) == (4, 0)
    template_sync.sync(account, now())
    again = template_sync.sync(account, now())
    assert (again.created, again.ready) == ([], True)


def test_a_picture_is_fetched_checked_and_stored(meta: Meta) -> None:
    meta.sends_picture("this one please")
    meta.webhooks()
    assert media.fetch_due(now()) == 1
    row = MediaFile.objects.get()
    assert (row.status, row.size, row.mime_type, row.file.read()) == ("stored", len(PNG), "image/png", PNG)
    assert (row.message.type, row.message.text) == ("image", "this one please")


def test_a_handled_message_is_marked_as_read(meta: Meta) -> None:
    meta.says("say hello")
    meta.webhooks()
    assert read_receipts.send_due(now()) == 1
    assert read_receipts.send_due(now()) == 0
    shown = meta.ask(f"phones/{WA_ID}/messages")
    assert [m["read_by_business"] for m in shown["messages"] if m["direction"] == "incoming"] == [True]


def test_the_health_check_reads_number_account_token_and_subscription(meta: Meta) -> None:
    account = Account.objects.get()
    found = health.check(account, now())
    number = PhoneNumber.objects.get()
    assert (found["account"]["ok"], found["subscribed"]) == (True, True)
    assert (number.status, number.quality_rating, number.messaging_limit) == ("CONNECTED", "GREEN", "TIER_2K")
    assert list(Incident.objects.filter(closed_at=None)) == []


def test_a_webhook_address_elsewhere_and_a_wrong_app_secret_are_incidents_until_they_are_right(meta: Meta) -> None:
    account = Account.objects.get()
    right = account.app_secret
    Account.objects.update(app_secret="guessed")
    number = f"numbers/{settings.WHATSAPP_PHONE_NUMBER_ID}"
    meta.tell(number, override_callback_uri="https://old.example.com/hook")
    for _ in range(2):
        health.check(Account.objects.get(), now())
    opened = Incident.objects.filter(closed_at=None).order_by("kind")
    assert [row.kind for row in opened] == ["app secret", "webhook address"]
    assert "to https://old.example.com/hook (set at the number)" in opened[1].detail
    account.app_secret = right
    account.save()
    meta.tell(number, override_callback_uri="")
    health.check(account, now())
    assert list(Incident.objects.filter(closed_at=None)) == []


def test_a_dead_token_pauses_and_the_check_after_the_rotation_resumes_and_closes(meta: Meta) -> None:
    contact = meta.open_window()
    good = Account.objects.get().access_token
    account = make_account(base_url=meta.url)
    account.access_token = "an expired token"
    account.save()
    message = queue_text(contact, "after the rotation", now())
    deliver_due(now())
    health.check(account, now() + timedelta(minutes=5))
    assert PhoneNumber.objects.get().paused_reason != ""
    assert set(Incident.objects.filter(closed_at=None).values_list("kind", flat=True)) == {"sending", "credentials"}
    account.access_token = good
    account.save()
    health.check(account, now() + timedelta(minutes=10))
    deliver_due(now() + timedelta(minutes=10))
    assert PhoneNumber.objects.get().paused_reason == ""
    assert list(Incident.objects.filter(closed_at=None)) == []
    message.refresh_from_db()
    assert message.status == "accepted"


def test_free_text_to_somebody_who_never_wrote_is_refused_by_our_own_gate(meta: Meta) -> None:
    with pytest.raises(sending.CannotSend, match="only a template"):
        queue_text(make_contact("+919810000009"), "hello", now())
