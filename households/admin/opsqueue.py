"""The ops queue: what is open, most urgent first, closed in place with a note."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from bettermeals.lib import clock
from bettermeals.lib.admin import ListFilter, ReadOnlyAdmin, action, display
from households import ops
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from households.admin.inlines import due_tone, target_link
from households.models import OpsItem

TONES = {"overdue": "danger", "soon": "warning", "later": "info", "closed": "success"}


class StandingFilter(ListFilter):
    """Open items unless the closed ones are asked for: the list is a queue, its history is one click away."""

    title = "standing"
    parameter_name = "standing"
    usual = "Still open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("closed", "Closed"), ("all", "All")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OpsItem]) -> QuerySet[OpsItem]:
        if self.value() == "all":
            return queryset
        return queryset.filter(closed_at__isnull=self.value() != "closed")


@admin.register(OpsItem)
class OpsItemAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "Nothing needs a person. What does appears here by itself."
    list_display = ["due", "reason", "household", "target", "kind", "opened_at"]
    list_filter = [StandingFilter, "kind"]
    list_select_related = ["household"]
    search_fields = ["reason", "household__name", "kind"]
    list_per_page = 50
    fields = ["reason", "household", "kind", "target", "opened_at", "due_at", "closed_at", "closed_by", "note"]
    readonly_fields = ["target"]
    actions_row = ["done"]
    actions_detail = ["done"]

    @display(description="Due", label=TONES, ordering="due_at")
    def due(self, item: OpsItem) -> tuple[str, str]:
        if item.closed_at:
            return "closed", gettext("closed")
        tone = due_tone(item.due_at, clock.now())
        when = date_format(timezone.localtime(item.due_at), "D j M H:i") if item.due_at else gettext("no hurry")
        return tone, f"{gettext('overdue')}, {when}" if tone == "overdue" else when

    @display(description="Where")
    def target(self, item: OpsItem) -> str:
        return target_link(item)

    @action(
        description="Done",
        permissions=["act"],
        icon="check",
        dialog=dialog("Done", "What was done about it? The note stays with the item.", ReasonForm, "Close it"),
    )
    def done(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        item = OpsItem.objects.get(pk=object_id)
        won = not item.closed_at and ops.close_item(item.key, request.user, form.cleaned_data["reason"], clock.now())
        text = "Closed." if won else "Somebody else (or the system) had closed it already."
        return finish(request, self, None, text, ok=bool(won))
