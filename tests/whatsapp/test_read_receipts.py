"""Blue ticks and the typing bubble come at once, beside the handling; nothing about them can fail a message."""

from __future__ import annotations

from typing import Any

import pytest

from tests.factories.whatsapp import MINUTE, NOW, make_account, make_contact, post, text
from tests.whatsapp.meta import WA_ID, Meta
from whatsapp import read_receipts, receiving
from whatsapp.handling import handle_due
from whatsapp.models import Account, Contact, Message

pytestmark = pytest.mark.django_db
ASHA, SUNITA = "+919810000001", "+919810000002"


@pytest.fixture
def not_handled_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is stored, and its handler has not begun."""
    monkeypatch.setattr(receiving, "handle_due", lambda now: 0)


def stored(words: str, phone: str = ASHA) -> Message:
    assert post(text(words, phone=phone)).status_code == 200
    receiving.process_pending(NOW)
    return Message.objects.get(direction="in", text=words)


def test_before_the_handler_has_begun_the_phone_shows_blue_ticks_and_typing(meta: Meta, not_handled_yet: None) -> None:
    meta.says("say hello")
    meta.webhooks()
    message = Message.objects.get(direction="in")
    assert message.handled_at is None
    assert read_receipts.send_due(message.created_at) == 1
    shown = meta.ask(f"phones/{WA_ID}/messages")
    assert [m["read_by_business"] for m in shown["messages"] if m["direction"] == "incoming"] == [True]
    assert meta.ask("phones")["phones"][0]["typing"] is True


def test_it_is_due_as_soon_as_it_is_stored(account: Account, not_handled_yet: None) -> None:
    assert stored("say hello").read_receipt == "due"


@pytest.mark.parametrize("words", ["STOP", "band karo"])
def test_a_stop_word_is_obeyed_and_not_ticked(account: Account, not_handled_yet: None, words: str) -> None:
    assert stored(words).read_receipt == ""


@pytest.mark.parametrize("state", [{"taken_over_at": NOW}, {"opted_out_at": NOW}])
def test_where_a_person_answers_nobody_is_promised_attention(
    account: Account, not_handled_yet: None, state: dict[str, Any]
) -> None:
    make_contact(ASHA, **state)
    assert stored("say hello").read_receipt == ""


def test_one_that_waits_for_staff_after_all_is_not_ticked_when_nothing_was_sent_yet(account: Account) -> None:
    assert stored("what?").read_receipt == ""


def test_a_tick_that_was_sent_before_the_handler_ended_stays_sent(account: Account, not_handled_yet: None) -> None:
    message = stored("what?")
    Message.objects.filter(pk=message.pk).update(read_receipt="done")
    assert handle_due(NOW) == 1
    message.refresh_from_db()
    assert (message.claimed_by, message.read_receipt) == ("parked", "done")


def test_meta_out_of_reach_costs_the_tick_and_nothing_else(not_handled_yet: None) -> None:
    make_account(base_url="http://127.0.0.1:9")
    message = stored("say hello")
    assert read_receipts.send_due(NOW) == 0
    assert handle_due(NOW) == 1
    message.refresh_from_db()
    assert (message.read_receipt, message.handling_error, message.handling_attempts) == ("done", "", 0)
    assert message.handled_at == NOW


def test_several_messages_of_one_person_are_one_call(account: Account, not_handled_yet: None) -> None:
    stored("say hello"), stored("say hi")
    assert read_receipts.send_due(NOW + 60 * MINUTE) == 0
    assert set(Message.objects.values_list("read_receipt", flat=True)) == {"done"}


def test_in_a_storm_a_few_people_are_done_a_run(
    account: Account, not_handled_yet: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_receipts, "MOST_PEOPLE", 1)
    stored("say hello"), stored("say hi", SUNITA)
    read_receipts.send_due(NOW + 60 * MINUTE)
    assert sorted(Message.objects.values_list("read_receipt", flat=True)) == ["done", "due"]
    read_receipts.send_due(NOW + 60 * MINUTE)
    assert set(Message.objects.values_list("read_receipt", flat=True)) == {"done"}
    assert Contact.objects.count() == 2
