"""No number sends faster than it may, whoever is late: slots in time, over all processes."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st

from tests.factories.whatsapp import MINUTE, NOW, make_contact, post, queue_text, text
from tests.whatsapp.graph import accepted, answer, posted
from whatsapp import pacing, receiving
from whatsapp.claiming import claim, held_back_by_pace, take_new_slots, worth_a_claim
from whatsapp.delivery import deliver_due
from whatsapp.models import Account, Message, PhoneNumber, SendAttempt


def queue(messages: int) -> None:
    for number in range(messages):
        queue_text(make_contact(wrote_at=NOW), str(number))


@pytest.mark.usefixtures("account")
def test_claiming_never_gives_out_more_slots_than_the_time_ahead_has() -> None:
    queue(60)
    first = claim(NOW, 200)
    slots = sorted(each.slot for each in (*first, *claim(NOW, 200)))
    assert 40 <= len(first) <= 79 * pacing.AHEAD_SECONDS
    assert min(later - earlier for earlier, later in pairwise(slots)) > 0.0125


@pytest.mark.usefixtures("account")
def test_who_missed_his_slot_gets_the_next_free_one_and_nobody_elses() -> None:
    queue(12)
    mine, others = claim(NOW, 5), claim(NOW, 5)
    again = take_new_slots(mine[:3])
    rest = claim(NOW, 5)
    slots = [each.slot for each in (*mine[3:], *others, *again, *rest)]
    assert [(each.message_id, each.attempt_id, each.missed) for each in again] == [
        (each.message_id, each.attempt_id, 1) for each in mine[:3]
    ]
    assert min(later - earlier for earlier, later in pairwise(sorted(slots))) > 0.0125


def test_a_number_with_a_long_queue_leaves_room_for_the_others(account: Account) -> None:
    busy = PhoneNumber.objects.get()
    others = [PhoneNumber.objects.create(account=account, phone_number_id=f"10{n}") for n in range(2)]
    queue(60)
    for number in others:
        Message.objects.filter(pk=queue_text(make_contact(wrote_at=NOW)).pk).update(phone_number=number)
    shares = Counter(each.phone_number_id for each in claim(NOW, 9))
    assert shares == {busy.phone_number_id: 3, others[0].phone_number_id: 1, others[1].phone_number_id: 1}
    assert len(claim(NOW, 9)) == 9, "with nothing to send the others leave all of it"


def hears(messages: int, at: datetime = NOW) -> None:
    for number in range(messages):
        body = text("hello", phone=f"+9198200{number:05d}")
        body["entry"][0]["changes"][0]["value"]["messages"][0]["timestamp"] = str(int(at.timestamp()))
        post(body)
    receiving.process_pending(NOW)


@pytest.mark.usefixtures("account")
@pytest.mark.parametrize(
    ("level", "on_app", "rate"), [("STANDARD", False, 79), ("HIGH", False, 950), ("HIGH", True, 19)]
)
def test_what_people_write_takes_slots_of_the_number_too(level: str, on_app: bool, rate: int) -> None:
    ahead = time.time() + 100
    PhoneNumber.objects.update(next_slot_at=ahead, throughput_level=level, on_business_app=on_app)
    hears(10)
    assert PhoneNumber.objects.get().next_slot_at == pytest.approx(ahead + 10 / rate)


@pytest.mark.usefixtures("account")
def test_on_an_idle_line_they_count_from_now() -> None:
    before = time.time()
    hears(10)
    assert before + 10 / 79 <= PhoneNumber.objects.get().next_slot_at <= time.time() + 10 / 79


@pytest.mark.usefixtures("account")
def test_what_came_long_ago_takes_nobodys_room() -> None:
    hears(30, at=NOW - MINUTE)
    assert PhoneNumber.objects.get().next_slot_at == 0.0


@responses.activate
@pytest.mark.usefixtures("account")
@pytest.mark.parametrize("times", [1, pacing.MOST_MISSED, 1000])
def test_a_message_that_is_always_late_is_sent_once_all_the_same(monkeypatch: Any, times: int) -> None:
    missed = iter([True] * times)
    monkeypatch.setattr(pacing, "missed", lambda *_: next(missed, False))
    message = queue_text(make_contact(wrote_at=NOW))
    answer(accepted("wamid.1"))
    assert deliver_due(NOW) == 1
    assert (Message.objects.get(pk=message.pk).status, SendAttempt.objects.count(), len(posted())) == ("accepted", 1, 1)


@pytest.mark.usefixtures("account")
def test_a_number_with_a_busy_line_is_left_alone_and_a_paused_one_has_no_line() -> None:
    assert worth_a_claim()
    PhoneNumber.objects.update(next_slot_at=time.time() + 10)
    assert not worth_a_claim()
    PhoneNumber.objects.update(next_slot_at=0.0, paused_reason="quality")
    assert not worth_a_claim()


@pytest.mark.parametrize(
    ("level", "on_app", "fewest"), [("STANDARD", False, 24), ("HIGH", False, 24), ("STANDARD", True, 6)]
)
def test_a_claim_is_made_for_two_dozen_slots_or_half_of_what_a_slow_number_has(
    level: str, on_app: bool, fewest: int
) -> None:
    number, now = PhoneNumber(throughput_level=level, on_business_app=on_app), 1_000.0
    for free in range(1, 12 if on_app else 40):
        number.next_slot_at = now + pacing.AHEAD_SECONDS - (free + 0.5) / pacing.rate_of(number)
        assert pacing.worth_a_claim(number, now, keeps=True) == (free >= fewest)


@pytest.mark.parametrize(("level", "moment"), [("STANDARD", pacing.TAKE_OVER_SECONDS), ("HIGH", 0.5)])
def test_a_pace_that_one_process_keeps_is_taken_over_when_its_slots_are_about_to_pass_unused(
    level: str, moment: float
) -> None:
    number = PhoneNumber(throughput_level=level, next_slot_at=1_000.0)
    assert not pacing.worth_a_claim(number, 1_000.0 - moment - 0.1, keeps=False)
    assert pacing.worth_a_claim(number, 1_000.0 - moment, keeps=False)


@pytest.mark.usefixtures("account")
def test_who_claimed_goes_on_claiming_and_another_process_gets_nothing_meanwhile() -> None:
    queue(60)
    mine, kept = claim(NOW, 5, kept=()), [PhoneNumber.objects.get().phone_number_id]
    PhoneNumber.objects.update(next_slot_at=time.time() + 0.25)
    assert (len(mine), worth_a_claim(), claim(NOW, 5, kept=()), worth_a_claim(kept)) == (5, False, [], True)
    assert len(claim(NOW, 5, kept)) == 5


@pytest.mark.usefixtures("account")
def test_who_keeps_no_pace_waits_while_another_does_and_ends_when_nobody_does_any_more() -> None:
    queue_text(make_contact(wrote_at=NOW))
    Message.objects.update(not_before=NOW + timedelta(minutes=1))
    PhoneNumber.objects.update(next_slot_at=time.time() + 10)
    assert not held_back_by_pace(NOW)
    assert held_back_by_pace(NOW + timedelta(minutes=1))
    PhoneNumber.objects.update(next_slot_at=time.time())
    assert not held_back_by_pace(NOW + timedelta(minutes=1))


@given(
    st.lists(st.tuples(st.floats(0, 2), st.integers(1, 30), st.floats(0, 1)), max_size=60),
    st.sampled_from([("STANDARD", False, 80), ("HIGH", False, 1000), ("STANDARD", True, 20), ("HIGH", True, 20)]),
)
def test_no_second_holds_more_than_the_number_may_send(
    claims: list[tuple[float, int, float]], level: tuple[str, bool, int]
) -> None:
    """Any processes, claiming whenever they like, each message as late as it may be, or less."""
    number = PhoneNumber(throughput_level=level[0], on_business_app=level[1])
    rate, now, next_slot_at, sent = pacing.rate_of(number), 1_000.0, 0.0, []
    for pause, wanted, late in claims:
        now += pause
        count = min(wanted, pacing.free_slots(next_slot_at, now, rate))
        slots, next_slot_at = pacing.take_slots(next_slot_at, now, rate, count)
        sent += [slot + (late * pacing.late_seconds(number) if n % 2 else 0.0) for n, slot in enumerate(slots)]
    sent.sort()
    within = [sum(moment <= other < moment + 1.0 for other in sent) for moment in sent]
    assert max(within, default=0) <= level[2]
