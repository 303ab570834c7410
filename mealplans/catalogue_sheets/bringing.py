"""A sheet into the catalogue: a look first, then all of it or nothing. What changed is in the audit, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from import_export.results import RowResult
from rapidfuzz import fuzz, process
from tablib import Dataset

from bettermeals.lib import sheet_reports
from bettermeals.lib.sheets import by_column, csv_bytes, xlsx_bytes
from mealplans.catalogue.fields import suggestion
from mealplans.catalogue_sheets.resources import SHEETS, Sheet
from mealplans.merging.looking import look_through_all
from mealplans.merging.strictness import FACTS
from mealplans.models import Dish, Ingredient

#: From here on two names are shown as perhaps the same; nothing is ever merged by that.
ALIKE = 88


class Fate(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    WRONG = "wrong"


@dataclass(frozen=True)
class Result:
    """One row: its line in the sheet (the head is 1), what becomes of it, the sentence, and each field's change."""

    line: int
    name: str
    fate: Fate
    sentence: str
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)
    row: Any = None


Report = sheet_reports.Report[Result]


def read(kind: str, name: str, content: bytes) -> Dataset:
    """The sheet's rows by their columns. Raises SheetError with what to do."""
    known = [each.column_name for each in SHEETS[kind]().get_export_fields()]
    head, rows = by_column(name, content, known, near=suggestion)
    return Dataset(*rows, headers=head)


def bring_in(kind: str, data: Dataset, now: datetime, *, dry_run: bool) -> Report:
    """One wrong row keeps all out: a recipe may need the ingredient of the row above it. Nothing stays of a dry run."""
    sheet = SHEETS[kind]()
    with transaction.atomic():
        given = sheet.import_data(data, dry_run=False, use_transactions=True)
        results = list(_results(kind, sheet, given, data))
        if dry_run or any(result.fate == Fate.WRONG for result in results):
            transaction.set_rollback(True)
            return Report(results)
    changed = [each for each in results if each.fate == Fate.CHANGED]
    dishes = [each.row for each in changed if isinstance(each.row, Dish)]
    look_through_all(_stricter(changed), dishes, now)
    return Report(results)


def _results(kind: str, sheet: Sheet, given: Any, data: Dataset) -> Iterator[Result]:
    if given.base_errors:
        yield Result(1, "", Fate.WRONG, " ".join(str(each.error) for each in given.base_errors))
    seen: dict[tuple[str, ...], int] = {}
    for line, (row, raw) in enumerate(zip(given.rows, data.dict, strict=True), start=2):
        key = tuple(str(raw.get(name, "")) for name in sheet._meta.import_id_fields)
        name = " ".join(key)
        if key in seen:
            yield Result(line, name, Fate.WRONG, f"It stands in line {seen[key]} already: keep one of the two.")
        else:
            yield _result(kind, sheet, line, name, row)
        seen.setdefault(key, line)


def _result(kind: str, sheet: Sheet, line: int, name: str, row: RowResult) -> Result:
    wrong = _wrong(row)
    if wrong:
        return Result(line, name, Fate.WRONG, wrong)
    if row.import_type == RowResult.IMPORT_TYPE_SKIP:
        return Result(line, name, Fate.SAME, "It stands so already.")
    changes = _changes(sheet, row)
    if row.import_type == RowResult.IMPORT_TYPE_NEW:
        return Result(line, name, Fate.NEW, f"It is new.{_alike(kind, row.instance)}", changes, row.instance)
    words = "; ".join(f"{each}: {was or '—'} → {now or '—'}" for each, (was, now) in changes.items())
    return Result(line, name, Fate.CHANGED, words, changes, row.instance)


def _wrong(row: RowResult) -> str:
    if row.validation_error is not None:
        return _words_of(row.validation_error)
    return " ".join(str(each.error) for each in row.errors)


def _words_of(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(f"{name}: {' '.join(said)}" for name, said in error.message_dict.items())


def _changes(sheet: Sheet, row: RowResult) -> dict[str, tuple[str, str]]:
    found = {}
    for each in sheet.get_import_fields():
        was = each.export(row.original) if row.original is not None else ""
        now = each.export(row.instance)
        if str(was) != str(now):
            found[each.column_name] = (str(was or ""), str(now or ""))
    if isinstance(row.instance, Ingredient) and row.original is not None:
        stated = (row.original.allergens_stated, row.instance.allergens_stated)
        found |= {"allergens_stated": (str(stated[0]), str(stated[1]))} if stated[0] != stated[1] else {}
    return found


def _alike(kind: str, row: Any) -> str:
    """Names that may mean the same: said, for a person to decide."""
    if kind == "packs":
        return ""
    others = dict(type(row).objects.filter(merged_into=None).exclude(pk=row.pk).values_list("slug", "name_en"))
    names = {slug: name.lower() for slug, name in others.items()}
    found = process.extractOne(row.name_en.lower(), names, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
    return f" Is it the same as “{others[found[2]]}” ({found[2]})?" if found else ""


def _stricter(results: Sequence[Result]) -> list[Ingredient]:
    hard = {*FACTS}
    return [each.row for each in results if isinstance(each.row, Ingredient) and hard & {*each.changes}]


def taken_out(kind: str, form: str) -> bytes:
    """Everything of one kind, as CSV or XLSX; cells that a spreadsheet would run are disarmed."""
    data = SHEETS[kind]().export()
    rows = [data.headers, *data]
    return xlsx_bytes(rows, kind) if form == "xlsx" else csv_bytes(rows)
