"""Where a row's page of the back office is: named in what staff are asked to do, long before anybody opens it."""

from __future__ import annotations

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def change_page(row: Model | type[Model], pk: object = None) -> str:
    """The page of a row, or of the row `pk` of a model."""
    meta = row._meta
    number = pk if pk is not None else row.pk
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[number])


def returning(request: HttpRequest) -> str:
    """The page of the back office that `?next=` asks to come back to; empty without one, or for any other place."""
    back = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if safe and back.startswith(reverse("admin:index")) else ""
