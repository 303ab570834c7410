"""A cook's week card as a file. Made when it is asked for: no transaction waits while a page is set."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from households.models import Cook
from mealplans import card_links, planning, week_card
from mealplans.models import WeekPlan
from mealplans.printing.week_card import as_pdf
from mealplans.slots import Home


@require_safe
def by_link(http: HttpRequest, token: str) -> HttpResponse:
    """GET /card/<token>.pdf, as the cook was sent it. 404 for what is not ours, old, or has nothing to cook."""
    try:
        plan_id, cook_id = card_links.read(token)
    except card_links.BadLink as problem:
        raise Http404("There is no such card.") from problem
    return response(plan_id, cook_id)


def response(plan_id: int, cook_id: int) -> HttpResponse:
    """The card as it stands now. Raises Http404 when there is no such plan or nothing of it is this cook's."""
    plan = WeekPlan.objects.select_related("household").filter(pk=plan_id).first()
    cook = Cook.objects.filter(pk=cook_id).first()
    if plan is None or cook is None:
        raise Http404("There is no such card.")
    found = week_card.card(plan, Home(plan.household, plan.week_start), planning.meals_of(plan), cook)
    if not found.days:
        raise Http404("Nothing of this week is to be cooked by this cook.")
    answer = HttpResponse(as_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{card_links.file_name(plan)}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
