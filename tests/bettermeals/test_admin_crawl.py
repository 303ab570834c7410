"""Every page of the back office, rendered: for a superuser, and refused to staff without rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


def ids(model: Any) -> str:
    return str(model._meta.label)


@pytest.fixture
def newcomer(client: Client) -> Client:
    client.force_login(User.objects.create_user("newcomer", is_staff=True))
    return client


def address(model: Any, page: str) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")


@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_every_list_renders(boss: Client, model: Any) -> None:
    assert boss.get(address(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_every_list_can_be_searched(boss: Client, model: Any) -> None:
    assert boss.get(address(model, "changelist"), {"q": "asha"}).status_code == 200


@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_an_add_page_renders_or_is_refused(boss: Client, model: Any) -> None:
    allowed = admin.site._registry[model].has_add_permission(boss.get("/admin/").wsgi_request)
    assert boss.get(address(model, "add")).status_code == (200 if allowed else 403)


@pytest.mark.parametrize("model", MODELS, ids=ids)
def test_staff_without_rights_see_no_list(newcomer: Client, model: Any) -> None:
    assert newcomer.get(address(model, "changelist")).status_code == 403


def test_staff_without_rights_see_an_empty_home_without_counts(newcomer: Client) -> None:
    answer = newcomer.get("/admin/")
    assert (answer.status_code, answer.context["glance"], answer.context["attention"]) == (200, [], [])


def test_a_stranger_is_asked_to_log_in(client: Client) -> None:
    assert client.get("/admin/").status_code == 302
