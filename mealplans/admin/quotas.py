"""Weekly quotas: those of every household on top, and the exceptions of single homes."""

from __future__ import annotations

from django.contrib import admin

from bettermeals.lib.admin import ModelAdmin, display
from mealplans.models import WeeklyQuota


@admin.register(WeeklyQuota)
class WeeklyQuotaAdmin(ModelAdmin):
    when_empty = "A quota says how often a kind of dish may come in a week."
    list_display = ["tag", "at_least", "at_most", "whose"]
    list_display_links = ["tag"]
    list_filter = ["tag"]
    list_select_related = ["household"]
    search_fields = ["tag", "household__name"]
    autocomplete_fields = ["household"]
    list_per_page = 50

    @display(description="For", ordering="household")
    def whose(self, row: WeeklyQuota) -> str:
        return row.household.name if row.household else "every household"
