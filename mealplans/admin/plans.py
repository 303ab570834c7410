"""A week plan: the list with its next step, the week as a board, and every act of staff with its reason."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from bettermeals.lib import clock
from bettermeals.lib.admin import ReadOnlyAdmin, display
from mealplans import card_files
from mealplans.admin import board, hurdle_pages, tones, unblock_page
from mealplans.admin.filters import WeekFilter
from mealplans.admin.meal import MealPage
from mealplans.admin.plan_acts import PlanActs
from mealplans.admin.replan_page import LOOK_AGAIN_SECONDS, ReplanPage
from mealplans.admin.saturday_page import SaturdayPage, export
from mealplans.models import PlanStatus, WeekPlan


@admin.register(WeekPlan)
class WeekPlanAdmin(PlanActs, ReadOnlyAdmin):
    when_empty = (
        "Weeks are proposed by themselves at each home's own hour; the Saturday run's page starts them by hand."
    )
    list_display = ["household", "week", "state", "next_step", "next_due_at", "approved_at", "confirmed_at", "problem"]
    list_display_links = ["household", "week"]
    list_filter = ["status", WeekFilter, "next_step"]
    list_select_related = ["household"]
    search_fields = ["household__name", "household__residents__name"]
    list_per_page = 50
    fields = ["household", "week", "status", "next_step", "next_due_at", "decide_by", "pay_by", "approved"]
    readonly_fields = fields
    change_form_outer_before_template = "admin/mealplans/board.html"
    actions_list = ["start_the_saturday_run"]
    actions_detail = ["approve", "confirm", "plan_again", "price_again", "plan_page", "cancel"]

    @display(description="Week", ordering="week_start")
    def week(self, plan: WeekPlan) -> str:
        return f"{plan.week_start:%d %b} – {plan.week_end:%d %b %Y}"

    @display(description="State", label=tones.PLAN, ordering="status")
    def state(self, plan: WeekPlan) -> tuple[str, str]:
        return plan.status, plan.get_status_display()

    @display(description="Approved")
    def approved(self, plan: WeekPlan) -> str:
        if plan.approved_at is None:
            return "not yet"
        who = plan.approved_by.name if plan.approved_by else "policy or staff"
        return f"{plan.approved_at.astimezone():%a %d %b %H:%M} by {who} ({plan.approved_how})"

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        page = self.admin_site.admin_view(MealPage.as_view(model_admin=self))
        run = self.admin_site.admin_view(SaturdayPage.as_view(model_admin=self))
        card = self.admin_site.admin_view(self._card)
        again = self.admin_site.admin_view(ReplanPage.as_view(model_admin=self))
        return [
            path("<int:object_id>/meal/<int:meal_id>/", page, name="mealplans_weekplan_meal"),
            path("<int:object_id>/card/<int:cook_id>.pdf", card, name="mealplans_weekplan_card"),
            path("<int:object_id>/replan/", again, name="mealplans_weekplan_replan"),
            path("<int:object_id>/unblock/", wrap(unblock_page.change), name="mealplans_weekplan_unblock"),
            path("home/<int:household_id>/start/", wrap(unblock_page.start), name="mealplans_weekplan_start"),
            path("saturday/", run, name="mealplans_weekplan_saturday"),
            path("saturday.<slug:kind>", self.admin_site.admin_view(export), name="mealplans_weekplan_saturday_export"),
            *super().get_urls(),
        ]

    def _card(self, request: HttpRequest, object_id: int, cook_id: int) -> HttpResponse:
        """What the cook was sent with the confirmed week, as it stands now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return card_files.response(object_id, cook_id)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        plan = self.get_object(request, object_id)
        if plan is None:
            return super().change_view(request, object_id, form_url, extra_context)
        week = board.contents(plan, clock.now(), may_change=self.has_act_permission(request))
        week["blocked"] = hurdle_pages.contents(request, plan)
        response = super().change_view(request, object_id, form_url, {**(extra_context or {}), "week": week})
        if plan.status == PlanStatus.DRAFT and plan.next_due_at is not None:
            response["Refresh"] = str(LOOK_AGAIN_SECONDS)
        return response
