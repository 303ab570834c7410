from __future__ import annotations

from django.urls import path

from whatsapp.views import WebhookView

app_name = "whatsapp"
urlpatterns = [path("webhook", WebhookView.as_view(), name="webhook")]
