"""Where a rule that stands in a week's way is changed: its page in the back office."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from households.models import Cook, Engagement
from mealplans import unblocking
from mealplans.models import Ingredient, WeekPlan
from mealplans.planner.outcome import Rule
from mealplans.slots import resident_of

Page = tuple[str, str]  # its name, its address
PEOPLE = (Rule.DIET, Rule.JAIN)
QUOTAS = (Rule.QUOTA_MIN, Rule.QUOTA_MAX)
#: What a home, its kitchen and its days are; all of it stands on the household's page.
OF_THE_HOME = (
    *(Rule.BUDGET, Rule.MINUTES, Rule.VEG_DAY, Rule.FASTING, Rule.NO_COOK, Rule.EQUIPMENT, Rule.STALE),
    *(Rule.ALLERGEN, Rule.NEVER, *PEOPLE),
)
OF_THE_CATALOGUE = (Rule.MEAL, Rule.COOLDOWN, Rule.FAMILY_COOLDOWN)


def contents(request: HttpRequest, plan: WeekPlan) -> dict[str, Any]:
    """For `no_plan.html`: each rule with its page, and the changes that can be made by a press."""
    solver, user = plan.solver, request.user
    may = user.has_perm("mealplans.change_weekplan") and user.has_perm("households.change_household")
    steps = unblocking.steps(plan) if may else []
    together = solver.get("together") or []
    return {
        "rows": [{**row, "page": page_of(row, plan)} for row in together or solver.get("hurdles", [])],
        "together": bool(together),
        "alone": sum(bool(row.get("enough")) for row in solver.get("hurdles", [])),
        "more": solver.get("more") and not together,
        "steps": steps,
        "budget": next((step for step in steps if step.rule == Rule.BUDGET), None),
        "url": reverse("admin:mealplans_weekplan_unblock", args=[plan.pk]),
    }


def page_of(row: dict[str, Any], plan: WeekPlan) -> Page | None:
    rule, subject = row.get("rule", ""), row.get("subject", "")
    if rule in PEOPLE and subject:
        return _("Open the person"), reverse("admin:households_resident_change", args=[resident_of(subject)])
    if rule in OF_THE_HOME:
        return _("Open the home"), reverse("admin:households_household_change", args=[plan.household_id])
    if rule in QUOTAS:
        return _("Open the quotas"), reverse("admin:mealplans_weeklyquota_changelist") + f"?tag__exact={subject}"
    if rule == Rule.UNPRICED:
        return _ingredient(subject)
    if rule == Rule.SKILL:
        return _cook(plan)
    return (_("Open the dishes"), reverse("admin:mealplans_dish_changelist")) if rule in OF_THE_CATALOGUE else None


def _ingredient(slug: str) -> Page | None:
    pk = Ingredient.objects.filter(slug=slug).values_list("pk", flat=True).first()
    return (_("Open the ingredient"), reverse("admin:mealplans_ingredient_change", args=[pk])) if pk else None


def _cook(plan: WeekPlan) -> Page:
    """Two cooks of one home: the household's page leads to both."""
    cooks = Cook.objects.filter(engagements__in=Engagement.objects.filter(household=plan.household_id, active=True))
    found = list(cooks.distinct()[:2])
    if len(found) == 1:
        return _("Open the cook"), reverse("admin:households_cook_change", args=[found[0].pk])
    return _("Open the home"), reverse("admin:households_household_change", args=[plan.household_id])
