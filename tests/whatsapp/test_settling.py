"""A message that may have been sent: proved by a status, settled by its policy, decided by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
import time_machine

from tests.factories.whatsapp import (
    MINUTE,
    NOW,
    approve,
    make_contact,
    post,
    queue_text,
    status,
    statuses,
    text,
)
from tests.whatsapp import doors
from tests.whatsapp.graph import accepted, answer, breaks, posted
from tests.whatsapp.queueing import fresh, queue_cook, queue_plan
from whatsapp import claiming, delivery, pacing, receiving, unknowns
from whatsapp.claiming import Claimed, claim
from whatsapp.cloud_api import TIMEOUT, Accepted, AnswerLost, NotSent, Refused
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Message, SendAttempt, WebhookDelivery
from whatsapp.payloads import status_of
from whatsapp.policies import SETTLE_AFTER
from whatsapp.recording import Answer, record
from whatsapp.statuses import apply

pytestmark = pytest.mark.usefixtures("account")


def make_unknown(message: Message) -> None:
    breaks(requests.ReadTimeout("read timed out"))
    deliver_due(NOW)
    assert fresh(message).status == "unknown"


def unknown_to_the_cook() -> Message:
    approve(doors.COOK)
    message = queue_cook(make_contact())
    make_unknown(message)
    return message


@responses.activate
def test_silence_about_a_cooks_instruction_sends_it_again_while_webhooks_work(account: Account) -> None:
    message = unknown_to_the_cook()
    Account.objects.update(webhooks_seen_at=NOW + 2 * MINUTE)
    unknowns.sweep(NOW + SETTLE_AFTER + MINUTE)
    assert fresh(message).status == "queued"
    answer(accepted())
    deliver_due(NOW + SETTLE_AFTER + MINUTE)
    assert (fresh(message).status, fresh(message).attempt_count) == ("accepted", 2)


@responses.activate
def test_silence_of_everybody_is_waited_out_before_it_is_sent_again(account: Account) -> None:
    message = unknown_to_the_cook()
    unknowns.sweep(NOW + SETTLE_AFTER + MINUTE)
    assert fresh(message).status == "unknown"
    unknowns.sweep(NOW + 2 * SETTLE_AFTER + 2 * MINUTE)
    assert fresh(message).status == "queued"


def proof(message: Message) -> None:
    """Meta's word about it came in time; nobody has read it yet."""
    said = status("wamid.proved", "delivered", biz_opaque_callback_data=str(message.attempts.get().pk))
    with time_machine.travel(NOW + MINUTE, tick=False):
        post(statuses(said))


@responses.activate
def test_a_proof_that_nobody_has_read_yet_is_no_silence(account: Account) -> None:
    message, later = unknown_to_the_cook(), NOW + 3 * SETTLE_AFTER
    proof(message)
    unknowns.sweep(later)
    assert fresh(message).status == "unknown"
    receiving.process_pending(later)
    unknowns.sweep(later)
    assert (fresh(message).status, fresh(message).attempt_count) == ("delivered", 1)


@responses.activate
def test_a_webhook_that_cannot_be_read_may_be_the_proof_so_staff_are_asked(account: Account) -> None:
    message, later = unknown_to_the_cook(), NOW + 3 * SETTLE_AFTER
    proof(message)
    WebhookDelivery.objects.update(status="failed")
    unknowns.sweep(later)
    assert (fresh(message).status, fresh(message).asked_staff_at) == ("unknown", later)


@responses.activate
def test_what_came_after_the_deadline_delays_nothing(account: Account) -> None:
    message, later = unknown_to_the_cook(), NOW + 3 * SETTLE_AFTER
    with time_machine.travel(later, tick=False):
        post(text("hello"))
    unknowns.sweep(later)
    assert fresh(message).status == "queued"


@responses.activate
def test_silence_about_anything_else_asks_staff() -> None:
    approve(doors.PLAN)
    message = queue_plan(make_contact())
    make_unknown(message)
    later = NOW + SETTLE_AFTER + MINUTE
    unknowns.sweep(later)
    assert (fresh(message).status, fresh(message).asked_staff_at) == ("unknown", later)
    assert list(unknowns.waiting_for_staff()) == [message]


@responses.activate
def test_staff_resend_or_leave_with_a_reason() -> None:
    approve(doors.PLAN)
    resent, left = queue_plan(make_contact()), queue_plan(make_contact())
    breaks(requests.ReadTimeout("x"))
    deliver_due(NOW)
    assert unknowns.resend(resent, "Ravi", "she called and has nothing", NOW) is True
    assert unknowns.leave(left, "Ravi", "she confirmed on the phone", NOW) is True
    assert unknowns.leave(left, "Ravi", "again", NOW) is False
    assert (fresh(resent).status, fresh(left).status) == ("queued", "cancelled")
    assert "Ravi: she confirmed on the phone" in fresh(left).error_text
    attempt = left.attempts.get()
    apply([status_of(status("wamid.late", "delivered", biz_opaque_callback_data=str(attempt.pk)), NOW)], NOW)
    assert fresh(left).status == "delivered"


