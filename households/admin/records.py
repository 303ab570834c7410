"""The whole timeline, to be searched."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from bettermeals.lib.admin import ReadOnlyAdmin, display
from bettermeals.lib.resaying import resaid
from households.models import TimelineEvent


@admin.register(TimelineEvent)
class TimelineEventAdmin(ReadOnlyAdmin):
    when_empty = "What happens in a home is written here."
    list_display = ["at", "household", "kind", "words", "actor", "week_start"]
    list_filter = ["kind"]
    list_select_related = ["household"]
    search_fields = ["household__name", "text", "actor"]
    date_hierarchy = "at"
    list_per_page = 50
    fields = ["at", "household", "week_start", "kind", "text", "actor", "message", "data"]

    @display(description="Text")
    def words(self, event: TimelineEvent) -> str:
        return resaid(str(event))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A home's page leads here with its number; a list of thousands of homes to choose from would help nobody."""
        return lookup == "household__id__exact" or bool(super().lookup_allowed(lookup, value, request))
