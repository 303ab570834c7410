"""A message that may have been sent: proved by a status, settled by its policy, decided by a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests
import responses

from tests.factories.whatsapp import (
    MINUTE,
    NOW,
    approve,
    make_contact,
    queue_text,
    status,
)
from tests.whatsapp import doors
from tests.whatsapp.graph import accepted, answer, breaks
from tests.whatsapp.queueing import fresh, queue_cook, queue_plan
from whatsapp import unknowns
from whatsapp.claiming import claim
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Message, SendAttempt
from whatsapp.payloads import status_of
from whatsapp.policies import SETTLE_AFTER
from whatsapp.recording import record
from whatsapp.statuses import apply

pytestmark = pytest.mark.usefixtures("account")


def make_unknown(message: Message) -> None:
    breaks(requests.ReadTimeout("read timed out"))
    deliver_due(NOW)
    assert fresh(message).status == "unknown"


@responses.activate
def test_silence_about_a_cooks_instruction_sends_it_again_while_webhooks_work(account: Account) -> None:
    approve(doors.COOK)
    message = queue_cook(make_contact())
    make_unknown(message)
    Account.objects.update(webhooks_seen_at=NOW + 2 * MINUTE)
    unknowns.sweep(NOW + SETTLE_AFTER + MINUTE)
    assert fresh(message).status == "queued"
    answer(accepted())
    deliver_due(NOW + SETTLE_AFTER + MINUTE)
    assert (fresh(message).status, fresh(message).attempt_count) == ("accepted", 2)


@responses.activate
def test_silence_of_everybody_is_waited_out_before_it_is_sent_again(account: Account) -> None:
    approve(doors.COOK)
    message = queue_cook(make_contact())
    make_unknown(message)
    unknowns.sweep(NOW + SETTLE_AFTER + MINUTE)
    assert fresh(message).status == "unknown"
    unknowns.sweep(NOW + 2 * SETTLE_AFTER + 2 * MINUTE)
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
