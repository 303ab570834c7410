"""The whole timeline, to be searched."""

from __future__ import annotations

from django.contrib import admin

from bettermeals.lib.admin import ReadOnlyAdmin
from households.models import TimelineEvent


@admin.register(TimelineEvent)
class TimelineEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "household", "kind", "text", "actor", "week_start"]
    list_filter = ["kind"]
    list_select_related = ["household"]
    search_fields = ["household__name", "text", "actor"]
    date_hierarchy = "at"
    list_per_page = 50
    fields = ["at", "household", "week_start", "kind", "text", "actor", "message", "data"]
