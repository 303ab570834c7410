"""What staff may do with a week: each act asks in a dialog, POST only, and calls the use case that the phone calls."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from bettermeals.lib import clock
from bettermeals.lib.admin import BaseDialogForm, UnfoldBooleanWidget, action
from bettermeals.lib.money import format_money
from households.admin.dialogs import ActsByPermission, ReasonForm, dialog, finish, known
from households.admin.inlines import with_actor
from mealplans import lifecycle, on_behalf, saturday
from mealplans.models import WeekPlan
from mealplans.outcomes import Outcome
from whatsapp.nudges import nudge

TICK = "mealplans.tick"
LATE = "Somebody else was first: "


class StartRunForm(BaseDialogForm):
    """Says how many would be planned before anybody presses the button."""

    form_before_template = "admin/mealplans/start_run.html"
    also_called_off = forms.BooleanField(
        required=False, label="Also those whose coming week was cancelled", widget=UnfoldBooleanWidget
    )

    def get_before_template_context(self, request: HttpRequest, object_id: Any = None) -> dict[str, Any]:
        found = saturday.waiting(clock.now())
        return {"new": found.new, "called_off": found.called_off}


class PlanActs(ActsByPermission):
    """The actions of the week plan's admin page and list."""

    @action(
        description="Start the Saturday run",
        permissions=["act"],
        icon="rocket_launch",
        dialog=dialog(
            "Start the Saturday run",
            "The workers plan each week; the one who decides is asked as soon as a plan is ready. Watch the list.",
            StartRunForm,
            "Start the run",
        ),
    )
    def start_the_saturday_run(self, request: HttpRequest, form: StartRunForm) -> HttpResponse:
        also = form.cleaned_data["also_called_off"]
        count = saturday.start_run(clock.now(), with_actor(request), also_called_off=also)
        if not count:
            return _finish(request, self, None, "Every active household has its plan for the coming week already.")
        nudge(TICK)
        homes = "household is" if count == 1 else "households are"
        text = f"{count} {homes} being planned; each is proposed to as soon as its plan is ready."
        return _finish(request, self, None, text)

    @action(
        description="Approve",
        permissions=["act"],
        icon="check_circle",
        dialog=dialog("Approve for the household", "Who agreed, and how? They are charged now.", ReasonForm, "Approve"),
    )
    def approve(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        pk, reason = known(WeekPlan, object_id), form.cleaned_data["reason"]
        return _answer(request, self, on_behalf.approve(pk, with_actor(request), reason, clock.now()))

    @action(
        description="Confirm unpaid",
        permissions=["act"],
        icon="task_alt",
        dialog=dialog(
            "Confirm without payment",
            "The cook is told and the groceries are ordered although nothing was paid; what is owed stays owed. Why?",
            ReasonForm,
            "Confirm",
        ),
    )
    def confirm(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        pk, reason = known(WeekPlan, object_id), form.cleaned_data["reason"]
        won = on_behalf.confirm_unpaid(pk, with_actor(request), reason, clock.now())
        return _said(request, self, pk, won, "Confirmed: the cook is told and the groceries are ordered.")

    @action(
        description="Plan again",
        permissions=["act"],
        icon="refresh",
        dialog=dialog("Plan again", "What did you change so that a plan is possible?", ReasonForm, "Plan again"),
    )
    def plan_again(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        pk, reason = known(WeekPlan, object_id), form.cleaned_data["reason"]
        won = on_behalf.plan_again(pk, with_actor(request), reason, clock.now())
        if won:
            nudge(TICK)
        return _said(request, self, pk, won, "It is being planned again.", "only a failed week is planned again")

    @action(
        description="Price again",
        permissions=["act"],
        icon="sell",
        dialog=dialog("Price the groceries again", "What did you correct in the catalogue?", ReasonForm, "Price again"),
    )
    def price_again(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        pk, reason = known(WeekPlan, object_id), form.cleaned_data["reason"]
        return _answer(request, self, on_behalf.buy_again(pk, with_actor(request), reason, clock.now()))

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
    def cancel(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        pk, reason = known(WeekPlan, object_id), form.cleaned_data["reason"]
        won = lifecycle.cancel(pk, on_behalf.staff(with_actor(request)), reason, clock.now())
        return _said(request, self, pk, won, "Cancelled.")

    @action(
        description="Plan page",
        permissions=["act"],
        icon="smartphone",
        dialog=dialog(
            "Open the plan page",
            "As the one who decides sees it, and with their rights. That you opened it is written on the timeline.",
            BaseDialogForm,
            "Show me the link",
        ),
    )
    def plan_page(self, request: HttpRequest, form: BaseDialogForm, object_id: str) -> HttpResponse:
        pk = known(WeekPlan, object_id)
        path = on_behalf.plan_page(pk, with_actor(request), clock.now())
        if path is None:
            return _finish(request, self, pk, "Nobody decides in this household: choose a resident first.", ok=False)
        link = format_html(
            'The plan page: <a href="{}" target="_blank" rel="noopener noreferrer" class="underline">open it</a>', path
        )
        return _finish(request, self, pk, link)


def _finish(request: HttpRequest, admin: Any, pk: int | None, text: str, *, ok: bool = True) -> HttpResponse:
    return finish(request, admin, pk, text, ok=ok)


def _said(
    request: HttpRequest, admin: Any, pk: int, won: bool, yes: str, no: str = "this is not possible any more"
) -> HttpResponse:
    """The loser of a race is told where the week stands now."""
    if won:
        return _finish(request, admin, pk, yes)
    now = WeekPlan.objects.get(pk=pk).get_status_display().lower()
    return _finish(request, admin, pk, f"{LATE}{no} (the week is now “{now}”).", ok=False)


def _answer(request: HttpRequest, admin: Any, outcome: Outcome) -> HttpResponse:
    plan = outcome.plan
    return _finish(request, admin, plan.pk if plan else None, sentence(outcome), ok=outcome.done)


def sentence(outcome: Outcome) -> str:
    """What came of approving or pricing, said to staff."""
    if outcome.code == "approved" and outcome.plan:
        amount = format_money(outcome.facts["amount_paise"], outcome.plan.household.currency)
        return f"Approved. {amount} is to be paid; the payment message goes out as soon as its link is there."
    if outcome.code == "already_approved":
        return f"{LATE}approved already, by {outcome.facts['by']}."
    return SENTENCES[outcome.code]


SENTENCES = {
    "approved_free": "Approved. There is nothing to pay; the week goes on by itself.",
    "approved_unpriced": "Approved, but the groceries cannot be priced: the ops queue names what has no price.",
    "needs_change": "Not approved: a rule of the home changed since it was planned. The ops queue says which.",
    "plan_over": "This week is over, cancelled or not planned yet: there is nothing to approve.",
}
