"""The sender: what is posted, what is written down, what is tried again and what never is."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from tests.factories.whatsapp import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    approve,
    make_contact,
    queue_text,
    status,
)
from tests.whatsapp import doors
from tests.whatsapp.graph import accepted, answer, breaks, error, posted
from whatsapp import sending, unknowns
from whatsapp.claiming import claim
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Incident, Message, PhoneNumber, SendAttempt
from whatsapp.optouts import opt_out
from whatsapp.payloads import status_of
from whatsapp.policies import SETTLE_AFTER
from whatsapp.recording import record
from whatsapp.statuses import apply

pytestmark = pytest.mark.usefixtures("account")


def queue_cook(contact: Any, **how: Any) -> Message:
    return sending.queue_template(contact=contact, template=doors.COOK, variables={"dishes": "Rajma"}, now=NOW, **how)


def queue_plan(contact: Any, **how: Any) -> Message:
    values = {"name": "Asha", "week": "23–29 Nov"}
    how = {"payloads": ("a1", "c1"), "url_suffix": "tok/", **how}
    return sending.queue_template(contact=contact, template=doors.PLAN, variables=values, now=NOW, **how)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)


@responses.activate
def test_a_message_is_posted_with_its_attempt_and_written_down() -> None:
    message = queue_text(make_contact("+919810000001", wrote_at=NOW), "Namaste")
    answer(accepted("wamid.1"))
    assert deliver_due(NOW) == 1
    attempt = SendAttempt.objects.get()
    assert posted() == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+919810000001",
            "type": "text",
            "text": {"body": "Namaste", "preview_url": False},
            "biz_opaque_callback_data": str(attempt.pk),
        }
    ]
    message = fresh(message)
    assert (message.status, message.wamid, message.attempt_count) == ("accepted", "wamid.1", 1)
    assert (attempt.outcome, attempt.wamid, attempt.http_status) == ("accepted", "wamid.1", 200)


@responses.activate
def test_a_template_goes_out_as_meta_wants_it() -> None:
    contact = make_contact(language="hi")
    approve(doors.PLAN)
    queue_plan(contact)
    answer(accepted())
    deliver_due(NOW)
    assert posted()[0]["template"] == {
        "name": "week_ready",
        "language": {"code": "hi", "policy": "deterministic"},
        "components": [
            {"type": "body", "parameters": [{"type": "text", "text": "Asha"}, {"type": "text", "text": "23–29 Nov"}]},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "a1"}],
            },
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "1",
                "parameters": [{"type": "payload", "payload": "c1"}],
            },
            {"type": "button", "sub_type": "url", "index": "2", "parameters": [{"type": "text", "text": "tok/"}]},
        ],
    }


@responses.activate
def test_replies_go_before_bulk() -> None:
    approve(doors.COOK)
    bulk = [queue_cook(make_contact()) for _ in range(3)]
    reply = queue_text(make_contact(wrote_at=NOW))
    assert [claimed.message_id for claimed in claim(NOW, 2)] == [reply.pk, bulk[0].pk]


@responses.activate
def test_one_person_gets_their_messages_one_at_a_time_and_in_order() -> None:
    contact = make_contact(wrote_at=NOW)
    first, second, third = (queue_text(contact, words) for words in ("one", "two", "three"))
    assert [claimed.message_id for claimed in claim(NOW, 10)] == [first.pk]
    assert claim(NOW, 10) == []
    for words in ("1", "2", "3"):
        answer(accepted(f"wamid.{words}"))
    Message.objects.filter(pk=first.pk).update(status="accepted")
    deliver_due(NOW)
    assert [body["text"]["body"] for body in posted()] == ["two", "three"]
    assert third.pk > second.pk


@responses.activate
def test_a_message_that_waits_for_its_next_try_holds_the_later_ones_back() -> None:
    contact = make_contact(wrote_at=NOW)
    queue_text(contact, "one")
    queue_text(contact, "two")
    answer(error(130429), 400)
    answer(accepted("wamid.one"))
    answer(accepted("wamid.two"))
    deliver_due(NOW)
    assert [body["text"]["body"] for body in posted()] == ["one"]
    deliver_due(NOW + MINUTE)
    assert [body["text"]["body"] for body in posted()] == ["one", "one", "two"]


@responses.activate
def test_a_message_planned_for_tomorrow_holds_nobody_up() -> None:
    contact = make_contact(wrote_at=NOW)
    queue_text(contact, "tomorrow", not_before=NOW + DAY)
    queue_text(contact, "now")
    answer(accepted())
    deliver_due(NOW)
    assert [body["text"]["body"] for body in posted()] == ["now"]


@responses.activate
def test_ten_at_once_to_one_person_then_silence_until_they_are_paid_back() -> None:
    contact = make_contact(wrote_at=NOW)
    for n in range(12):
        queue_text(contact, str(n))
        answer(accepted(f"wamid.{n}"))
    assert deliver_due(NOW) == 10
    assert deliver_due(NOW + timedelta(seconds=50)) == 0
    assert deliver_due(NOW + timedelta(seconds=61)) == 2


def test_claiming_never_gives_out_more_slots_than_a_second_has() -> None:
    for _ in range(100):
        queue_text(make_contact(wrote_at=NOW))
    first = claim(NOW, 200)
    slots = sorted(each.slot for each in (*first, *claim(NOW, 200)))
    assert 70 <= len(first) <= 79
    assert min(later - earlier for earlier, later in pairwise(slots)) > 0.0125


# --- What an answer means --------------------------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize("code", [130429, 131056, 131016, 131057, 2, 80007, 4])
def test_a_limit_or_an_overload_is_tried_again_later(code: int) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(error(code), 503 if code in (2, 131016, 131057) else 400)
    deliver_due(NOW)
    message = fresh(message)
    assert (message.status, message.error_code) == ("queued", code)
    assert message.not_before > NOW
    assert SendAttempt.objects.get().outcome == "rejected"


@responses.activate
def test_http_429_without_a_body_is_tried_again() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer("slow down", 429)
    deliver_due(NOW)
    assert fresh(message).status == "queued"


@responses.activate
def test_after_the_last_try_it_has_failed_and_the_owner_hears_of_it() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    for n in range(8):
        answer(error(130429), 400)
        deliver_due(NOW + n * HOUR)
    message = fresh(message)
    assert (message.status, message.attempt_count) == ("failed", 6)
    assert message.error_text.endswith("Given up after 6 attempts.")
    assert doors.failed == [(message.pk, "failed", "retry")]


def lost_answers() -> list[Any]:
    reset = requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104, "reset")))
    return [
        pytest.param(requests.ReadTimeout("read timed out"), id="read timeout"),
        pytest.param(reset, id="reset after the request was written"),
        pytest.param(requests.exceptions.ChunkedEncodingError("broken"), id="answer broke off"),
    ]


@responses.activate
@pytest.mark.parametrize("exception", lost_answers())
def test_a_lost_answer_is_unknown_and_never_posted_again_blindly(exception: Exception) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    breaks(exception)
    deliver_due(NOW)
    message = fresh(message)
    assert message.status == "unknown"
    assert NOW + SETTLE_AFTER <= message.settle_by <= NOW + SETTLE_AFTER + MINUTE
    assert SendAttempt.objects.get().outcome == "unknown"
    assert deliver_due(NOW + MINUTE) == 0


@responses.activate
@pytest.mark.parametrize(
    ("body", "http_status"),
    [("<html>bad gateway</html>", 502), (error(131000), 500), (error(1), 500), ({"weird": True}, 200), ("", 200)],
)
def test_an_answer_that_proves_nothing_is_unknown(body: Any, http_status: int) -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(body, http_status)
    deliver_due(NOW)
    assert fresh(message).status == "unknown"


@responses.activate
def test_a_connection_that_was_never_made_is_tried_again() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    refused = NewConnectionError(None, "refused")  # type: ignore[arg-type]
    breaks(requests.ConnectionError(MaxRetryError(None, "/", refused)))  # type: ignore[arg-type]
    answer(accepted())
    deliver_due(NOW)
    assert (fresh(message).status, SendAttempt.objects.get().outcome) == ("queued", "not_sent")
    deliver_due(NOW + MINUTE)
    assert fresh(message).status == "accepted"


def test_a_port_where_nobody_listens_is_not_sent() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    deliver_due(NOW)  # the settings of a test run name a port where nobody answers
    assert (fresh(message).status, SendAttempt.objects.get().outcome) == ("queued", "not_sent")


@responses.activate
def test_a_number_that_is_not_on_whatsapp_fails_and_rests_for_a_day() -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact)
    answer(error(131026, "Unable to deliver"), 400)
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).error_class) == ("failed", "recipient")
    contact.refresh_from_db()
    assert contact.undeliverable_since is not None
    verdicts = [sending.can_send(contact, "text", NOW + wait).code for wait in (HOUR, 23 * HOUR)]
    assert verdicts == ["undeliverable", "undeliverable"]


@responses.activate
@pytest.mark.parametrize(("code", "http_status"), [(190, 401), (131042, 400), (131048, 400), (368, 403), (131045, 500)])
def test_an_account_error_pauses_the_number_keeps_the_queue_and_opens_one_incident(code: int, http_status: int) -> None:
    messages = [queue_text(make_contact(wrote_at=NOW)) for _ in range(3)]
    answer(error(code), http_status)
    deliver_due(NOW)
    assert [fresh(message).status for message in messages] == ["queued"] * 3
    number = PhoneNumber.objects.get()
    assert number.paused_reason
    assert (Incident.objects.count(), bool(Incident.objects.get().fix)) == (1, True)
    before = len(posted())
    deliver_due(NOW + HOUR)
    assert len(posted()) == before


@responses.activate
def test_our_own_fault_fails_at_once_with_an_incident_for_the_developers() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(error(131009, "Parameter value is not valid: to"), 400)
    deliver_due(NOW)
    message = fresh(message)
    assert (message.status, message.error_class) == ("failed", "bug")
    assert "Parameter value is not valid: to" in message.error_text
    assert Incident.objects.get().kind == "refused"


@responses.activate
def test_a_code_that_nobody_listed_fails_and_says_so() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    answer(error(987654), 400)
    deliver_due(NOW)
    assert (fresh(message).status, "987654" in fresh(message).error_text) == ("failed", True)


@responses.activate
def test_the_token_stands_in_no_row_and_no_error(caplog: Any, account: Account) -> None:
    for exception in (requests.ReadTimeout("x"), requests.ConnectionError("y")):
        queue_text(make_contact(wrote_at=NOW))
        breaks(exception)
    queue_text(make_contact(wrote_at=NOW))
    answer(error(190, "the token"), 401)
    deliver_due(NOW)
    words = caplog.text + str(list(SendAttempt.objects.values())) + str(list(Message.objects.values()))
    assert account.access_token not in words
    assert account.access_token not in repr(claim)


# --- Unknowns --------------------------------------------------------------------------------------------------


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


# --- The gate, once more before it leaves ----------------------------------------------------------------------


def test_an_opt_out_cancels_what_is_queued_and_tells_the_owner() -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact)
    opt_out(contact, method="stop word", now=NOW)
    assert (fresh(message).status, doors.failed) == ("cancelled", [(message.pk, "cancelled", "opted_out")])
    assert claim(NOW, 1) == []


@responses.activate
def test_an_expired_message_is_cancelled_with_its_reason() -> None:
    messages = [queue_text(make_contact(wrote_at=NOW), expires_at=NOW + MINUTE) for _ in range(2)]
    unknowns.sweep(NOW + HOUR)
    assert [fresh(m).status for m in messages] == ["cancelled", "cancelled"]
    late = queue_text(make_contact(wrote_at=NOW), expires_at=NOW + MINUTE)
    deliver_due(NOW + HOUR)
    assert (fresh(late).status, fresh(late).error_text) == ("cancelled", "It was not sent before it expired.")
    assert posted() == []


@responses.activate
def test_the_window_is_looked_at_again_before_posting() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    deliver_due(NOW + 24 * HOUR)
    assert (fresh(message).status, fresh(message).error_class) == ("failed", "window_closed")


@responses.activate
def test_a_template_in_review_waits_and_goes_out_when_it_is_approved() -> None:
    approve(doors.COOK, status="PENDING")
    message = queue_cook(make_contact())
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).attempt_count, posted()) == ("queued", 0, [])
    approve(doors.COOK)
    answer(accepted())
    deliver_due(NOW + 2 * MINUTE)
    assert fresh(message).status == "accepted"


@responses.activate
def test_a_template_that_differs_from_the_code_is_held_before_it_costs() -> None:
    approve(doors.COOK, components=[{"type": "BODY", "text": "Please cook {{1}} and {{2}} today."}])
    message = queue_cook(make_contact())
    deliver_due(NOW)
    assert (fresh(message).status, posted()) == ("queued", [])
    assert "differs from Meta's copy" in Incident.objects.get().detail


@responses.activate
def test_a_rejected_template_fails_the_message() -> None:
    approve(doors.COOK)
    message = queue_cook(make_contact())
    approve(doors.COOK, status="REJECTED", rejected_reason="SCAM")
    deliver_due(NOW)
    assert (fresh(message).status, fresh(message).error_class) == ("failed", "template_not_sendable")


def test_a_failure_route_that_raises_does_not_undo_the_failure_and_is_told_again() -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact)
    doors.explode_on.add("failure")
    opt_out(contact, method="stop word", now=NOW)
    assert (fresh(message).status, fresh(message).handled_at) == ("cancelled", None)
    assert "a bug in a failure route" in fresh(message).handling_error
    doors.explode_on.clear()
    assert unknowns.sweep(NOW + MINUTE)["told"] == 1
    assert doors.failed == [(message.pk, "cancelled", "opted_out")]


@responses.activate
def test_many_messages_cost_few_queries(django_assert_max_num_queries: Any) -> None:
    def queue(count: int) -> None:
        for n in range(count):
            queue_text(make_contact(wrote_at=NOW), str(n))
            answer(accepted(f"wamid.q{count}.{n}"))

    queue(10)
    with django_assert_max_num_queries(120):
        deliver_due(NOW)
    assert Message.objects.filter(status="accepted").count() == 10
