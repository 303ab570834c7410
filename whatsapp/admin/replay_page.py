"""“Replay since…”: a span of time, what it would touch, a confirmation, and then how far the workers are."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView

from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from whatsapp import replaying
from whatsapp.admin.dialogs import log
from whatsapp.replaying import Span

MINUTES = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SpanForm(forms.Form):
    """Moments as on the wall clock of the office."""

    since = forms.DateTimeField(label=gettext_lazy("Received from"), widget=MINUTES)
    until = forms.DateTimeField(label=gettext_lazy("Until (empty: now)"), widget=MINUTES, required=False)
    failed = forms.BooleanField(label=gettext_lazy("Only those that could not be processed"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until <= since:
            self.add_error("until", _("The end is not after the beginning."))
        return cleaned

    def span(self) -> Span:
        said = self.cleaned_data
        return Span(said["since"], said["until"], said["failed"])


class ReplayPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = "whatsapp.change_webhookdelivery"
    raise_exception = True
    template_name = "whatsapp/replay.html"
    title = gettext_lazy("Replay since…")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or SpanForm(self.request.GET if "since" in self.request.GET else None)
        shown = looked_at(form) if form.is_bound and form.is_valid() else {}
        return super().get_context_data(**kwargs, form=form, **shown)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("part") == "progress":
            form = SpanForm(request.GET)
            if not form.is_valid():
                return JsonResponse({"html": ""}, status=400)
            return JsonResponse({"html": render_to_string("whatsapp/replay_standing.html", looked_at(form), request)})
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = SpanForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        span = form.span()
        count = replaying.again(span)
        oldest = span.rows().defer("body").order_by("pk").first()
        if oldest is not None and count:
            log(request, oldest, f"Replayed {count} webhooks from {span.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC on.")
        words = ngettext("%(n)s webhook is processed again.", "%(n)s webhooks are processed again.", count)
        messages.success(request, words % {"n": count})
        query = request.POST.copy()
        query.pop("csrfmiddlewaretoken", None)
        return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")


def looked_at(form: SpanForm) -> dict[str, Any]:
    span = form.span()
    found = replaying.standing(span)
    return {"span": span, "standing": found, "count": found.to_replay(span)}
