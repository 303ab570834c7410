"""Two colleagues, two workers, the same moment: one wins, and nobody is written to twice."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.factories.whatsapp import NOW, approve, make_account, make_contact
from tests.households.at_once import at_once
from tests.whatsapp import doors
from tests.whatsapp.desk.conftest import make_staff
from whatsapp import desk
from whatsapp.broadcasts import choosing, sending
from whatsapp.models import Broadcast, Contact, Message, ThreadNote

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> list[Contact]:
    make_account()
    approve(doors.OFFER)
    return [make_contact() for _ in range(5)]


@pytest.fixture
def draft(people: list[Contact]) -> Broadcast:
    made = choosing.make([p.pk for p in people], people[0].account, make_staff()[0], NOW, name="Diwali")
    made.template_name = "festival_offer"
    made.save()
    return made


def arm(draft: Broadcast) -> Any:
    fresh = Broadcast.objects.get(pk=draft.pk)
    return sending.arm(fresh, None, NOW, send_at=None, reason="x", expected=5)


def test_two_workers_queue_each_person_once(draft: Broadcast) -> None:
    arm(draft)
    queued = at_once(lambda: sending.queue_due(NOW), lambda: sending.queue_due(NOW))
    assert sum(queued) == 5
    assert set(Counter(Message.objects.values_list("contact", flat=True)).values()) == {1}
    assert Broadcast.objects.get().status in ("sending", "sent")


def test_of_two_who_confirm_at_once_one_does(draft: Broadcast) -> None:
    answers = at_once(lambda: arm(draft), lambda: arm(draft))
    assert sum(isinstance(answer, sending.NotReady) for answer in answers) == 1


def test_a_stop_in_the_middle_leaves_nothing_in_the_queue(draft: Broadcast) -> None:
    arm(draft)
    at_once(lambda: sending.queue_due(NOW), lambda: sending.stop(Broadcast.objects.get(), "ravi", NOW))
    sending.queue_due(NOW)
    left = Message.objects.filter(status="queued").count()
    # Whoever was first: either it was sent whole before the stop came too late, or nothing waits any more.
    assert (Broadcast.objects.get().status, left) in (("cancelled", 0), ("sent", 5))


def test_of_two_who_take_a_thread_over_at_once_one_has_it(people: list[Contact]) -> None:
    asha = people[0]
    ravi, meena = make_staff()[0], make_staff()[0]
    won = at_once(lambda: desk.take_over(asha, ravi, NOW), lambda: desk.take_over(asha, meena, NOW))
    asha.refresh_from_db()
    assert (sorted(won), ThreadNote.objects.count()) == ([False, True], 1)
    assert asha.desk_owner == (ravi if won[0] else meena)
