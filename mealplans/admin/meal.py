"""One meal as staff change it: another dish, off, on again, guests. The phone's use cases, the same hard rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from bettermeals.lib import clock
from bettermeals.lib.admin import UnfoldModelAdminViewMixin
from bettermeals.lib.formats import day_and_date
from households.admin.inlines import with_actor
from mealplans import lifecycle, on_behalf, timetable
from mealplans.answers import words
from mealplans.headcounts import MOST_GUESTS
from mealplans.models import PlannedMeal
from mealplans.outcomes import Actor, Outcome
from mealplans.page_options import options_page
from mealplans.refusing import not_there

#: The whole list: staff search it with the browser, a phone's list message holds ten.
MOST = 500
TASTE = ("left_over", "ran_short")
ACTS = ("swap", "skip", "restore", "guests", *TASTE)
NOTED = {True: _("Noted: the planner learns from it."), False: _("That was noted before.")}


class ChangeForm(forms.Form):
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    reason = forms.CharField(max_length=200, error_messages={"required": "Say why: the timeline keeps it."})
    dish = forms.SlugField(required=False)
    guests = forms.IntegerField(required=False, min_value=0, max_value=MOST_GUESTS)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        needed = {"swap": "dish", "guests": "guests"}.get(said.get("act", ""))
        if needed and needed not in self.errors and said.get(needed) in (None, ""):
            self.add_error(needed, f"Choose the {needed} first.")
        return said


class MealPage(UnfoldModelAdminViewMixin, TemplateView):
    permission_required = "mealplans.change_weekplan"
    template_name = "admin/mealplans/meal.html"
    title = _("Change a meal")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meal = self._meal()
        outcome, found = lifecycle.alternatives(meal.plan_id, meal.pk, clock.now(), most=MOST)
        return super().get_context_data(
            **kwargs,
            meal=meal,
            when=f"{day_and_date(meal.date)}, {meal.meal}",
            refused="" if outcome.done else words(outcome, "en", clock.now()),
            options=options_page(meal, found, meal.plan, "en").options,
            week_url=_week_url(meal.plan_id),
            most_guests=MOST_GUESTS,
            eaten=meal.date <= timetable.local_day(meal.plan.household, clock.now()),
            why_not=not_there(meal, clock.now()) if outcome.done else (),
        )

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        meal, form = self._meal(), ChangeForm(request.POST)
        if not form.is_valid():
            for problems in form.errors.values():
                messages.error(request, " ".join(str(problem) for problem in problems))
            return HttpResponseRedirect(request.path)
        if form.cleaned_data["act"] in TASTE:
            return self._note(request, meal, form.cleaned_data)
        outcome = on_behalf.change_meal(
            _act(meal, form.cleaned_data), meal.plan_id, with_actor(request), form.cleaned_data["reason"], clock.now()
        )
        tell = messages.success if outcome.done else messages.error
        tell(request, words(outcome, "en", clock.now()))
        return HttpResponseRedirect(_week_url(meal.plan_id) if outcome.done else request.path)

    def _note(self, request: HttpRequest, meal: PlannedMeal, said: dict[str, Any]) -> HttpResponse:
        outcome = on_behalf.note_taste(meal, said["act"], with_actor(request), said["reason"], clock.now())
        (messages.success if outcome.done else messages.error)(request, NOTED[outcome.done])
        return HttpResponseRedirect(request.path)

    def _meal(self) -> PlannedMeal:
        rows = PlannedMeal.objects.select_related("plan__household", "dish")
        meal = rows.filter(pk=self.kwargs["meal_id"], plan=self.kwargs["object_id"]).first()
        if meal is None:
            raise Http404("There is no such meal in this week.")
        return meal


def _act(meal: PlannedMeal, said: dict[str, Any]) -> Callable[[Actor], Outcome]:
    plan, now = meal.plan_id, clock.now()
    acts: dict[str, Callable[[Actor], Outcome]] = {
        "swap": lambda actor: lifecycle.swap(plan, meal.pk, said["dish"], actor, now),
        "skip": partial(lifecycle.skip, plan, meal.pk, now=now),
        "restore": partial(lifecycle.restore, plan, meal.pk, now=now),
        "guests": lambda actor: lifecycle.set_guests(plan, meal.pk, said["guests"], actor, now),
    }
    return acts[said["act"]]


def _week_url(plan_id: int) -> str:
    return reverse("admin:mealplans_weekplan_change", args=[plan_id])
