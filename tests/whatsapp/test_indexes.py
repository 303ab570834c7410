"""What changes with each status stands in no index, so that PostgreSQL writes none of them; nor is one there twice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.db.models import Q

from tests.factories.whatsapp import NOW, make_contact, queue_text
from whatsapp.models import Message
from whatsapp.statuses import MESSAGE_FIELDS

pytestmark = pytest.mark.django_db
# Written once, when the answer to the POST was lost; with every other status they stay what they are.
PROVED = {"wamid", "settle_by"}


def named(condition: Q | tuple[str, object]) -> Iterator[str]:
    """The fields of a condition."""
    if isinstance(condition, Q):
        for part in condition.children:
            yield from named(part)
    else:
        yield condition[0].split("__")[0]


def test_what_a_status_moves_stands_in_no_index() -> None:
    fields = {name.lstrip("-") for index in Message._meta.indexes for name in index.fields}
    conditions = {name for index in Message._meta.indexes if index.condition for name in named(index.condition)}
    assert conditions == {"watched", "settle_by", "direction", "handled_at", "read_receipt", "template_name"}
    assert (fields | conditions) & (set(MESSAGE_FIELDS) - PROVED) == set()


@pytest.mark.usefixtures("account")
def test_watched_is_the_status_while_somebody_looks_for_it() -> None:
    message = queue_text(make_contact(wrote_at=NOW))
    found = {}
    for status in Message.Status.values[:-1]:
        Message.objects.filter(pk=message.pk).update(status=status)
        found[status] = Message.objects.values_list("watched", flat=True).get()
    assert found == {status: status if status in Message.WATCHED else "" for status in Message.Status.values[:-1]}
    assert set(Message.WATCHED) == {"queued", "sending", "failed", "unknown"}


def indexed(table: str) -> list[list[str]]:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, table)
    return [each["columns"] for each in found.values() if each["index"] or each["unique"]]


def test_a_messages_person_is_found_by_the_index_of_the_thread_alone() -> None:
    columns = indexed("whatsapp_message")
    assert (["contact_id"] in columns, ["contact_id", "created_at"] in columns) == (False, True)


@pytest.mark.parametrize("table", ["whatsapp_message", "whatsapp_sendattempt"])
def test_a_wamid_is_unique_and_stands_in_one_index(table: str) -> None:
    """PostgreSQL gives a field with `unique=True` a second one, for LIKE."""
    assert indexed(table).count(["wamid"]) == 1
