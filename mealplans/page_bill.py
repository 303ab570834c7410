"""The plan page's bill: what the groceries cost, and what is bought, as one walks through the shop."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from bettermeals.lib.money import format_money
from mealplans import facts, shopping
from mealplans.measures import weight
from mealplans.models import GroceryLine, PlannedMeal, WeekPlan
from mealplans.planning import Larder
from mealplans.wording import say


@dataclass(frozen=True)
class BillLine:
    name: str
    amount: str
    note: str
    price: str


@dataclass(frozen=True)
class Bill:
    """`total` is empty when no price can be told yet; `estimate` until the household has approved."""

    total: str
    estimate: bool
    aisles: list[tuple[str, list[BillLine]]]


def bill(plan: WeekPlan, meals: list[PlannedMeal], language: str) -> Bill:
    """From the plan's lists, all of them: what a change added after the order stands on a list of its own."""
    currency = plan.household.currency
    lists = list(plan.grocery_lists.values_list("total_paise", flat=True))
    if not lists:
        paise = _estimate(plan, meals)
        return Bill("" if paise is None else format_money(paise, currency, language), True, [])
    aisles = [
        (say(f"aisle_{aisle}", language, to="page"), [_line(line, language, currency) for line in lines])
        for aisle, lines in shopping.lines_by_aisle(plan).items()
    ]
    return Bill(format_money(sum(lists), currency, language), False, aisles)


def _estimate(plan: WeekPlan, meals: list[PlannedMeal]) -> int | None:
    """None when something has no price: the page still opens, and approving puts the matter before staff."""
    dishes = {meal.dish.slug: meal.dish for meal in meals}
    larder = Larder(dishes, {row.slug: row for row in facts.ingredients()})
    try:
        return shopping.total_paise(plan, meals, larder)
    except shopping.CannotPrice:
        return None


def _line(line: GroceryLine, language: str, currency: str) -> BillLine:
    unit = line.ingredient.base_unit
    packs = " + ".join(f"{p['count']} × {amount_text(Decimal(p['size']), unit, language)}" for p in line.packs)
    at_home = amount_text(line.from_pantry, unit, language) if line.from_pantry else ""
    return BillLine(
        name=line.ingredient.name(language),
        amount=packs or "—",
        note=say("at_home", language, to="page", amount=at_home) if at_home else "",
        price=format_money(line.price_paise, currency, language),
    )


def amount_text(amount: Decimal, unit: str, language: str) -> str:
    """750 g, 1.5 kg, 6 (pieces have no unit word)."""
    return f"{amount.normalize():f}" if unit == "piece" else weight(unit, amount, language)
