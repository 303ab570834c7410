"""Tables as CSV and XLSX, with cells that a spreadsheet program cannot take for a formula.

`=HYPERLINK(…)` as somebody's WhatsApp name would run on the machine of whoever opens the export. Cells that begin with
one of OWASP's characters get an apostrophe in front; telephone numbers and negative figures run nothing and stay.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.styles import Font

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
