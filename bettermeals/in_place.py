"""What a line of the queue can be settled by without leaving it: the dialogs of the row that it is about.

They are those of the row's own page, asking the same reason and calling the same use case; whoever may not act on such
rows is offered none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_permission_codename
from django.urls import reverse

if TYPE_CHECKING:
    from bettermeals.attention import Need

OPS_ITEM = "households.OpsItem"
PAGE = re.compile(r"/(?P<app>\w+)/(?P<model>\w+)/(?P<pk>\d+)/change/$")

#: Kind of an ops item -> the page that it leads to, and the acts there that settle it, likeliest first.
OF_KIND: dict[str, tuple[str, tuple[str, ...]]] = {
    "plan unanswered": ("mealplans.WeekPlan", ("approve", "cancel")),
    "plan impossible": ("mealplans.WeekPlan", ("plan_again", "cancel")),
    "nobody decides": ("mealplans.WeekPlan", ("approve",)),
    "groceries unpriced": ("mealplans.WeekPlan", ("price_again",)),
    "cook silent": ("mealplans.CookInstruction", ("acknowledged_by_phone",)),
    "grocery order": ("mealplans.GroceryOrder", ("delivered",)),
    "shop silent": ("mealplans.GroceryOrder", ("shop_accepts", "delivered")),
    "shortage": ("mealplans.GroceryOrder", ("left_out",)),
    "billing unpaid": ("billing.Charge", ("mark_paid", "new_link", "cancel_charge")),
    "billing link failed": ("billing.Charge", ("new_link", "mark_paid")),
    "billing link withdrawn": ("billing.Charge", ("new_link", "cancel_charge")),
    "billing provider trouble": ("billing.Charge", ("new_link", "mark_paid")),
    "billing collect": ("billing.Charge", ("mark_paid",)),
    "billing credit": ("billing.Charge", ("keep_credit", "refund")),
    "billing refund failed": ("billing.Charge", ("refund",)),
    "billing event failed": ("billing.ProviderEvent", ("replay",)),
}
#: Lines that are rows themselves. What is told of an ops item with no act of its own is what was done about it.
OF_ROW: dict[str, tuple[str, ...]] = {
    OPS_ITEM: ("done",),
    "whatsapp.InboxItem": ("close",),
    "whatsapp.Message": ("resend", "leave"),
    "whatsapp.Incident": ("close",),
    "whatsapp.WebhookDelivery": ("process_again",),
    "whatsapp.WebhookAnomaly": ("acknowledge",),
    "billing.ProviderEvent": ("replay",),
}


class Act(NamedTuple):
    """A button that opens a dialog."""

    title: str
    url: str


def acts(user: Any, need: Need) -> tuple[Act, ...]:
    label, pk, names = _about(need)
    if not names:
        return ()
    model = apps.get_model(label)
    meta = model._meta
    if not user.has_perm(f"{meta.app_label}.{get_permission_codename('change', meta)}"):
        return ()
    page = admin.site._registry[model]
    stem = f"admin:{meta.app_label}_{meta.model_name}"
    return tuple(
        Act(str(getattr(page, name).short_description), reverse(f"{stem}_{name}", args=[pk])) for name in names
    )


def _about(need: Need) -> tuple[str, str, tuple[str, ...]]:
    """The row whose dialogs settle the line; of an ops item it is the row that its page shows."""
    label, _colon, pk = need.key.partition(":")
    if label != OPS_ITEM:
        return label, pk, OF_ROW.get(label, ())
    wanted, names = OF_KIND.get(need.kind, ("", ()))
    found = PAGE.search(need.url)
    fits = found and wanted.lower() == f"{found['app']}.{found['model']}"
    return (wanted, found["pk"], names) if found and fits else (label, pk, OF_ROW[label])
