"""Bulk sends: the list, and the pages that lead from choosing people to the result for each."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from bettermeals.lib.admin import ModelAdmin, ReadOnlyAdmin, display
from whatsapp.admin.broadcast_choose import ChoosePage
from whatsapp.admin.broadcast_page import DraftPage, ResultsPage, export, progress
from whatsapp.models import Broadcast, BroadcastPreset

TONES = {"draft": "info", "armed": "warning", "sending": "primary", "sent": "success", "cancelled": "danger"}


@admin.register(Broadcast)
class BroadcastAdmin(ReadOnlyAdmin):
    when_empty = "Begin one with the button above: each message is seen before any goes out."
    list_display = ["name", "state", "template_name", "people", "went_wrong", "send_at", "created_by"]
    list_filter = ["status", "template_name"]
    list_select_related = ["created_by"]
    search_fields = ["name", "template_name", "reason"]
    list_per_page = 50
    list_before_template = "whatsapp/broadcast/start.html"

    class Media:
        css = {"all": ["whatsapp/whatsapp.css", "whatsapp/inbox.css", "whatsapp/broadcast.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        failed = Q(recipients__message__status__in=["failed", "cancelled"])
        rows = super().get_queryset(request)
        return rows.annotate(many=Count("recipients"), failed=Count("recipients", filter=failed))

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("choose/", wrap(ChoosePage.as_view(model_admin=self)), name="whatsapp_broadcast_choose"),
            path("<int:pk>/draft/", wrap(DraftPage.as_view(model_admin=self)), name="whatsapp_broadcast_draft"),
            path("<int:pk>/results/", wrap(ResultsPage.as_view(model_admin=self)), name="whatsapp_broadcast_results"),
            path("<int:pk>/progress/", wrap(progress), name="whatsapp_broadcast_progress"),
            path("<int:pk>/results.<slug:kind>", wrap(export), name="whatsapp_broadcast_export"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        may_make = request.user.has_perm("whatsapp.add_broadcast")
        return super().changelist_view(request, {"may_make": may_make, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """A row leads to its own page: a draft to be looked at, anything else to its results."""
        row = Broadcast.objects.filter(pk=object_id).first()
        if row is None:
            return super().change_view(request, object_id, form_url, extra_context)
        page = "draft" if row.status == Broadcast.Status.DRAFT else "results"
        return HttpResponseRedirect(reverse(f"admin:whatsapp_broadcast_{page}", args=[row.pk]))

    @display(description=_("Status"), label=TONES, ordering="status")
    def state(self, row: Broadcast) -> tuple[str, str]:
        return row.status, str(row.get_status_display())

    @display(description=_("People"))
    def people(self, row: Any) -> int:
        return int(row.many)

    @display(description=_("Failed"))
    def went_wrong(self, row: Any) -> int | str:
        return int(row.failed) or "—"


@admin.register(BroadcastPreset)
class BroadcastPresetAdmin(ModelAdmin):
    """Made by “Save as preset” on a draft; here it is renamed or thrown away."""

    when_empty = "What is sent again and again is kept here under a name."
    list_display = ["name", "template_name", "group", "language", "created_at"]
    search_fields = ["name", "template_name"]
    readonly_fields = ["template_name", "variables", "group", "language", "created_by", "created_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
