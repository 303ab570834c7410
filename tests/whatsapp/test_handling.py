"""Routes: who answers, one person at a time and in order, and what happens when a handler breaks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.whatsapp import MINUTE, NOW, inbound, make_contact, post, queue_text, text
from tests.whatsapp import doors
from whatsapp import inbox, read_receipts, receiving
from whatsapp.handling import MAX_ATTEMPTS
from whatsapp.models import Contact, InboxItem, Message
from whatsapp.optouts import opt_out

pytestmark = pytest.mark.usefixtures("account")
ASHA, SUNITA = "+919810000001", "+919810000002"


def say(*words: str, phone: str = ASHA, at: Any = NOW) -> None:
    for n, each in enumerate(words):
        body = text(each, phone=phone)
        body["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = str(int(at.timestamp()) + n)
        post(body)


def process(at: Any = NOW) -> None:
    receiving.process_pending(at)


def asha() -> Contact:
    return Contact.objects.get(phone=ASHA)


def test_the_first_route_that_matches_owns_the_message_and_its_name_is_kept() -> None:
    say("say hello")
    process()
    message = Message.objects.get(direction="in")
    assert (message.claimed_by, message.handled_at, message.handling_error) == ("echo", NOW, "")


def test_what_nobody_recognises_is_parked_once_per_person() -> None:
    say("what is in the sambar?", "hello?")
    process()
    item = InboxItem.objects.get()
    assert (item.message.text, item.reason) == ("hello?", "No rule recognised this message.")
    assert item.due_at > NOW


def test_a_handler_that_raises_leaves_the_message_unhandled_and_its_writes_undone() -> None:
    doors.explode_on.add("say boom")
    say("say boom")
    process()
    message = Message.objects.get(direction="in")
    assert (message.handled_at, message.handling_attempts) == (None, 1)
    assert "a bug in the handler of say boom" in message.handling_error
    assert Message.objects.filter(direction="out").count() == 0
    doors.explode_on.clear()
    process(NOW + MINUTE)
    message.refresh_from_db()
    assert (message.claimed_by, message.handling_error) == ("echo", "")


def test_after_the_last_try_a_person_takes_over_and_the_next_message_goes_on() -> None:
    doors.explode_on.add("say boom")
    say("say boom", "say next")
    for n in range(MAX_ATTEMPTS):
        assert doors.handled == []
        process(NOW + n * 30 * MINUTE)
    broken = Message.objects.get(text="say boom")
    assert (broken.claimed_by, broken.handling_attempts) == ("failed", MAX_ATTEMPTS)
    assert InboxItem.objects.get().message == broken
    assert doors.handled == [(ASHA, "say next")]


def test_one_persons_broken_message_does_not_hold_another_person_up() -> None:
    doors.explode_on.add("say boom")
    say("say boom", "say later")
    say("say hello", phone=SUNITA)
    process()
    assert doors.handled == [(SUNITA, "say hello")]


def test_one_persons_messages_are_handled_in_the_order_in_which_they_were_written() -> None:
    say("say second", at=NOW + MINUTE)
    say("say first", at=NOW)
    process(NOW + MINUTE)
    assert [words for _, words in doors.handled] == ["say first", "say second"]


def test_stop_is_obeyed_at_once_even_behind_a_broken_message() -> None:
    doors.explode_on.add("say boom")
    say("say boom")
    process()
    waiting = queue_text(asha())
    say("STOP", at=NOW + MINUTE)
    process(NOW)
    waiting.refresh_from_db()
    assert (asha().opted_out_at, waiting.status) == (NOW, "cancelled")


def test_stop_under_a_picture_is_obeyed_as_fast() -> None:
    doors.explode_on.add("say boom")
    say("say boom")
    process()
    waiting = queue_text(asha())
    post(inbound({"type": "image", "image": {"id": "77", "mime_type": "image/png", "caption": "Stop!"}}, phone=ASHA))
    process()
    waiting.refresh_from_db()
    assert (asha().opted_out_at, waiting.status) == (NOW, "cancelled")


def test_stop_is_written_into_the_ledger_with_its_message_and_gets_no_answer() -> None:
    say("बंद करो")
    process()
    event = asha().consent_events.get()
    assert (event.action, event.method, event.message.text) == ("opt_out", "stop word", "बंद करो")
    assert Message.objects.filter(direction="out").count() == 0
    assert Message.objects.get().claimed_by == "opt_out"


def test_a_dish_to_leave_out_is_no_opt_out() -> None:
    say("stop sending mushrooms")
    process()
    assert (asha().opted_out_at, InboxItem.objects.count()) == (None, 1)


def test_who_opted_out_comes_back_with_a_word() -> None:
    say("stop", "start", "say hello")
    process()
    assert (asha().opted_out_at, asha().opted_in_at) == (None, NOW)
    assert [e.action for e in asha().consent_events.order_by("id")] == ["opt_out", "opt_in"]
    assert doors.handled == [(ASHA, "say hello")]


def test_start_of_somebody_who_never_opted_out_is_an_ordinary_message() -> None:
    say("shuru karo")
    process()
    assert asha().consent_events.count() == 0
    assert Message.objects.get().claimed_by == "parked"


def test_who_opted_out_and_writes_again_is_a_persons_decision() -> None:
    say("stop", "say hello")
    process()
    assert doors.handled == []
    assert "opted out" in InboxItem.objects.get().reason


def test_system_notices_and_taken_back_reactions_need_nobody() -> None:
    post(inbound({"type": "reaction", "reaction": {"message_id": "wamid.x"}}))
    post(inbound({"type": "system", "system": {"type": "customer_identity_changed", "body": "x"}}))
    process()
    assert (InboxItem.objects.count(), set(Message.objects.values_list("claimed_by", flat=True))) == (0, {"quiet"})


def test_a_button_is_known_by_its_payload() -> None:
    reply = {"type": "button_reply", "button_reply": {"id": "o:1", "title": "Yes"}}
    post(inbound({"type": "interactive", "interactive": reply}))
    process()
    assert doors.handled == [(ASHA, "Yes")]


def test_an_item_is_closed_once_and_a_later_message_opens_a_new_one() -> None:
    say("what?")
    process()
    item = InboxItem.objects.get()
    assert inbox.close(item, None, "called her", NOW) is True
    assert inbox.close(item, None, "again", NOW) is False
    say("hello?", at=NOW + MINUTE)
    process()
    assert InboxItem.objects.filter(closed_at=None).count() == 1


def test_the_receipt_is_due_for_what_a_route_handled_and_not_for_what_waits_for_staff() -> None:
    say("say hello", "what?")
    process()
    assert dict(Message.objects.filter(direction="in").values_list("text", "read_receipt")) == {
        "say hello": "due",
        "what?": "",
    }


def test_a_receipt_that_is_hours_late_is_not_sent() -> None:
    say("say hello")
    process()
    assert read_receipts.send_due(NOW + 60 * MINUTE) == 0
    assert Message.objects.get(direction="in").read_receipt == "done"


def test_an_opt_out_repeated_is_recorded_once() -> None:
    contact = make_contact()
    assert opt_out(contact, method="stop word", now=NOW) is True
    assert opt_out(contact, method="stop word", now=NOW) is False
    assert contact.consent_events.filter(action="opt_out").count() == 1
