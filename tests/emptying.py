"""Emptying the database after a test that commits: only tables that hold a row, and nothing that every test needs.

Django's own way truncates all hundred tables and then makes every content type, permission and role anew, as after a
migration.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.db import connection, transaction

#: Made by migrating, changed by no test that commits.
KEPT = {"django_content_type", "auth_permission", "auth_group", "auth_group_permissions"}


def after_a_test(_case: Any = None) -> None:
    """Stands in for TransactionTestCase._fixture_teardown."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_which_hold_rows())
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608  (our own tables' names)


@cache
def _which_hold_rows() -> str:
    """The same question for each table, in one statement."""
    tables = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    quoted = ((table, connection.ops.quote_name(table)) for table in tables)
    return " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {name})" for table, name in quoted)  # noqa: S608
