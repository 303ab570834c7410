"""Opens admin pages as staff do and counts what the database is asked."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse


def url(model: Any, page: str = "changelist", *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def queries(client: Client, address: str) -> int:
    """How many queries the page asks, after one visit that fills the per-process caches. The page must be there."""
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            response = client.get(address)
        assert response.status_code == 200, address
    return len(asked)


def press(client: Client, model: Any, action: str, pk: Any, /, **said: Any) -> Any:
    """Fill in a dialog's form and submit it."""
    return client.post(action_url(model, action, pk), {"_form_submitted": "True", **said})


def action_url(model: Any, name: str, pk: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=[pk])
