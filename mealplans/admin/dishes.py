"""Dishes. What one is (diet, allergens) follows from its ingredients and is only shown; one that is not complete is
not planned."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from bettermeals.lib import clock
from bettermeals.lib.admin import ModelAdmin, TabularInline, display
from households.admin.inlines import with_actor
from mealplans import completeness, facts, versions
from mealplans.admin import history, todo
from mealplans.admin.catalogue_forms import DishForm, DishLineForm
from mealplans.admin.dish_photo import Photographed
from mealplans.admin.merging import Mergeable
from mealplans.admin.saved_page import SavedPage
from mealplans.merging.looking import look_through_all
from mealplans.models import Dish, DishIngredient, RecipeLine
from mealplans.saved_recipe.drafting import settle
from mealplans.saved_recipe.matching import choices
from mealplans.saved_recipe.quantities import understood

DERIVED = _("Diet and allergens follow from its ingredients.")
WHAT_IT_IS = ("main_ingredient", "family", "tags", "spice_level")
STEPS = ("steps_en", "steps_hi", "serving_en", "serving_hi")


class UnsettledInline(TabularInline):
    """What a saved page wrote and nobody has settled: state both and it is one of the ingredients; or leave it out."""

    model = RecipeLine
    extra = 0
    autocomplete_fields = ["ingredient"]
    fields = ["text", "serves", "likely", "ingredient", "amount"]
    readonly_fields = ["text", "serves", "likely"]
    verbose_name_plural = _("To settle")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Leaving a line out is a change of the recipe, not the loss of a row."""
        return self.has_change_permission(request, obj)

    @display(description=_("Do you mean"))
    def likely(self, line: RecipeLine) -> str:
        found = choices(understood(line.text).food, facts.ingredients())
        return ", ".join(f"{row.name_en} ({row.base_unit})" for row in found) or "—"


class DishLineInline(TabularInline):
    model = DishIngredient
    form = DishLineForm
    extra = 0
    autocomplete_fields = ["ingredient"]
    fields = ["ingredient", "amount", "unit", "entered", "note", "position"]
    readonly_fields = ["unit"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DishIngredient]:
        return super().get_queryset(request).select_related("ingredient", "dish")

    @display(description=_("Unit"))
    def unit(self, line: DishIngredient) -> str:
        return line.ingredient.get_base_unit_display() if line.ingredient_id else "—"


@admin.register(Dish)
class DishAdmin(Photographed, Mergeable, ModelAdmin):
    when_empty = "Add one, bring a sheet, or load the catalogue: manage.py load_catalogue."
    form = DishForm
    list_display = ["name_en", "picture", "name_hi", "diet", "allergens", "cuisine", "attention", "state", "active"]
    list_filter = [todo.DishTodo, "active", "cuisine", "technique", "label"]
    search_fields = ["name_en", "name_hi", "slug", "main_ingredient"]
    list_per_page = 40
    inlines = [UnsettledInline, DishLineInline]
    actions = ["merge_duplicates"]
    readonly_fields = ["to_complete", "diet", "allergens", "photo_shown", "versions"]
    fieldsets = [
        (None, {"fields": ["to_complete", "active", "diet", "allergens"], "description": DERIVED}),
        (_("Name"), {"fields": ["name_en", "name_hi", "slug"]}),
        (_("What it is"), {"fields": [*("label", "meals", "cuisine", "technique"), *WHAT_IT_IS]}),
        (_("Cooking"), {"fields": [*("prep_minutes", "cook_minutes", "passive_minutes", "equipment"), *STEPS]}),
        (_("Begun before the visit"), {"fields": ["ahead_hours", "ahead_task_en", "ahead_task_hi"]}),
        (_("Versions"), {"fields": ["versions"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Dish]:
        return super().get_queryset(request).prefetch_related("lines__ingredient__packs", "unsettled")

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(SavedPage.as_view(model_admin=self))
        return [path("from-page/", page, name="mealplans_dish_saved_page"), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Dish | None = None) -> Any:
        head, name, *rest = super().get_fieldsets(request, obj)
        return [head, name, (_("Photo"), {"fields": self.photo_fields(request, obj)}), *rest]

    def get_inlines(self, request: HttpRequest, obj: Dish | None) -> list[type[InlineModelAdmin[Any, Any]]]:
        """What is to settle stands there only while there is something."""
        waits = obj is not None and bool(obj.unsettled.all())
        return [inline for inline in super().get_inlines(request, obj) if waits or inline is not UnsettledInline]

    @display(description=_("Diet"))
    def diet(self, dish: Dish) -> str:
        return facts.diet(dish) if dish.pk else "—"

    @display(description=_("Allergens"))
    def allergens(self, dish: Dish) -> str:
        return ", ".join(sorted(facts.allergens(dish))) or "none" if dish.pk else "—"

    @display(description=_("Minutes"))
    def attention(self, dish: Dish) -> int:
        return dish.minutes

    @display(description=_("To complete"), label=todo.LABELS)
    def state(self, dish: Dish) -> tuple[str, str]:
        return todo.label(completeness.of_dish(dish))

    @display(description=_("To complete"))
    def to_complete(self, dish: Dish) -> str:
        return (
            todo.listed(completeness.of_dish(dish))
            if dish.pk
            else now_said("Save it once; then it says what is missing.")
        )

    @display(description=_("Versions"))
    def versions(self, dish: Dish) -> str:
        return history.listed(dish) if dish.pk else "—"

    def save_model(self, request: HttpRequest, obj: Dish, form: Any, change: bool) -> None:
        """What stood there until now is kept as well: a dish nobody has planned yet has no version."""
        if change:
            versions.keep(versions.stored(obj.pk), clock.now())
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Weeks that are only proposed would be cooked by the new recipe: they are looked through at once."""
        super().save_related(request, form, formsets, change)
        for line in RecipeLine.objects.filter(dish=form.instance).select_related("dish", "ingredient"):
            settle(line)
        versions.keep(versions.stored(form.instance.pk), clock.now(), with_actor(request))
        if change and any(each.has_changed() for each in formsets):
            look_through_all([], [form.instance], clock.now())
        dish = self.get_queryset(request).get(pk=form.instance.pk)
        if dish.active and completeness.of_dish(dish):
            dish.active = False
            dish.save(update_fields=["active"])
            text = _("It is not planned until nothing is missing: the page says what. Then tick “active” again.")
            self.message_user(request, text, messages.WARNING)
