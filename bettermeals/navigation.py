"""The sidebar. An item stands here once; who may not view its rows sees neither the item nor its count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext as _


class Item(NamedTuple):
    title: str
    icon: str
    model: str
    query: str = ""
    page: str = ""  # a page of its own instead of the list of rows


GROUPS: tuple[tuple[str, tuple[Item, ...]], ...] = (
    (
        "Today",
        (
            Item("Ops queue", "assignment_late", "households.OpsItem"),
            Item("Inbox", "inbox", "whatsapp.InboxItem", page="admin:whatsapp_inbox"),
            Item("Cook instructions", "skillet", "mealplans.CookInstruction"),
        ),
    ),
    (
        "The week",
        (
            Item("Saturday run", "rocket_launch", "mealplans.WeekPlan", page="admin:mealplans_weekplan_saturday"),
            Item("Week plans", "calendar_month", "mealplans.WeekPlan"),
            Item("Households", "home", "households.Household"),
            Item("Bring people in", "upload", "households.Household", page="admin:households_household_import"),
            Item("Cooks", "person_apron", "households.Cook"),
            Item("Groceries", "shopping_basket", "mealplans.GroceryList"),
            Item("Orders", "local_shipping", "mealplans.GroceryOrder"),
            Item("Charges", "payments", "billing.Charge"),
            Item("A day's books", "balance", "billing.Charge", page="admin:billing_charge_books"),
        ),
    ),
    (
        "Catalogue",
        (
            Item("Dishes", "restaurant", "mealplans.Dish"),
            Item("Ingredients", "nutrition", "mealplans.Ingredient"),
        ),
    ),
    (
        "WhatsApp",
        (
            Item("Contacts", "contacts", "whatsapp.Contact"),
            Item("Messages", "chat", "whatsapp.Message"),
            Item("Bulk sends", "campaign", "whatsapp.Broadcast"),
            Item("Templates", "description", "whatsapp.MessageTemplate"),
            Item("Canned replies", "quickreply", "whatsapp.CannedReply"),
            Item("Accounts", "verified", "whatsapp.Account"),
            Item("Incidents", "error", "whatsapp.Incident"),
            Item("Webhook log", "webhook", "whatsapp.WebhookDelivery"),
            Item("Not understood", "help", "whatsapp.WebhookAnomaly"),
            Item("API tokens", "key", "whatsapp.ApiToken"),
            Item("API calls", "sync_alt", "whatsapp.ApiCall"),
            Item("Payment webhooks", "receipt_long", "billing.ProviderEvent"),
        ),
    ),
    (
        "System",
        (
            Item("Staff", "badge", "auth.User"),
            Item("Roles", "groups", "auth.Group"),
            Item("Audit", "history_edu", "admin.LogEntry"),
            Item("Ticks", "schedule", "django_celery_beat.PeriodicTask"),
        ),
    ),
)


#: Lists whose open rows are counted in the sidebar. Each is one indexed count per page.
COUNTED = ("households.OpsItem", "whatsapp.InboxItem", "whatsapp.Incident")


def may_view(request: HttpRequest, label: str) -> bool:
    meta = apps.get_model(label)._meta
    names = (f"{meta.app_label}.{get_permission_codename(verb, meta)}" for verb in ("view", "change"))
    return any(request.user.has_perm(name) for name in names)


def changelist(label: str, query: str = "") -> str:
    meta = apps.get_model(label)._meta
    return f"{reverse_lazy(f'admin:{meta.app_label}_{meta.model_name}_changelist')}{query}"


def _links(request: HttpRequest, items: tuple[Item, ...]) -> Iterator[dict[str, Any]]:
    for item in items:
        if may_view(request, item.model):
            link = reverse_lazy(item.page) if item.page else changelist(item.model, item.query)
            yield {"title": _(item.title), "icon": item.icon, "link": link, "badge": _open_rows(item.model)}


def _open_rows(label: str) -> int:
    """How many rows wait for a person; the lists without such a notion have no count."""
    return apps.get_model(label)._default_manager.filter(closed_at=None).count() if label in COUNTED else 0


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    home = {"title": _("Needs attention"), "icon": "notification_important", "link": reverse_lazy("admin:index")}
    figures = {"title": _("Analytics"), "icon": "bar_chart", "link": reverse_lazy("admin:analytics")}
    groups = [{"items": [home, figures]}]
    for title, items in GROUPS:
        links = list(_links(request, items))
        if links:
            groups.append({"title": _(title), "separator": True, "items": links})  # type: ignore[dict-item]
    return groups
