"""A thread that staff took and left alone: the machine answers again by itself, and nothing unanswered is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.factories.whatsapp import NOW
from tests.whatsapp.desk.conftest import thread_url
from whatsapp import desk, idle_threads, inbox
from whatsapp.models import Contact, InboxItem, ThreadNote

TWO_HOURS = timedelta(hours=2)


@pytest.fixture
def taken(asha: Contact, ravi: Any) -> Contact:
    """Ravi has Asha's thread since now; her question is still open."""
    assert desk.take_over(asha, ravi[0], NOW)
    return asha


def is_taken(contact: Contact) -> bool:
    return Contact.objects.filter(pk=contact.pk, taken_over_at__isnull=False).exists()


def test_after_two_hours_without_a_word_of_ours_the_machine_has_it_again(taken: Contact) -> None:
    assert idle_threads.give_back(NOW + TWO_HOURS - timedelta(seconds=1)) == 0
    assert is_taken(taken)
    assert idle_threads.give_back(NOW + TWO_HOURS) == 1
    taken.refresh_from_db()
    assert (taken.taken_over_at, taken.desk_owner) == (None, None)


def test_a_tick_that_runs_twice_writes_one_line(taken: Contact) -> None:
    assert [idle_threads.give_back(NOW + TWO_HOURS) for _ in range(2)] == [1, 0]
    lines = ThreadNote.objects.filter(contact=taken).values_list("kind", "by__username", "at")
    assert list(lines) == [("taken", "ravi", NOW), ("idle", None, NOW + TWO_HOURS)]


def test_what_nobody_answered_stays_open(taken: Contact) -> None:
    idle_threads.give_back(NOW + TWO_HOURS)
    assert InboxItem.objects.get(contact=taken).closed_at is None


@pytest.mark.parametrize("act", ["writes", "notes"])
def test_each_act_of_staff_begins_the_time_anew(taken: Contact, ravi: Any, act: str) -> None:
    later = NOW + timedelta(minutes=90)
    if act == "writes":
        inbox.reply(taken, "I look into it.", ravi[0], later)
    else:
        desk.note(taken, "called her, no answer", ravi[0], later)
    assert idle_threads.give_back(NOW + TWO_HOURS) == 0
    assert idle_threads.give_back(later + TWO_HOURS) == 1


def test_what_the_person_writes_does_not_keep_it_with_nobody(taken: Contact) -> None:
    Contact.objects.filter(pk=taken.pk).update(last_inbound_at=NOW + timedelta(minutes=119))
    assert idle_threads.give_back(NOW + TWO_HOURS) == 1


def test_nought_minutes_leave_it_with_staff_for_ever(taken: Contact, settings: Any) -> None:
    settings.HANDOVER_IDLE_MINUTES = 0
    assert idle_threads.give_back(NOW + timedelta(days=30)) == 0


def test_a_thread_nobody_has_is_left_alone(asha: Contact) -> None:
    assert idle_threads.give_back(NOW + TWO_HOURS) == 0
    assert not ThreadNote.objects.exists()


def test_the_thread_says_that_it_went_back_by_itself(taken: Contact, boss: Client) -> None:
    idle_threads.give_back(NOW + TWO_HOURS)
    page = boss.get(thread_url(taken)).content.decode()
    assert page.count("Given back by itself: nobody of ours wrote") == 1


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_that_are_alive_cost_one_query(
    asha: Contact, ravi: Any, threads: int, django_assert_num_queries: Any
) -> None:
    for number in range(threads):
        other = Contact.objects.create(
            account=asha.account, phone=f"+91900000000{number}", wa_id=f"91900000000{number}"
        )
        desk.take_over(other, ravi[0], NOW)
    with django_assert_num_queries(1):
        assert idle_threads.give_back(NOW + timedelta(minutes=5)) == 0
