"""What Meta's answers do to us when they are late, wrong, refused or missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import transaction

from bettermeals.lib import clock
from tests.factories.whatsapp import MINUTE, make_contact, queue_text
from tests.whatsapp import doors
from tests.whatsapp.meta import Meta
from tests.whatsapp.simulator.client import eventually
from whatsapp import accounts, cloud_api, health, sending, template_sync, unknowns
from whatsapp.cloud_api import AnswerLost
from whatsapp.delivery import deliver_due
from whatsapp.errors import lookup
from whatsapp.models import Account, Contact, Incident, Message, PhoneNumber, SendAttempt
from whatsapp.policies import SETTLE_AFTER

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return clock.now()


def sent(meta: Meta, message: Message) -> Message:
    """Posted, and Meta's word about it heard."""
    deliver_due(now())
    meta.webhooks()
    message.refresh_from_db()
    return message


def stranger() -> Contact:
    """We believe that the window is open; the simulator knows that this person never wrote."""
    return make_contact("+919810000009", wrote_at=now())


def incidents() -> list[tuple[str, str]]:
    return list(Incident.objects.filter(closed_at=None).values_list("kind", "subject").order_by("kind"))


def test_latency_ms__a_slow_answer_is_waited_for(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "slowly", now())
    meta.knobs(latency_ms=300)
    assert sent(meta, message).status == "delivered"
    assert SendAttempt.objects.get().outcome == "accepted"


def test_latency_ms__an_answer_beyond_our_patience_is_unknown_and_proved_by_its_status(
    meta: Meta, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = queue_text(meta.open_window(), "once", now())
    monkeypatch.setattr(cloud_api, "TIMEOUT", (4.0, 0.2))
    meta.knobs(latency_ms=600)
    deliver_due(now())
    message.refresh_from_db()
    assert (message.status, message.wamid) == ("unknown", None)
    meta.knobs(latency_ms=0)
    eventually(meta.seen)  # the simulator still sleeps on it
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, len(meta.seen())) == ("delivered", 1)


def test_drop_answer_next__the_message_is_proved_by_its_webhook_and_never_sent_twice(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "only once", now())
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
    assert [line["payload"]["text"]["body"] for line in meta.seen()] == ["only once"]


@pytest.mark.parametrize("failure", [{"code": 130429}, {"code": 131016}, {"code": 131056}, {"status": 429}])
def test_fail_next__a_limit_or_an_overload_is_tried_again_until_it_arrives(meta: Meta, failure: dict[str, int]) -> None:
    message = queue_text(meta.open_window(), "again", now())
    meta.knobs(fail_next={**failure, "count": 1})
    deliver_due(now())
    message.refresh_from_db()
    assert message.status == "queued"
    deliver_due(now() + 2 * MINUTE)
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, message.attempt_count) == ("delivered", 2)


@pytest.mark.parametrize("status", [500, 502, 504])
def test_fail_next__a_500_proves_nothing_so_nothing_is_repeated_until_silence_has_lasted(
    meta: Meta, status: int
) -> None:
    message = queue_text(meta.open_window(), "perhaps", now())
    meta.knobs(fail_next={"status": status})
    deliver_due(now())
    deliver_due(now() + MINUTE)
    message.refresh_from_db()
    assert (message.status, message.attempt_count) == ("unknown", 1)
    later = now() + 3 * SETTLE_AFTER
    unknowns.sweep(later)
    deliver_due(later)
    assert (sent(meta, message).status, message.attempt_count) == ("delivered", 2)
    assert [line["payload"]["text"]["body"] for line in meta.seen()] == ["perhaps"]


def test_fail_next__an_account_problem_pauses_the_number_keeps_the_queue_and_says_what_to_do(meta: Meta) -> None:
    contact = meta.open_window()
    message = queue_text(contact, "when it is paid", now())
    meta.knobs(fail_next={"code": 131042})
    deliver_due(now())
    message.refresh_from_db()
    assert (message.status, bool(PhoneNumber.objects.get().paused_reason)) == ("queued", True)
    incident = Incident.objects.get(closed_at=None)
    assert (incident.kind, incident.fix) == ("sending", lookup(131042).remedy)
    health.check(Account.objects.get(), now() + 5 * MINUTE)
    deliver_due(now() + 5 * MINUTE)
    assert (PhoneNumber.objects.get().paused_reason, incidents()) == ("", [])
    meta.webhooks()
    message.refresh_from_db()
    assert message.status == "delivered"


