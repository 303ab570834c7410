"""Who may do what: role by page by action, through the pages themselves."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.test import Client

from bettermeals import roles
from tests.bettermeals.test_admin_crawl import MODELS, address

pytestmark = pytest.mark.django_db
ROLES = ("viewer", "ops", "catalogue", "finance", "admin")
OF_ADMINS = {"auth", "admin", "django_celery_beat"}
#: What each role may change beyond looking; the admin may change whatever has a form at all.
MAY_CHANGE: dict[str, set[str]] = {
    "viewer": set(),
    "catalogue": {"mealplans.Dish", "mealplans.Ingredient", "mealplans.Vendor", "mealplans.CatalogueMerge"},
    "finance": {"billing.Charge", "billing.Payment", "billing.Refund", "billing.PaymentLink", "billing.ProviderEvent",
                "households.OpsItem", "whatsapp.MessageRate"},
    "ops": {
        "households.Household", "households.Resident", "households.Cook", "households.Engagement",
        "households.CookLeave", "households.Away", "households.OpsItem", "households.SpecialDay",
        "mealplans.WeeklyQuota",
        "mealplans.WeekPlan", "mealplans.CookInstruction", "mealplans.GroceryOrder", "mealplans.GroceryList",
        "whatsapp.InboxItem", "whatsapp.Contact", "whatsapp.Message", "whatsapp.Incident",
        "whatsapp.WebhookAnomaly", "whatsapp.WebhookDelivery", "whatsapp.Broadcast", "whatsapp.BroadcastPreset",
        "whatsapp.CannedReply", "whatsapp.TemplateDraft",
    },
}  # fmt: skip


@pytest.fixture
def as_role(client: Client) -> Any:
    roles.bring_up_to_date()

    def sign_in(role: str) -> Client:
        user = User.objects.create_user(role, is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        client.force_login(user)
        return client

    return sign_in


CREDENTIALS = ("whatsapp.Account", "whatsapp.ApiToken", "whatsapp.ApiCall")


def label(model: Any) -> str:
    return str(model._meta.label)


def may_see(role: str, model: Any) -> bool:
    if role == "admin":
        return True
    return model._meta.app_label not in OF_ADMINS and label(model) not in CREDENTIALS and known(model)


def known(model: Any) -> bool:
    return model._meta.app_label in roles.ROOMS


@pytest.mark.parametrize("role", ROLES)
def test_each_role_sees_its_pages_and_no_other(as_role: Any, role: str) -> None:
    client = as_role(role)
    seen = {label(model) for model in MODELS if client.get(address(model, "changelist")).status_code == 200}
    assert seen == {label(model) for model in MODELS if may_see(role, model)}


@pytest.mark.parametrize("role", MAY_CHANGE)
def test_each_role_changes_what_is_its_own_and_nothing_else(as_role: Any, role: str) -> None:
    user = as_role(role).get("/admin/").wsgi_request.user
    names = {
        label(model) for model in MODELS if user.has_perm(f"{model._meta.app_label}.change_{model._meta.model_name}")
    }
    assert names == MAY_CHANGE[role] & {label(model) for model in MODELS}


@pytest.mark.parametrize("role", ROLES)
def test_whatever_stands_in_somebodys_sidebar_opens_for_them(as_role: Any, role: str) -> None:
    client = as_role(role)
    groups = client.get("/admin/").context["sidebar_navigation"]
    links = [str(entry["link"]) for group in groups for entry in group["items"]]
    assert len(links) > 15
    assert [link for link in links if client.get(link).status_code != 200] == []


@pytest.mark.parametrize("role", ROLES)
def test_an_add_page_opens_only_to_whoever_may_add(as_role: Any, role: str) -> None:
    client = as_role(role)
    request = client.get("/admin/").wsgi_request
    for model in MODELS:
        may = admin.site._registry[model].has_add_permission(request)
        assert client.get(address(model, "add")).status_code == (200 if may else 403), label(model)


@pytest.mark.parametrize("role", ["viewer", "ops", "catalogue"])
def test_nobody_but_finance_and_admin_moves_money(as_role: Any, role: str) -> None:
    user = as_role(role).get("/admin/").wsgi_request.user
    assert [name for name in roles.MONEY if user.has_perm(f"billing.change_{name}")] == []


@pytest.mark.parametrize("role", ["viewer", "ops", "catalogue", "finance"])
def test_nobody_but_the_admin_sees_credentials_or_colleagues(as_role: Any, role: str) -> None:
    client = as_role(role)
    answers = [
        client.get(f"/admin/{page}/").status_code for page in ("whatsapp/account", "auth/user", "admin/logentry")
    ]
    assert answers == [403, 403, 403]


def test_nobody_deletes_what_the_ledger_or_the_law_needs(as_role: Any) -> None:
    request = as_role("admin").get("/admin/").wsgi_request
    kept = ("billing.Charge", "billing.Payment", "households.Household", "whatsapp.Contact", "whatsapp.Message")
    models = [model for model in MODELS if label(model) in kept]
    assert [label(model) for model in models if admin.site._registry[model].has_delete_permission(request)] == []


def test_a_migrate_brings_a_changed_role_back_to_the_table(db: None) -> None:
    roles.bring_up_to_date()
    group = Group.objects.get(name="viewer")
    before = set(group.permissions.values_list("pk", flat=True))
    group.permissions.clear()
    roles.bring_up_to_date()
    assert set(group.permissions.values_list("pk", flat=True)) == before
    assert len(before) > 20
