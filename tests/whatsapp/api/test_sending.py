"""Messages sent by a program: through the one gate, once, and never for another business."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.whatsapp import DAY, HOUR, NOW, approve, make_contact
from tests.whatsapp import doors
from tests.whatsapp.api.calling import Program, code
from whatsapp.models import Account, ApiRequest, Contact, Message

pytestmark = pytest.mark.django_db
WEEK = {"name": "Asha", "week": "23–29 Nov"}


def test_a_text_is_queued_for_somebody_who_wrote_today(program: Program) -> None:
    asha = make_contact("+919810000001", wrote_at=NOW - HOUR)
    answer = program.texts("098100 00001", "Your shopping has arrived.")
    message = Message.objects.get()
    assert answer.status_code == 202
    assert answer.json()["id"] == str(message.public_id)
    assert (message.contact, message.status, message.text) == (asha, "queued", "Your shopping has arrived.")
    assert message.route_reason == "API: Shop."


def test_a_template_is_sent_in_the_persons_language(program: Program) -> None:
    approve(doors.PLAN)
    make_contact("+919810000001", language="hi")
    body = {"to": "+919810000001", "type": "template",
            "template": {"name": "week_ready", "variables": WEEK, "url_suffix": "abc/"}}  # fmt: skip
    answer = program.post("messages", body)
    assert (answer.status_code, answer.json()["language"]) == (202, "hi")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"type": "image", "image": {"link": "https://example.com/a.jpg", "caption": "Rajma"}}, "Image: Rajma"),
        ({"type": "document", "document": {"media_id": "77", "filename": "list.pdf"}}, "Document: list.pdf"),
        ({"type": "audio", "audio": {"media_id": "78"}}, "Audio"),
        ({"type": "video", "video": {"media_id": "79", "caption": "How to"}}, "Video: How to"),
    ],
)
def test_files_are_sent_by_link_or_by_media_id(program: Program, part: dict[str, Any], expected: str) -> None:
    contact = make_contact(wrote_at=NOW - HOUR)
    answer = program.post("messages", {"contact_id": contact.pk, **part})
    assert (answer.status_code, Message.objects.get().text) == (202, expected)


@pytest.mark.parametrize(
    ("body", "expected", "field"),
    [
        ({"type": "text", "text": {"body": "x"}}, "invalid", ""),
        ({"to": "+919810000001", "contact_id": 1, "type": "text", "text": {"body": "x"}}, "invalid", ""),
        ({"to": "+919810000001", "type": "text"}, "invalid", "text"),
        ({"to": "+919810000001", "type": "smoke", "text": {"body": "x"}}, "invalid", "type"),
        ({"to": "+919810000001", "type": "text", "text": {"body": ""}}, "invalid", "text.body"),
        ({"to": "+919810000001", "type": "text", "text": {"body": "x"}, "image": {}}, "invalid", "image"),
        ({"to": "+919810000001", "type": "audio", "audio": {"media_id": "7", "caption": "x"}}, "invalid", ""),
    ],
)
def test_a_body_that_makes_no_sense_is_answered_400_with_the_field(
    program: Program, body: dict[str, Any], expected: str, field: str
) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    answer = program.post("messages", body)
    assert (answer.status_code, code(answer)) == (400, expected)
    assert [name for name in answer.json()["error"]["fields"] if name] == ([field] if field else [])
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({"opted_in": False}, "no_consent"),
        ({"opted_out_at": NOW - DAY, "wrote_at": NOW - HOUR}, "opted_out"),
        ({"wrote_at": NOW - 2 * DAY}, "window_closed"),
    ],
)
def test_the_gates_no_is_answered_422_with_its_reason(program: Program, person: dict[str, Any], expected: str) -> None:
    make_contact("+919810000001", **person)
    answer = program.texts("+919810000001")
    assert (answer.status_code, code(answer), Message.objects.count()) == (422, expected, 0)


@pytest.mark.parametrize(
    ("body", "status", "expected"),
    [
        ({"to": "12", "type": "text", "text": {"body": "x"}}, 422, "phone_invalid"),
        ({"contact_id": 99_999, "type": "text", "text": {"body": "x"}}, 404, "contact_not_found"),
        ({"to": "+919810000001", "type": "template", "template": {"name": "nope"}}, 404, "template_not_found"),
        ({"to": "+919810000001", "type": "template", "template": {"name": "week_ready"}}, 422, "content_invalid"),
        (
            {"to": "+919810000001", "type": "template", "template": {"name": "week_ready", "language": "fr"}},
            422,
            "language_unknown",
        ),
    ],
)
def test_what_cannot_be_sent_is_said_in_words(
    program: Program, body: dict[str, Any], status: int, expected: str
) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    answer = program.post("messages", body)
    assert (answer.status_code, code(answer)) == (status, expected)


def test_the_same_key_and_body_send_once_and_answer_alike(program: Program) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    first, second = (program.texts("+919810000001", key="order-7") for _ in range(2))
    assert (first.status_code, second.status_code, Message.objects.count()) == (202, 202, 1)
    assert first.json()["id"] == second.json()["id"]


def test_a_call_that_died_after_queueing_is_finished_by_its_repetition(program: Program) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    first = program.texts("+919810000001", key="order-7")
    ApiRequest.objects.update(answer=None)  # as if the process had been killed before it wrote the answer
    assert program.texts("+919810000001", key="order-7").json()["id"] == first.json()["id"]
    assert Message.objects.count() == 1


def test_a_key_never_means_two_things(program: Program) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    program.texts("+919810000001", "One", key="order-7")
    answer = program.texts("+919810000001", "Two", key="order-7")
    assert (answer.status_code, code(answer), Message.objects.count()) == (409, "idempotency_conflict", 1)


def test_a_refused_request_gives_its_key_back(program: Program) -> None:
    asha = make_contact("+919810000001")
    assert program.texts("+919810000001", key="order-7").status_code == 422
    Contact.objects.filter(pk=asha.pk).update(last_inbound_at=NOW - HOUR)
    assert program.texts("+919810000001", "Later", key="order-7").status_code == 202


@pytest.mark.parametrize("key", ["", "with space", "x" * 101, "a:b"])
def test_sending_needs_a_key(program: Program, key: str) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    answer = program.texts("+919810000001", key=key)
    assert (answer.status_code, code(answer)) == (400, "idempotency_key_required")


def test_two_programs_may_use_the_same_key(account: Account) -> None:
    make_contact("+919810000001", wrote_at=NOW - HOUR)
    answers = [Program(account).texts("+919810000001", key="1") for _ in range(2)]
    assert answers[0].json()["id"] != answers[1].json()["id"]


def test_a_template_goes_to_many_and_each_refusal_is_a_line(program: Program) -> None:
    approve(doors.PLAN)
    make_contact("+919810000001")
    make_contact("+919810000002", opted_out_at=NOW - DAY)
    people = [{"to": f"+91981000000{n}", "variables": WEEK, "url_suffix": "abc/"} for n in (1, 2)]
    body = {"template": {"name": "week_ready"}, "recipients": [*people, {"to": "12", "variables": WEEK}]}
    answer = program.post("messages/bulk", body, key="saturday").json()
    assert (answer["queued"], answer["refused"]) == (1, 2)
    assert [line["error"] and line["error"]["code"] for line in answer["results"]] == [
        None, "opted_out", "phone_invalid",
    ]  # fmt: skip
    assert program.post("messages/bulk", body, key="saturday").json() == answer
    listed = program.get("messages", idempotency_key="saturday").json()["results"]
    assert [row["id"] for row in listed] == [answer["results"][0]["id"]]


def test_a_list_that_is_too_long_is_refused_whole(program: Program) -> None:
    people = [{"to": f"+9198100{n:05d}"} for n in range(201)]
    answer = program.post("messages/bulk", {"template": {"name": "week_ready"}, "recipients": people})
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["recipients"])


def test_another_business_is_out_of_reach(program: Program, other: Account) -> None:
    asha = make_contact("+919810000001", wrote_at=NOW - HOUR)
    theirs = Program(other)
    sent = program.texts("+919810000001").json()["id"]
    body = {"contact_id": asha.pk, "type": "text", "text": {"body": "x"}}
    assert code(theirs.post("messages", body)) == "contact_not_found"
    assert theirs.get(f"messages/{sent}").status_code == 404
    assert theirs.get(f"contacts/{asha.pk}").status_code == 404
    assert theirs.get("messages").json()["results"] == theirs.get("contacts").json()["results"] == []
