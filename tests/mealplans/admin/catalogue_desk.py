"""Ravi of the catalogue at his desk: what he may change, and the forms he sends."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from bettermeals import roles
from mealplans.models import Dish, Ingredient


def cataloguer() -> Client:
    roles.bring_up_to_date()
    ravi = User.objects.create_user("ravi", first_name="Ravi", is_staff=True)
    ravi.groups.set(Group.objects.filter(name="catalogue"))
    client = Client()
    client.force_login(ravi)
    return client


def page(row: Any) -> str:
    return reverse(f"admin:mealplans_{row._meta.model_name}_change", args=[row.pk])


def as_sent(client: Client, row: Any) -> dict[str, Any]:
    """The change page's form as the browser sends it back untouched."""
    answer = client.get(page(row))
    assert answer.status_code == 200
    forms = [answer.context["adminform"].form]
    for formset in answer.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    return {
        form.add_prefix(name): _sent(field.widget, form[name].value())
        for form in forms
        for name, field in form.fields.items()
        if _sent(field.widget, form[name].value()) is not None
    }


def _sent(widget: Any, value: Any) -> Any:
    if getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "choices"):
        return "on" if value else None
    if getattr(widget, "needs_multipart_form", False):
        return None
    return "" if value is None else value


def dish(slug: str) -> Dish:
    return Dish.objects.get(slug=slug)


def ingredient(slug: str) -> Ingredient:
    return Ingredient.objects.get(slug=slug)
