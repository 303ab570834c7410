"""HTTP in: every address that can start work."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from bettermeals.health import healthz
from whatsapp.api import docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("healthz", healthz),
    path("admin/", admin.site.urls),
    # Messages in: Meta's signed webhook.
    path("api/v1/whatsapp/", include("whatsapp.urls")),
    # Programs in: messages, templates, people, consent; with a token.
    path("api/v1/", include("whatsapp.api.urls")),
    path("api/schema/", docs.schema_view, name="api-schema"),
    path("api/docs/", docs.page, name="api-docs"),
    # Money in: the provider's signed webhook, and the page on which the payer's browser lands.
    path("", include("households.billing.urls")),
    # The resident's plan page, behind a signed link.
    path("", include("mealplans.urls")),
]
