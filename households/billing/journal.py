"""The ledger of some days as an accountant takes it over: every posting with its cause, and what each account moved."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font

from households.billing.ledger import Account
from households.billing.models import LedgerEntry
from households.billing.reconcile import span_of

COLUMNS = (
    *("Date", "Time", "Posting", "Kind", "Account", "Debit", "Credit", "Currency"),
    *("Household", "Charge", "Week from", "Payment", "Refund", "Note"),
)
TOTALS = ("Currency", "Account", "Opening", "Debit", "Credit", "Closing")
#: A spreadsheet runs a text that begins so as a formula; a household may be called anything.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadPeriod(ValueError):
    """The sentence says what is wrong with the days."""


class AccountTotal(NamedTuple):
    """Paise; opening + debit - credit = closing."""

    currency: str
    account: str
    opening: int
    debit: int
    credit: int
    closing: int


def entries(first: date, last: date) -> QuerySet[LedgerEntry]:
    """The postings from `first` to `last`, both included, by the office's clock. Raises BadPeriod."""
    if first > last:
        raise BadPeriod(f"The period ends ({last}) before it begins ({first}).")
    rows = LedgerEntry.objects.filter(at__range=(span_of(first)[0], span_of(last)[1]))
    return rows.select_related("household", "charge", "payment", "refund").order_by("at", "pk")


def totals(first: date, last: date) -> list[AccountTotal]:
    """What each account held before, moved, and holds after; by currency, in the order of the accounts."""
    start, end = span_of(first)[0], span_of(last)[1]
    inside = Q(at__gte=start)
    rows = (
        LedgerEntry.objects.filter(at__lte=end)
        .order_by()
        .values("currency", "account")
        .annotate(
            opening=Coalesce(Sum("amount_paise", filter=Q(at__lt=start)), 0),
            debit=Coalesce(Sum("amount_paise", filter=inside & Q(amount_paise__gt=0)), 0),
            credit=Coalesce(Sum("amount_paise", filter=inside & Q(amount_paise__lt=0)), 0),
        )
    )
    found = [
        AccountTotal(
            row["currency"],
            str(Account(row["account"]).label),
            row["opening"],
            row["debit"],
            -row["credit"],
            row["opening"] + row["debit"] + row["credit"],
        )
        for row in rows
    ]
    order = [str(label) for label in Account.labels]
    return sorted(found, key=lambda row: (row.currency, order.index(row.account)))


def rupees(paise: int) -> Decimal:
    """To the paisa, as a number that a spreadsheet adds up."""
    return Decimal(paise).scaleb(-2).quantize(Decimal("0.01"))


def _row(entry: LedgerEntry) -> list[Any]:
    local = timezone.localtime(entry.at)
    debit, credit = max(entry.amount_paise, 0), max(-entry.amount_paise, 0)
    return [
        local.date(),
        local.time().replace(microsecond=0),
        entry.key,
        entry.kind,
        Account(entry.account).label,
        rupees(debit) if debit else None,
        rupees(credit) if credit else None,
        entry.currency,
        entry.household.name,
        entry.charge.subject,
        entry.charge.week_start,
        entry.payment.provider_payment_id if entry.payment else "",
        entry.refund.provider_refund_id or entry.refund.idempotency_key if entry.refund else "",
        entry.note,
    ]


def as_csv(rows: Iterable[LedgerEntry]) -> bytes:
    """UTF-8 with a byte-order mark: without it Excel reads Hindi as noise."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(value) for value in _row(entry)] for entry in rows)
    return "\ufeff".encode() + out.getvalue().encode()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_xlsx(first: date, last: date, made_at: datetime) -> bytes:
    """Two sheets: the journal, and the totals by account, which add up to nothing."""
    book = Workbook(write_only=False)
    sums = book.create_sheet("Accounts", 0)
    journal = book.create_sheet("Journal", 0)
    book.remove(book["Sheet"])
    _fill(journal, COLUMNS, (_row(entry) for entry in entries(first, last)))
    _fill(sums, TOTALS, ([*row[:2], *(rupees(paise) for paise in row[2:])] for row in totals(first, last)))
    sums.append([])
    sums.append([f"{first} to {last}, made {timezone.localtime(made_at):%Y-%m-%d %H:%M}"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, columns: Iterable[str], rows: Iterable[list[Any]]) -> None:
    sheet.append(list(columns))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            _settle_type(cell)
    for letter, width in zip("ABCDEFGHIJKLMN", (11, 10, 34, 14, 24, 12, 12, 9, 24, 14, 12, 24, 24, 30), strict=True):
        sheet.column_dimensions[letter].width = width


def _settle_type(cell: Cell) -> None:
    """Text stays text, whatever it begins with; money shows its paise."""
    if isinstance(cell.value, str):
        cell.data_type = "s"
    elif isinstance(cell.value, Decimal):
        cell.number_format = "#,##0.00"
