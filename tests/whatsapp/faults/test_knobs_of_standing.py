"""What Meta's displeasure with the account does to us: nothing is lost, staff are told, and sending comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from bettermeals.lib import clock
from tests.factories.whatsapp import HOUR, MINUTE, make_contact, queue_text
from tests.whatsapp import doors
from tests.whatsapp.meta import PHONE, Meta
from whatsapp import health, sending, template_sync
from whatsapp.claiming import claim
from whatsapp.delivery import deliver_due
from whatsapp.errors import lookup
from whatsapp.models import Account, Contact, Incident, Message, PhoneNumber, SendAttempt

pytestmark = pytest.mark.django_db
QUALITY = "Read Account Quality in Meta Business Support, and appeal there if it is wrong."


def now() -> datetime:
    return clock.now()


def check(at: datetime) -> None:
    health.check(Account.objects.get(), at)


def incidents() -> list[tuple[str, str]]:
    found = Incident.objects.filter(closed_at=None).exclude(kind="webhook silence").order_by("kind", "subject")
    return list(found.values_list("kind", "subject"))


def standings() -> dict[str, int]:
    found: dict[str, int] = {}
    for status in Message.objects.filter(direction="out").values_list("status", flat=True):
        found[status] = found.get(status, 0) + 1
    return found


def queue_template(contact: Contact) -> Message:
    with transaction.atomic():
        return sending.queue_template(contact=contact, template=doors.COOK, variables={"dishes": "Rajma"}, now=now())


def test_account_standing__a_locked_account_keeps_the_queue_and_goes_on_when_meta_reinstates_it(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "after the lock", now())
    meta.knobs(account_standing="locked")
    deliver_due(now())
    message.refresh_from_db()
    assert (message.status, message.error_code) == ("queued", 131031)
    number = PhoneNumber.objects.get()
    assert incidents() == [("sending", number.phone_number_id)]
    assert Incident.objects.get(kind="sending").fix == lookup(131031).remedy
    meta.webhooks()
    check(now() + 10 * MINUTE)
    deliver_due(now() + 10 * MINUTE)
    assert incidents() == [
        ("account", "DISABLED_UPDATE"),
        ("account health", ""),
        ("number", number.phone_number_id),
        ("sending", number.phone_number_id),
    ]
    assert (standings(), SendAttempt.objects.count()) == ({"queued": 1}, 1)
    meta.knobs(account_standing="well")
    meta.webhooks()
    check(now() + 20 * MINUTE)
    deliver_due(now() + 20 * MINUTE)
    meta.webhooks()
    message.refresh_from_db()
    assert (message.status, PhoneNumber.objects.get().paused_reason, incidents()) == ("delivered", "", [])


def test_account_standing__a_block_that_the_check_does_not_see_costs_one_try_at_each_check(meta: Meta) -> None:
    contact = meta.open_window()
    messages = [queue_text(contact, "one", now())]
    meta.knobs(account_standing="blocked")
    deliver_due(now())
    messages += [queue_text(make_contact(f"+91981000002{n}", wrote_at=now()), "more", now()) for n in range(5)]
    for minutes in (10, 20):
        check(now() + minutes * MINUTE)
        deliver_due(now() + minutes * MINUTE)
    assert SendAttempt.objects.count() == 3
    assert (standings(), incidents()) == ({"queued": 6}, [("sending", PhoneNumber.objects.get().phone_number_id)])
    assert Incident.objects.get(closed_at=None).fix == lookup(368).remedy
    meta.knobs(account_standing="well", window_error="async")
    check(now() + 30 * MINUTE)
    deliver_due(now() + 30 * MINUTE)
    assert (standings(), incidents()) == ({"accepted": 6}, [])
    assert len(meta.seen()) == 6


def test_account_standing__a_warning_of_a_violation_is_an_incident_and_stops_nothing_by_itself(meta: Meta) -> None:
    meta.knobs(account_standing="blocked")
    meta.webhooks()
    assert incidents() == [("account", "ACCOUNT_VIOLATION")]
    assert PhoneNumber.objects.get().paused_reason == ""


def test_account_standing__restricted_to_answers_we_answer_and_what_we_begin_waits_for_the_end(meta: Meta) -> None:
    contact = meta.open_window()
    template_sync.sync(Account.objects.get(), now())
    meta.webhooks()
    meta.tell("phones", wa_id="919810000044", name="Sunita")
    waiting = queue_template(make_contact("+919810000044"))
    meta.knobs(account_standing="restricted")
    meta.webhooks()
    answer = queue_text(contact, "yes", now())
    deliver_due(now())
    check(now() + 10 * MINUTE)
    deliver_due(now() + 10 * MINUTE)
    answer.refresh_from_db()
    waiting.refresh_from_db()
    assert (answer.status, waiting.status, waiting.attempt_count) == ("accepted", "queued", 0)
    incident = Incident.objects.get(closed_at=None)
    assert (incident.kind, incident.subject, incident.fix) == ("account", "ACCOUNT_RESTRICTION", QUALITY)
    meta.knobs(account_standing="well")
    check(now() + 20 * MINUTE)
    deliver_due(now() + 20 * MINUTE)
    waiting.refresh_from_db()
    assert (waiting.status, PhoneNumber.objects.get().answers_only_until, incidents()) == ("accepted", None, [])


def test_account_standing__a_restriction_ends_by_itself_on_the_day_that_meta_named(meta: Meta) -> None:
    meta.knobs(account_standing="restricted")
    meta.webhooks()
    until = PhoneNumber.objects.get().answers_only_until
    assert until is not None
    assert timedelta(hours=23) < until - now() <= timedelta(hours=24)
    check(now() + 23 * HOUR)
    assert PhoneNumber.objects.get().answers_only_until == until
    check(now() + 25 * HOUR)
    assert PhoneNumber.objects.get().answers_only_until is None


def test_account_standing__restricted_without_a_word_we_learn_it_by_one_refusal_and_go_on_answering(meta: Meta) -> None:
    contact = meta.open_window()
    template_sync.sync(Account.objects.get(), now())
    meta.webhooks()
    meta.tell("phones", wa_id="919810000044", name="Sunita")
    waiting = queue_template(make_contact("+919810000044"))
    meta.knobs(account_standing="restricted")  # its webhook waits
    deliver_due(now())
    answer = queue_text(contact, "yes", now())
    deliver_due(now())
    answer.refresh_from_db()
    waiting.refresh_from_db()
    assert (answer.status, waiting.status, waiting.error_code) == ("accepted", "queued", 368)
    assert incidents() == [("answers only", PhoneNumber.objects.get().phone_number_id)]
    meta.knobs(account_standing="well")
    check(now() + 70 * MINUTE)
    deliver_due(now() + 70 * MINUTE)
    waiting.refresh_from_db()
    assert (waiting.status, PhoneNumber.objects.get().answers_only_until, incidents()) == ("accepted", None, [])


def test_account_standing__an_answer_that_is_lost_while_trying_out_proves_nothing(meta: Meta) -> None:
    message = queue_text(meta.open_window(), "perhaps", now())
    later = queue_text(make_contact(PHONE[:-1] + "7", wrote_at=now()), "afterwards", now())
    PhoneNumber.objects.update(paused_reason="locked", paused_at=now() - HOUR)
    check(now())
    meta.knobs(drop_answer_next=1)
    deliver_due(now())
    message.refresh_from_db()
    later.refresh_from_db()
    assert (message.status, later.status, later.attempt_count) == ("unknown", "queued", 0)
    assert PhoneNumber.objects.get().paused_reason == "locked"


def test_account_standing__the_message_that_goes_ahead_is_one_even_when_two_processes_ask(meta: Meta) -> None:
    for n in range(4):
        queue_text(make_contact(f"+91981000003{n}", wrote_at=now()), "x", now())
    PhoneNumber.objects.update(paused_reason="locked", paused_at=now() - HOUR)
    check(now())
    claimed = [*claim(now(), 10), *claim(now(), 10)]
    assert [each.probe for each in claimed] == [True]
