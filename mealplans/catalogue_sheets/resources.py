"""What stands in the columns of each sheet, by django-import-export's resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from bettermeals.lib import clock
from mealplans import completeness, facts, versions
from mealplans.catalogue.vocabulary import (
    AISLES,
    ALLERGENS,
    BASE_UNITS,
    CUISINES,
    DIETS,
    EQUIPMENT,
    MEALS,
    TAGS,
    TECHNIQUES,
)
from mealplans.catalogue_sheets.cells import (
    NONE,
    Day,
    Number,
    OneOf,
    Recipe,
    Rupees,
    Steps,
    Whole,
    Words,
    Yes,
    recipe_of,
)
from mealplans.models import Dish, DishIngredient, Ingredient, IngredientPack


def column(name: str, widget: Any, attribute: str = "") -> Field:
    return Field(attribute=attribute or name, column_name=name, widget=widget)


class Sheet(ModelResource):
    """Rows that change nothing are left alone; what a row may not say is told by the model's own checks."""

    class Meta:
        skip_unchanged = True
        report_skipped = True
        store_instance = True
        skip_html_diff = True
        clean_model_instances = True
        use_transactions = True


class IngredientSheet(Sheet):
    """An empty cell under allergens says that nobody has stated them; "none" that there are none."""

    base_unit = column("base_unit", OneOf(BASE_UNITS))
    diet = column("diet", OneOf(DIETS))
    allergens = column("allergens", Words(ALLERGENS))
    jain_ok = column("jain_ok", Yes())
    fasting_ok = column("fasting_ok", Yes())
    aisle = column("aisle", OneOf(AISLES))
    staple = column("staple", Yes())
    shelf_life_days = column("shelf_life_days", Whole())
    density_g_per_ml = column("density_g_per_ml", Number())
    piece_weight_g = column("piece_weight_g", Number())
    katori_g = column("katori_g", Number())
    chammach_g = column("chammach_g", Number())

    class Meta(Sheet.Meta):
        model = Ingredient
        import_id_fields = ("slug",)
        fields = (
            *("slug", "name_en", "name_hi", "base_unit", "diet", "allergens", "jain_ok", "fasting_ok", "aisle"),
            *("staple", "shelf_life_days", "density_g_per_ml", "piece_weight_g", "katori_g", "chammach_g", "note"),
        )

    def get_queryset(self) -> Any:
        return Ingredient.objects.filter(merged_into=None)

    def import_instance(self, instance: Ingredient, row: Any, **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        if "allergens" in row:
            instance.allergens_stated = bool(str(row["allergens"]).strip())

    def skip_row(
        self, instance: Ingredient, original: Ingredient, row: Any, import_validation_errors: Any = None
    ) -> bool:
        same = instance.allergens_stated == original.allergens_stated
        return bool(same and super().skip_row(instance, original, row, import_validation_errors))

    def dehydrate_allergens(self, row: Ingredient) -> str:
        return (", ".join(row.allergens) or NONE) if row.allergens_stated else ""


class PackSheet(Sheet):
    ingredient = Field(
        attribute="ingredient", column_name="ingredient", widget=ForeignKeyWidget(Ingredient, field="slug")
    )
    size = column("size", Number())
    price = column("price_rupees", Rupees(), "price_paise")
    as_of = column("as_of", Day())

    class Meta(Sheet.Meta):
        model = IngredientPack
        import_id_fields = ("ingredient", "size")
        fields = ("ingredient", "size", "price", "source", "as_of")

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        slug = str(row.get("ingredient", "")).strip()
        if not Ingredient.objects.filter(slug=slug, merged_into=None).exists():
            raise ValueError(f"no ingredient is called “{slug}”; bring it in first.")


class DishSheet(Sheet):
    """A dish with its recipe in one cell. A new one waits until a person has looked at it and ticks “active”."""

    label = column("label", OneOf(DIETS))
    meals = column("meals", Words(MEALS))
    cuisine = column("cuisine", OneOf(CUISINES))
    technique = column("technique", OneOf(TECHNIQUES))
    tags = column("tags", Words(TAGS))
    spice_level = column("spice_level", Whole())
    prep_minutes = column("prep_minutes", Whole())
    cook_minutes = column("cook_minutes", Whole())
    passive_minutes = column("passive_minutes", Whole())
    equipment = column("equipment", Words(EQUIPMENT))
    ahead_hours = column("ahead_hours", Whole())
    recipe = column("recipe", Recipe())
    steps_en = column("steps_en", Steps())
    steps_hi = column("steps_hi", Steps())

    class Meta(Sheet.Meta):
        model = Dish
        import_id_fields = ("slug",)
        fields = (
            *(
                "slug",
                "name_en",
                "name_hi",
                "label",
                "meals",
                "cuisine",
                "main_ingredient",
                "family",
                "technique",
                "tags",
            ),
            *("spice_level", "prep_minutes", "cook_minutes", "passive_minutes", "equipment", "ahead_hours"),
            *("ahead_task_en", "ahead_task_hi", "recipe", "steps_en", "steps_hi", "serving_en", "serving_hi"),
        )

    def get_queryset(self) -> Any:
        return Dish.objects.filter(merged_into=None).prefetch_related("lines__ingredient")

    def iter_queryset(self, queryset: Any) -> Iterator[Dish]:
        for dish in queryset:
            dish.recipe = recipe_of(dish.lines.all())
            yield dish

    def after_init_instance(self, instance: Any, new: bool, row: Any, **kwargs: Any) -> None:
        instance.recipe = [] if new else recipe_of(instance.lines.select_related("ingredient"))
        if new:
            instance.active = False

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if instance.pk:
            versions.keep(versions.stored(instance.pk), clock.now())

    def save_m2m(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """The recipe's lines, and then whether the dish may be planned."""
        if "recipe" in row:
            self._write_recipe(instance)
        versions.keep(versions.stored(instance.pk), clock.now(), "a sheet")
        dish = facts.dish_called(instance.slug)
        if dish and dish.active and completeness.of_dish(dish):
            Dish.objects.filter(pk=dish.pk).update(active=False)

    def _write_recipe(self, instance: Any) -> None:
        known = Ingredient.objects.in_bulk([slug for slug, _amount, _note in instance.recipe], field_name="slug")
        written = {(line.ingredient_id, line.amount): line.entered for line in instance.lines.all()}
        instance.lines.all().delete()
        lines = [
            DishIngredient(dish=instance, ingredient=known[slug], amount=amount, note=note, position=position)
            for position, (slug, amount, note) in enumerate(instance.recipe)
        ]
        for line in lines:  # a sheet knows amounts only: words that still say the amount stay
            line.entered = written.get((line.ingredient_id, line.amount), "")
        DishIngredient.objects.bulk_create(lines)


SHEETS: dict[str, type[Sheet]] = {"ingredients": IngredientSheet, "packs": PackSheet, "dishes": DishSheet}
