"""Two acts by plain forms: the change that unblocks a week, and the coming week of one home."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bettermeals.lib import clock
from households.admin.inlines import with_actor
from households.models import Household
from mealplans import saturday, unblocking
from mealplans.models import WeekPlan
from whatsapp.nudges import nudge

TICK = "mealplans.tick"


@require_POST
def change(request: HttpRequest, object_id: int) -> HttpResponse:
    """What was chosen on the week's page is changed and the week planned again."""
    _may(request, "mealplans.change_weekplan", "households.change_household")
    plan = get_object_or_404(WeekPlan, pk=object_id)
    keys, reason = request.POST.getlist("change"), request.POST.get("reason", "").strip()[:200]
    rupees = request.POST.get("rupees", "")
    amount = int(rupees) if rupees.isdecimal() else None
    if not reason:
        messages.error(request, _("Say who agreed, and how: the timeline keeps it."))
    elif _changed(plan.pk, keys, amount, with_actor(request), reason):
        nudge(TICK)
        messages.success(request, _("It is changed, and the week is being planned again."))
    else:
        messages.error(request, _("Nothing was changed: the week is not as it was. Look again."))
    return HttpResponseRedirect(reverse("admin:mealplans_weekplan_change", args=[plan.pk]))


def _changed(plan_id: int, keys: list[str], rupees: int | None, by: str, reason: str) -> bool:
    try:
        return unblocking.change_and_plan_again(plan_id, keys, rupees, by, reason, clock.now())
    except unblocking.NothingChosen:
        return False


@require_POST
def start(request: HttpRequest, household_id: int) -> HttpResponse:
    """A home that joined after the run need not wait for the next one."""
    _may(request, "mealplans.change_weekplan")
    home = get_object_or_404(Household, pk=household_id)
    plan = saturday.start_one(home, clock.now(), with_actor(request))
    if plan is None:
        messages.error(request, _("This home has its coming week already, or is not active."))
        return HttpResponseRedirect(reverse("admin:households_household_change", args=[home.pk]))
    nudge(TICK)
    return HttpResponseRedirect(reverse("admin:mealplans_weekplan_change", args=[plan.pk]))


def _may(request: HttpRequest, *permissions: str) -> None:
    if not request.user.has_perms(permissions):
        raise PermissionDenied
