"""Pick lists as files: PDF for the hand (typst, our own fonts, no system library), XLSX for whoever must reckon on."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Font

from bettermeals.lib.money import format_money
from mealplans.picking import Pick, PickList, aisle_name, as_facts

HERE = Path(__file__).parent
COLUMNS = ("Aisle", "Ingredient", "हिन्दी", "Home", "Take", "Bring on", "Price")


@cache
def fonts() -> typst.Fonts:
    """Only ours: a server's own fonts would make the same list look different on each machine."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(HERE / "fonts")])


def as_pdf(listed: PickList) -> bytes:
    """A4, as many pages as it takes."""
    given = json.dumps(_for_paper(listed), ensure_ascii=False)
    compiled = typst.compile(str(HERE / "pick_list.typ"), font_paths=fonts(), sys_inputs={"list": given})
    if not isinstance(compiled, bytes):
        raise TypeError(f"a PDF is one file; typst gave {type(compiled).__name__}")
    return compiled


def title(listed: PickList) -> str:
    homes = listed.homes[0] if len(listed.homes) == 1 else f"{len(listed.homes)} homes"
    return f"Pick list: {homes}"


def _for_paper(listed: PickList) -> dict[str, Any]:
    facts = as_facts(listed)
    made = timezone.localtime(listed.made_at)
    return {
        "title": title(listed),
        "subtitle": f"{', '.join(listed.vendors)} · {made:%a %d %b %Y, %H:%M} · {len(listed.picks)} lines",
        "aisles": [
            {"name": name, "picks": [_row(pick, listed, several=facts["several"]) for pick in picks]}
            for name, picks in facts["aisles"].items()
        ],
        "total": format_money(listed.total_paise, listed.currency),
    }


def _row(pick: Pick, listed: PickList, *, several: bool) -> Mapping[str, Any]:
    return {
        "name": pick.name,
        "name_hi": pick.name_hi,
        "packs": pick.in_words,
        "price": format_money(pick.price_paise, listed.currency),
        "shares": [f"{share.home}: {share.packs}" for share in pick.shares] if several else [],
        "when": [f"{share.home}: {share.when}" if several else share.when for share in pick.shares if share.when],
    }


def as_xlsx(listed: PickList) -> bytes:
    """One row per ingredient and home, so that it can be filtered by home and still adds up."""
    book = Workbook()
    sheet: Any = book.worksheets[0]
    sheet.title = "Pick list"
    sheet.append(list(COLUMNS))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for pick in listed.picks:
        for share in pick.shares:
            price = Decimal(share.price_paise).scaleb(-2)
            sheet.append([aisle_name(pick.aisle), pick.name, pick.name_hi, share.home, share.packs, share.when, price])
    for row in sheet.iter_rows(min_row=2):
        for cell in row[:-1]:
            cell.data_type = "s"  # a home may be called "=1+1"
        row[-1].number_format = "#,##0.00"
    sheet.freeze_panes, sheet.auto_filter.ref = "A2", sheet.dimensions
    for letter, width in zip("ABCDEFG", (22, 26, 22, 26, 24, 40, 12), strict=True):
        sheet.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
