"""A sheet of people, as CSV or XLSX: read into rows by column name, and written so that it can be read back."""

from __future__ import annotations

from collections.abc import Iterable

from bettermeals.lib.sheets import MOST_BYTES, MOST_ROWS, SheetError, by_column, csv_bytes, xlsx_bytes

__all__ = ["COLUMNS", "MOST_BYTES", "MOST_ROWS", "Row", "SheetError", "csv_of", "read", "xlsx_of"]

COLUMNS = (
    *("household", "city", "language", "role", "name", "phone", "consent", "decides", "diet", "allergens", "portion"),
    *("breakfast", "lunch", "dinner", "days", "meals", "arrives_at", "minutes"),
)
NEEDED = ("household", "role", "name")

Row = dict[str, str]


def read(name: str, content: bytes) -> list[Row]:
    """Rows with all of COLUMNS, texts stripped, empty rows left out. Raises SheetError."""
    head, lines = by_column(name, content, COLUMNS, needed=NEEDED)
    rows = (dict(zip(head, line, strict=True)) for line in lines)
    return [{column: row.get(column, "") for column in COLUMNS} for row in rows]


def csv_of(rows: Iterable[Row]) -> bytes:
    return csv_bytes(_table(rows))


def xlsx_of(rows: Iterable[Row]) -> bytes:
    return xlsx_bytes(_table(rows), "people")


def _table(rows: Iterable[Row]) -> list[list[str]]:
    return [list(COLUMNS), *([row.get(column, "") for column in COLUMNS] for row in rows)]
