"""The catalogue out as sheets, and back: a look at what each row would do, then all of it or nothing."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from tablib import Dataset

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from bettermeals.lib.resaying import resaid
from bettermeals.lib.sheets import MOST_BYTES, SheetError
from mealplans.catalogue_sheets.bringing import Fate, Report, Result, bring_in, read, taken_out
from mealplans.catalogue_sheets.resources import SHEETS

#: Between the look and the yes the rows wait here, for this colleague alone.
KEPT_SECONDS = 30 * 60
MOST_SHOWN = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = (("ingredients", _("Ingredients")), ("packs", _("Packs and prices")), ("dishes", _("Dishes with recipes")))


class SheetsPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = tuple(
        f"mealplans.{verb}_{name}" for verb in ("add", "change") for name in ("dish", "ingredient", "ingredientpack")
    )
    template_name = "admin/mealplans/sheets.html"
    title = _("The catalogue as sheets")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"kinds": KINDS, "kind": "ingredients"} | kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        kind = request.POST.get("kind", "")
        if kind not in SHEETS:
            raise Http404("There is no such sheet.")
        token, file = request.POST.get("token", ""), request.FILES.get("file")
        if token:
            return self._bring(request, kind, token)
        if file is None:
            messages.error(request, said_now("Choose a CSV or XLSX file first."))
            return HttpResponseRedirect(request.path)
        try:
            data = read(kind, str(file.name), file.read(MOST_BYTES + 1))
        except SheetError as problem:
            messages.error(request, resaid(str(problem)))
            return HttpResponseRedirect(request.path)
        report, fresh = bring_in(kind, data, clock.now(), dry_run=True), secrets.token_urlsafe(16)
        cache.set(self._key(fresh), [data.headers, *data], KEPT_SECONDS)
        return self.render_to_response(self.get_context_data(kind=kind, token=fresh, **_shown(report)))

    def _bring(self, request: HttpRequest, kind: str, token: str) -> HttpResponse:
        rows = cache.get(self._key(token))
        if rows is None:
            messages.error(
                request, said_now("That look is more than half an hour old, or was used: choose the file again.")
            )
            return HttpResponseRedirect(request.path)
        cache.delete(self._key(token))  # a second press finds nothing to do
        report = bring_in(kind, Dataset(*rows[1:], headers=rows[0]), clock.now(), dry_run=False)
        if not report.counts[Fate.WRONG]:
            for result in report.results:
                if result.row is not None:
                    self.model_admin.log_change(request, result.row, _message(result))
            messages.success(
                request, said_now("%(n)s rows came in.") % {"n": report.counts["new"] + report.counts["changed"]}
            )
        return self.render_to_response(
            self.get_context_data(kind=kind, done=not report.counts[Fate.WRONG], **_shown(report))
        )

    def _key(self, token: str) -> str:
        return f"catalogue-sheet:{self.request.user.pk}:{token}"


def _shown(report: Report) -> dict[str, Any]:
    results = report.in_order((Fate.WRONG, Fate.CHANGED, Fate.NEW, Fate.SAME))
    counts = report.counts
    return {
        "results": results[:MOST_SHOWN],
        "counts": counts,
        "total": len(results),
        "may": not counts[Fate.WRONG] and counts[Fate.NEW] + counts[Fate.CHANGED],
    }


def _message(result: Result) -> list[dict[str, Any]]:
    """As a change in a form is logged: the fields, and what stood in each before and after."""
    values = {name: list(pair) for name, pair in result.changes.items()}
    return [{"changed": {"name": "sheet", "object": result.name, "fields": [*values], "values": values}}]


def export(request: HttpRequest, kind: str, form: str) -> HttpResponse:
    """One sheet with everything in it, for whoever may see the catalogue."""
    if not request.user.has_perm("mealplans.view_ingredient"):
        raise PermissionDenied
    if kind not in SHEETS or form not in ("csv", "xlsx"):
        raise Http404("There is no such sheet.")
    content_type = XLSX if form == "xlsx" else "text/csv"
    name = f'attachment; filename="{kind}.{form}"'
    return HttpResponse(taken_out(kind, form), content_type, headers={"Content-Disposition": name})
