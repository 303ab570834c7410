"""Each status writes every index of its message anew: there is none that no query uses."""

from __future__ import annotations

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db


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
