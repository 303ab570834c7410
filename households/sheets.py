"""A sheet of people, as CSV or XLSX: read into rows by column name, and written so that it can be read back."""

from __future__ import annotations

from collections.abc import Iterable

from bettermeals.lib.sheets import MOST_BYTES, MOST_ROWS, SheetError, csv_bytes, table, xlsx_bytes

__all__ = ["COLUMNS", "MOST_BYTES", "MOST_ROWS", "Row", "SheetError", "csv_of", "read", "xlsx_of"]

COLUMNS = (
    *("household", "city", "language", "role", "name", "phone", "consent", "decides", "diet", "allergens", "portion"),
    *("breakfast", "lunch", "dinner", "days", "meals", "arrives_at", "minutes"),
)
NEEDED = ("household", "role", "name")

Row = dict[str, str]


def read(name: str, content: bytes) -> list[Row]:
    """Rows with all of COLUMNS, texts stripped, empty rows left out. Raises SheetError."""
    lines = table(name, content)
    if not lines:
        raise SheetError("The file is empty. The first line names the columns; an example is linked above.")
    head = [cell.strip().lower().replace(" ", "_") for cell in lines[0]]
    _check_head(head)
    rows = [dict(zip(head, (cell.strip() for cell in line), strict=False)) for line in lines[1:]]
    found = [{column: row.get(column, "") for column in COLUMNS} for row in rows if any(row.values())]
    if len(found) > MOST_ROWS:
        raise SheetError(f"The file has {len(found)} rows; {MOST_ROWS} is the most at once. Split it.")
    return found


def _check_head(head: list[str]) -> None:
    missing = [column for column in NEEDED if column not in head]
    if missing:
        raise SheetError(f"The first line must name the columns; missing: {', '.join(missing)}.")
    unknown = [column for column in head if column and column not in COLUMNS]
    if unknown:
        raise SheetError(f"Unknown columns: {', '.join(unknown)}. Known: {', '.join(COLUMNS)}.")


def csv_of(rows: Iterable[Row]) -> bytes:
    return csv_bytes(_table(rows))


def xlsx_of(rows: Iterable[Row]) -> bytes:
    return xlsx_bytes(_table(rows), "people")


def _table(rows: Iterable[Row]) -> list[list[str]]:
    return [list(COLUMNS), *([row.get(column, "") for column in COLUMNS] for row in rows)]
