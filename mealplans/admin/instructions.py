"""What cooks were told and what they answered: read-only, the nearest day first."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, action, display
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish, known
from households.admin.inlines import with_actor
from mealplans import on_behalf
from mealplans.admin import tones
from mealplans.admin.filters import DayFilter
from mealplans.models import CookInstruction, CookReport


@admin.register(CookInstruction)
class CookInstructionAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "Cooks are told what to cook once a week is confirmed."
    list_display = ["date", "cook", "household", "kind", "state", "due_at", "acknowledged_at"]
    list_display_links = ["date", "cook"]
    list_filter = ["status", "kind", DayFilter]
    list_select_related = ["plan__household", "engagement__cook"]
    search_fields = ["plan__household__name", "engagement__cook__name"]
    list_per_page = 50
    ordering = ["date", "due_at"]
    fields = [
        "cook",
        "household",
        "date",
        "kind",
        "status",
        "due_at",
        "sent_at",
        "acknowledged_at",
        "message",
        "updates",
    ]
    readonly_fields = fields
    actions_detail = ["acknowledged_by_phone"]

    @display(description="Cook", ordering="engagement__cook__name")
    def cook(self, row: CookInstruction) -> str:
        return row.engagement.cook.name

    @display(description="Household", ordering="plan__household__name")
    def household(self, row: CookInstruction) -> str:
        return row.plan.household.name

    @display(description="State", label=tones.INSTRUCTION, ordering="status")
    def state(self, row: CookInstruction) -> tuple[str, str]:
        return row.status, row.get_status_display()

    @action(
        description="Acknowledged by phone",
        permissions=["act"],
        icon="call",
        dialog=dialog("The cook said yes on the phone", "Who spoke with the cook, and when?", ReasonForm, "Record it"),
    )
    def acknowledged_by_phone(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        by, reason = with_actor(request), form.cleaned_data["reason"]
        won = on_behalf.acknowledged(known(CookInstruction, object_id), by, reason, clock.now())
        return finish(request, self, object_id, "Recorded." if won else "It was answered already.", ok=won)


@admin.register(CookReport)
class CookReportAdmin(ReadOnlyAdmin):
    when_empty = "What cooks report is kept here."
    list_display = ["at", "date", "kind", "cook", "household", "text"]
    list_filter = ["kind", "date"]
    list_select_related = ["engagement__cook", "engagement__household"]
    search_fields = ["engagement__cook__name", "engagement__household__name", "text"]
    list_per_page = 50

    @display(description="Cook")
    def cook(self, row: CookReport) -> str:
        return row.engagement.cook.name

    @display(description="Household")
    def household(self, row: CookReport) -> str:
        return row.engagement.household.name
