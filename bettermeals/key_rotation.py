"""Every credential in the database written anew with the first of FIELD_ENCRYPTION_KEYS, so that the old key can go.

Row by row and by compare-and-set: a run that is killed is started again and goes on where it was, and a credential that
staff save meanwhile is not overwritten. The plaintext never leaves the cipher.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken
from django.apps import apps
from django.db import connection
from django.db.models import Field, Model

from bettermeals.lib import crypto


@dataclass
class Count:
    """What became of one field. `unreadable` holds the primary keys that none of the keys can read."""

    name: str
    rewritten: int = 0
    current: int = 0
    unreadable: list[Any] = field(default_factory=list)


def rotate(*, write: bool = True) -> list[Count]:
    """With `write` off only look: `rewritten` then counts what would be."""
    return [_rotate(model, column, write) for model, column in encrypted_fields()]


def encrypted_fields() -> Iterator[tuple[type[Model], Field[Any, Any]]]:
    for model in apps.get_models():
        for column in model._meta.local_fields:
            if isinstance(column, crypto.EncryptedTextField):
                yield model, column


def _rotate(model: type[Model], column: Field[Any, Any], write: bool) -> Count:
    count = Count(f"{model._meta.label}.{column.name}")
    for pk, token in _tokens(model, column):
        if crypto.is_current(token):
            count.current += 1
            continue
        try:
            fresh = crypto.rotated(token)
        except InvalidToken:
            count.unreadable.append(pk)
            continue
        if not write or _swap(model, column, pk, token, fresh):
            count.rewritten += 1
    return count


def _tokens(model: type[Model], column: Field[Any, Any]) -> list[tuple[Any, str]]:
    """Ciphertext as it stands: through the ORM it would come decrypted."""
    key, name, table = _names(model, column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {name} FROM {table} WHERE {name} <> '' ORDER BY {key}")  # noqa: S608  (own names)
        return list(cursor.fetchall())


def _swap(model: type[Model], column: Field[Any, Any], pk: Any, old: str, new: str) -> bool:
    """False when somebody saved it meanwhile: their writing is with the first key already."""
    key, name, table = _names(model, column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {name} = %s WHERE {key} = %s AND {name} = %s",  # noqa: S608  (our own names)
            [new, pk, old],
        )
        return bool(cursor.rowcount)


def _names(model: type[Model], column: Field[Any, Any]) -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    return quote(str(model._meta.pk.column)), quote(str(column.column)), quote(model._meta.db_table)
