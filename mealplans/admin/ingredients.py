"""Ingredients and the packs they are bought in."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from bettermeals.lib import clock
from bettermeals.lib.admin import ModelAdmin, TabularInline, display
from bettermeals.lib.money import format_money
from mealplans import completeness
from mealplans.admin import todo
from mealplans.admin.catalogue_forms import IngredientForm, PackForm
from mealplans.admin.merging import Mergeable
from mealplans.admin.sheets_page import SheetsPage, export
from mealplans.merging.looking import look_through
from mealplans.merging.strictness import FACTS
from mealplans.models import Ingredient, IngredientPack

MEASURED = ["density_g_per_ml", "piece_weight_g", "katori_g", "chammach_g"]
WHY_MEASURED = _("Leave out what nobody measured: a guessed weight buys the wrong amount, a missing one is seen.")


class PackInline(TabularInline):
    model = IngredientPack
    form = PackForm
    extra = 0
    fields = ["size", "price_paise", "source", "as_of"]


@admin.register(Ingredient)
class IngredientAdmin(Mergeable, ModelAdmin):
    when_empty = "Add one, bring a sheet, or load the catalogue: manage.py load_catalogue."
    form = IngredientForm
    list_display = ["name_en", "name_hi", "aisle", "diet", "contains", "base_unit", "cheapest", "staple", "state"]
    list_filter = [todo.IngredientTodo, "aisle", "diet", "staple", "jain_ok", "fasting_ok"]
    search_fields = ["name_en", "name_hi", "slug"]
    list_per_page = 50
    inlines = [PackInline]
    actions = ["merge_duplicates"]
    readonly_fields = ["to_complete"]
    fieldsets = [
        (None, {"fields": ["to_complete", "name_en", "name_hi", "slug"]}),
        (_("Hard food rules"), {"fields": ["diet", "allergens", "allergens_stated", "jain_ok", "fasting_ok"]}),
        (_("Buying"), {"fields": ["base_unit", "aisle", "staple", "shelf_life_days", "note"]}),
        (_("Measured, never guessed"), {"fields": MEASURED, "description": WHY_MEASURED}),
    ]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("sheets/", wrap(SheetsPage.as_view(model_admin=self)), name="mealplans_catalogue_sheets"),
            path("sheets/<slug:kind>.<slug:form>", wrap(export), name="mealplans_catalogue_sheet"),
            *super().get_urls(),
        ]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A hard fact that is different reaches the weeks under way at once, as a new allergy does."""
        super().save_related(request, form, formsets, change)
        if change and {*FACTS} & {*form.changed_data}:
            look_through(form.instance, stricter=True, now=clock.now())

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ingredient]:
        return super().get_queryset(request).prefetch_related("packs")

    @display(description=_("Allergens"))
    def contains(self, row: Ingredient) -> str:
        return (", ".join(row.allergens) or now_said("none")) if row.allergens_stated else now_said("not stated")

    @display(description=_("Smallest pack"))
    def cheapest(self, row: Any) -> str:
        packs = sorted(row.packs.all(), key=lambda pack: pack.size)
        if not packs:
            return now_said("no pack: cannot be bought")
        return f"{packs[0].size.normalize():f} {row.base_unit} · {format_money(packs[0].price_paise)}"

    @display(description=_("To complete"), label=todo.LABELS)
    def state(self, row: Ingredient) -> tuple[str, str]:
        return todo.label(completeness.of_ingredient(row))

    @display(description=_("To complete"))
    def to_complete(self, row: Ingredient) -> str:
        return (
            todo.listed(completeness.of_ingredient(row))
            if row.pk
            else now_said("Save it once; then it says what is missing.")
        )
