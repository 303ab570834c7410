"""What is removed when its time is over: the periods, what is due now, and every run with its counts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, display
from whatsapp import purging, retention
from whatsapp.models import PurgeRun


@admin.register(PurgeRun)
class PurgeRunAdmin(ReadOnlyAdmin):
    when_empty = "Each purge writes here what it removed and what it kept."
    list_display = ["started_at", "outcome", "webhooks", "samples", "messages", "files", "notes", "held", "finished_at"]
    list_before_template = "whatsapp/retention.html"
    fields = ["started_at", "finished_at", "webhooks", "samples", "messages", "files", "notes", "held", "error"]

    class Media:
        css = {"all": ["whatsapp/whatsapp.css"]}

    @display(description=_("Outcome"), label={"done": "success", "failed": "danger", "open": "warning"})
    def outcome(self, run: PurgeRun) -> tuple[str, Any]:
        if run.error:
            return "failed", _("failed")
        return ("done", _("done")) if run.finished_at else ("open", _("not finished"))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        shown = {"periods": retention.periods(), "due": purging.due(clock.now())}
        return super().changelist_view(request, {**shown, **(extra_context or {})})
