"""What staff do in the inbox: answered once, taken over and given back, noted, closed; nothing happens on a GET."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.factories.whatsapp import DAY, HOUR, NOW, approve, inbound, make_contact, text
from tests.whatsapp import doors
from tests.whatsapp.desk.conftest import ASHA, arrive, do, make_staff, thread_url
from whatsapp import contacts, desk
from whatsapp.admin.inbox_acts import ACTS
from whatsapp.models import Contact, InboxItem, Message, ThreadNote


def notes(contact: Contact) -> list[tuple[str, str, str]]:
    rows = ThreadNote.objects.filter(contact=contact).order_by("id")
    return [(row.kind, row.text, row.by.username if row.by else "") for row in rows]


def last() -> Message:
    return Message.objects.latest("id")


def test_an_answer_goes_into_the_outbox_and_closes_the_item(boss: Client, asha: Contact) -> None:
    assert do(boss, asha, "reply", text="Toor dal, drumstick and tamarind.").json() == {"ok": True, "words": ""}
    message, item = last(), InboxItem.objects.get()
    assert (message.text, message.status, message.lane) == ("Toor dal, drumstick and tamarind.", "queued", "reply")
    assert (item.closed_at, item.note) == (NOW, "Answered.")
    asha.refresh_from_db()
    assert asha.unread_since is None


def test_the_same_form_sent_twice_answers_once_and_a_new_one_answers_again(boss: Client, asha: Contact) -> None:
    do(boss, asha, "reply", text="First", nonce="a")
    for nonce in ("b", "b", "c"):
        do(boss, asha, "reply", text="Yes", nonce=nonce)
    assert Message.objects.filter(text="Yes").count() == 2


def test_without_the_pages_script_the_form_comes_back_to_the_thread(boss: Client, asha: Contact) -> None:
    url = reverse("admin:whatsapp_inbox_act", args=[asha.pk, "reply"]) + "?box=mine"
    answer = boss.post(url, {"text": "Toor dal."})
    assert (answer.status_code, answer["Location"]) == (302, f"{thread_url(asha)}?box=mine")


def test_an_empty_answer_is_refused_in_words(boss: Client, asha: Contact) -> None:
    answer = do(boss, asha, "reply", text="  ")
    assert (answer.status_code, answer.json()["words"]) == (409, "Write something first.")


def test_a_message_of_another_thread_cannot_be_quoted(boss: Client, asha: Contact) -> None:
    arrive(text("another question?", phone="+919810000002"))
    other = Message.objects.get(contact__phone="+919810000002")
    do(boss, asha, "reply", text="Toor dal.", reply_to=other.pk)
    assert last().reply_to_wamid == ""


def test_free_text_outside_the_window_is_refused_with_the_reason(
    boss: Client, asha: Contact, move: Callable[[Any], None]
) -> None:
    Contact.objects.filter(pk=asha.pk).update(opted_in_at=NOW)
    move(NOW + 2 * DAY)
    answer = do(boss, asha, "reply", text="too late")
    assert answer.status_code == 409
    assert "only a template may be sent now" in answer.json()["words"]
    assert Message.objects.count() == 1


def test_a_template_goes_out_when_the_window_is_closed_and_closes_the_item(
    boss: Client, asha: Contact, move: Callable[[Any], None]
) -> None:
    approve(doors.COOK)
    Contact.objects.filter(pk=asha.pk).update(opted_in_at=NOW)
    move(NOW + 2 * DAY)
    missing = do(boss, asha, "template", template="cook_today")
    assert (missing.status_code, missing.json()["words"]) == (
        409,
        "Fill in dishes first: Meta refuses empty values.",
    )
    for _ in range(2):
        assert do(boss, asha, "template", template="cook_today", var_dishes="Rajma\nand rice", nonce="x").json()["ok"]
    message = Message.objects.get(type="template")
    assert message.text.split("\n")[0] == "Today please cook Rajma · and rice for the family. Tap OK when seen."
    assert InboxItem.objects.get().note == "Answered with a template."


def test_staff_react_to_what_a_person_wrote(boss: Client, asha: Contact) -> None:
    question = Message.objects.get()
    assert do(boss, asha, "react", message=question.pk, emoji="👍").json()["ok"]
    assert last().payload["reaction"] == {"message_id": question.wamid, "emoji": "👍"}
    assert do(boss, asha, "react", message=question.pk, emoji="<b>").status_code == 409


def test_while_staff_have_a_thread_the_machine_is_silent(boss: Client, asha: Contact, ravi: Any) -> None:
    assert do(boss, asha, "take").json() == {"ok": True, "words": ""}
    do(boss, asha, "reply", text="One moment, I am asking.")
    arrive(text("say something", phone=ASHA))
    assert doors.handled == []
    message = Message.objects.get(text="say something")
    assert (message.claimed_by, message.read_receipt) == ("taken_over", "")
    item = InboxItem.objects.get(closed_at=None)
    assert (item.message, item.reason) == (message, "Staff have this conversation.")
    asha.refresh_from_db()
    assert (asha.desk_owner, asha.unread_since) == (ravi[0], NOW)


def test_a_button_does_what_it_says_even_while_staff_have_the_thread(boss: Client, asha: Contact) -> None:
    do(boss, asha, "take")
    tap = {"type": "button", "button": {"payload": "approve:1", "text": "Approve"}}
    arrive(inbound(tap, phone=ASHA))
    assert doors.handled == [(ASHA, "Approve")]


def test_a_stop_word_is_obeyed_even_while_staff_have_the_thread(boss: Client, asha: Contact) -> None:
    do(boss, asha, "take")
    arrive(text("STOP", phone=ASHA))
    asha.refresh_from_db()
    assert asha.opted_out_at is not None


def test_given_back_the_machine_answers_again_and_nothing_is_left_open(boss: Client, asha: Contact) -> None:
    do(boss, asha, "take")
    do(boss, asha, "give", reason="solved on the phone")
    arrive(text("say something", phone=ASHA))
    assert doors.handled == [(ASHA, "say something")]
    assert InboxItem.objects.filter(closed_at=None).count() == 0
    assert notes(asha) == [("taken", "", "ravi"), ("given", "solved on the phone", "ravi")]
    logged = LogEntry.objects.order_by("id").values_list("user__username", "change_message")
    assert list(logged) == [("ravi", "Inbox: taken over."), ("ravi", "Inbox: given back. solved on the phone")]


def test_of_two_who_take_over_one_wins_and_the_other_is_told(boss: Client, asha: Contact, ravi: Any) -> None:
    other = make_staff(name="meena")[1]
    do(boss, asha, "take")
    answer = do(other, asha, "take")
    assert (answer.status_code, answer.json()["words"]) == (409, "A colleague has this conversation already.")
    asha.refresh_from_db()
    assert (asha.desk_owner, len(notes(asha))) == (ravi[0], 1)


def test_a_thread_is_assigned_and_stands_under_mine(boss: Client, asha: Contact) -> None:
    meena, hers = make_staff(name="meena")
    do(boss, asha, "assign", to=meena.pk)
    mine = hers.get(reverse("admin:whatsapp_inbox"), {"box": "mine"}).context["lines"]
    assert [line.contact for line in mine] == [asha]
    do(boss, asha, "assign", to="")
    asha.refresh_from_db()
    assert (asha.desk_owner, notes(asha)) == (None, [("assigned", "meena", "ravi"), ("assigned", "", "ravi")])


def test_a_thread_is_assigned_to_staff_only(boss: Client, asha: Contact) -> None:
    resident = get_user_model().objects.create_user("resident")
    assert do(boss, asha, "assign", to=resident.pk).status_code == 409


def test_a_note_stands_in_the_thread_and_is_never_sent(boss: Client, asha: Contact) -> None:
    assert do(boss, asha, "note", text="Her mother is visiting.").json()["ok"]
    assert do(boss, asha, "note", text=" ").status_code == 409
    assert notes(asha) == [("note", "Her mother is visiting.", "ravi")]
    assert Message.objects.filter(direction="out").count() == 0
    assert "Her mother is visiting." in boss.get(thread_url(asha)).content.decode()


def test_closing_without_an_answer_says_why(boss: Client, asha: Contact) -> None:
    assert do(boss, asha, "close", reason="").status_code == 409
    assert do(boss, asha, "close", reason="answered on the phone").json()["ok"]
    assert (InboxItem.objects.get().note, notes(asha)) == (
        "answered on the phone",
        [("closed", "answered on the phone", "ravi")],
    )
    assert do(boss, asha, "close", reason="again").json()["words"] == "Somebody else had closed it already."


def test_seen_is_seen_and_marked_unread_is_unread(boss: Client, asha: Contact) -> None:
    do(boss, asha, "seen")
    asha.refresh_from_db()
    assert asha.unread_since is None
    do(boss, asha, "unread")
    asha.refresh_from_db()
    assert asha.unread_since == NOW


def test_what_came_after_the_page_was_drawn_stays_unread(boss: Client, asha: Contact) -> None:
    do(boss, asha, "seen", until=(NOW - HOUR).isoformat())
    asha.refresh_from_db()
    assert asha.unread_since == NOW


@pytest.mark.parametrize("name", sorted(ACTS))
def test_an_act_takes_the_right_a_post_and_a_token(boss: Client, viewer: Client, asha: Contact, name: str) -> None:
    url = reverse("admin:whatsapp_inbox_act", args=[asha.pk, name])
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_staff()[0])
    state = [list(model.objects.values()) for model in (Contact, Message, InboxItem, ThreadNote)]
    assert (viewer.post(url, {"text": "x"}).status_code, boss.get(url).status_code) == (403, 405)
    assert strict.post(url, {"text": "x"}).status_code == 403
    assert [list(model.objects.values()) for model in (Contact, Message, InboxItem, ThreadNote)] == state


def test_an_act_that_nobody_knows_is_not_found(boss: Client, asha: Contact) -> None:
    assert do(boss, asha, "explode").status_code == 404


def test_when_two_rows_turn_out_to_be_one_person_the_desk_keeps_its_side(asha: Contact, ravi: Any) -> None:
    other = make_contact(profile_name="Asha again")
    desk.take_over(other, ravi[0], NOW, "she called")
    other.refresh_from_db()
    merged = contacts.merge(asha, other)
    merged.refresh_from_db()
    assert (merged.taken_over_at, merged.desk_owner, notes(merged)) == (NOW, ravi[0], [("taken", "she called", "ravi")])
