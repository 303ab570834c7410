"""A day's books: what moved, what differs from the provider, and the ledger for the accountant."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from bettermeals.lib.money import format_money
from households.billing import journal, reconcile
from households.billing.models import Payment, Refund

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A year and a day: more is a database dump, not a file for a person.
LONGEST = timedelta(days=366)


class DayForm(forms.Form):
    day = forms.DateField()


class PeriodForm(forms.Form):
    first = forms.DateField()
    last = forms.DateField()
    kind = forms.ChoiceField(choices=[("xlsx", "xlsx"), ("csv", "csv")])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and not timedelta(0) <= last - first <= LONGEST:
            raise forms.ValidationError(_("Choose a last day that is not before the first, and at most a year later."))
        return said


class BooksPage(UnfoldModelAdminViewMixin, TemplateView):
    """GET shows our side of a day and asks nobody; POST asks the provider and says what differs."""

    permission_required = "billing.view_charge"
    template_name = "admin/billing/books.html"
    title = "A day's books"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = DayForm(self.request.GET)
        today = timezone.localdate(clock.now())
        day = form.cleaned_data["day"] if form.is_valid() else today - timedelta(days=1)
        context = super().get_context_data(**kwargs, day=day, today=today, month=day.replace(day=1), **_moved(day))
        return {"may_act": _may_act(self.request), **context}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not _may_act(request):
            raise PermissionDenied
        context = self.get_context_data(**kwargs)
        found = reconcile.differences(context["day"])
        return self.render_to_response({**context, "compared": True, "differences": found})


def _may_act(request: HttpRequest) -> bool:
    return request.user.has_perm("billing.change_charge")


def _moved(day: date) -> dict[str, Any]:
    """The day's totals, payments and refunds, as they stand in our ledger; a constant number of queries."""
    span = reconcile.span_of(day)
    totals = [
        (row.account, *(format_money(paise, row.currency) for paise in row[2:]))
        for row in journal.totals(day, day)
        if row.opening or row.debit or row.credit
    ]
    payments = Payment.objects.filter(recorded_at__range=span).select_related("charge__household")
    refunds = Refund.objects.filter(created_at__range=span).select_related("charge__household", "requested_by")
    return {
        "totals": totals,
        "payments": [(row, format_money(row.amount_paise, row.currency)) for row in payments.order_by("pk")],
        "refunds": [(row, format_money(row.amount_paise, row.charge.currency)) for row in refunds.order_by("pk")],
    }


class JournalFile(UnfoldModelAdminViewMixin, View):
    """The accountant's file. It only reads, but names every household's money: finance alone may take it."""

    permission_required = "billing.change_charge"
    title = "Journal"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = PeriodForm(request.GET)
        if not form.is_valid():
            for problems in form.errors.values():
                messages.error(request, " ".join(str(problem) for problem in problems))
            return HttpResponseRedirect("../")
        first, last, kind = (form.cleaned_data[name] for name in ("first", "last", "kind"))
        if kind == "csv":
            response = HttpResponse(journal.as_csv(journal.entries(first, last)), content_type="text/csv")
        else:
            response = HttpResponse(journal.as_xlsx(first, last, clock.now()), content_type=XLSX)
        name = f"bettermeals-journal-{first}-{last}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