def test_fail_next__a_bug_of_ours_fails_the_message_and_opens_an_incident_for_developers(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "wrong", now())
    meta.knobs(fail_next={"code": 131009})
    assert (sent(meta, message).status, message.error_code, incidents()) == ("failed", 131009, [("refused", "131009")])
    assert doors.failed == [(message.pk, "failed", "bug")]


def test_fail_next__what_is_accepted_and_fails_later_ends_as_failed_with_its_reason(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "too much", now())
    meta.knobs(fail_next={"code": 131049, "later": True})
    assert (sent(meta, message).status, message.error_code) == ("failed", 131049)
    assert message.error_text.startswith("Meta held it back: this person gets too much marketing.")


def test_fail_next__a_check_that_meta_refuses_opens_credentials_and_the_next_one_closes_it(meta: Meta) -> None:
    account = Account.objects.get()
    meta.knobs(fail_next={"code": 190, "scope": "graph"})
    health.check(account, now())
    assert incidents() == [("credentials", "")]
    health.check(account, now())
    assert incidents() == []


def test_window_error__a_refusal_of_free_text_fails_at_once_and_says_to_send_a_template(meta: Meta) -> None:
    meta.knobs(window_error="sync")
    message = queue_text(stranger(), "hello", now())
    deliver_due(now())
    message.refresh_from_db()
    assert (message.status, message.error_code, message.attempts.get().outcome) == ("failed", 131047, "rejected")


def test_window_error__the_same_by_status_takes_the_acceptance_back(meta: Meta) -> None:
    meta.knobs(window_error="async")
    message = queue_text(stranger(), "hello", now())
    deliver_due(now())
    message.refresh_from_db()
    assert message.status == "accepted"
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, message.error_code, message.attempts.get().outcome) == ("failed", 131047, "failed")


def test_unknown_numbers_on_whatsapp__a_number_without_whatsapp_rests_for_a_day(meta: Meta) -> None:
    meta.knobs(unknown_numbers_on_whatsapp=False)
    template_sync.sync(Account.objects.get(), now())
    meta.webhooks()
    contact = make_contact("+919810000044")
    with transaction.atomic():
        message = sending.queue_template(contact=contact, template=doors.COOK, variables={"dishes": "Rajma"}, now=now())
    assert (sent(meta, message).status, message.error_code) == ("failed", 131026)
    contact.refresh_from_db()
    assert (contact.undeliverable_since is not None, doors.failed) == (True, [(message.pk, "failed", "recipient")])


def test_enforce_pace__a_pair_limit_that_others_used_up_makes_us_wait_and_the_message_arrives(meta: Meta) -> None:
    contact = meta.open_window()
    another_app_writes(meta, 45)
    message = queue_text(contact, "after them", now())
    deliver_due(now())
    message.refresh_from_db()
    assert (message.status, message.error_code) == ("queued", 131056)
    meta.knobs(enforce_pace=False)
    deliver_due(now() + 5 * MINUTE)
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, message.attempt_count) == ("delivered", 2)


def another_app_writes(meta: Meta, count: int) -> None:
    url = f"{meta.url}/v25.0/{settings.WHATSAPP_PHONE_NUMBER_ID}/messages"
    body = {"messaging_product": "whatsapp", "to": "+919810000001", "type": "text", "text": {"body": "x"}}
    headers = {"Authorization": f"Bearer {settings.WHATSAPP_ACCESS_TOKEN}"}
    with requests.Session() as session:
        assert {session.post(url, json=body, headers=headers).status_code for _ in range(count)} == {200}


def test_template_review_seconds__what_is_queued_waits_for_the_review_and_then_goes(meta: Meta) -> None:
    meta.knobs(template_review_seconds=600)
    template_sync.sync(Account.objects.get(), now())
    with transaction.atomic():
        message = sending.queue_template(
            contact=make_contact("+919810000001"), template=doors.COOK, variables={"dishes": "Rajma"}, now=now()
        )
    assert sent(meta, message).status == "queued"
    assert incidents() == [("template", "cook_today (en)")]
    meta.tell("templates/review")
    meta.webhooks()
    deliver_due(now() + timedelta(hours=1))
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, incidents()) == ("delivered", [])


def test_out_of_disk__an_upload_is_lost_not_refused_and_goes_through_afterwards(meta: Meta) -> None:
    api = accounts.cloud_api(Account.objects.get())

    def upload() -> Any:
        return api.upload(settings.WHATSAPP_PHONE_NUMBER_ID, "list.pdf", b"%PDF-1.7", "application/pdf")

    meta.knobs(out_of_disk=True)
    with pytest.raises(AnswerLost):
        upload()
    meta.knobs(out_of_disk=False)
    assert upload().isdigit()
