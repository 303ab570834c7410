"""The week and the taste of a home, on top of the household's page."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from households.admin.panels import Panel, register
from households.models import Household
from mealplans import planning, saturday
from mealplans.admin import board, hurdle_pages
from mealplans.answers import current_plan
from mealplans.models import Dish, WeekPlan
from mealplans.planner.problem import NEUTRAL_PREFERENCE

#: As many of the best and of the worst; a longer list tells staff nothing more.
MOST = 5


@register
def week(request: HttpRequest, home: Household, now: datetime) -> Panel | None:
    if not request.user.has_perm("mealplans.view_weekplan"):
        return None
    plan = current_plan(home, now) or WeekPlan.objects.filter(household=home).order_by("-week_start").first()
    may_change = request.user.has_perm("mealplans.change_weekplan")
    shown: dict[str, Any] = {}
    if may_change and saturday.lacks_its_week(home, now):
        shown["start_url"] = reverse("admin:mealplans_weekplan_start", args=[home.pk])
    if plan is not None:
        shown |= board.compact(plan, now, may_change=may_change)
        shown["blocked"] = hurdle_pages.contents(request, plan)
    return Panel("The week", "admin/mealplans/home_week.html", shown, wide=True)


@register
def taste(request: HttpRequest, home: Household, now: datetime) -> Panel | None:
    if not request.user.has_perm("mealplans.view_tastesignal"):
        return None
    scores = planning.liked(home, now)
    ranked = sorted(scores, key=lambda slug: (-scores[slug], slug))
    names = dict(Dish.objects.filter(slug__in=ranked).values_list("slug", "name_en"))
    known = [(names[slug], scores[slug]) for slug in ranked if slug in names]
    liked = [row for row in known if row[1] > NEUTRAL_PREFERENCE][:MOST]
    disliked = [row for row in reversed(known) if row[1] < NEUTRAL_PREFERENCE][:MOST]
    return Panel("Taste", "admin/mealplans/home_taste.html", {"liked": liked, "disliked": disliked})
