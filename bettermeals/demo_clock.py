"""The demonstration's clock: pushed on from the back office to the next thing that is due, so that a visitor sees the
cook's evening without waiting for it. Only in DEMO, and only where the clock stands in a file."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from bettermeals.lib import clock
from mealplans.models import CookInstruction, WeekPlan
from mealplans.tasks import tick
from whatsapp.models import Message

JUST_AFTER = timedelta(seconds=5)


class NextMoment(NamedTuple):
    at: datetime
    what: str


def movable() -> bool:
    return bool(settings.DEMO and os.environ.get(clock.CLOCK_FILE))


def next_moment(now: datetime) -> NextMoment | None:
    """What the week waits for next: a plan's own step or a cook's instruction."""
    plan = WeekPlan.objects.filter(next_due_at__gt=now).select_related("household").order_by("next_due_at").first()
    told = CookInstruction.objects.filter(next_due_at__gt=now).select_related("engagement__cook")
    cook = told.order_by("next_due_at").first()
    found = []
    if plan and plan.next_due_at:
        found.append(NextMoment(plan.next_due_at, f"{plan.get_next_step_display()} ({plan.household})"))
    if cook and cook.next_due_at:
        found.append(NextMoment(cook.next_due_at, f"{cook.get_kind_display()}: {cook.engagement.cook}"))
    return min(found, default=None)


def still_due(now: datetime) -> bool:
    """Whether something of the present moment is not done yet: jumping over it would make it late, or lost."""
    return (
        WeekPlan.objects.filter(next_due_at__lte=now).exists()
        or CookInstruction.objects.filter(next_due_at__lte=now).exists()
        or Message.objects.filter(watched="queued", not_before__lte=now).exists()
    )


@require_POST
def push(request: HttpRequest) -> HttpResponse:
    """Move the demonstration's clock to just after the next moment; the ticks do the rest."""
    if not movable():
        raise Http404("There is no clock to move here.")
    now = clock.now()
    if still_due(now):
        tick.delay()
        messages.info(request, "The worker is still busy with what is due now. Try again in a moment.")
        return redirect("admin:index")
    following = next_moment(now)
    if following is None:
        messages.info(request, "Nothing is due later on. Start the Saturday run, or approve a plan on the phones.")
        return redirect("admin:index")
    clock.move_ahead(following.at + JUST_AFTER, Path(os.environ[clock.CLOCK_FILE]))
    tick.delay()
    local = timezone.localtime(following.at)
    messages.success(request, f"It is now {local:%a %d %b, %H:%M}: {following.what}.")
    return redirect("admin:index")
