"""A sheet of people, as CSV or XLSX: read into rows by column name, and written so that it can be read back."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bettermeals.lib.sheets import csv_bytes, xlsx_bytes

COLUMNS = (
    *("household", "city", "language", "role", "name", "phone", "consent", "decides", "diet", "allergens", "portion"),
    *("breakfast", "lunch", "dinner", "days", "meals", "arrives_at", "minutes"),
)
NEEDED = ("household", "role", "name")
MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024

Row = dict[str, str]


class SheetError(ValueError):
    """The file cannot be read as a sheet of people; the sentence says what to do."""


def read(name: str, content: bytes) -> list[Row]:
    """Rows with all of COLUMNS, texts stripped, empty rows left out. Raises SheetError."""
    if len(content) > MOST_BYTES:
        raise SheetError(f"The file has {len(content) // 1024} KB; {MOST_BYTES // 1024} is the most. Split it.")
    lines = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
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


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetError("The file is not UTF-8. In Excel: Save as → CSV UTF-8, or send XLSX.") from error
    first = text.partition("\n")[0]
    return list(csv.reader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ","))


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise SheetError("The file is no XLSX workbook. Save it again from the spreadsheet, or send CSV.") from error
    rows = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS + 2)
    return [["" if cell is None else _cell(cell) for cell in row] for row in rows]


def _cell(value: Any) -> str:
    """A number that a spreadsheet made of a phone ("9.81e9") or of 3 ("3.0") is written plainly again."""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)


def csv_of(rows: Iterable[Row]) -> bytes:
    return csv_bytes(_table(rows))


def xlsx_of(rows: Iterable[Row]) -> bytes:
    return xlsx_bytes(_table(rows), "people")


def _table(rows: Iterable[Row]) -> list[list[str]]:
    return [list(COLUMNS), *([row.get(column, "") for column in COLUMNS] for row in rows)]
