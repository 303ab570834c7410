"""A resident ticks what is at home already: it is not bought, and the bill follows at once."""

from __future__ import annotations

from datetime import datetime

from mealplans import planning, shopping
from mealplans.changing import record
from mealplans.models import AtHome, Ingredient, PlanStatus
from mealplans.outcomes import Actor, Outcome
from mealplans.weeks import Week, open_week

#: From the order on the list is bought; what is too much then is a matter for a person.
BEFORE_THE_ORDER = (PlanStatus.PROPOSED, PlanStatus.APPROVED, PlanStatus.AWAITING_PAYMENT)


def set_at_home(plan_id: int, ingredient_slug: str, at_home: bool, actor: Actor, now: datetime) -> Outcome:
    """Tick or untick one ingredient: a state to reach, not to toggle, so that a second tap changes nothing.

    Codes: at_home or not_at_home (facts: ingredient, delta_paise), list_bought, not_on_list, plan_over.
    """
    with open_week(plan_id, now) as week:
        if week.plan.status == PlanStatus.CONFIRMED:
            return Outcome(False, "list_bought", week.plan)
        if week.plan.status not in BEFORE_THE_ORDER:
            return Outcome(False, "plan_over", week.plan)
        ingredient = week.larder.ingredients.get(ingredient_slug)
        if ingredient is None or ingredient.staple:
            return Outcome(False, "not_on_list", week.plan)
        delta = _write(week, ingredient, at_home, actor)
        code = "at_home" if at_home else "not_at_home"
        return Outcome(True, code, week.plan, None, {"ingredient": ingredient, "delta_paise": delta})


def _write(week: Week, ingredient: Ingredient, at_home: bool, actor: Actor) -> int:
    """The difference in paise; 0 when it stood so already."""
    plan, before = week.plan, week.total()
    if at_home:
        given = {"ticked_by": actor.name, "at": week.now}
        _, changed = AtHome.objects.get_or_create(plan=plan, ingredient=ingredient, defaults=given)
    else:
        changed = bool(AtHome.objects.filter(plan=plan, ingredient=ingredient).delete()[0])
    if not changed:
        return 0
    delta = week.total() - before
    words = "is at home" if at_home else "is to be bought after all"
    record(plan, "groceries_ticked", f"{ingredient.name_en} {words}.", actor, week.now, delta_paise=delta)
    if plan.status in planning.AGREED:
        shopping.reprice(plan, week.meals, week.larder, week.now)
    return delta
