"""Many rows in one statement: each its own values, on both databases the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.whatsapp import make_contact, queue_text
from whatsapp import bulk
from whatsapp.models import Account, MessageStatusEvent, SendAttempt

AT = datetime(2026, 11, 21, 3, 30, 0, 123456, tzinfo=UTC)
EVENT = ["wamid", "status", "at", "attempt_id", "message", "raw", "received_at"]
ATTEMPT = ["finished_at", "outcome", "wamid", "http_status", "note", "response"]
AWKWARD: list[dict[str, Any]] = [
    {},
    {"text": "राजमा \"चावल\" 🍛 %s {0} 'x' \\n", "n": 1.5, "list": [1, None, True], "in": {"deep": []}},
    {"": "", "null": None},
]


def event(number: int = 0, **fields: Any) -> MessageStatusEvent:
    values = {"wamid": f"wamid.{number}", "status": "sent", "at": AT, "received_at": AT, **fields}
    return MessageStatusEvent(**values)


def seen(*fields: str) -> list[Any]:
    return list(MessageStatusEvent.objects.order_by("wamid").values_list(*fields))


@pytest.mark.parametrize("raw", AWKWARD)
def test_an_inserted_row_reads_as_the_model_would_have_written_it(account: Account, raw: dict[str, Any]) -> None:
    message, attempt_id = queue_text(make_contact(wrote_at=AT)), uuid4()
    bulk.insert_new(
        MessageStatusEvent, [event(1, attempt_id=attempt_id, message=message, raw=raw), event(2, raw=raw)], EVENT
    )
    event(3, attempt_id=attempt_id, message=message, raw=raw).save()
    expected = [("sent", AT, attempt_id, message.pk, raw, AT), ("sent", AT, None, None, raw, AT)]
    assert seen("status", "at", "attempt_id", "message_id", "raw", "received_at") == [*expected, expected[0]]


def test_a_row_that_is_there_already_is_left_out_and_the_others_go_in(account: Account) -> None:
    event(1, raw={"first": True}).save()
    bulk.insert_new(MessageStatusEvent, [event(0), event(1, raw={"first": False}), event(2), event(2)], EVENT)
    assert seen("wamid", "raw") == [("wamid.0", {}), ("wamid.1", {"first": True}), ("wamid.2", {})]


def test_more_rows_than_a_statement_takes_go_in_several(account: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    with CaptureQueriesContext(connection) as queries:
        bulk.insert_new(MessageStatusEvent, [event(number) for number in range(5)], EVENT)
    assert (len(queries), MessageStatusEvent.objects.count()) == (3, 5)


@pytest.mark.parametrize("name", ["pk", "attempt_id", "wamid", "message", "status"])
def test_rows_are_found_among_many_values_as_by_in(account: Account, name: str) -> None:
    message = queue_text(make_contact(wrote_at=AT))
    for number in range(4):
        event(number, attempt_id=uuid4(), message=message if number else None, status=f"s'{number}\\\"").save()
    every = seen(name)
    wanted = [value for (value,) in every[1:3]]
    among = MessageStatusEvent.objects.filter(bulk.among(name, wanted))
    assert set(among) == set(MessageStatusEvent.objects.filter(**{f"{name}__in": wanted}))
    assert list(MessageStatusEvent.objects.filter(bulk.among(name, []))) == []


def test_nothing_to_write_asks_nothing(account: Account) -> None:
    with CaptureQueriesContext(connection) as queries:
        bulk.insert_new(MessageStatusEvent, [], EVENT)
        bulk.update(SendAttempt, [], ATTEMPT)
    assert len(queries) == 0


def test_each_row_gets_its_own_values_and_no_other_row_is_touched(account: Account) -> None:
    contact = make_contact(wrote_at=AT)
    attempts = [SendAttempt.objects.create(message=queue_text(contact, str(n)), started_at=AT) for n in range(4)]
    changed = attempts[:3]
    for number, attempt in enumerate(changed):
        attempt.finished_at = AT + timedelta(seconds=number) if number else None
        attempt.outcome, attempt.wamid = "accepted", f"wamid.{number}" if number else None
        attempt.http_status, attempt.note, attempt.response = 200 + number, f"it's {number} %s", AWKWARD[number]
    bulk.update(SendAttempt, changed, ATTEMPT)
    stored = SendAttempt.objects.in_bulk()
    assert [[getattr(stored[a.pk], name) for name in ATTEMPT] for a in changed] == [
        [getattr(a, name) for name in ATTEMPT] for a in changed
    ]
    assert (stored[attempts[3].pk].outcome, stored[attempts[3].pk].wamid) == ("sending", None)
