"""The Saturday run on one page: what stands in the way, then how far each home has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from bettermeals.lib import clock, sheets
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from bettermeals.lib.list_export import TYPES
from households.admin.inlines import with_actor
from mealplans import attempts, preflight, saturday
from mealplans.admin import tones
from mealplans.models import PlanStatus, Step, WeekPlan
from mealplans.preflight import Finding, Look
from whatsapp import rates_said
from whatsapp.nudges import nudge

MOST_SHOWN = 300
PAGES = {
    "household": "admin:households_household_change",
    "contact": "admin:whatsapp_contact_change",
    "resident": "admin:households_resident_change",
}
LISTS = {"templates": "admin:whatsapp_messagetemplate_changelist", "numbers": "admin:whatsapp_phonenumber_changelist"}
#: As `preflight.ASPECTS`, in words.
ASPECTS = {
    "reach": _("Reach"),
    "consent": _("Consent"),
    "template": _("Template"),
    "values": _("Values"),
    "plan": _("Plan"),
    "room": _("Number and limit"),
}
TONES = {"good": _("in order"), "warn": _("look at it"), "bad": _("in the way")}


class SaturdayPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = "mealplans.view_weekplan"
    template_name = "admin/mealplans/saturday.html"
    title = _("Saturday run")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, plans = preflight.look(clock.now()), _coming()
        counts = dict(plans.order_by("status").values_list("status").annotate(Count("pk")))
        draft = plans.filter(status=PlanStatus.DRAFT).aggregate(
            held=Count("pk", filter=Q(next_due_at=None)), moving=Count("pk", filter=~Q(next_due_at=None))
        )
        troubled = sorted(found.looks, key=lambda look: (look.goes and not look.findings, look.household.name))
        return super().get_context_data(
            **kwargs,
            found=found,
            looks=[_shown(look) for look in troubled[:MOST_SHOWN]],
            cost=rates_said.money(found.cost.amounts),
            without=rates_said.without(found.cost.without),
            plans=[(plan, attempts.result(plan)) for plan in plans[:MOST_SHOWN]],
            total=sum(counts.values()),
            parts=[(s.label, counts[s.value], tones.PLAN[s.value]) for s in PlanStatus if s.value in counts],
            **draft,
            may_act=self.request.user.has_perm("mealplans.change_weekplan"),
            reload_seconds=5 if PlanStatus.DRAFT in counts else 0,
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("mealplans.change_weekplan"):
            return HttpResponse("You may look at the run, not steer it.", status=403)
        now, by = clock.now(), with_actor(request)
        act, reason = request.POST.get("act"), request.POST.get("reason", "").strip()
        if act == "hold" and not reason:
            messages.error(request, gettext("Say why the run is held: colleagues see it on each home."))
        elif act == "hold":
            text = gettext("Held: %(count)s homes wait. What is proposed stays.")
            messages.success(request, text % {"count": saturday.hold(by, reason, now)})
        elif act == "go_on":
            messages.success(request, gettext("%(count)s homes go on.") % {"count": saturday.go_on(by, now)})
            nudge("mealplans.tick")
        elif act == "start":
            count = saturday.start_run(now, by)
            messages.success(request, gettext("%(count)s homes are being planned.") % {"count": count})
            nudge("mealplans.tick")
        else:
            messages.error(request, gettext("That cannot be done with a run."))
        return HttpResponseRedirect(request.path)


def export(request: HttpRequest, kind: str) -> HttpResponse:
    """How each home came out of the run, as csv or xlsx. Whoever may not see plans gets nothing."""
    if not request.user.has_perm("mealplans.view_weekplan"):
        return HttpResponse("You may not see week plans.", status=403)
    rows = [
        ["Household", "Week from", "State", "Next step", "Approved", "What the planner said"],
        *(_out(plan) for plan in _coming()),
    ]
    if kind not in TYPES:
        raise Http404("There is csv and xlsx.")
    name = {"Content-Disposition": f'attachment; filename="saturday-run.{kind}"'}
    body = sheets.csv_bytes(rows) if kind == "csv" else sheets.xlsx_bytes(rows, "Saturday run")
    return HttpResponse(body, content_type=TYPES[kind], headers=name)


def _out(plan: WeekPlan) -> list[str]:
    approved = plan.approved_at.isoformat(timespec="minutes") if plan.approved_at else ""
    state, step = PlanStatus(plan.status).label, Step(plan.next_step).label
    return [plan.household.name, f"{plan.week_start}", state, step, approved, attempts.result(plan)]


def _coming() -> QuerySet[WeekPlan]:
    """The plans of weeks that have not begun, and of this one from its Monday on until the next Saturday's run."""
    today = timezone.localtime(clock.now()).date()
    monday = today - timedelta(days=today.weekday())
    first = monday + timedelta(days=7) if today.weekday() >= 5 else monday
    rows = WeekPlan.objects.filter(week_start__gte=first).select_related("household").defer("pantry")
    return rows.order_by("status", "pk")


def _shown(look: Look) -> dict[str, Any]:
    return {
        "home": look.household,
        "planner": look.planner,
        "checks": [(ASPECTS[name], tone, TONES[tone]) for name, tone in look.standing] if look.decider else [],
        "findings": [(finding, _page(finding)) for finding in look.findings],
        "cost": rates_said.money(look.cost.amounts),
        "no_rate": [rates_said.no_rate(country) for country in look.cost.without],
    }


def _page(finding: Finding) -> str:
    if finding.where in LISTS:
        return reverse(LISTS[finding.where])
    return reverse(PAGES[finding.where], args=[finding.pk])
