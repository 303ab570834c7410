"""The whole engine against a local Cloud API that answers, refuses and sends webhooks as Meta does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import transaction

from bettermeals.lib import clock
from tests.factories.whatsapp import MINUTE, make_account, make_contact, queue_text
from tests.whatsapp import doors
from whatsapp import accounts, health, media, read_receipts, receiving, sending, template_sync, unknowns
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Contact, Incident, MediaFile, Message, MessageTemplate, PhoneNumber, SendAttempt
from whatsapp.policies import SETTLE_AFTER
from whatsapp.simulator import process

pytestmark = pytest.mark.django_db(transaction=True)
PHONE, WA_ID = "+919810000001", "919810000001"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def running() -> Iterator[process.Running]:
    with process.start(
        waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID,
        phone_number_id=settings.WHATSAPP_PHONE_NUMBER_ID,
        access_token=settings.WHATSAPP_ACCESS_TOKEN,
        app_secret=settings.WHATSAPP_APP_SECRET,
        verify_token=settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
    ) as simulator:
        yield simulator


class Meta:
    """The simulator as a test sees it. Webhooks flow only while the test waits for them: the test's database
    connection is the server's too."""

    def __init__(self, url: str) -> None:
        self.url = url

    def tell(self, path: str, **values: Any) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/_sim/{path}", json=values, timeout=20)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def knobs(self, **values: Any) -> None:
        self.tell("knobs", **values)

    def webhooks(self) -> None:
        """Deliver what Meta has to say, and process it."""
        self.knobs(hold_webhooks=False)
        assert self.tell("flush", seconds=10)["flushed"] is True
        self.knobs(hold_webhooks=True)
        receiving.process_pending(clock.now())

    def says(self, words: str) -> str:
        return str(self.tell(f"phones/{WA_ID}/text", body=words)["wamid"])

    def seen(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(f"{self.url}/_sim/log", timeout=5).json()["log"]
        return found


@pytest.fixture
def meta(running: process.Running, live_server: Any) -> Meta:
    found = Meta(running.url)
    found.tell("reset")
    found.knobs(hold_webhooks=True, template_review_seconds=0)
    found.tell(
        f"businesses/{settings.WHATSAPP_BUSINESS_ACCOUNT_ID}",
        callback_url=f"{live_server.url}/api/v1/whatsapp/webhook",
    )
    account = make_account(base_url=running.url, app_id="634974688087057")
    accounts.cloud_api(account).subscribe()
    found.tell("phones", wa_id=WA_ID, name="Asha")
    return found


def now() -> datetime:
    return clock.now()


def open_window(meta: Meta) -> Contact:
    meta.says("good morning")
    meta.webhooks()
    contact = Contact.objects.get(wa_id=WA_ID)
    with transaction.atomic():
        Message.objects.filter(direction="out").delete()
    return contact


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


def test_a_dropped_answer_is_proved_by_its_webhook_and_never_sent_twice(meta: Meta) -> None:
    contact = open_window(meta)
    message = queue_text(contact, "only once", now())
    meta.knobs(drop_answer_next=1)
    deliver_due(now())
    message.refresh_from_db()
    assert (message.status, message.wamid) == ("unknown", None)
    meta.webhooks()
    unknowns.sweep(now() + 3 * SETTLE_AFTER)
    deliver_due(now())
    message.refresh_from_db()
    assert message.status == "delivered"
    assert SendAttempt.objects.get().note == "Proved by the status “sent”."
    assert [sent["payload"]["text"]["body"] for sent in meta.seen()] == ["only once"]


@pytest.mark.parametrize("failure", [{"code": 130429}, {"code": 131016}, {"code": 131056}, {"status": 429}])
def test_a_refusal_that_passes_is_tried_again_until_it_arrives(meta: Meta, failure: dict[str, int]) -> None:
    message = queue_text(open_window(meta), "again", now())
    meta.knobs(fail_next={**failure, "count": 1})
    deliver_due(now())
    message.refresh_from_db()
    assert message.status == "queued"
    deliver_due(now() + 2 * MINUTE)
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, message.attempt_count) == ("delivered", 2)


def test_webhooks_that_are_repeated_and_reordered_leave_the_same_rows(meta: Meta) -> None:
    meta.knobs(duplicate_webhooks=2, reorder_webhooks=True, batch_size=1, auto_read=True)
    for n in range(3):
        meta.says(f"say {n}")
    meta.webhooks()
    deliver_due(now())
    meta.webhooks()
    assert sorted(words for _, words in doors.handled) == ["say 0", "say 1", "say 2"]
    assert set(Message.objects.filter(direction="out").values_list("status", flat=True)) == {"read"}


def test_a_webhook_that_was_wrongly_signed_is_refused_and_comes_again(meta: Meta) -> None:
    meta.knobs(bad_signature_next=1)
    meta.says("say hello")
    meta.webhooks()
    assert doors.handled == [(PHONE, "say hello")]


def test_a_picture_is_fetched_checked_and_stored(meta: Meta) -> None:
    answer = requests.post(
        f"{meta.url}/_sim/phones/{WA_ID}/media",
        files={"file": ("dinner.png", PNG, "image/png")},
        data={"kind": "image", "caption": "this one please"},
        timeout=10,
    )
    assert answer.status_code == 200, answer.text
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
    shown = requests.get(f"{meta.url}/_sim/phones/{WA_ID}/messages", timeout=5).json()
    assert [m["read_by_business"] for m in shown["messages"] if m["direction"] == "incoming"] == [True]


def test_the_health_check_reads_number_account_token_and_subscription(meta: Meta) -> None:
    account = Account.objects.get()
    found = health.check(account, now())
    number = PhoneNumber.objects.get()
    assert (found["account"]["ok"], found["subscribed"]) == (True, True)
    assert (number.status, number.quality_rating, number.messaging_limit) == ("CONNECTED", "GREEN", "TIER_2K")
    assert list(Incident.objects.filter(closed_at=None)) == []


def test_a_dead_token_pauses_and_the_check_after_the_rotation_resumes_and_closes(meta: Meta) -> None:
    contact = open_window(meta)
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
    assert PhoneNumber.objects.get().paused_reason == ""
    assert list(Incident.objects.filter(closed_at=None)) == []
    deliver_due(now() + timedelta(minutes=10))
    message.refresh_from_db()
    assert message.status == "accepted"


def test_free_text_to_somebody_who_never_wrote_is_refused_by_our_own_gate(meta: Meta) -> None:
    with pytest.raises(sending.CannotSend, match="only a template"):
        queue_text(make_contact("+919810000009"), "hello", now())
