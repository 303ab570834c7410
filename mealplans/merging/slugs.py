"""References that are no foreign key: slugs in people's rules, in a week's stock, in a dish's main ingredient."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from households import food_rules
from households.models import Cook, Resident
from mealplans.merging.ledger import Ledger
from mealplans.models import Dish, Ingredient, PlannedMeal, PlanStatus, WeekPlan

#: (model, field) where a slug of the catalogue stands and a merge follows.
HOLDERS = {
    ("households.Cook", "cannot_make"),
    ("households.Resident", "never"),
    ("households.Resident", "dislikes"),
    ("mealplans.WeekPlan", "pantry"),
    ("mealplans.PlannedMeal", "instead"),
    ("mealplans.Dish", "main_ingredient"),
}
OVER = (PlanStatus.COMPLETED, PlanStatus.CANCELLED)


def follow(ledger: Ledger, kept: Ingredient, gone: Ingredient, by: str, now: datetime) -> None:
    for resident in naming([gone.slug]):
        rename_in_rules(ledger, resident, kept.slug, gone.slug, by, now)
    for dish in Dish.objects.filter(main_ingredient=gone.slug).order_by("pk"):
        ledger.change(dish, main_ingredient=kept.slug)
    for plan in WeekPlan.objects.exclude(status__in=OVER).filter(pantry__has_key=gone.slug).order_by("pk"):
        ledger.change(plan, pantry=_stock(plan.pantry, kept.slug, gone.slug))
    for meal in PlannedMeal.objects.exclude(plan__status__in=OVER).exclude(instead={}).order_by("pk"):
        ledger.change(meal, instead=_instead(meal.instead, kept.slug, gone.slug))


def follow_dish(ledger: Ledger, kept: Dish, gone: Dish) -> None:
    """A cook who cannot make the one that goes is not sent the one that stays."""
    for cook in Cook.objects.exclude(cannot_make=[]).order_by("pk"):
        if gone.slug in cook.cannot_make:
            ledger.change(
                cook, cannot_make=sorted({kept.slug if slug == gone.slug else slug for slug in cook.cannot_make})
            )


def naming(slugs: Sequence[str]) -> list[Resident]:
    """Who has one of them in a rule; looked for here, not in SQL: SQLite cannot look into a JSON list."""
    people = Resident.objects.select_related("household").order_by("pk")
    return [each for each in people if {*slugs} & {*each.never, *each.dislikes}]


def rename_in_rules(ledger: Ledger, resident: Resident, kept: str, gone: str, by: str, now: datetime) -> None:
    """A hard rule follows the name, with its line on the household's timeline."""
    old = list(resident.never)
    renamed = {
        name: sorted({kept if slug == gone else slug for slug in getattr(resident, name)})
        for name in ("never", "dislikes")
        if gone in getattr(resident, name)
    }
    ledger.change(resident, **renamed)
    if "never" in renamed:
        food_rules.record_hard_change(resident, {"never": old}, by=by, now=now)


def _stock(pantry: dict[str, Any], kept: str, gone: str) -> dict[str, Any]:
    amount = Decimal(pantry.get(kept, "0")) + Decimal(pantry[gone])
    return {slug: value for slug, value in pantry.items() if slug != gone} | {kept: str(amount)}


def _instead(instead: dict[str, str], kept: str, gone: str) -> dict[str, str]:
    """What stands for what, by the names that hold now; nothing stands for itself, and what the one that stays said
    goes before what the other said."""
    if gone not in (*instead, *instead.values()):
        return instead
    pairs = sorted(instead.items(), key=lambda pair: pair[0] == kept)
    renamed = {kept if old == gone else old: kept if new == gone else new for old, new in pairs}
    return {old: new for old, new in renamed.items() if old != new}
