"""The resident's plan page, behind a signed and expiring link. It works without JavaScript and without an account.

A GET only reads. Every change is a POST that makes the same one call as a button on WhatsApp does, and then shows the
page again with what is now true (303, so that a reload repeats nothing).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bettermeals.lib import clock
from households.models import Resident
from mealplans import answers, lifecycle, page_contents, page_options, plan_links
from mealplans.models import WeekPlan
from mealplans.outcomes import Actor, Outcome
from mealplans.wording import say

View = Callable[..., HttpResponse]
#: All that may stand there, best first; photos are loaded as they come into view.
MOST_OPTIONS = 500


class Visitor:
    """Whose link it is and which week it shows; fresh from the database on every request."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.now = clock.now()
        link = plan_links.read(token, self.now)
        rows = Resident.objects.filter(active=True, household__plans=link.plan_id)
        self.resident = rows.select_related("household").get(pk=link.resident_id)
        self.plan = WeekPlan.objects.select_related("household", "approved_by").get(pk=link.plan_id)

    @property
    def language(self) -> str:
        return self.resident.language

    @property
    def actor(self) -> Actor:
        return Actor(self.resident.name, "page", resident_id=self.resident.pk)

    @property
    def home(self) -> str:
        return reverse("plan-page", args=[self.token])


def with_link(view: View) -> View:
    """Turn the token into a Visitor; a link that does not work is explained, and tells nothing about plans.

    The address is the key to the week: no shared cache, search engine or other site may learn it.
    """

    @wraps(view)
    def inner(request: HttpRequest, token: str, **given: Any) -> HttpResponse:
        try:
            visitor = Visitor(token)
        except plan_links.ExpiredLink:
            return _private(_explain(request, "expired_title", 410))
        except (plan_links.BadLink, Resident.DoesNotExist):
            return _private(_explain(request, "bad_link_title", 404))
        with translation.override(visitor.language):
            return _private(view(request, visitor, **given))

    return never_cache(inner)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _explain(request: HttpRequest, title: str, status: int) -> HttpResponse:
    """We do not know who asks, so it is said in both languages."""
    texts = [(lang, say(title, lang, to="page"), say("bad_link", lang, to="page")) for lang in ("en", "hi")]
    return render(request, "mealplans/bad_link.html", {"texts": texts}, status=status)


@require_safe
@with_link
def week(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    return _show(request, visitor)


def _show(request: HttpRequest, visitor: Visitor, *, wrong: str = "", status: int = 200) -> HttpResponse:
    """The week, with what was just answered beside the meal that it is about; `wrong` says what to correct."""
    said = {
        message.extra_tags: page_contents.Said(message.message, message.level == flash.SUCCESS)
        for message in flash.get_messages(request)
    }
    if wrong:
        said[""] = page_contents.Said(wrong, False)
    page = page_contents.week_page(visitor.plan, visitor.resident, visitor.now, said)
    return render(request, "mealplans/plan_page.html", {"page": page, "token": visitor.token}, status=status)


@require_safe
@with_link
def pay(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The address in every payment message: whichever link is live now, else the week, which says where it stands.

    A link may be renewed after the message went out; the message must not lead to the dead one.
    """
    link = page_contents.live_link(visitor.plan)
    return HttpResponseRedirect(link.short_url if link else visitor.home)


@require_safe
@with_link
def options(request: HttpRequest, visitor: Visitor, meal_id: int) -> HttpResponse:
    """The dishes that everybody at that table may eat, each with the difference in price."""
    outcome, found = lifecycle.alternatives(visitor.plan.pk, meal_id, visitor.now, most=MOST_OPTIONS)
    if not outcome.done or outcome.meal is None:
        return _done(request, visitor, outcome)
    page = page_options.options_page(outcome.meal, found, visitor.plan, visitor.language)
    return render(request, "mealplans/plan_options.html", {"page": page, "token": visitor.token, "home": visitor.home})


@require_POST
@with_link
def approve(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    return _done(request, visitor, lifecycle.approve(visitor.plan.pk, visitor.actor, visitor.now))


@require_POST
@with_link
def swap(request: HttpRequest, visitor: Visitor, meal_id: int) -> HttpResponse:
    dish = request.POST.get("dish", "")
    return _done(request, visitor, lifecycle.swap(visitor.plan.pk, meal_id, dish, visitor.actor, visitor.now))


@require_POST
@with_link
def skip(request: HttpRequest, visitor: Visitor, meal_id: int) -> HttpResponse:
    return _done(request, visitor, lifecycle.skip(visitor.plan.pk, meal_id, visitor.actor, visitor.now))


@require_POST
@with_link
def restore(request: HttpRequest, visitor: Visitor, meal_id: int) -> HttpResponse:
    return _done(request, visitor, lifecycle.restore(visitor.plan.pk, meal_id, visitor.actor, visitor.now))


@require_POST
@with_link
def guests(request: HttpRequest, visitor: Visitor, meal_id: int) -> HttpResponse:
    number = request.POST.get("guests", "").strip()
    if not number.isdecimal() or len(number) > 3:  # a longer one is no mistake that a person makes
        return _show(request, visitor, wrong=say("guests_wrong", visitor.language, to="page"), status=400)
    outcome = lifecycle.set_guests(visitor.plan.pk, meal_id, int(number), visitor.actor, visitor.now)
    return _done(request, visitor, outcome)


@require_POST
@with_link
def at_home(request: HttpRequest, visitor: Visitor, slug: str) -> HttpResponse:
    """One line of the list ticked (have=1) or unticked; the answer stands at the list."""
    have = request.POST.get("have") == "1"
    outcome = lifecycle.set_at_home(visitor.plan.pk, slug, have, visitor.actor, visitor.now)
    level = flash.SUCCESS if outcome.done else flash.INFO
    flash.add_message(request, level, answers.words(outcome, visitor.language, visitor.now), extra_tags="bill")
    return HttpResponseRedirect(f"{visitor.home}#groceries", status=303)


def _done(request: HttpRequest, visitor: Visitor, outcome: Outcome) -> HttpResponse:
    """Back to the week, at the meal that was meant, where the answer stands."""
    words = answers.words(outcome, visitor.language, visitor.now)
    meal = str(outcome.meal.pk) if outcome.meal else ""
    flash.add_message(request, flash.SUCCESS if outcome.done else flash.INFO, words, extra_tags=meal)
    return HttpResponseRedirect(visitor.home + (f"#meal-{meal}" if meal else ""), status=303)
