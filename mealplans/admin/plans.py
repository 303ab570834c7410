"""A week plan: the list with its next step, the week as a board, and every act of staff with its reason."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from bettermeals.lib import clock
from bettermeals.lib.admin import BaseDialogForm, ReadOnlyAdmin, action, display
from households import queries
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish
from households.admin.inlines import with_actor
from mealplans import lifecycle, plan_links, saturday
from mealplans.admin import board
from mealplans.answers import words
from mealplans.models import WeekPlan
from mealplans.outcomes import Actor, Outcome
from mealplans.tasks import tick

TONES = {
    "draft": "info",
    "failed": "danger",
    "proposed": "warning",
    "approved": "info",
    "awaiting_payment": "warning",
    "confirmed": "success",
    "completed": "success",
    "cancelled": "primary",
}


@admin.register(WeekPlan)
class WeekPlanAdmin(ActsByPermission, ReadOnlyAdmin):
    list_display = ["household", "week", "state", "next_step", "next_due_at", "approved_at", "confirmed_at", "problem"]
    list_display_links = ["household", "week"]
    list_filter = ["status", "week_start", "next_step"]
    list_select_related = ["household"]
    search_fields = ["household__name", "household__residents__name"]
    list_per_page = 50
    fields = ["board", "household", "week", "state", "next_step", "next_due_at", "decide_by", "pay_by", "approved"]
    readonly_fields = fields
    actions_list = ["start_the_saturday_run"]
    actions_detail = ["approve", "confirm", "plan_again", "price_again", "cancel"]

    @display(description="Week", ordering="week_start")
    def week(self, plan: WeekPlan) -> str:
        return f"{plan.week_start:%d %b} – {plan.week_end:%d %b %Y}"

    @display(description="State", label=TONES, ordering="status")
    def state(self, plan: WeekPlan) -> tuple[str, str]:
        return plan.status, plan.get_status_display()

    @display(description="Approved")
    def approved(self, plan: WeekPlan) -> str:
        if plan.approved_at is None:
            return "not yet"
        who = plan.approved_by.name if plan.approved_by else "policy or staff"
        return f"{plan.approved_at.astimezone():%a %d %b %H:%M} by {who} ({plan.approved_how})"

    @display(description="The week")
    def board(self, plan: WeekPlan) -> SafeString:
        return render_to_string("admin/mealplans/board.html", board.contents(plan, self._page_address(plan)))

    def _page_address(self, plan: WeekPlan) -> str:
        decider = queries.deciding_resident(plan.household)
        if decider is None:
            return ""
        return settings.PUBLIC_BASE_URL + reverse("plan-page", args=[plan_links.token(plan, decider)])

    @action(
        description="Start the Saturday run",
        permissions=["act"],
        icon="rocket_launch",
        dialog=dialog(
            "Start the Saturday run",
            "Every active household without a plan for its coming week is planned and proposed to now.",
            BaseDialogForm,
            "Start the run",
        ),
    )
    def start_the_saturday_run(self, request: HttpRequest, form: BaseDialogForm) -> HttpResponse:
        count = saturday.start_run(clock.now())
        if count:
            tick.delay()
            text = f"{count} households are being planned; each is proposed to as soon as its plan is ready."
        else:
            text = "Every active household has its plan for the coming week already."
        return finish(request, self, None, text)

    @action(
        description="Approve",
        permissions=["act"],
        icon="check_circle",
        dialog=dialog("Approve for the household", "Who agreed, and how? They are charged now.", ReasonForm, "Approve"),
    )
    def approve(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        return self._tell(request, object_id, lifecycle.approve(object_id, _actor(request, form), clock.now()))

    @action(
        description="Confirm unpaid",
        permissions=["act"],
        icon="task_alt",
        dialog=dialog(
            "Confirm without payment",
            "The cook is told and the groceries are ordered although nothing was paid. Why?",
            ReasonForm,
            "Confirm",
        ),
    )
    def confirm(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = lifecycle.confirm(object_id, _actor(request, form), clock.now())
        return self._said(request, object_id, won, "Confirmed.", "It was confirmed already, or is past that.")

    @action(
        description="Plan again",
        permissions=["act"],
        icon="refresh",
        dialog=dialog("Plan again", "What did you change so that a plan is possible?", ReasonForm, "Plan again"),
    )
    def plan_again(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = lifecycle.try_again(object_id, clock.now())
        if won:
            tick.delay()
        return self._said(request, object_id, won, "It is being planned again.", "Only a failed plan is planned again.")

    @action(
        description="Price again",
        permissions=["act"],
        icon="sell",
        dialog=dialog("Price the groceries again", "What did you correct in the catalogue?", ReasonForm, "Price"),
    )
    def price_again(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        return self._tell(request, object_id, lifecycle.buy_again(object_id, _actor(request, form), clock.now()))

    @action(
        description="Cancel",
        permissions=["act"],
        icon="cancel",
        dialog=dialog(
            "Cancel the week",
            "Everybody who was told is told; what was paid becomes a credit.",
            ReasonForm,
            "Cancel it",
        ),
    )
    def cancel(self, request: HttpRequest, form: ReasonForm, object_id: int) -> HttpResponse:
        won = lifecycle.cancel(object_id, _actor(request, form), form.cleaned_data["reason"], clock.now())
        return self._said(request, object_id, won, "Cancelled.", "It was over already.")

    def _tell(self, request: HttpRequest, object_id: int, outcome: Outcome) -> HttpResponse:
        return finish(request, self, object_id, words(outcome, "en", clock.now()), ok=outcome.done)

    def _said(self, request: HttpRequest, object_id: int, won: bool, yes: str, no: str) -> HttpResponse:
        return finish(request, self, object_id, yes if won else no, ok=won)


def _actor(request: HttpRequest, form: ReasonForm) -> Actor:
    return Actor(f"{with_actor(request)}: {form.cleaned_data['reason']}"[:120], "staff")
