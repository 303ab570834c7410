"""Cooks, where they cook and when they do not come."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from bettermeals.lib import clock
from bettermeals.lib.admin import ModelAdmin, ReadOnlyAdmin, action, display
from households import leave as leaves
from households import onboarding
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from households.admin.erasures import PersonsData
from households.admin.forms import CookForm, EngagementForm, LeaveForm
from households.admin.inlines import EngagementInline, LeaveInline, with_actor
from households.models import Cook, CookLeave, Engagement


class KeptAdmin(ActsByPermission, ModelAdmin):
    """Made where the consent is asked for, ended rather than deleted."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Cook)
class CookAdmin(PersonsData, KeptAdmin):
    when_empty = "Enter a cook, then the homes they cook for."
    form = CookForm
    export_takes = "households.change_resident"
    list_display = ["name", "contact", "language", "homes", "active"]
    list_filter = ["active", "language"]
    list_select_related = ["contact"]
    search_fields = ["name", "contact__phone", "engagements__household__name"]
    list_per_page = 50
    readonly_fields = ["contact", "created_at"]
    fields = ["name", "contact", "language", "cannot_make", "wants_voice", "active", "created_at"]
    inlines = [EngagementInline, LeaveInline]
    actions_detail = ["take_leave", "data"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cook]:
        homes = Count("engagements__household", filter=Q(engagements__active=True), distinct=True)
        return super().get_queryset(request).annotate(home_count=homes)

    @display(description="Households", ordering="home_count")
    def homes(self, cook: Any) -> int:
        return cook.home_count

    @action(
        description="Leave",
        permissions=["act"],
        icon="event_busy",
        dialog=dialog(
            "Days off", "From every household; for one only, the cook's own words are enough.", LeaveForm, "Enter"
        ),
    )
    def take_leave(self, request: HttpRequest, form: LeaveForm, object_id: int) -> HttpResponse:
        said = {name: form.cleaned_data[name] for name in ("start", "end", "meals", "reason")}
        try:
            cook = Cook.objects.get(pk=object_id)
            leaves.leave(cook=cook, by=with_actor(request), now=clock.now(), **said)
        except ValueError as refusal:
            return finish(request, self, object_id, str(refusal), ok=False)
        return finish(request, self, object_id, "The leave is entered.")


@admin.register(Engagement)
class EngagementAdmin(KeptAdmin):
    when_empty = "Enter which cook comes to which home, and on which days."
    form = EngagementForm
    list_display = ["household", "cook", "arrives_at", "minutes_per_visit", "active"]
    list_filter = ["active"]
    list_select_related = ["household", "cook"]
    search_fields = ["household__name", "cook__name"]
    list_per_page = 50
    readonly_fields = ["household", "cook", "active", "ended_at"]
    fields = ["household", "cook", "weekdays", "meals", "arrives_at", "minutes_per_visit", "active", "ended_at"]
    actions_detail = ["end"]

    @action(
        description="End",
        permissions=["act"],
        icon="logout",
        dialog=dialog("The cook stops coming", "What was stays in the history.", ReasonForm, "End"),
    )
    def end(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        done = onboarding.end_engagement(object_id, reason=reason, by=with_actor(request), now=clock.now())
        return finish(request, self, object_id, "Ended." if done else "It had ended before.", ok=done)


@admin.register(CookLeave)
class CookLeaveAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "It is entered on the cook's page, or by the cook's own message."
    list_display = ["cook", "start", "end", "meals", "household", "reason", "cancelled_at"]
    list_select_related = ["cook", "household"]
    search_fields = ["cook__name", "household__name"]
    list_per_page = 50
    date_hierarchy = "start"
    actions_row = ["comes_after_all"]

    @action(
        description="Comes after all",
        permissions=["act"],
        dialog=dialog("The cook comes after all", "Instructions for these days are sent again.", ReasonForm, "Yes"),
    )
    def comes_after_all(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        done = leaves.cancel_leave(int(object_id), by=with_actor(request), now=clock.now())
        return finish(request, self, None, "The leave is cancelled." if done else "It was cancelled before.", ok=done)
