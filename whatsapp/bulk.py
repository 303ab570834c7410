"""Many rows, each with its own values, found, read and written in one statement.

Django's bulk_update writes a CASE with a branch per row and column and spends 2 ms a row building it; its bulk_create
binds each value by itself. A thousand statuses a second need a twentieth of that. PostgreSQL takes all rows as one JSON
parameter, SQLite as a list of VALUES, which is what is quick there.

Rows may be model instances or plain objects with the same names (a foreign key's with `_id`): to build an instance
costs ten times as much as its values. Hundreds of keys are one array of the database's (`among`), not a parameter each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import islice
from operator import attrgetter
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from django.db.models import Field, Lookup, Model, Q

BATCH = 1000
# SQLite takes 32,766 parameters in a statement.
PARAMETERS = 30_000


# Their Python values are what JSON or `str` writes; those of other fields are asked of the field.
_AS_THEY_ARE = (
    models.AutoField,
    models.BigAutoField,
    models.CharField,
    models.DateTimeField,
    models.ForeignKey,
    models.IntegerField,
    models.JSONField,
    models.PositiveSmallIntegerField,
    models.TextField,
    models.UUIDField,
)


@models.ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    """`IN`, with all values in one parameter: to build a statement of a thousand costs more than to execute it."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        found, params = self._left(compiler, connection)
        field = self.lhs.output_field
        values = json.dumps([field.get_db_prep_value(value, connection) for value in self.rhs])
        return f"{found} IN (SELECT value FROM json_each(%s))", (*params, values)  # noqa: S608

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        found, params = self._left(compiler, connection)
        return f"{found} = ANY(%s)", (*params, list(self.rhs))

    def _left(self, compiler: Any, connection: Any) -> tuple[str, Sequence[Any]]:
        if not self.rhs:
            raise EmptyResultSet  # as `IN` does: nothing is asked
        return self.process_lhs(compiler, connection)


def among(name: str, values: Iterable[Any]) -> Q:
    """Rows whose field has one of these values."""
    return Q(**{f"{name}__among": frozenset(values)})


def update(model: type[Model], rows: Iterable[Any], fields: Sequence[str]) -> None:
    """Write `fields` of these rows of one model, found by primary key. The caller holds their locks."""
    for batch in _batches(rows, len(fields) + 1):
        meta = model._meta
        connection = connections[router.db_for_write(model)]
        columns: list[Any] = [meta.pk, *(meta.get_field(name) for name in fields)]
        source, values = _source(batch, columns, connection)
        quote = connection.ops.quote_name
        settings = ", ".join(f"{quote(column.column)} = v.c{n}" for n, column in enumerate(columns) if n)
        table = quote(meta.db_table)
        found = f"{table}.{quote(columns[0].column)} = v.c0"
        # The names are our own columns', the values are bound.
        _execute(connection, f"WITH v AS ({source}) UPDATE {table} SET {settings} FROM v WHERE {found}", values)  # noqa: S608


def insert_new(model: type[Model], rows: Iterable[Any], fields: Sequence[str]) -> None:
    """Insert rows of one model whose key the database counts; a row that breaks a unique constraint is left out.

    `fields` are all that have no default in the database. The instances do not learn their keys.
    """
    for batch in _batches(rows, len(fields)):
        meta = model._meta
        connection = connections[router.db_for_write(model)]
        columns: list[Any] = [meta.get_field(name) for name in fields]
        source, values = _source(batch, columns, connection)
        names = ", ".join(connection.ops.quote_name(column.column) for column in columns)
        table = connection.ops.quote_name(meta.db_table)
        # WHERE true: without it SQLite reads ON CONFLICT as part of a join.
        sql = f"INSERT INTO {table} ({names}) SELECT * FROM ({source}) AS v WHERE true ON CONFLICT DO NOTHING"  # noqa: S608
        _execute(connection, sql, values)


def _batches(rows: Iterable[Any], width: int) -> Iterable[list[Any]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, min(BATCH, PARAMETERS // width))):
        yield batch


def _execute(connection: Any, sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def _source(rows: list[Any], columns: Sequence[Any], connection: Any) -> tuple[str, list[Any]]:
    """A SELECT of these rows with columns c0, c1, … and its parameters."""
    names = [f"c{n}" for n in range(len(columns))]
    if connection.vendor == "postgresql":
        types = ", ".join(f"{n} {c.db_type(connection)}" for n, c in zip(names, columns, strict=True))
        values_of = attrgetter(*(column.attname for column in columns))
        objects = [dict(zip(names, values_of(row), strict=True)) for row in rows]
        for name, column in zip(names, columns, strict=True):
            if type(column) not in _AS_THEY_ARE:
                for each in objects:
                    each[name] = column.get_prep_value(each[name])
        # `str` writes moments, UUIDs and decimals as PostgreSQL reads them.
        return f"SELECT * FROM json_to_recordset(%s::json) AS t({types})", [json.dumps(objects, default=str)]  # noqa: S608
    row_of = f"({', '.join(['%s'] * len(columns))})"
    listed = ", ".join(f"column{n} AS c{n - 1}" for n in range(1, len(columns) + 1))
    values = [column.get_db_prep_save(getattr(row, column.attname), connection) for row in rows for column in columns]
    return f"SELECT {listed} FROM (VALUES {', '.join([row_of] * len(rows))})", values  # noqa: S608
