"""What the week's page in the back office shows, in a constant number of queries."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bettermeals.lib.formats import day_and_date
from bettermeals.lib.money import format_money
from households.billing.models import Charge
from households.models import Cook, TimelineEvent
from mealplans import shopping
from mealplans.admin import proof
from mealplans.locking import subject
from mealplans.models import OPEN_TO_CHANGE, CookInstruction, MealStatus, PlannedMeal, WeekPlan
from mealplans.page_bill import amount_text
from mealplans.served import as_served
from mealplans.wording import say, servings_text

ORDER = ("breakfast", "lunch", "dinner")


def contents(plan: WeekPlan, now: datetime, *, may_change: bool) -> dict[str, Any]:
    """For `board.html`. Meals lead to their page while the week is open to change and the reader may act."""
    happened = TimelineEvent.objects.filter(household=plan.household, week_start=plan.week_start)
    return {
        **compact(plan, now, may_change=may_change),
        "proof": proof.contents(plan),
        "groceries": _groceries(plan),
        "charge": Charge.objects.filter(subject=subject(plan.pk)).order_by("-pk").first(),
        "charge_amount": format_money(shopping.charged_paise(plan)),
        "cards": _cards(plan),
        "replan_url": _replan_url(plan) if may_change and plan.status in OPEN_TO_CHANGE else "",
        "instructions": CookInstruction.objects.filter(plan=plan).select_related("engagement__cook"),
        "timeline": happened.order_by("at", "pk"),
    }


def _replan_url(plan: WeekPlan) -> str:
    return reverse("admin:mealplans_weekplan_replan", args=[plan.pk])


def _cards(plan: WeekPlan) -> list[tuple[str, str]]:
    """The week card of each cook of the home, to look at or to print: (cook, address)."""
    cooks = Cook.objects.filter(engagements__household=plan.household, engagements__active=True).distinct()
    return [(cook.name, reverse("admin:mealplans_weekplan_card", args=[plan.pk, cook.pk])) for cook in cooks]


def compact(plan: WeekPlan, now: datetime, *, may_change: bool) -> dict[str, Any]:
    """Only the meals: for the household's page."""
    meals = as_served(plan.meals.select_related("dish"))
    days = sorted({meal.date for meal in meals})
    kinds = [kind for kind in ORDER if any(meal.meal == kind for meal in meals)]
    may_open = may_change and plan.status in OPEN_TO_CHANGE
    cells = {(meal.date, meal.meal): _cell(meal, may_open) for meal in meals}
    today = now.astimezone(ZoneInfo(plan.household.timezone)).date()
    return {
        "plan": plan,
        "days": [(day_and_date(day, reads()), day == today) for day in days],
        "rows": [(kind, [cells.get((day, kind)) for day in days]) for kind in kinds],
    }


def _cell(meal: PlannedMeal, may_open: bool) -> dict[str, Any]:
    return {
        "dish": meal.dish.name(reads()),
        "url": _meal_url(meal) if may_open else reverse("admin:mealplans_dish_change", args=[meal.dish_id]),
        "off": meal.status in (MealStatus.SKIPPED, MealStatus.CANCELLED),
        "people": _people(meal),
        "status": "" if meal.status == "planned" else meal.get_status_display(),
        "why": _why(meal),
    }


def reads() -> str:
    """The language of whoever looks."""
    return "hi" if (get_language() or "").startswith("hi") else "en"


def _people(meal: PlannedMeal) -> str:
    people = _("for %(count)s") % {"count": servings_text(meal.servings)}
    guests = ngettext("%(count)s guest", "%(count)s guests", meal.guests) % {"count": meal.guests}
    return f"{people}, {guests}" if meal.guests else people


def _meal_url(meal: PlannedMeal) -> str:
    return reverse("admin:mealplans_weekplan_meal", args=[meal.plan_id, meal.pk])


def _why(meal: PlannedMeal) -> list[str]:
    """Each reason once: two packs that are used up are one reason to a reader."""
    words = (say(f"because_{why['code']}", reads(), to="page", value=why.get("value")) for why in meal.reason)
    return list(dict.fromkeys(words))[:3]


def _groceries(plan: WeekPlan) -> list[tuple[str, list[dict[str, str]]]]:
    return [
        (aisle.replace("_", " "), [_line(line) for line in lines])
        for aisle, lines in shopping.lines_by_aisle(plan).items()
    ]


def _line(line: Any) -> dict[str, str]:
    unit = line.ingredient.base_unit
    meals = groupby(line.provenance, key=lambda origin: origin["dish"])
    return {
        "name": line.ingredient.name(reads()),
        "need": amount_text(line.need, unit, reads()),
        "home": amount_text(line.from_pantry, unit, reads()) if line.from_pantry else "",
        "packs": " + ".join(f"{pack['count']} × {pack['size']}" for pack in line.packs),
        "price": format_money(line.price_paise),
        "for": ", ".join(dish for dish, _rows in meals),
    }
