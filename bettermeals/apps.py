"""What is wired once at start: the Celery app (so that `delay` finds the broker), the checks, the admin site."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy

OURS = ("whatsapp", "households", "billing", "mealplans")


class BetterMealsConfig(AppConfig):
    name = "bettermeals"

    def ready(self) -> None:
        from bettermeals import celery, checks, roles  # noqa: F401  (registered by being imported)

        label()
        post_migrate.connect(roles.bring_up_to_date, dispatch_uid="roles")


def label() -> None:
    """What lists and forms show of our rows is said in the reader's language where the catalogue has it: names, help,
    choices.

    Only what is shown changes: migrations go by the words as they were written, and what is kept for the record asks
    the enumeration itself, which stays English.
    """
    for config in apps.get_app_configs():
        if config.label not in OURS:
            continue
        config.verbose_name = gettext_lazy(str(config.verbose_name))
        for model in config.get_models():
            model._meta.verbose_name = gettext_lazy(str(model._meta.verbose_name))
            model._meta.verbose_name_plural = gettext_lazy(str(model._meta.verbose_name_plural))
            for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
                _label(field)


def _label(field: Any) -> None:
    field.verbose_name = gettext_lazy(str(field.verbose_name))
    field.help_text = gettext_lazy(str(field.help_text)) if field.help_text else ""
    if field.choices:
        field.choices = [(value, gettext_lazy(str(words))) for value, words in field.flatchoices]


class BetterMealsAdminConfig(AdminConfig):
    default_site = "bettermeals.admin_site.BetterMealsAdminSite"
