"""The plan page's bill: what the groceries cost, what each is for, what is bought, as one walks through the shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import QuerySet

from bettermeals.lib.money import format_money
from mealplans import facts, pricing, shopping
from mealplans.having import BEFORE_THE_ORDER
from mealplans.measures import weight
from mealplans.models import NOT_BOUGHT, Dish, GroceryLine, PlannedMeal, Shortage, WeekPlan
from mealplans.planning import Larder
from mealplans.wording import day_name, meal_name, say, servings_text


@dataclass(frozen=True)
class BillLine:
    """`ticked`: a resident said that it is at home. `meals`: one sentence per meal that needs it."""

    slug: str
    name: str
    amount: str
    note: str
    price: str
    ticked: bool
    meals_title: str
    meals: list[str]


@dataclass(frozen=True)
class Bill:
    """`total` is empty when no price can be told yet; `estimate` until the household has approved."""

    total: str
    estimate: bool
    aisles: list[tuple[str, list[BillLine]]]
    can_tick: bool = False


@dataclass(frozen=True)
class _Reader:
    """Whose eyes the lines are for, and what was looked up once for all of them."""

    language: str
    currency: str
    ticked: frozenset[str]
    dishes: Mapping[str, Dish]
    lacking: frozenset[str] = frozenset()  # not in stock, and theirs to buy or to decide on


def bill(plan: WeekPlan, meals: list[PlannedMeal], language: str) -> Bill:
    """From the plan's lists, all of them: what a change added after the order stands on a list of its own.

    Before the approval there is no list yet; then it is what would be listed now.
    """
    totals = list(plan.grocery_lists.values_list("total_paise", flat=True))
    lines = _listed(plan) if totals else _expected(plan, meals)
    ticked = frozenset(plan.at_home.values_list("ingredient__slug", flat=True))
    if lines is None:
        return Bill("", True, [])
    paise = sum(totals) if totals else sum(line.price_paise for line in lines)
    known = _dishes(lines, meals)
    reader = _Reader(language, plan.household.currency, ticked, known, _lacking(plan))
    return Bill(
        total=format_money(paise, reader.currency, language),
        estimate=not totals,
        aisles=[
            (say(f"aisle_{aisle}", language, to="page"), [_line(line, reader) for line in of_aisle])
            for aisle, of_aisle in groupby(lines, key=lambda line: line.ingredient.aisle)
        ],
        can_tick=plan.status in BEFORE_THE_ORDER,
    )


def _listed(plan: WeekPlan) -> list[pricing.Line]:
    """Without what something else is bought for, or no dish needs any more."""
    gone = set(
        _shortages(plan).exclude(status__in=NOT_BOUGHT).exclude(status="reported").values_list("line", flat=True)
    )
    rows = [row for rows in shopping.lines_by_aisle(plan).values() for row in rows if row.pk not in gone]
    return [_as_priced(row) for row in rows]


def _lacking(plan: WeekPlan) -> frozenset[str]:
    return frozenset(_shortages(plan).filter(status__in=NOT_BOUGHT).values_list("line__ingredient__slug", flat=True))


def _shortages(plan: WeekPlan) -> QuerySet[Shortage]:
    return Shortage.objects.filter(line__grocery_list__plan=plan)


def _as_priced(row: GroceryLine) -> pricing.Line:
    packs = tuple((Decimal(p["size"]), int(p["count"]), int(p["price_paise"])) for p in row.packs)
    return pricing.Line(row.ingredient, row.need, row.from_pantry, packs, row.price_paise, tuple(row.provenance))


def _expected(plan: WeekPlan, meals: list[PlannedMeal]) -> list[pricing.Line] | None:
    """None when something has no price: the page still opens, and approving puts the matter before staff."""
    dishes = {meal.dish.slug: meal.dish for meal in meals}
    larder = Larder(dishes, {row.slug: row for row in facts.ingredients()})
    try:
        return pricing.priced(meals, larder, shopping.in_the_house(plan))
    except shopping.CannotPrice:
        return None


def _dishes(lines: Sequence[pricing.Line], meals: Sequence[PlannedMeal]) -> dict[str, Dish]:
    """By slug, as the week serves them; a list may still name a dish that was swapped away after the order."""
    named = Dish.objects.in_bulk({origin["dish"] for line in lines for origin in line.provenance}, field_name="slug")
    return {**named, **{meal.dish.slug: meal.dish for meal in meals}}


def _line(line: pricing.Line, reader: _Reader) -> BillLine:
    unit, language, slug = line.ingredient.base_unit, reader.language, line.ingredient.slug
    packs = " + ".join(f"{count} × {amount_text(size, unit, language)}" for size, count, _ in line.packs)
    n = len(line.provenance)
    return BillLine(
        slug=slug,
        name=line.ingredient.name(language),
        amount=packs or amount_text(line.need, unit, language),
        note=_note(line, reader),
        price=format_money(line.price_paise, reader.currency, language),
        ticked=slug in reader.ticked,
        meals_title=say("for_one_meal" if n == 1 else "for_meals", language, to="page", n=n),
        meals=[for_meal(origin, unit, reader.dishes, reader.language) for origin in line.provenance],
    )


def _note(line: pricing.Line, reader: _Reader) -> str:
    if line.ingredient.slug in reader.ticked:
        return say("ticked", reader.language, to="page")
    if line.ingredient.slug in reader.lacking:
        return say("not_in_stock", reader.language, to="page")
    if not line.from_pantry:
        return ""
    amount = amount_text(line.from_pantry, line.ingredient.base_unit, reader.language)
    return say("at_home", reader.language, to="page", amount=amount)


def for_meal(origin: Mapping[str, Any], unit: str, dishes: Mapping[str, Dish], language: str) -> str:
    """ "Tue 24 Nov dinner: Rajma Chawal for 5.5, 3 of them guests: 330 g"."""
    dish = dishes.get(origin["dish"])
    when = f"{day_name(date.fromisoformat(origin['date']), language)} {meal_name(origin['meal'], language)}"
    name = dish.name(language) if dish else str(origin["dish"])
    amount = amount_text(Decimal(origin["amount"]), unit, language)
    return " ".join(part for part in (f"{when}: {name}", _for_whom(origin, language), f"— {amount}") if part)


def _for_whom(origin: Mapping[str, Any], language: str) -> str:
    """Empty on a list that was written before lines said it."""
    if "servings" not in origin:
        return ""
    key = "with_guests" if origin["guests"] else "servings"
    n = servings_text(Decimal(origin["servings"]))
    return say(key, language, to="page", n=n, guests=origin["guests"])


def amount_text(amount: Decimal, unit: str, language: str) -> str:
    """750 g, 1.5 kg, 6 (pieces have no unit word)."""
    return f"{amount.normalize():f}" if unit == "piece" else weight(unit, amount, language)
