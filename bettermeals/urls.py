"""HTTP in: every address that can start work."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from bettermeals.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/admin/", permanent=False)),
    path("healthz", healthz),
    path("admin/", admin.site.urls),
    # Messages in: Meta's signed webhook.
    path("api/v1/whatsapp/", include("whatsapp.urls")),
    # Money in: the provider's signed webhook, and the page on which the payer's browser lands.
    path("", include("households.billing.urls")),
    # The resident's plan page, behind a signed link.
    path("", include("mealplans.urls")),
]
