"""The outbox: what may be queued, once, by whom, and in which words it is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.factories.whatsapp import DAY, HOUR, MINUTE, NOW, approve, make_account, make_contact, queue_text
from tests.whatsapp import doors
from whatsapp import contacts, optouts, sending
from whatsapp.gate import can_send
from whatsapp.models import Account, Contact, Message, PhoneNumber
from whatsapp.nudges import DELIVER, nudge
from whatsapp.outgoing.plain import Text
from whatsapp.sending import CannotSend, Fallback

pytestmark = pytest.mark.usefixtures("account")


def queue_plan(contact: Contact, **how: Any) -> Message:
    values = {"name": "Asha", "week": "23–29 Nov"}
    how = {"payloads": ("a1", "c1"), "url_suffix": "tok/", **how}
    return sending.queue_template(contact=contact, template=doors.PLAN, variables=values, now=NOW, **how)


def test_a_queued_template_carries_all_that_is_needed_to_send_and_to_read_it() -> None:
    approve(doors.PLAN)
    message = queue_plan(make_contact(language="hi"), once_key="plan:12", expires_at=NOW + DAY)
    assert (message.status, message.lane, message.purpose, message.language, message.category) == (
        "queued", "bulk", "week_ready", "hi", "UTILITY",
    )  # fmt: skip
    assert message.text.startswith("आपका हफ़्ता\nनमस्ते Asha जी, 23–29 Nov का खाना तैयार है।")
    assert (message.not_before, message.expires_at) == (NOW, NOW + DAY)


def test_a_language_without_words_falls_back_to_english() -> None:
    approve(doors.PLAN)
    assert queue_plan(make_contact(language="ta")).language == "en"


def test_the_same_key_gives_the_first_row_however_often_it_is_asked() -> None:
    approve(doors.PLAN)
    contact = make_contact()
    first = queue_plan(contact, once_key="plan:12")
    assert queue_plan(contact, once_key="plan:12") == first
    optouts.opt_out(contact, method="stop word", now=NOW)
    contact.refresh_from_db()
    assert queue_plan(contact, once_key="plan:12") == first
    assert Message.objects.count() == 1


def test_the_same_key_at_the_same_moment_is_settled_by_the_database(monkeypatch: Any) -> None:
    contact = make_contact(wrote_at=NOW)
    first = queue_text(contact, once_key="k")
    second = Message(
        **{f.attname: getattr(first, f.attname) for f in Message._meta.fields if f.name not in ("id", "public_id")}
    )
    assert sending._insert(second) == first


def test_two_keys_of_a_constraint_that_is_not_ours_still_raise() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    twin = Message(**{f.attname: getattr(message, f.attname) for f in Message._meta.fields if f.name != "id"})
    with pytest.raises(IntegrityError):
        sending._insert(twin)


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_a_transaction_is_a_programming_error() -> None:
    make_account()
    with pytest.raises(RuntimeError, match="inside the transaction"):
        sending.queue_text(contact=make_contact(wrote_at=NOW), text="hi", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_message() -> None:
    make_account()
    contact = make_contact(wrote_at=NOW)

    def change_and_fail() -> None:
        with transaction.atomic():
            sending.queue_text(contact=contact, text="hi", now=NOW)
            raise ValueError("the caller's own change failed")

    with pytest.raises(ValueError, match="the caller's own"):
        change_and_fail()
    assert Message.objects.count() == 0


REFUSED: list[tuple[dict[str, Any], Any, str]] = [
    ({"opted_out_at": NOW}, "text", "opted_out"),
    ({"opted_out_at": NOW}, doors.PLAN, "opted_out"),
    ({"marketing_opted_out_at": NOW}, doors.OFFER, "marketing_opted_out"),
    ({"marketing_opted_out_at": NOW}, doors.PLAN, "ok"),
    ({"opted_in_at": None}, doors.PLAN, "no_consent"),
    ({"opted_in_at": None, "last_inbound_at": NOW}, "text", "ok"),
    ({"undeliverable_since": NOW - HOUR}, doors.PLAN, "undeliverable"),
    ({"undeliverable_since": NOW - DAY}, doors.PLAN, "ok"),
    ({}, "text", "window_closed"),
    ({"last_inbound_at": NOW - DAY}, "interactive", "window_closed"),
    ({"last_inbound_at": NOW - DAY + 2 * MINUTE}, "interactive", "ok"),
    ({"phone": None, "wa_id": None, "bsuid": "IN.1", "last_inbound_at": NOW}, "text", "ok"),
]


@pytest.mark.parametrize(("fields", "kind", "code"), REFUSED)
def test_the_gate(fields: dict[str, Any], kind: Any, code: str) -> None:
    approve(doors.PLAN)
    approve(doors.OFFER)
    contact = make_contact()
    Contact.objects.filter(pk=contact.pk).update(**fields)
    contact.refresh_from_db()
    verdict = can_send(contact, kind, NOW, language="en")
    assert (verdict.code, verdict.ok) == (code, code == "ok")
    assert verdict.ok or verdict.sentence.endswith(".")


def test_test_mode_messages_only_who_is_listed() -> None:
    make_account(mode="test", test_recipients=["+919810000001"])
    listed, other = make_contact("+919810000001", wrote_at=NOW), make_contact("+919810000002", wrote_at=NOW)
    assert [can_send(contact, "text", NOW).code for contact in (listed, other)] == ["ok", "not_in_test_list"]
    Account.objects.update(test_recipients=["*"])
    other.account.refresh_from_db()
    assert can_send(other, "text", NOW).ok


@pytest.mark.parametrize(
    ("status", "code", "waits"),
    [("APPROVED", "ok", False), ("PENDING", "template_waiting", True), ("PAUSED", "template_waiting", True),
     ("REJECTED", "template_not_sendable", False), ("DISABLED", "template_not_sendable", False)],
)  # fmt: skip
def test_a_template_is_sent_only_when_approved(status: str, code: str, waits: bool) -> None:
    approve(doors.PLAN, status=status)
    verdict = can_send(make_contact(), doors.PLAN, NOW)
    assert (verdict.code, verdict.waits) == (code, waits)


def test_a_template_that_meta_does_not_have_yet_waits_in_the_queue() -> None:
    assert can_send(make_contact(), doors.PLAN, NOW).code == "template_unknown"
    assert queue_plan(make_contact()).status == "queued"


STOPPED, ANSWERS = {"paused_reason": "Meta sees a payment problem."}, {"answers_only_until": NOW + HOUR}


@pytest.mark.parametrize(
    ("standing", "kind", "code"),
    [
        ({}, "text", "ok"),
        (STOPPED, "text", "number_stopped"),
        (STOPPED, doors.PLAN, "number_stopped"),
        (ANSWERS, "text", "ok"),
        (ANSWERS, doors.PLAN, "ok"),
        (STOPPED | ANSWERS, doors.PLAN, "number_stopped"),
    ],
)
def test_a_number_that_meta_stops_makes_everybody_wait(standing: dict[str, Any], kind: Any, code: str) -> None:
    approve(doors.PLAN)
    contact = make_contact(wrote_at=NOW)
    PhoneNumber.objects.update(**standing)
    verdict = can_send(contact, kind, NOW)
    assert (verdict.code, verdict.ok, verdict.goes) == (code, code == "ok", True)
    assert queue_text(contact).status == "queued"


def test_where_meta_takes_answers_only_what_begins_a_conversation_waits() -> None:
    approve(doors.PLAN)
    contact = make_contact()
    PhoneNumber.objects.update(**ANSWERS)
    assert can_send(contact, doors.PLAN, NOW).code == "answers_only"
    PhoneNumber.objects.create(account=contact.account, phone_number_id="2")
    assert can_send(contact, doors.PLAN, NOW).ok, "another number of the account sends"


def test_a_refusal_names_its_code_and_what_to_do() -> None:
    with pytest.raises(CannotSend) as told:
        queue_text(make_contact())
    assert (told.value.code, str(told.value)) == (
        "window_closed",
        "The person never wrote: only a template may be sent now.",
    )


def test_free_text_inside_the_window_and_the_template_outside() -> None:
    approve(doors.COOK)
    fallback = Fallback(doors.COOK, {"dishes": "Rajma"})
    made = [
        sending.reply_or_template(
            contact=contact, content=Text("Rajma today"), fallback=fallback, now=NOW, purpose="cook"
        )
        for contact in (make_contact(wrote_at=NOW), make_contact())
    ]
    assert [(m.type, m.route_reason) for m in made] == [
        ("text", "Free text: the person wrote in the last 24 hours."),
        ("template", "Template: the customer service window is closed."),
    ]
    assert {m.lane for m in made} == {"reply"}


def test_an_answer_leaves_from_the_number_that_was_written_to() -> None:
    second = PhoneNumber.objects.create(account=Account.objects.get(), phone_number_id="2")
    contact = make_contact(wrote_at=NOW)
    Message.objects.create(
        contact=contact, phone_number=second, direction="in", type="text", status="received", wamid="w",
        created_at=NOW, not_before=NOW,
    )  # fmt: skip
    assert queue_text(contact).phone_number == second


def test_an_account_without_a_number_says_so() -> None:
    PhoneNumber.objects.all().delete()
    with pytest.raises(CannotSend, match="no phone number"):
        queue_text(make_contact(wrote_at=NOW))


def test_a_message_is_taken_back_while_it_waits_and_nobody_is_told() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    assert sending.cancel(message, "the plan changed", NOW) is True
    assert sending.cancel(message, "again", NOW) is False
    assert doors.failed == []


def test_every_kind_of_content_can_be_queued() -> None:
    contact = make_contact(wrote_at=NOW)
    how: dict[str, Any] = {"contact": contact, "now": NOW}
    made = [
        sending.queue_buttons(text="Swap?", buttons=[("y", "Yes")], **how),
        sending.queue_list(text="Which?", button="Choose", rows=[("a", "Rajma", "")], **how),
        sending.queue_list(
            text="Which?", button="Choose", sections={"Mon": [("a", "A", "")], "Tue": [("b", "B", "")]}, **how
        ),
        sending.queue_cta_url(text="Pay", label="Open", url="https://example.com", **how),
        sending.queue_location_request(text="Where?", **how),
        sending.queue_document(link="https://example.com/list.pdf", filename="list.pdf", **how),
        sending.queue_image(media_id="9", caption="dinner", **how),
    ]
    assert [message.type for message in made] == ["interactive"] * 5 + ["document", "image"]


def test_a_quoted_answer_names_the_message() -> None:
    contact = make_contact(wrote_at=NOW)
    message = queue_text(contact, reply_to="wamid.q")
    assert (message.payload["context"], message.reply_to_wamid) == ({"message_id": "wamid.q"}, "wamid.q")


def test_what_is_queued_for_a_merged_contact_goes_to_the_one_that_stands_for_it() -> None:
    keeper, other = make_contact(wrote_at=NOW), make_contact()
    contacts.merge(keeper, other)
    other.refresh_from_db()
    assert queue_text(other).contact == keeper


def test_queueing_one_message_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    approve(doors.PLAN)
    contact = make_contact()
    with django_assert_max_num_queries(8):
        queue_plan(contact, once_key="plan:1")


@pytest.mark.django_db(transaction=True)
def test_many_nudges_in_one_transaction_are_one(monkeypatch: Any) -> None:
    sent: list[str] = []
    monkeypatch.setattr("whatsapp.nudges.current_app.send_task", lambda task, **_: sent.append(task))
    with transaction.atomic():
        for _ in range(3):
            nudge(DELIVER)
    assert sent == [DELIVER]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_fails_nobody(monkeypatch: Any) -> None:
    from kombu.exceptions import OperationalError

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr("whatsapp.nudges.current_app.send_task", away)
    nudge(DELIVER)
