"""What has been kept long enough goes; the ledger, proofs and everything of an open case stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.whatsapp import DAY, MINUTE, NOW, make_contact, post, queue_text, text
from tests.whatsapp.desk.conftest import thread_url
from tests.whatsapp.test_admin import act
from whatsapp import inbox, incidents, optouts, purging, receiving, tasks
from whatsapp.models import (
    Account,
    Broadcast,
    BroadcastRecipient,
    ConsentEvent,
    Contact,
    InboxItem,
    MediaFile,
    Message,
    PurgeRun,
    SendAttempt,
    ThreadNote,
    WebhookAnomaly,
    WebhookDelivery,
)

pytestmark = pytest.mark.django_db
LONG_AGO, RECENT = NOW - 1200 * DAY, NOW - 30 * DAY


@pytest.fixture(autouse=True)
def somebody(account: Account, settings: Any) -> Contact:
    settings.WEBHOOKS_KEPT_DAYS, settings.MESSAGES_KEPT_DAYS = 90, 1095
    settings.RETENTION_HOLDS = settings.RETENTION_BESIDE = ""
    return make_contact("+919810000001", wrote_at=NOW - MINUTE)


def webhook(at: datetime = LONG_AGO, **fields: Any) -> WebhookDelivery:
    values = {"status": "processed", "body": b'{"words": "secret"}', "account": Account.objects.get()}
    return WebhookDelivery.objects.create(received_at=at, body_sha256="x", **(values | fields))


def sent(at: datetime = LONG_AGO, contact: Contact | None = None, **fields: Any) -> Message:
    """An outgoing message of that time, read by the person."""
    message = queue_text(contact or Contact.objects.get(), "Dal is ready")
    SendAttempt.objects.create(
        message=message, started_at=at, finished_at=at, outcome="accepted", wamid=f"w{message.pk}"
    )
    Message.objects.filter(pk=message.pk).update(**({"status": "read", "created_at": at} | fields))
    message.refresh_from_db()
    return message


def received(at: datetime = LONG_AGO, **fields: Any) -> Message:
    post(text("no onions please"))
    receiving.process_pending(NOW)
    InboxItem.objects.update(closed_at=NOW)
    message = Message.objects.filter(direction="in").latest("pk")
    Message.objects.filter(pk=message.pk).update(**({"created_at": at, "handled_at": at} | fields))
    message.refresh_from_db()
    return message


def words(message: Message) -> str:
    message.refresh_from_db()
    return message.text


def test_a_processed_webhook_goes_when_its_time_is_over_and_a_younger_one_stays() -> None:
    old, young = webhook(), webhook(NOW - 89 * DAY)
    run = purging.purge(NOW)
    assert list(WebhookDelivery.objects.all()) == [young]
    assert (run.webhooks, run.held, old.pk < young.pk) == (1, 0, True)


@pytest.mark.parametrize("status", ["received", "processing", "failed"])
def test_a_webhook_that_waits_or_failed_never_goes(status: str) -> None:
    webhook(status=status)
    run = purging.purge(NOW)
    assert (WebhookDelivery.objects.count(), run.webhooks, run.held) == (1, 0, 1)


def test_a_webhook_with_something_nobody_has_looked_at_stays_until_somebody_has() -> None:
    values = {"kind": "field", "first_seen": LONG_AGO, "last_seen": LONG_AGO, "sample": {"words": "secret"}}
    found = WebhookAnomaly.objects.create(detail="new", delivery=webhook(), **values)
    assert (purging.purge(NOW).held, WebhookDelivery.objects.count()) == (1, 1)
    WebhookAnomaly.objects.update(acknowledged_at=NOW)
    run = purging.purge(NOW)
    found.refresh_from_db()
    assert (run.webhooks, run.samples, found.sample, found.delivery, found.count) == (1, 1, {}, None, 1)


def test_the_words_go_and_the_ledger_stays(somebody: Contact) -> None:
    message = sent(error_code=1, pricing={"category": "utility"}, template_name="week_ready")
    run = purging.purge(NOW)
    message.refresh_from_db()
    assert (message.text, message.payload, message.erased_at) == ("", {}, NOW)
    assert (message.status, message.pricing, message.template_name) == ("read", {"category": "utility"}, "week_ready")
    assert (message.contact, message.attempts.count(), run.messages) == (somebody, 1, 1)


@pytest.mark.parametrize("status", ["queued", "sending", "unknown"])
def test_a_message_that_may_still_be_sent_keeps_its_words(status: str) -> None:
    assert (words(sent(status=status)), purging.purge(NOW).held) == ("Dal is ready", 1)


def test_a_message_that_nobody_has_handled_keeps_its_words_until_somebody_has() -> None:
    message = received(handled_at=None)
    purging.purge(NOW)
    assert words(message) == "no onions please"
    Message.objects.update(handled_at=NOW)
    purging.purge(NOW)
    assert words(message) == ""


def test_the_message_that_proves_a_consent_keeps_its_words_for_ever() -> None:
    message = received()
    optouts.opt_out(Contact.objects.get(), method="stop word", message=message, now=NOW)
    purging.purge(NOW + 4000 * DAY)
    assert (words(message), ConsentEvent.objects.count()) == ("no onions please", 2)


def test_an_open_incident_keeps_what_led_to_it_and_lets_go_when_it_closes(account: Account) -> None:
    before, during = sent(LONG_AGO - 9 * DAY), sent(LONG_AGO - 6 * DAY)
    webhook(LONG_AGO + DAY)
    incidents.open_incident(account, "number", detail="banned", now=LONG_AGO)
    purging.purge(NOW)
    assert (words(before), words(during), WebhookDelivery.objects.count()) == ("", "Dal is ready", 1)
    incidents.close_incident(account, "number", because="well", now=NOW)
    purging.purge(NOW)
    assert (words(during), WebhookDelivery.objects.count()) == ("", 0)


def test_a_thread_that_waits_for_staff_keeps_its_words() -> None:
    message = received()
    inbox.park(message, "asks for a person", NOW)
    purging.purge(NOW)
    assert words(message) == "no onions please"


def test_who_is_kept_for_a_dispute_loses_nothing_until_the_dispute_is_over(somebody: Contact) -> None:
    theirs, others = sent(), sent(contact=make_contact("+919810000002", wrote_at=NOW - MINUTE))
    assert (purging.keep(somebody.pk, "asks for a refund", NOW), purging.keep(somebody.pk, "x", NOW)) == (True, False)
    purging.purge(NOW)
    assert (words(theirs), words(others)) == ("Dal is ready", "")
    assert (purging.release(somebody.pk), purging.release(somebody.pk)) == (True, False)
    purging.purge(NOW)
    assert words(theirs) == ""


def everybody() -> Any:
    return Contact.objects.values("pk")


def test_who_is_held_by_an_app_above_loses_nothing(settings: Any) -> None:
    settings.RETENTION_HOLDS = "tests.whatsapp.test_retention.HELD"
    message = sent()
    purging.purge(NOW)
    assert words(message) == "Dal is ready"


HELD: tuple[Callable[[], Any], ...] = (everybody,)


def with_file(message: Message) -> MediaFile:
    row = MediaFile(message=message, media_id="1", status="stored", filename="bill.pdf", next_attempt_at=LONG_AGO)
    row.file.save("bill.pdf", ContentFile(b"%PDF"))
    return row


def test_the_file_goes_with_the_words_and_its_checksum_stays() -> None:
    row = with_file(received())
    MediaFile.objects.update(sha256="abc")
    stored, run = row.file.name, purging.purge(NOW)
    row.refresh_from_db()
    assert (default_storage.exists(stored), row.file.name, row.filename, row.status, row.sha256) == (
        False,
        "",
        "",
        "erased",
        "abc",
    )
    assert (run.files, run.messages) == (1, 1)


def test_a_run_that_dies_at_the_storage_says_so_and_the_next_finishes(monkeypatch: pytest.MonkeyPatch) -> None:
    row = with_file(received())

    def broken(self: object, name: str) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patched:
        patched.setattr(InMemoryStorage, "delete", broken)
        with pytest.raises(OSError, match="away"):
            purging.purge(NOW)
    first = PurgeRun.objects.get()
    assert ("the disk is away" in first.error, first.messages, first.files) == (True, 1, 0)
    second = purging.purge(NOW + DAY)
    row.refresh_from_db()
    assert (second.files, second.error, row.status) == (1, "", "erased")


def test_it_works_in_batches_and_passes_by_what_is_held() -> None:
    for n in range(5):
        webhook(status="failed" if n == 1 else "processed")
        sent(status="unknown" if n == 2 else "read")
    run = purging.purge(NOW, batch=2)
    assert (run.webhooks, run.messages, run.held) == (4, 4, 2)


def test_a_run_costs_the_same_queries_for_one_message_and_for_three() -> None:
    costs = []
    for many in (1, 3):
        for _ in range(many):
            sent()
        with CaptureQueriesContext(connection) as queries:
            purging.purge(NOW)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_second_run_finds_nothing_more() -> None:
    sent(), webhook()
    first, second = purging.purge(NOW), purging.purge(NOW)
    assert ((first.webhooks, first.messages), (second.webhooks, second.messages)) == ((1, 1), (0, 0))


def test_zero_days_keep_for_ever(settings: Any) -> None:
    settings.WEBHOOKS_KEPT_DAYS = settings.MESSAGES_KEPT_DAYS = 0
    message = sent()
    webhook()
    purging.purge(NOW)
    assert (words(message), WebhookDelivery.objects.count()) == ("Dal is ready", 1)


def beside(somebody: Contact, at: datetime = LONG_AGO, status: str = "sent") -> tuple[Any, ...]:
    """A note, a closed item and what a bulk send said to this person alone, of that time."""
    note = ThreadNote.objects.create(contact=somebody, text="is deaf in one ear", at=at)
    item = InboxItem.objects.create(
        contact=somebody, message=received(), reason="wrote “my knee”", opened_at=at, due_at=at, closed_at=at, note="x"
    )
    bulk = Broadcast.objects.create(name="b", account=somebody.account, created_at=at, status=status)
    row = BroadcastRecipient.objects.create(broadcast=bulk, contact=somebody, values={"dish": "no peanuts"})
    return note, item, row


def said_beside(rows: tuple[Any, ...]) -> list[Any]:
    for row in rows:
        row.refresh_from_db()
    note, item, recipient = rows
    return [note.text, item.reason, item.note, recipient.values]


FULL = ["is deaf in one ear", "wrote “my knee”", "x", {"dish": "no peanuts"}]


def test_notes_reasons_and_bulk_values_go_with_the_words_and_their_rows_stay(somebody: Contact) -> None:
    young, old = beside(somebody, RECENT), beside(somebody)
    assert purging.due(NOW).notes == 3
    run = purging.purge(NOW)
    assert (said_beside(old), said_beside(young), run.notes) == (["", "", "", {}], FULL, 3)
    assert purging.purge(NOW).notes == 0


def test_of_who_is_kept_waits_or_is_held_the_notes_stay_too(somebody: Contact, settings: Any) -> None:
    rows = beside(somebody)
    purging.keep(somebody.pk, "a dispute", NOW)
    purging.purge(NOW)
    assert said_beside(rows) == FULL
    purging.release(somebody.pk)
    settings.RETENTION_HOLDS = "tests.whatsapp.test_retention.HELD"
    purging.purge(NOW)
    assert said_beside(rows) == FULL


def test_a_bulk_send_that_may_still_go_out_keeps_its_values(somebody: Contact) -> None:
    rows = beside(somebody, status="armed")
    purging.purge(NOW)
    assert said_beside(rows)[-1] == {"dish": "no peanuts"}


def test_notes_go_in_batches(somebody: Contact) -> None:
    for _ in range(5):
        ThreadNote.objects.create(contact=somebody, text="x", at=LONG_AGO)
    assert purging.purge(NOW, batch=2).notes == 5


def test_the_command_only_counts_in_a_dry_run_and_then_acts() -> None:
    message, said = sent(), StringIO()
    webhook()
    with time_machine.travel(NOW, tick=False):
        call_command("purge", "--dry-run", stdout=said)
        assert (words(message), PurgeRun.objects.count()) == ("Dal is ready", 0)
        call_command("purge", stdout=said)
    counts = "1 webhooks {0} removed, 0 examples emptied, 1 messages emptied, 0 files removed, "
    counts += "0 notes and other words emptied"
    assert said.getvalue().splitlines() == [
        f"{counts.format(verb)}; 0 are kept beyond their time." for verb in ("would be", "were")
    ]
    assert words(message) == ""


def test_the_clock_runs_it_and_leaves_a_line() -> None:
    webhook()
    with time_machine.travel(NOW, tick=False):
        tasks.purge(from_a_newer_deployment=True)
    assert PurgeRun.objects.values_list("webhooks", "finished_at").get() == (1, NOW)


def test_the_same_webhook_again_after_its_row_went_makes_no_second_message() -> None:
    body = text("hello")
    post(body)
    receiving.process_pending(NOW)
    WebhookDelivery.objects.update(received_at=LONG_AGO)
    purging.purge(NOW)
    post(body)
    receiving.process_pending(NOW)
    assert Message.objects.filter(direction="in").count() == 1


def test_the_page_shows_periods_what_is_due_and_every_run(admin_client: Client) -> None:
    sent(), webhook(), webhook(status="failed")
    with time_machine.travel(NOW, tick=False):
        page = admin_client.get("/admin/whatsapp/purgerun/").content.decode()
        tasks.purge()
        after = admin_client.get("/admin/whatsapp/purgerun/").content.decode()
    assert "90 days (WEBHOOKS_KEPT_DAYS)" in page
    assert "1 webhooks, 1 messages, 0 files; 1 kept beyond their time" in page
    assert "0 webhooks, 0 messages, 0 files; 1 kept beyond their time" in after


def test_staff_keep_and_release_a_person_with_a_reason(admin_client: Client, somebody: Contact) -> None:
    act(admin_client, Contact, "keep", somebody.pk, reason="billing case 7")
    somebody.refresh_from_db()
    assert (somebody.kept_because, somebody.kept_since is not None) == ("admin: billing case 7", True)
    assert (
        "Kept: billing case 7" in admin_client.get(f"/admin/whatsapp/contact/{somebody.pk}/history/").content.decode()
    )
    act(admin_client, Contact, "release", somebody.pk, reason="settled")
    somebody.refresh_from_db()
    assert (somebody.kept_because, somebody.kept_since) == ("", None)


def test_an_emptied_message_says_so_in_its_thread(admin_client: Client, somebody: Contact) -> None:
    for message in (sent(), received()):
        Message.objects.filter(pk=message.pk).update(created_at=LONG_AGO)
    purging.purge(NOW)
    page = admin_client.get(thread_url(somebody)).content.decode()
    assert page.count("Its words were removed on 21 Nov 2026") == 2
