from __future__ import annotations

from django.apps import AppConfig


class MealPlansConfig(AppConfig):
    name = "mealplans"
    label = "mealplans"
    verbose_name = "Meal plans"
    default_auto_field = "django.db.models.BigAutoField"
