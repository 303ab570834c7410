"""Tables as CSV and XLSX, with cells that a spreadsheet program cannot take for a formula.

`=HYPERLINK(…)` as somebody's WhatsApp name would run on the machine of whoever opens the export. Cells that begin with
one of OWASP's characters get an apostrophe in front; telephone numbers and negative figures run nothing and stay.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

MOST_ROWS = 5000
MOST_BYTES = 2 * 1024 * 1024
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_HARMLESS = re.compile(r"[+-]?\d+(?:\.\d+)?")
# What XML cannot carry: openpyxl refuses the whole sheet for one such character.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def safe(value: object) -> str:
    """The text of one cell."""
    text = _CONTROL.sub("", str(value))
    return f"'{text}" if text.startswith(_DANGEROUS) and not _HARMLESS.fullmatch(text) else text


def csv_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with its mark: without it Excel shows Devanagari as rubbish."""
    out = io.StringIO()
    csv.writer(out).writerows([safe(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Iterable[Sequence[object]], title: str) -> bytes:
    """One sheet; the first row is the head. Figures stay figures, so that they can be added up."""
    book = Workbook()
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31] or "Sheet"
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            plain = isinstance(value, (int, float)) and not isinstance(value, bool)
            cell = sheet.cell(row=number, column=column, value=value if plain else safe(value))
            if not plain:
                cell.data_type = "s"  # never a formula, whatever it looks like
            cell.font = Font(bold=number == 1)
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class SheetError(ValueError):
    """The file cannot be read as a sheet; the sentence says what to do."""


def table(name: str, content: bytes) -> list[list[str]]:
    """The cells of a CSV or of an XLSX's first sheet, as text. Raises SheetError."""
    if len(content) > MOST_BYTES:
        raise SheetError(f"The file has {len(content) // 1024} KB; {MOST_BYTES // 1024} is the most. Split it.")
    return _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)


def by_column(
    name: str,
    content: bytes,
    known: Sequence[str],
    *,
    needed: Sequence[str] = (),
    near: Callable[[str, Sequence[str]], str] = lambda column, known: "",
) -> tuple[list[str], list[list[str]]]:
    """The head, and each row that holds anything, as long as the head; a column without a name is left out.

    Raises SheetError.

    near: what a column that nobody knows may have meant, in words that follow its name.
    """
    lines = [[plain(cell.strip()) for cell in line] for line in table(name, content)]
    if not lines:
        raise SheetError("The file is empty. The first line names the columns; take a sheet out first and change that.")
    head = [cell.lower().replace(" ", "_") for cell in lines[0]]
    for column in head:
        if column and column not in known:
            raise SheetError(f"No column is called “{column}”{near(column, known)}. Known: {', '.join(known)}.")
    missing = [column for column in needed if column not in head]
    if missing:
        raise SheetError(f"The first line must name the columns; missing: {', '.join(missing)}.")
    named = [at for at, column in enumerate(head) if column]
    rows = [[(line + [""] * len(head))[at] for at in named] for line in lines[1:] if any(line)]
    if len(rows) > MOST_ROWS:
        raise SheetError(f"The file has {len(rows)} rows; {MOST_ROWS} is the most at once. Split it.")
    return [head[at] for at in named], rows


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


def plain(text: str) -> str:
    """A cell as it was before `safe` put its apostrophe in front: what was exported comes back as it was."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_DANGEROUS) else text
