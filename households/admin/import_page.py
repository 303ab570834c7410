"""Bring people in from a sheet: look at what would happen, then let it happen. And everybody out, in the same form."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from households import exporting, sheets
from households.admin.inlines import with_actor
from households.importing import Report, bring_in

#: Between the look and the yes the rows wait here, for this colleague alone.
KEPT_SECONDS = 30 * 60
MOST_SHOWN = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLE: list[sheets.Row] = [
    {"household": "Sharma home", "city": "Pune", "language": "en", "role": "resident", "name": "Asha",
     "phone": "+91 98101 01129", "consent": "signed form of 3 Nov", "decides": "yes", "diet": "vegetarian",
     "allergens": "peanut", "portion": "1", "lunch": "3", "dinner": "3"},
    {"household": "Sharma home", "role": "resident", "name": "Kabir", "diet": "vegetarian", "portion": "0.5"},
    {"household": "Sharma home", "role": "cook", "name": "Sunita", "language": "hi", "phone": "098765 43210",
     "consent": "asked on the phone", "days": "mon, tue, wed, thu, fri, sat", "meals": "lunch, dinner",
     "arrives_at": "10:00", "minutes": "120"},
]  # fmt: skip


class ImportPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = ("households.add_household", "households.add_resident", "households.add_cook")
    template_name = "admin/households/import.html"
    title = "Bring people in"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        token = request.POST.get("token", "")
        if token:
            return self._bring(request, token)
        file = request.FILES.get("file")
        if file is None:
            messages.error(request, "Choose a CSV or XLSX file first.")
            return HttpResponseRedirect(request.path)
        try:
            # One byte more than allowed is read, so that too large a file is told as such and not read whole.
            rows = sheets.read(str(file.name), file.read(sheets.MOST_BYTES + 1))
        except sheets.SheetError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(request.path)
        report = bring_in(rows, with_actor(request), clock.now(), dry_run=True)
        fresh = secrets.token_urlsafe(16)
        cache.set(self._key(fresh), rows, KEPT_SECONDS)
        return self.render_to_response(self.get_context_data(**_shown(report), token=fresh))

    def _bring(self, request: HttpRequest, token: str) -> HttpResponse:
        rows = cache.get(self._key(token))
        if rows is None:
            messages.error(request, "That look is more than half an hour old, or was used: choose the file again.")
            return HttpResponseRedirect(request.path)
        cache.delete(self._key(token))  # a second press finds nothing to do
        report = bring_in(rows, with_actor(request), clock.now(), dry_run=False)
        count = report.counts
        messages.success(
            request, f"{count['new']} people came in, {count['known']} were here, {count['wrong']} were not taken."
        )
        return self.render_to_response(self.get_context_data(**_shown(report), done=True))

    def _key(self, token: str) -> str:
        return f"import:{self.request.user.pk}:{token}"


def _shown(report: Report) -> dict[str, Any]:
    results = report.in_order(("wrong", "new", "known"))
    return {"results": results[:MOST_SHOWN], "counts": report.counts, "total": len(results)}


def export(request: HttpRequest, kind: str, *, example: bool = False) -> HttpResponse:
    """Everybody, or three example rows, as csv or xlsx. Phone numbers are in it: for those who may change people."""
    if not request.user.has_perm("households.change_resident"):
        return HttpResponse("Only those who may change people may take the list of them away.", status=403)
    rows = EXAMPLE if example else exporting.everybody()
    body, content_type = (sheets.xlsx_of(rows), XLSX) if kind == "xlsx" else (sheets.csv_of(rows), "text/csv")
    name = f"{'example' if example else 'people'}.{'xlsx' if kind == 'xlsx' else 'csv'}"
    return HttpResponse(body, content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
