"""Every column of every table that can hold words, found by asking Django: none can be forgotten.

`scope` tells which rows of a table are near a person: reached over foreign keys from their homes, or from the
contacts of those homes. A table that leads to neither is looked through for the person's ids alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db.models import (
    BinaryField,
    CharField,
    Field,
    FileField,
    ForeignKey,
    JSONField,
    Model,
    Q,
    TextField,
)

from bettermeals.lib.crypto import EncryptedTextField
from households.models import Household
from whatsapp.models import Contact

WORDS = (CharField, TextField, JSONField, BinaryField)
#: How many foreign keys away a row may still be of a home: a grocery line is line -> list -> plan -> household.
FAR = 4
ENDS: tuple[type[Model], ...] = (Household, Contact)
#: Tables without anybody's words: Django's own machinery, staff's own accounts, what Meta's webhooks are kept in (cut
#: piece by piece in `whatsapp/erasing.py`), and what remembers the erasure itself.
LEFT_ALONE = frozenset(
    {
        "auth.Permission", "auth.Group", "auth.User", "contenttypes.ContentType", "sessions.Session",
        "otp_totp.TOTPDevice", "otp_static.StaticDevice", "otp_static.StaticToken",
        "whatsapp.WebhookDelivery", "whatsapp.DigestKey", "whatsapp.ErasedAddress", "households.Erasure",
    }
)  # fmt: skip


#: Rows that are reached from the other side only.
BACKWARDS = {"whatsapp.Broadcast": "recipients__contact"}


def tables() -> list[type[Model]]:
    """Tables to look through, in an order that stays."""
    found = [model for model in apps.get_models() if model._meta.label not in LEFT_ALONE and words(model)]
    return sorted(found, key=lambda model: model._meta.label)


@cache
def words(model: type[Model]) -> tuple[Field[Any, Any], ...]:
    """Columns that hold words of any kind. Not those with a list of choices, nor files, nor ciphertext."""
    return tuple(column for column in model._meta.concrete_fields if _wordy(column))


def _wordy(column: Field[Any, Any]) -> bool:
    if isinstance(column, (FileField, EncryptedTextField)) or column.choices or column.primary_key:
        return False
    return isinstance(column, WORDS)


@cache
def paths(model: type[Model], end: type[Model]) -> tuple[str, ...]:
    """The lookups that lead from a row to `end`, the row itself included: ("plan__household",)."""
    return tuple(_walk(model, end, frozenset({*ENDS, end}), FAR, frozenset()))


def _walk(
    model: type[Model], end: type[Model], stops: frozenset[type[Model]], left: int, seen: frozenset[type[Model]]
) -> Iterator[str]:
    if model is end:
        yield "pk"
    elif left and model not in stops | seen:
        for key in model._meta.concrete_fields:
            target = key.related_model
            if isinstance(key, ForeignKey) and isinstance(target, type):
                for path in _walk(target, end, stops, left - 1, seen | {model}):
                    yield key.name if path == "pk" else f"{key.name}__{path}"


def scope(model: type[Model], homes: list[int], contacts: list[int]) -> Q | None:
    """Rows of the homes and of the contacts; None for a table that leads to neither."""
    found = [Q(**{f"{path}__in": homes}) for path in paths(model, Household)]
    found += [Q(**{f"{path}__in": contacts}) for path in paths(model, Contact)]
    if back := BACKWARDS.get(model._meta.label):
        found.append(Q(**{f"{back}__in": contacts}))
    both = Q()
    for part in found:
        both |= part
    return both if found else None
