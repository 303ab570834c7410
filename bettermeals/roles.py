"""Who may do what. Five roles, kept as groups; the table here is the truth and every migrate brings the groups to it.

To act on a row (approve, refund, resend) needs its change permission; money is finance's alone, credentials and
colleagues are the admin's alone. Somebody may have several roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.http import HttpRequest

KITCHEN = (
    "household",
    "resident",
    "mealpattern",
    "away",
    "cook",
    "engagement",
    "cookleave",
    "specialday",
    "weeklyquota",
)
WEEK = ("weekplan", "cookinstruction", "groceryorder", "grocerylist")
TALK = ("inboxitem", "contact", "message", "incident", "webhookanomaly", "webhookdelivery")
SENDS = ("broadcast", "broadcastpreset", "cannedreply", "templatedraft")
DISHES = ("dish", "dishingredient", "recipeline", "ingredient", "ingredientpack", "vendor", "cataloguemerge")
MONEY = ("charge", "payment", "refund", "paymentlink", "providerevent")
RATES = ("messagerate",)
ROOMS = ("households", "billing", "mealplans", "whatsapp")

#: Role -> (what may be seen, what may be added, what may be changed), as model names; "*" is every model of ROOMS.
Rights = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]
ROLES: dict[str, Rights] = {
    "viewer": (("*",), (), ()),
    "ops": (("*",), (*KITCHEN, *SENDS, "contact"), (*KITCHEN, *WEEK, *TALK, *SENDS, "opsitem")),
    "catalogue": (("*",), DISHES, DISHES),
    "finance": (("*",), RATES, (*MONEY, *RATES, "opsitem")),
    "admin": (("*",), ("*",), ("*",)),
}
#: Rights that are no verb of a table: a person's whole file, to be handed to them. To erase is the admin's alone.
ALSO = {"ops": ("export_person",)}
#: What nobody but the admin sees: tokens and secrets stand there, if only masked.
HIDDEN = ("account", "apitoken", "apicall", "apirequest", "digestkey")
#: Beyond the rooms, the admin's alone: colleagues, their second factor, the locks on their names, the ticks.
ADMIN_ONLY = ("auth", "axes", "otp_totp", "otp_static", "django_celery_beat", "admin")


def bring_up_to_date(sender: Any = None, **_given: Any) -> None:
    """Make each group hold exactly what the table says; quick when nothing differs."""
    if sender is not None and sender.name != list(apps.get_app_configs())[-1].name:
        return  # sent once per app: permissions of the apps after this one do not exist yet
    for role in ROLES:
        group, _made = Group.objects.get_or_create(name=role)
        wanted = set(permissions(role).values_list("pk", flat=True))
        if wanted != set(group.permissions.values_list("pk", flat=True)):
            group.permissions.set(wanted)


def permissions(role: str) -> Any:
    """The permissions of a role as a queryset."""
    seen, added, changed = ROLES[role]
    found = _of("view", seen) | _of("add", added) | _of("change", changed)
    found |= Q(content_type__app_label__in=ROOMS, codename__in=ALSO.get(role, ()))
    if role != "admin":
        return Permission.objects.filter(found).exclude(content_type__model__in=HIDDEN)
    return Permission.objects.filter(found | Q(content_type__app_label__in=(*ADMIN_ONLY, *ROOMS)))


def _of(verb: str, models: Iterable[str]) -> Q:
    rooms = Q(content_type__app_label__in=ROOMS, codename__startswith=f"{verb}_")
    return rooms if "*" in models else rooms & Q(content_type__model__in=list(models))


def may_view(request: HttpRequest, label: str) -> bool:
    return sees(request.user, label)


def sees(user: Any, label: str) -> bool:
    """May this colleague see rows of that table?"""
    meta = apps.get_model(label)._meta
    names = (f"{meta.app_label}.{get_permission_codename(verb, meta)}" for verb in ("view", "change"))
    return any(user.has_perm(name) for name in names)
