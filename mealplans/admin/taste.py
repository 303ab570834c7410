"""What households liked: the source of the planner's preferences, read-only."""

from __future__ import annotations

from django.contrib import admin

from bettermeals.lib.admin import ReadOnlyAdmin
from mealplans.models import MealRating, TasteSignal


@admin.register(MealRating)
class MealRatingAdmin(ReadOnlyAdmin):
    when_empty = "Residents are asked after a meal how it was."
    list_display = ["at", "planned_meal", "resident", "rating"]
    list_filter = ["rating"]
    list_select_related = ["planned_meal__dish", "resident"]
    search_fields = ["planned_meal__dish__name_en", "resident__name"]
    list_per_page = 50


@admin.register(TasteSignal)
class TasteSignalAdmin(ReadOnlyAdmin):
    when_empty = "What residents say of dishes is kept here for the planner."
    list_display = ["at", "household", "dish", "kind"]
    list_filter = ["kind"]
    list_select_related = ["household", "dish"]
    search_fields = ["household__name", "dish__name_en"]
    list_per_page = 50
