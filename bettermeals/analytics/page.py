"""The page of figures and its exports; a table whose rooms the reader may not see is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from bettermeals.analytics import cooks, ledger, talk, weeks
from bettermeals.analytics.tables import Period, Table
from bettermeals.lib import clock, sheets
from bettermeals.roles import may_view

CHOICES = (4, 8, 26)
USUAL = 8
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"

Reading = Callable[[Period], Any]


@dataclass(frozen=True)
class Figure:
    """`models` must be visible; `reads` is what `make` needs beside the period: two tables of one page share it."""

    models: tuple[str, ...]
    make: Callable[..., Table]
    reads: Reading | None = None

    def table(self, period: Period, known: dict[Reading, Any]) -> Table:
        if self.reads is None:
            return self.make(period)
        if self.reads not in known:
            known[self.reads] = self.reads(period)
        return self.make(period, known[self.reads])


TABLES = {
    "funnel": Figure(("mealplans.WeekPlan", "billing.Charge"), weeks.funnel, weeks.lived),
    "pace": Figure(("mealplans.WeekPlan", "billing.Charge"), weeks.pace, weeks.lived),
    "templates": Figure(("whatsapp.Message",), talk.templates),
    "failures": Figure(("whatsapp.Message",), talk.failures),
    "costs": Figure(("whatsapp.Message",), ledger.costs),
    "homes": Figure(("whatsapp.Message", "households.Household"), ledger.by_home),
    "cooks": Figure(("mealplans.CookInstruction", "households.Cook"), cooks.reliability),
}


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """All tables for the last ?weeks=4|8|26. `context` is the admin site's."""
    period = _period(request)
    known: dict[Reading, Any] = {}
    tables = [figure.table(period, known) for figure in TABLES.values() if _allowed(request, figure.models)]
    contents = {**context, "title": _("Analytics"), "tables": tables, "weeks": period.weeks, "choices": CHOICES}
    return TemplateResponse(request, "admin/analytics.html", contents)


def export(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """One table as csv or xlsx."""
    figure = TABLES.get(key)
    if figure is None or kind not in ("csv", "xlsx") or not _allowed(request, figure.models):
        raise Http404("There is no such table.")
    period = _period(request)
    rows = figure.table(period, {}).flat()
    name = f"bettermeals-{key}-{period.weeks}-weeks-to-{period.last:%Y-%m-%d}.{kind}"
    body, content_type = (sheets.csv_bytes(rows), CSV) if kind == "csv" else (sheets.xlsx_bytes(rows, key), XLSX)
    return HttpResponse(body, content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _period(request: HttpRequest) -> Period:
    asked = request.GET.get("weeks", "")
    chosen = int(asked) if asked.isdecimal() and int(asked) in CHOICES else USUAL
    return Period(timezone.localtime(clock.now()).date(), chosen)


def _allowed(request: HttpRequest, models: tuple[str, ...]) -> bool:
    return all(may_view(request, label) for label in models)
