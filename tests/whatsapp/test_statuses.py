"""Any order, any repetition, and statuses that come before our own record: one outcome."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.whatsapp import MINUTE, NOW, make_account, make_contact, post, queue_text, status, statuses, wamid
from tests.whatsapp import doors
from whatsapp import receiving
from whatsapp.errors import lookup
from whatsapp.models import Account, Contact, Message, MessageStatusEvent, SendAttempt
from whatsapp.payloads import StatusChanged, status_of
from whatsapp.statuses import apply, sweep_parked

ORDER = ["sent", "delivered", "read"]


def sent_message(state: str = "accepted", outcome: str = "accepted", id: str | None = "") -> Message:
    """A message whose POST was answered (or not: `id=None`)."""
    message = queue_text(make_contact(wrote_at=NOW))
    known = wamid() if id == "" else id
    Message.objects.filter(pk=message.pk).update(status=state, wamid=known, attempt_count=1)
    SendAttempt.objects.create(message=message, started_at=NOW, outcome=outcome, wamid=known)
    message.refresh_from_db()
    return message


def say(message: Message, name: str, seconds: int = 0, **also: Any) -> StatusChanged:
    at = NOW + timedelta(seconds=seconds)
    return status_of(status(message.wamid or "", name, at, **also), at)


def failing(code: int = 131026) -> dict[str, Any]:
    return {"errors": [{"code": code, "title": "x", "error_data": {"details": "the details"}}]}


def state_of(message: Message) -> str:
    return Message.objects.get(pk=message.pk).status


@pytest.mark.parametrize("name", [*ORDER, "failed"])
def test_a_status_moves_the_message_and_keeps_its_moment(account: Account, name: str) -> None:
    message = sent_message()
    apply([say(message, name, 5, **(failing() if name == "failed" else {}))], NOW)
    message.refresh_from_db()
    assert message.status == name
    moments = {"sent": message.sent_at, "delivered": message.delivered_at, "read": message.read_at}
    assert moments.get(name, NOW + timedelta(seconds=5)) == NOW + timedelta(seconds=5)


def test_a_late_sent_does_not_take_read_back_but_fills_in_its_moment(account: Account) -> None:
    message = sent_message()
    apply([say(message, "read", 9)], NOW)
    apply([say(message, "sent", 2)], NOW)
    message.refresh_from_db()
    assert (message.status, message.sent_at, message.read_at) == (
        "read",
        NOW + timedelta(seconds=2),
        NOW + timedelta(seconds=9),
    )


def test_played_counts_as_read(account: Account) -> None:
    message = sent_message()
    apply([say(message, "played")], NOW)
    assert state_of(message) == "read"


def test_failed_then_delivered_is_delivered_and_tells_of_the_failure_once(account: Account) -> None:
    message = sent_message()
    apply([say(message, "failed", 1, **failing())], NOW)
    apply([say(message, "delivered", 2)], NOW)
    message.refresh_from_db()
    assert (message.status, message.error_text, message.error_code, message.failed_at) == ("delivered", "", None, None)
    assert doors.failed == [(message.pk, "failed", "recipient")]


def test_delivered_then_failed_stays_delivered(account: Account) -> None:
    message = sent_message()
    apply([say(message, "delivered", 1)], NOW)
    apply([say(message, "failed", 2, **failing())], NOW)
    assert (state_of(message), doors.failed) == ("delivered", [])


def test_a_failure_keeps_the_code_the_class_and_metas_own_words(account: Account) -> None:
    message = sent_message()
    apply([say(message, "failed", **failing())], NOW)
    message.refresh_from_db()
    assert (message.error_code, message.error_class) == (131026, "recipient")
    assert message.error_text.endswith("the details")
    assert message.contact.undeliverable_since == NOW


def test_a_failure_that_passes_by_itself_is_tried_again_after_a_minute_at_least(account: Account) -> None:
    message = sent_message()
    apply([say(message, "failed", **failing(131016))], NOW)
    message.refresh_from_db()
    assert (message.status, message.wamid) == ("queued", None)
    assert message.not_before >= NOW + MINUTE
    assert doors.failed == []


def test_a_retry_that_waits_is_dropped_when_the_first_copy_arrived_after_all(account: Account) -> None:
    message = sent_message()
    delivered = say(message, "delivered", 3)
    apply([say(message, "failed", **failing(131016))], NOW)
    apply([delivered], NOW)
    message.refresh_from_db()
    assert (message.status, message.wamid) == ("delivered", delivered.wamid)


def test_a_status_proves_what_a_lost_answer_left_open_and_fills_in_the_wamid(account: Account) -> None:
    message = sent_message("unknown", "unknown", id=None)
    attempt = message.attempts.get()
    raw = status("wamid.proof", "sent", biz_opaque_callback_data=str(attempt.pk))
    post(statuses(raw))
    receiving.process_pending(NOW)
    message.refresh_from_db()
    attempt.refresh_from_db()
    assert (message.status, message.wamid, message.settle_by) == ("sent", "wamid.proof", None)
    assert (attempt.outcome, attempt.wamid, attempt.note) == ("accepted", "wamid.proof", "Proved by the status “sent”.")


def test_a_status_may_come_while_the_post_is_still_under_way(account: Account) -> None:
    message = sent_message("sending", "sending", id=None)
    attempt = message.attempts.get()
    apply([status_of(status("wamid.early", "delivered", biz_opaque_callback_data=str(attempt.pk)), NOW)], NOW)
    message.refresh_from_db()
    assert (message.status, message.wamid) == ("delivered", "wamid.early")


def test_a_proof_of_the_first_attempt_stops_the_second(account: Account) -> None:
    message = sent_message("queued", "unknown", id=None)
    attempt = message.attempts.get()
    apply([status_of(status("wamid.first", "sent", biz_opaque_callback_data=str(attempt.pk)), NOW)], NOW)
    assert state_of(message) == "sent"


def test_a_status_of_a_message_that_we_do_not_know_is_parked_and_found_later(account: Account) -> None:
    post(statuses(status("wamid.later", "delivered")))
    receiving.process_pending(NOW)
    assert MessageStatusEvent.objects.get().message is None
    message = sent_message(id="wamid.later")
    assert sweep_parked(NOW) == 1
    assert (state_of(message), MessageStatusEvent.objects.get().message) == ("delivered", message)


def test_the_same_status_is_kept_once(account: Account) -> None:
    message = sent_message()
    for _ in range(3):
        apply([say(message, "sent"), say(message, "sent")], NOW)
    assert MessageStatusEvent.objects.count() == 1


def test_an_opaque_value_that_is_not_ours_does_no_harm(account: Account) -> None:
    message = sent_message()
    raw = status(message.wamid or "", "sent", biz_opaque_callback_data="somebody else's text")
    strange = status(message.wamid or "", "delivered", biz_opaque_callback_data=str(uuid4()))
    apply([status_of(raw, NOW), status_of(strange, NOW)], NOW)
    assert state_of(message) == "delivered"


def test_prices_are_kept(account: Account) -> None:
    message = sent_message()
    apply([say(message, "sent", pricing={"pricing_model": "PMP", "category": "utility", "type": "regular"})], NOW)
    message.refresh_from_db()
    assert message.pricing == {"pricing_model": "PMP", "category": "utility", "type": "regular"}


def test_a_status_teaches_the_persons_user_id(account: Account) -> None:
    message = sent_message()
    apply([say(message, "sent", recipient_user_id="IN.77aa")], NOW)
    assert Contact.objects.get(pk=message.contact_id).bsuid == "IN.77aa"


def test_payment_statuses_are_kept_as_events_and_move_no_message(account: Account) -> None:
    message = sent_message()
    post(statuses({**status(message.wamid or "", "captured"), "type": "payment"}))
    receiving.process_pending(NOW)
    assert state_of(message) == "accepted"
    assert MessageStatusEvent.objects.values_list("status", "message").get() == ("payment captured", message.pk)


def test_an_account_level_failure_pauses_the_number_and_keeps_the_message(account: Account) -> None:
    message = sent_message()
    apply([say(message, "failed", **failing(131042))], NOW)
    message.refresh_from_db()
    assert message.status == "queued"
    assert "payment" in message.phone_number.paused_reason
    assert account.incidents.get(closed_at=None).fix == lookup(131042).remedy


EVENTS = st.sampled_from([("sent", 1), ("delivered", 2), ("read", 3), ("failed", 4), ("played", 5), ("warning", 6)])


@pytest.mark.django_db
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, min_size=1, max_size=6), data=st.data())
def test_any_order_repetition_and_batching_ends_in_the_same_state(events: list[tuple[str, int]], data: Any) -> None:
    make_account()
    shuffled = data.draw(st.permutations(events + events[: data.draw(st.integers(0, len(events)))]))
    split = data.draw(st.integers(0, len(shuffled)))
    outcomes = []
    for batches in ([events], [shuffled[:split], shuffled[split:]], [[event] for event in shuffled]):
        message = sent_message()
        for batch in batches:
            changes = [say(message, name, at, **(failing() if name == "failed" else {})) for name, at in batch]
            apply(changes, NOW)
        message.refresh_from_db()
        outcomes.append((message.status, message.sent_at, message.delivered_at, message.read_at, message.error_code))
        Contact.objects.filter(pk=message.contact_id).update(undeliverable_since=None)
    assert outcomes[0] == outcomes[1] == outcomes[2]
    arrived = {name for name, _ in events}
    assert not ({"delivered", "read", "played"} & arrived and outcomes[0][0] == "failed")
