"""Fasts, festivals and who eats elsewhere: entered on the household's page, taken back here."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, action, display
from households import special_days
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from households.admin.inlines import with_actor
from households.models import SpecialDay


@admin.register(SpecialDay)
class SpecialDayAdmin(ActsByPermission, ReadOnlyAdmin):
    when_empty = "A day on which a home eats otherwise is entered on its page."
    list_display = ["household", "kind", "resident", "when", "meals", "reason", "cancelled_at"]
    list_filter = ["kind"]
    list_select_related = ["household", "resident"]
    search_fields = ["household__name", "resident__name"]
    list_per_page = 50
    actions_row = ["not_any_more"]

    @display(description="When", ordering="start")
    def when(self, row: SpecialDay) -> str:
        return special_days.when_in_words(row)

    @action(
        description="Not any more",
        permissions=["act"],
        dialog=dialog("Not any more", "Weeks planned before are looked through again.", ReasonForm, "Take it back"),
    )
    def not_any_more(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        done = special_days.cancel(int(object_id), by=with_actor(request), now=clock.now())
        return finish(request, self, None, "It is taken back." if done else "It was taken back before.", ok=done)
