"""The sidebar. An item stands here once; who may not view its rows sees neither the item nor its count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.http import HttpRequest, JsonResponse
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _

from bettermeals.attention import mine
from bettermeals.lib import clock
from bettermeals.roles import may_view


class Item(NamedTuple):
    title: str
    icon: str
    model: str
    query: str = ""
    page: str = ""  # a page of its own instead of the list of rows
    takes: str = ""  # the rights that its page takes beside looking at the rows, with spaces between

    def opens(self, request: HttpRequest) -> bool:
        return may_view(request, self.model) and request.user.has_perms(self.takes.split())


#: As `households.admin.import_page` and `mealplans.admin.sheets_page` ask them.
IMPORT = "households.add_household households.add_resident households.add_cook"
SHEETS = " ".join(
    f"mealplans.{verb}_{name}" for verb in ("add", "change") for name in ("dish", "ingredient", "ingredientpack")
)


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
            Item(
                "Bring people in",
                "upload",
                "households.Household",
                page="admin:households_household_import",
                takes=IMPORT,
            ),
            Item("Cooks", "person_apron", "households.Cook"),
            Item("Groceries", "shopping_basket", "mealplans.GroceryList"),
            Item("Orders", "local_shipping", "mealplans.GroceryOrder"),
            Item("Charges", "payments", "billing.Charge"),
            Item("A day's books", "balance", "billing.Charge", page="admin:billing_charge_books"),
            Item("Message rates", "price_change", "whatsapp.MessageRate"),
        ),
    ),
    (
        "Catalogue",
        (
            Item("Dishes", "restaurant", "mealplans.Dish"),
            Item("Ingredients", "nutrition", "mealplans.Ingredient"),
            Item(
                "Catalogue sheets",
                "table",
                "mealplans.Ingredient",
                page="admin:mealplans_catalogue_sheets",
                takes=SHEETS,
            ),
            Item(
                "Recipe from a page",
                "post_add",
                "mealplans.Dish",
                page="admin:mealplans_dish_saved_page",
                takes="mealplans.add_dish",
            ),
            Item("Merges", "merge", "mealplans.CatalogueMerge"),
            Item("Weekly quotas", "rule", "mealplans.WeeklyQuota"),
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
            Item("Numbers", "dialpad", "whatsapp.PhoneNumber"),
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
            Item("Erasures", "person_off", "households.Erasure"),
            Item("Audit", "history_edu", "admin.LogEntry"),
            Item("Retention", "auto_delete", "whatsapp.PurgeRun"),
            Item("Ticks", "schedule", "django_celery_beat.PeriodicTask"),
        ),
    ),
)


#: Lists whose open rows are counted in the sidebar. Each is one indexed count per page.
COUNTED = ("households.OpsItem", "whatsapp.InboxItem", "whatsapp.Incident")


def changelist(label: str, query: str = "") -> str:
    meta = apps.get_model(label)._meta
    return f"{reverse_lazy(f'admin:{meta.app_label}_{meta.model_name}_changelist')}{query}"


def _links(request: HttpRequest, items: tuple[Item, ...]) -> Iterator[dict[str, Any]]:
    for item in items:
        if item.opens(request):
            link = reverse(item.page) if item.page else changelist(item.model, item.query)
            yield {"title": _(item.title), "icon": item.icon, "link": link, "badge": _open_rows(item.model)}


def _open_rows(label: str) -> int:
    """How many rows wait for a person; the lists without such a notion have no count."""
    return apps.get_model(label)._default_manager.filter(closed_at=None).count() if label in COUNTED else 0


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    home: dict[str, Any] = {"title": _("Needs attention"), "icon": "notification_important"}
    home |= {"link": reverse("admin:index"), "badge": mine(request, clock.now())}
    figures = {"title": _("Analytics"), "icon": "bar_chart", "link": reverse("admin:analytics")}
    groups: list[dict[str, Any]] = [{"items": [home, figures]}]
    for title, items in GROUPS:
        links = list(_links(request, items))
        if links:
            groups.append({"title": _(title), "separator": True, "items": links})
    return _marked(groups, request.path)


def counts(request: HttpRequest) -> JsonResponse:
    """Address -> how many wait there now: the sidebar of a page that stays open keeps up with it."""
    counted = [item for _title, items in GROUPS for item in items if item.model in COUNTED and item.opens(request)]
    waiting = {reverse(i.page) if i.page else str(changelist(i.model)): _open_rows(i.model) for i in counted}
    return JsonResponse({reverse("admin:index"): mine(request, clock.now()), **waiting})


def _marked(groups: list[dict[str, Any]], path: str) -> list[dict[str, Any]]:
    """One item is where the reader is: the one whose address begins theirs the furthest. Home is home alone.

    The theme marks every item whose address begins it, so that a page of ours below a list marked both.
    """
    items = [item for group in groups for item in group["items"]]
    home, links = items[0]["link"], [str(item["link"]).partition("?")[0] for item in items]
    here = max(
        (link for link in links if path.startswith(link) and (link != home or path == home)), default="", key=len
    )
    for item, link in zip(items, links, strict=True):
        item["active"] = link == here
        here = "" if item["active"] else here  # of two items on one list the first
    return groups
