"""What staff do with a line of the queue: take it, give it back, let it wait, or say that it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bettermeals.attention import SOURCES
from bettermeals.lib import clock
from bettermeals.models import AttentionMark
from bettermeals.roles import may_view, sees
from households import ops
from households.models import OpsItem

#: Which lines of the queue are shown; both are part of the page's address.
SHOWN = ("kind", "who")
MORNING = time(9)
LABELS = tuple(label for label, _ in SOURCES)


def put(key: str, by: User, now: datetime, **values: Any) -> None:
    """Write down what was agreed. The last one wins: marks are a courtesy among colleagues, not a lock."""
    AttentionMark.objects.update_or_create(key=key, defaults={**values, "changed_by": by, "changed_at": now})


def tomorrow_morning(now: datetime) -> datetime:
    """Nine o'clock of the office's next day."""
    local = timezone.localtime(now)
    return timezone.make_aware(datetime.combine(local.date() + timedelta(days=1), MORNING), local.tzinfo)


def monday_morning(now: datetime) -> datetime:
    """Nine o'clock of the office's next Monday: what only the next week can settle."""
    local = timezone.localtime(now)
    day = local.date() + timedelta(days=7 - local.weekday())
    return timezone.make_aware(datetime.combine(day, MORNING), local.tzinfo)


ACTS: dict[str, Callable[[Any, datetime], dict[str, Any]]] = {
    "mine": lambda user, now: {"assigned_to": user},
    "release": lambda user, now: {"assigned_to": None},
    "hour": lambda user, now: {"snoozed_until": now + timedelta(hours=1)},
    "four": lambda user, now: {"snoozed_until": now + timedelta(hours=4)},
    "monday": lambda user, now: {"snoozed_until": monday_morning(now)},
    "tomorrow": lambda user, now: {"snoozed_until": tomorrow_morning(now)},
    "wake": lambda user, now: {"snoozed_until": None},
}


@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """`key` and `act`; "done" needs a reason, which stays with the item."""
    key, act, now = request.POST.get("key", ""), request.POST.get("act", ""), clock.now()
    label, _colon, pk = key.partition(":")
    if label not in LABELS or not pk.isdecimal() or not may_view(request, label):
        raise Http404("There is no such line in the queue.")
    if not apps.get_model(label)._default_manager.filter(pk=pk).exists():
        raise Http404("There is no such line in the queue.")
    if act == "done" and label == "households.OpsItem":
        _done(request, int(pk), request.POST.get("reason", "").strip(), now)
    elif act == "assign":
        _assign(request, key, label, now)
    elif act in ACTS:
        put(key, request.user, now, **ACTS[act](request.user, now))  # type: ignore[arg-type]
    else:
        messages.error(request, _("That cannot be done with this line."))
    kept = {name: request.POST[name] for name in SHOWN if request.POST.get(name)}
    return redirect(f"{reverse('admin:index')}{'?' if kept else ''}{urlencode(kept)}")


def _assign(request: HttpRequest, key: str, label: str, now: datetime) -> None:
    """To a colleague by name. Who may not see such rows would never find it, and is refused."""
    wanted = request.POST.get("to", "").strip()
    to = User.objects.filter(username__iexact=wanted, is_active=True, is_staff=True).first()
    if to is None:
        messages.error(request, _("There is no active colleague called “%(name)s”: choose one.") % {"name": wanted})
    elif not sees(to, label):
        messages.error(request, _("%(name)s may not see this kind of line.") % {"name": to.username})
    else:
        put(key, request.user, now, assigned_to=to)  # type: ignore[arg-type]
        messages.success(request, _("Assigned to %(name)s.") % {"name": to.get_full_name() or to.username})


def colleagues() -> list[tuple[str, str]]:
    """(user name, full name) of everybody who can be given a line."""
    rows = User.objects.filter(is_active=True, is_staff=True).order_by("username")
    return [(user.username, user.get_full_name()) for user in rows]


def _done(request: HttpRequest, pk: int, reason: str, now: datetime) -> None:
    if not request.user.has_perm("households.change_opsitem"):
        messages.error(request, _("You may look at the queue, not close its items."))
    elif not reason:
        messages.error(request, _("Say what was done: the note stays with the item."))
    elif ops.close_item(OpsItem.objects.get(pk=pk).key, request.user, reason, now):
        messages.success(request, _("Done, and out of the queue."))
    else:
        messages.error(request, _("Somebody else (or the system) had closed it already."))