def test_a_killed_sender_leaves_an_unknown_that_the_sweep_finds() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    claim(NOW, 1)
    assert unknowns.sweep(NOW + timedelta(seconds=30))["stale"] == 0
    assert unknowns.sweep(NOW + timedelta(seconds=61))["stale"] == 1
    assert (fresh(message).status, SendAttempt.objects.get().outcome) == ("unknown", "unknown")


@responses.activate
def test_an_answer_that_comes_after_the_sweep_still_counts() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    (claimed,) = claim(NOW, 1)
    unknowns.sweep(NOW + 2 * MINUTE)
    answer(accepted("wamid.slow"))
    record([(claimed, claimed.api.send(claimed.phone_number_id, dict(claimed.body)))], NOW + 2 * MINUTE)
    assert (fresh(message).status, fresh(message).wamid) == ("accepted", "wamid.slow")


@responses.activate
def test_a_webhook_that_beats_the_record_is_not_taken_back() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    (claimed,) = claim(NOW, 1)
    early = status("wamid.fast", "delivered", biz_opaque_callback_data=str(claimed.attempt_id))
    apply([status_of(early, NOW)], NOW)
    answer(accepted("wamid.fast"))
    record([(claimed, claimed.api.send(claimed.phone_number_id, dict(claimed.body)))], NOW)
    assert (fresh(message).status, fresh(message).wamid) == ("delivered", "wamid.fast")


@responses.activate
def test_a_parked_status_is_applied_when_its_message_becomes_known() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    apply([status_of(status("wamid.park", "read"), NOW)], NOW)
    answer(accepted("wamid.park"))
    deliver_due(NOW)
    assert fresh(message).status == "read"


def stands_still(monkeypatch: pytest.MonkeyPatch, *meanwhile: Any) -> None:
    """The sender misses its first slot, and before it looks for another one, this happens."""
    missed, waiting = iter([True]), list(meanwhile)
    monkeypatch.setattr(pacing, "missed", lambda *_: next(missed, False))

    def look(late: list[Claimed]) -> list[Claimed]:
        while late and waiting:
            waiting.pop(0)()
        return claiming.take_new_slots(late)

    monkeypatch.setattr(delivery, "take_new_slots", look)


@responses.activate
def test_a_sender_that_stood_still_sends_nothing_that_another_has_sent_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approve(doors.COOK)
    message = queue_cook(make_contact())
    later = NOW + 3 * SETTLE_AFTER
    answer(accepted("wamid.by-another"))
    stands_still(
        monkeypatch,
        lambda: unknowns.sweep(NOW + 2 * MINUTE),
        lambda: unknowns.sweep(later),
        lambda: deliver_due(later),
    )
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).wamid, len(posted())) == ("accepted", "wamid.by-another", 1)
    assert list(message.attempts.values_list("outcome", flat=True)) == ["not_sent", "accepted"]


@responses.activate
def test_what_a_sender_that_stood_still_never_posted_goes_back_into_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    approve(doors.PLAN)
    message = queue_plan(make_contact())
    stands_still(monkeypatch, lambda: unknowns.sweep(NOW + 2 * MINUTE), lambda: unknowns.sweep(NOW + 3 * SETTLE_AFTER))
    answer(accepted("wamid.once"))
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).asked_staff_at, len(posted())) == ("accepted", None, 1)
    assert list(message.attempts.values_list("outcome", flat=True)) == ["not_sent", "accepted"]


def test_nothing_leaves_so_late_that_its_attempt_may_have_been_given_up() -> None:
    queue_text(make_contact(wrote_at=NOW))
    (claimed,) = claim(NOW, 1)
    late = claimed.slot + pacing.LONG_LATE_SECONDS + 1
    assert [replace(claimed, missed=n).too_late(late) for n in (0, pacing.MOST_MISSED)] == [True, True]
    assert timedelta(seconds=pacing.LONG_LATE_SECONDS + sum(TIMEOUT)) < unknowns.STALE_AFTER


@pytest.mark.parametrize(
    "late", [NotSent("refused"), AnswerLost("reset"), Refused(130429, 400, {"code": 130429}), Refused(100, 400, {})]
)
@pytest.mark.parametrize("newer", ["sending", "unknown"])
def test_what_is_heard_of_an_older_attempt_does_not_touch_a_newer_one(late: Answer, newer: str) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    (first,) = claim(NOW, 1)
    unknowns.sweep(NOW + 2 * MINUTE)
    unknowns.resend(message, "Ravi", "she has nothing", NOW + 2 * MINUTE)
    (second,) = claim(NOW + 2 * MINUTE, 1)
    if newer == "unknown":
        record([(second, AnswerLost("reset"))], NOW + 2 * MINUTE)
    record([(first, late)], NOW + 3 * MINUTE)
    assert fresh(message).status == newer
    record([(second, Accepted("wamid.second"))], NOW + 3 * MINUTE)
    assert (fresh(message).status, fresh(message).wamid) == ("accepted", "wamid.second")
