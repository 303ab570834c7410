"""The rest of a week planned again: which meals must change, the work of the planner, the difference, yes or no."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from bettermeals.lib.formats import day_and_date
from bettermeals.lib.money import format_money
from households.admin.inlines import with_actor
from mealplans import replanning
from mealplans.models import OPEN_TO_CHANGE, Dish, PlannedMeal, Replan, ReplanStatus, WeekPlan
from mealplans.weeks import open_week
from whatsapp.nudges import nudge

TICK = "mealplans.tick"
#: While a worker is at it the page looks again by itself, without a script.
LOOK_AGAIN_SECONDS = 3


class ReplanPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = "mealplans.change_weekplan"
    template_name = "admin/mealplans/replan.html"
    title = _("Plan the rest again")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        found = replanning.open_of(self._plan())
        if found is not None and found.status == ReplanStatus.ASKED:
            response["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self._plan()
        found = replanning.open_of(plan)
        with open_week(plan.pk, clock.now()) as week:
            meals = replanning.movable(week)
        return super().get_context_data(
            **kwargs,
            plan=plan,
            replan=found,
            meals=[(meal.pk, _when(meal), meal.dish.name_en, meal.pinned) for meal in meals],
            changes=_shown(found, plan) if found else [],
            difference=_signed(found.difference_paise or 0) if found else "",
            week_url=_week_url(plan.pk),
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        plan, act = self._plan(), request.POST.get("act", "")
        found = replanning.open_of(plan)
        if act == "ask":
            chosen = [int(pk) for pk in request.POST.getlist("meal") if pk.isdigit()]
            mine = set(plan.meals.values_list("pk", flat=True))
            replanning.ask(plan.pk, [pk for pk in chosen if pk in mine], with_actor(request), clock.now())
            nudge(TICK)
        elif act == "drop" and found is not None:
            replanning.drop(found.pk)
        elif act == "apply" and found is not None and request.POST.get("replan") == str(found.pk):
            return self._apply(request, found)
        return HttpResponseRedirect(request.path)

    def _apply(self, request: HttpRequest, found: Replan) -> HttpResponse:
        reason = request.POST.get("reason", "").strip()[:200]
        if not reason:
            messages.error(request, said_now("Say why: the timeline keeps it."))
            return HttpResponseRedirect(request.path)
        try:
            paise = replanning.apply(found.pk, with_actor(request), reason, clock.now())
        except replanning.Outdated:
            replanning.drop(found.pk)
            messages.error(request, said_now("The week has changed since: nothing was written. Ask again."))
            return HttpResponseRedirect(request.path)
        text = said_now("The week is changed; the groceries cost %(money)s.") % {"money": _signed(paise)}
        messages.success(request, text)
        return HttpResponseRedirect(_week_url(found.plan_id))

    def _plan(self) -> WeekPlan:
        plan = WeekPlan.objects.select_related("household").filter(pk=self.kwargs["object_id"]).first()
        if plan is None or plan.status not in OPEN_TO_CHANGE:
            raise Http404("There is no such week that is open to change.")
        return plan


def _shown(found: Replan, plan: WeekPlan) -> list[tuple[str, str, str]]:
    """(when, the dish that goes, the dish that comes), in the order they are eaten."""
    slugs = {slug for change in found.changes for slug in (change["old"], change["new"])}
    names = dict(Dish.objects.filter(slug__in=slugs).values_list("slug", "name_en"))
    meals = plan.meals.in_bulk([change["meal"] for change in found.changes])
    rows = [(meals[c["meal"]], c) for c in found.changes if c["meal"] in meals]
    return [(_when(meal), names.get(c["old"], c["old"]), names.get(c["new"], c["new"])) for meal, c in rows]


def _when(meal: PlannedMeal) -> str:
    return f"{day_and_date(meal.date)}, {meal.meal}"


def _signed(paise: int) -> str:
    if not paise:
        return said_now("the same")
    money = format_money(abs(paise))
    return said_now("%(money)s more") % {"money": money} if paise > 0 else said_now("%(money)s less") % {"money": money}


def _week_url(plan_id: int) -> str:
    return reverse("admin:mealplans_weekplan_change", args=[plan_id])
