"""What is wired once at start: the Celery app (so that `delay` finds the broker), the checks, the admin site."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class BetterMealsConfig(AppConfig):
    name = "bettermeals"

    def ready(self) -> None:
        from bettermeals import celery, checks, roles  # noqa: F401  (registered by being imported)

        post_migrate.connect(roles.bring_up_to_date, dispatch_uid="roles")


class BetterMealsAdminConfig(AdminConfig):
    default_site = "bettermeals.admin_site.BetterMealsAdminSite"
