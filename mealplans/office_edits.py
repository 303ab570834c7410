"""What the office changed in the catalogue since the files were last read: that stays, whatever the files say. Pure.

Each row keeps what the files said of it (`from_file`); a value that is no longer that one was changed by a person. One
of before this was kept counts as changed wherever it differs: to keep too much can be mended, to lose cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Model

Said = dict[str, Any]


def said(row: Model, names: Iterable[str]) -> Said:
    """The row's values as JSON keeps them, numbers as exact as their columns."""
    return {name: _plain(row, name) for name in names}


def keep_office(new: Model, old: Model, names: Iterable[str], before: Mapping[str, Any] | None) -> list[str]:
    """Give the files' row the office's value wherever the office changed it; returns those names."""
    kept = [name for name in names if changed(_plain(old, name), name, _plain(new, name), before)]
    for name in kept:
        setattr(new, name, getattr(old, name))
    return kept


def changed(now: Any, name: str, file: Any, before: Mapping[str, Any] | None) -> bool:
    """Was it changed by a person, and is it something else than the files say?"""
    was = before[name] if before and name in before else file
    return bool(now not in (was, file))


def number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _plain(row: Model, name: str) -> Any:
    value, field = getattr(row, name), row._meta.get_field(name)
    if isinstance(field, DecimalField) and value is not None:
        return number(Decimal(value).quantize(Decimal(1).scaleb(-(field.decimal_places or 0))))
    return value
