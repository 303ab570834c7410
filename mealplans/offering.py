"""What residents are asked: which meal, which dish, how many. Used by taps and by free text alike."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bettermeals.lib.money import format_money
from mealplans import exchanging, headcounts, substituting, swapping
from mealplans.answers import Turn, no_plan, state, words
from mealplans.models import OPEN_TO_CHANGE, MealStatus, PlannedMeal, WeekPlan
from mealplans.offers import Button
from mealplans.outcomes import Outcome
from mealplans.planning import meals_of
from mealplans.showing import to_staff
from mealplans.skipping import first_day_to_change
from mealplans.wording import day_name, label, meal_name, say

#: As many rows as a list may have.
MEAL_ROWS = 10
#: A list has ten rows: eight dishes, and what else may be done with the meal.
DISH_ROWS = 8
GUEST_ROWS = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12)


def offer_meals(turn: Turn, plan: WeekPlan | None, then: Button, asking: str = "") -> None:
    """Ask which meal; `then` is what its row leads to, with the meal added."""
    if plan is None or plan.status not in OPEN_TO_CHANGE:
        turn.text(_closed(turn, plan))
        return
    meals = changeable(plan, turn)
    if not meals:
        turn.text(say("no_such_meal", turn.language))
        return
    asking = asking or say("choose_meal", turn.language)
    if len(meals) <= MEAL_ROWS:
        turn.choices(asking, label("pick", turn.language), meal_rows(turn, meals, then), plan=plan)
        return
    days = sorted({meal.date for meal in meals})
    rows = [
        (
            Button("pick_day", {"day": day.isoformat(), "then": then.action, "with": then.data}),
            day_name(day, turn.language),
            ", ".join(meal.dish.name(turn.language) for meal in meals if meal.date == day),
        )
        for day in days
    ]
    turn.choices(asking, label("pick", turn.language), rows, plan=plan)


def _closed(turn: Turn, plan: WeekPlan | None) -> str:
    if plan is None:
        return no_plan(turn.household, turn.language, turn.now)
    return state(plan, turn.household, turn.language, turn.now)


def changeable(plan: WeekPlan, turn: Turn) -> list[PlannedMeal]:
    first = first_day_to_change(plan, turn.now)
    return [m for m in meals_of(plan) if m.date >= first and m.status != MealStatus.COOKED]


def meal_rows(turn: Turn, meals: Sequence[PlannedMeal], then: Button) -> list[tuple[Button, str, str]]:
    return [
        (
            Button(then.action, {**then.data, "meal": meal.pk}),
            f"{day_name(meal.date, turn.language)} {meal_name(meal.meal, turn.language)}",
            meal.dish.name(turn.language) if meal.status == MealStatus.PLANNED else "—",
        )
        for meal in meals
    ]


def offer_dishes(turn: Turn, meal: PlannedMeal, *, without: Collection[str] = (), nothing_to_buy: bool = False) -> None:
    outcome, found = swapping.alternatives(
        meal.plan_id, meal.pk, turn.now, most=DISH_ROWS, without=without, nothing_to_buy=nothing_to_buy
    )
    if not outcome.done:
        turn.text(words(outcome, turn.language, turn.now))
        return
    currency = turn.household.currency
    rows = [
        (
            Button("swap", {"meal": meal.pk, "dish": other.dish.slug}),
            other.dish.name(turn.language),
            _price(other.difference_paise, currency, turn.language, other.dish.name(turn.language)),
        )
        for other in found
    ]
    rows.append((Button("guests", {"meal": meal.pk}), label("one_guest", turn.language), ""))
    rows.append((Button("skip", {"meal": meal.pk}), label("skip", turn.language), meal.dish.name(turn.language)))
    text = words(outcome, turn.language, turn.now) if found else _no_alternative(turn, meal)
    turn.choices(text, label("pick", turn.language), rows, plan=outcome.plan)


def offer_substitutes(turn: Turn, meal: PlannedMeal, ingredient_slug: str) -> None:
    """What can be cooked without the missing thing: dishes from what is in the house, then later meals to trade."""
    without = {ingredient_slug, *substituting.cannot_be_had(meal.plan)}
    outcome, found = swapping.alternatives(
        meal.plan_id, meal.pk, turn.now, most=DISH_ROWS // 2, without=without, nothing_to_buy=True
    )
    if not outcome.done:
        turn.text(words(outcome, turn.language, turn.now))
        return
    rows = [
        (Button("swap", {"meal": meal.pk, "dish": other.dish.slug}), other.dish.name(turn.language), "")
        for other in found
    ]
    left = DISH_ROWS - len(rows)
    for other in exchanging.partners(meal.plan_id, meal.pk, turn.now, without=without, most=left):
        whence = f"{day_name(other.date, turn.language)} {meal_name(other.meal, turn.language)}"
        trade = Button("exchange", {"meal": meal.pk, "other": other.pk})
        rows.append((trade, other.dish.name(turn.language), label("trade_with", turn.language, meal=whence)))
    rows.append((Button("skip", {"meal": meal.pk}), label("skip", turn.language), meal.dish.name(turn.language)))
    text = words(outcome, turn.language, turn.now) if len(rows) > 1 else _no_alternative(turn, meal)
    turn.choices(text, label("pick", turn.language), rows, plan=outcome.plan)


def _price(paise: int, currency: str, language: str, name: str) -> str:
    """The difference, and the dish's whole name when the row's title had to cut it."""
    money = format_money(paise, currency, language, signed=True) if paise else say("list_same", language)
    return f"{money} · {name}" if len(name) > 24 else money


def _no_alternative(turn: Turn, meal: PlannedMeal) -> str:
    facts = {"day": day_name(meal.date, turn.language), "meal": meal_name(meal.meal, turn.language)}
    to_staff(turn, "No dish fits this meal with the home's rules.", answer=False)
    return say("no_alternative", turn.language, **facts)


def do_swap(turn: Turn, meal: PlannedMeal, dish_slug: str, how: str) -> Outcome:
    """Swap and say so; a refusal says why and offers what is possible."""
    outcome = swapping.swap(meal.plan_id, meal.pk, dish_slug, turn.actor(how), turn.now)
    turn.text(words(outcome, turn.language, turn.now))
    if outcome.code in ("refused", "dish_unknown"):
        offer_dishes(turn, meal)
    return outcome


def offer_guests(turn: Turn, meal: PlannedMeal) -> None:
    facts = {"day": day_name(meal.date, turn.language), "meal": meal_name(meal.meal, turn.language)}
    rows = [
        (Button("set_guests", {"meal": meal.pk, "guests": n}), _guest_label(n, turn.language), "") for n in GUEST_ROWS
    ]
    asking = label("how_many_guests", turn.language, **facts)
    turn.choices(asking, label("pick", turn.language), rows, plan=meal.plan)


def _guest_label(n: int, language: str) -> str:
    return label("guests_n", language, n=n) if n > 1 else label(f"guests_{n}", language)


def do_guests(turn: Turn, meal: PlannedMeal, count: int, how: str) -> Outcome:
    outcome = headcounts.set_guests(meal.plan_id, meal.pk, count, turn.actor(how), turn.now)
    turn.text(words(outcome, turn.language, turn.now))
    if outcome.code == "too_many_guests":
        to_staff(turn, f"{count} guests at one meal.", answer=False)
    return outcome
