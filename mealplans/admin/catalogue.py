"""Dishes and ingredients. What a dish is (diet, allergens) follows from its ingredients and is only shown here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from bettermeals.lib.admin import ModelAdmin, TabularInline, display
from bettermeals.lib.money import format_money
from mealplans import facts
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack


class DishLineInline(TabularInline):
    model = DishIngredient
    extra = 0
    autocomplete_fields = ["ingredient"]
    fields = ["ingredient", "amount", "note", "position"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DishIngredient]:
        return super().get_queryset(request).select_related("ingredient", "dish")


class PackInline(TabularInline):
    model = IngredientPack
    extra = 0
    fields = ["size", "price_paise", "source", "as_of"]


@admin.register(Dish)
class DishAdmin(ModelAdmin):
    list_display = ["name_en", "name_hi", "diet", "allergens", "cuisine", "attention", "faults", "active"]
    list_filter = ["active", "cuisine", "technique", "label"]
    search_fields = ["name_en", "name_hi", "slug", "main_ingredient"]
    list_per_page = 40
    inlines = [DishLineInline]
    readonly_fields = ["diet", "allergens", "faults"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dish]:
        return super().get_queryset(request).prefetch_related("lines__ingredient")

    @display(description="Diet, from its ingredients")
    def diet(self, dish: Dish) -> str:
        return facts.diet(dish) if dish.pk else "—"

    @display(description="Allergens, from its ingredients")
    def allergens(self, dish: Dish) -> str:
        return ", ".join(sorted(facts.allergens(dish))) or "none" if dish.pk else "—"

    @display(description="Minutes")
    def attention(self, dish: Dish) -> int:
        return dish.minutes

    @display(description="To complete", label={"": "success", "faults": "danger"})
    def faults(self, dish: Dish) -> tuple[str, str]:
        found = "; ".join(faults_of(dish)) if dish.pk else ""
        return ("faults", found) if found else ("", "complete")


def faults_of(dish: Dish) -> list[str]:
    """What keeps the dish from being cooked safely, in words; empty when it is complete."""
    found = []
    if not dish.lines.all():
        found.append("no ingredients")
    elif facts.diet(dish) != dish.label:
        found.append(f"label says {dish.label}, ingredients say {facts.diet(dish)}")
    found += [f"no {name}" for name in ("steps_en", "steps_hi", "meals") if not getattr(dish, name)]
    return found


@admin.register(Ingredient)
class IngredientAdmin(ModelAdmin):
    list_display = ["name_en", "name_hi", "aisle", "diet", "allergens", "base_unit", "cheapest", "staple"]
    list_filter = ["aisle", "diet", "staple", "jain_ok", "fasting_ok"]
    search_fields = ["name_en", "name_hi", "slug"]
    list_per_page = 50
    inlines = [PackInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ingredient]:
        return super().get_queryset(request).prefetch_related("packs")

    @display(description="Smallest pack")
    def cheapest(self, row: Any) -> str:
        packs = sorted(row.packs.all(), key=lambda pack: pack.size)
        if not packs:
            return "no pack: cannot be bought"
        return f"{packs[0].size.normalize():f} {row.base_unit} at {format_money(packs[0].price_paise)}"
