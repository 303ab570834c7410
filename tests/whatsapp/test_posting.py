"""What is posted, in which order and at which pace, and what is written down."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from django.conf import settings

from tests.factories.whatsapp import (
    DAY,
    MINUTE,
    NOW,
    approve,
    make_contact,
    queue_text,
)
from tests.whatsapp import doors
from tests.whatsapp.graph import accepted, answer, error, posted
from tests.whatsapp.queueing import fresh, queue_cook, queue_plan
from whatsapp.accounts import cloud_api
from whatsapp.claiming import claim
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Message, PhoneNumber, SendAttempt

pytestmark = pytest.mark.usefixtures("account")


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
@pytest.mark.parametrize("status", ["", "CONNECTED", "FLAGGED"])
def test_a_number_sends_whatever_status_was_told_or_never_asked(status: str) -> None:
    """The status is as old as the last check. Only Meta's answer to a send, a webhook or a person stops a number."""
    PhoneNumber.objects.update(status=status, checked_at=None)
    message = queue_text(make_contact(wrote_at=NOW))
    answer(accepted())
    deliver_due(NOW)
    assert fresh(message).status == "accepted"


@responses.activate
def test_the_short_way_out_sends_what_the_library_would(account: Account) -> None:
    """Prepared once and sent by the adapter: the same head and body as by a session, and the next one has its own."""
    answer(accepted("wamid.1"))
    api, number = cloud_api(account), PhoneNumber.objects.get().phone_number_id
    bearer = {"Authorization": f"Bearer {settings.WHATSAPP_ACCESS_TOKEN}"}
    for text in ("Namaste", "नमस्ते जी"):
        api.send(number, {"text": text})
        ours = responses.calls[-1].request
        with requests.Session() as session:
            wanted = session.prepare_request(requests.Request("POST", ours.url, json={"text": text}, headers=bearer))
        assert (ours.method, ours.body, dict(ours.headers)) == (wanted.method, wanted.body, dict(wanted.headers))


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
