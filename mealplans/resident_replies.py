"""Words in, from residents: each button and row leads to exactly one use case, and its outcome is said back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from bettermeals.lib.money import format_money
from households import ops
from households.models import Cook
from mealplans import exchanging, lifecycle, missing, offers, rating, shortages, skipping
from mealplans.answers import Turn, current_plan, state, words
from mealplans.changing import record
from mealplans.models import Ingredient, MealStatus, Offer, PlannedMeal, Shortage, ShortageStatus, WeekPlan
from mealplans.offering import (
    changeable,
    do_guests,
    do_swap,
    meal_rows,
    offer_dishes,
    offer_guests,
    offer_meals,
    offer_substitutes,
)
from mealplans.offers import Button
from mealplans.showing import ask_pause, pause_all, show_groceries, show_payment, show_plan, to_staff
from mealplans.touched import absent_key
from mealplans.wording import day_name, label, meal_name, say, servings_text


def approve(turn: Turn, row: Offer) -> None:
    plan = _plan(row)
    outcome = lifecycle.approve(plan.pk, turn.actor("button"), turn.now)
    turn.text(words(outcome, turn.language, turn.now))


def change(turn: Turn, row: Offer) -> None:
    """The meals that can still be changed: all of them when a list holds them, else the days first."""
    offer_meals(turn, row.plan or current_plan(turn.household, turn.now), Button("pick_meal"))


def guests_some(turn: Turn, row: Offer) -> None:
    offer_meals(turn, row.plan or current_plan(turn.household, turn.now), Button("guests"))


def skip_some(turn: Turn, row: Offer) -> None:
    offer_meals(turn, row.plan or current_plan(turn.household, turn.now), Button("skip"))


def pick_day(turn: Turn, row: Offer) -> None:
    plan, day = _plan(row), date.fromisoformat(row.data["day"])
    meals = [meal for meal in changeable(plan, turn) if meal.date == day]
    if not meals:
        turn.text(say("no_such_meal", turn.language))
        return
    then = Button(row.data["then"], row.data["with"])
    rows = meal_rows(turn, meals, then)
    turn.choices(say("choose_meal", turn.language), label("pick", turn.language), rows, plan=plan)


def pick_meal(turn: Turn, row: Offer) -> None:
    """Up to eight other dishes with their difference in price, guests, and leaving the meal out. A meal picked because
    of what is in it (`without`) gets dishes that do not hold it."""
    meal = _meal(row)
    if meal.status != MealStatus.PLANNED:
        outcome = skipping.restore(meal.plan_id, meal.pk, turn.actor("list"), turn.now)
        turn.text(words(outcome, turn.language, turn.now))
        return
    offer_dishes(turn, meal, without=[row.data["without"]] if "without" in row.data else ())


def swap(turn: Turn, row: Offer) -> None:
    meal = _meal(row)
    do_swap(turn, meal, row.data["dish"], "list")


def skip(turn: Turn, row: Offer) -> None:
    meal = _meal(row)
    outcome = skipping.skip(meal.plan_id, meal.pk, turn.actor("list"), turn.now)
    turn.text(words(outcome, turn.language, turn.now))


def guests(turn: Turn, row: Offer) -> None:
    offer_guests(turn, _meal(row))


def set_guests(turn: Turn, row: Offer) -> None:
    do_guests(turn, _meal(row), int(row.data["guests"]), "list")


def rate(turn: Turn, row: Offer) -> None:
    if turn.resident is None:
        turn.text(say("not_yours", turn.language))
        return
    outcome = rating.rate(_meal(row), turn.resident, row.data["rating"], turn.actor("button"), turn.now)
    turn.text(words(outcome, turn.language, turn.now))


def find_cook(turn: Turn, row: Offer) -> None:
    _decide_absence(turn, row, "find_cook", "wants another cook", close=False)


def we_manage(turn: Turn, row: Offer) -> None:
    _decide_absence(turn, row, "we_manage", "manages without a cook", close=True)


def _decide_absence(turn: Turn, row: Offer, phrase: str, text: str, *, close: bool) -> None:
    """What the household wants while its cook is away; staff still see a wish for another cook, not a done matter."""
    plan, first = _plan(row), date.fromisoformat(row.data["days"][0])
    cook = Cook.objects.get(pk=row.data["cook"])
    since = date.fromisoformat(row.data.get("start", row.data["days"][0]))
    key, who = absent_key(plan, cook, since, row.data.get("meals", ())), turn.actor("button").name
    if not offers.use(row, turn.now):
        turn.text(say("already_decided", turn.language, state=state(plan, turn.household, turn.language, turn.now)))
        return
    if close:
        ops.close_item(key, None, f"{who} {text}.", turn.now)
    else:
        reason = f"{who} of {turn.household} {text} on {first:%a %d %b} instead of {cook.name}. Find one and say so."
        ops.open_item(kind="cook_absent", key=key, reason=reason, household=turn.household, about=plan, now=turn.now)
    record(plan, phrase, f"{who} {text} on {first:%a %d %b}.", turn.actor("button"), turn.now)
    turn.text(say(phrase, turn.language, day=day_name(first, turn.language)))


def will_buy(turn: Turn, row: Offer) -> None:
    meal, ingredient = _meal(row), Ingredient.objects.get(slug=row.data["ingredient"])
    outcome = missing.will_buy(meal, ingredient, turn.actor("button"), turn.now)
    if not outcome.done:
        turn.text(say("already_decided", turn.language, state=_dish_now(meal, turn)))
        return
    cook = Cook.objects.get(pk=row.data["cook"])
    turn.text(say("will_buy", turn.language, cook=cook.name, item=ingredient.name(turn.language)))


def change_missing(turn: Turn, row: Offer) -> None:
    """Dishes that need neither the missing thing nor a trip to the shop."""
    meal = _meal(row)
    offer_substitutes(turn, meal, row.data["ingredient"])


def shortage_change(turn: Turn, row: Offer) -> None:
    """Dishes without what the shop does not have, for the meal that needs it; the next such meal when asked again."""
    shortage = _shortage(row)
    slug = shortage.line.ingredient.slug
    meals = [m for m in changeable(_plan(row), turn) if m.status == MealStatus.PLANNED]
    waiting = [m for m in meals if any(line.ingredient.slug == slug for line in m.dish.lines.all())]
    if shortage.status != ShortageStatus.UNDECIDED or not waiting:
        turn.text(_settled_already(turn, shortage))
        return
    offer_dishes(turn, waiting[0], without={slug})


def shortage_buy(turn: Turn, row: Offer) -> None:
    """They bring it themselves, so they do not pay us for it."""
    outcome = shortages.leave_out(row.data["shortage"], turn.actor("button"), turn.now)
    if not outcome.done:
        turn.text(_settled_already(turn, outcome.facts["shortage"]))
        return
    amount = format_money(outcome.facts["amount_paise"], turn.household.currency, turn.language)
    item = outcome.facts["ingredient"].name(turn.language)
    back = say(f"back_{outcome.facts['how']}", turn.language)
    turn.text(f"{say('you_buy', turn.language, item=item, amount=amount)} {back}".strip())


def _shortage(row: Offer) -> Shortage:
    rows = Shortage.objects.select_related("line__ingredient")
    return rows.get(pk=row.data["shortage"], line__grocery_list__plan__household=row.household_id)


def _settled_already(turn: Turn, shortage: Shortage) -> str:
    item = shortage.line.ingredient.name(turn.language)
    return say("shortage_settled", turn.language, item=item, by=shortage.decided_by or "BetterMeals")


def exchange(turn: Turn, row: Offer) -> None:
    meal = _meal(row)
    outcome = exchanging.exchange(meal.plan_id, meal.pk, row.data["other"], turn.actor("list"), turn.now)
    turn.text(words(outcome, turn.language, turn.now))


def _dish_now(meal: PlannedMeal, turn: Turn) -> str:
    facts = {"day": day_name(meal.date, turn.language), "meal": meal_name(meal.meal, turn.language)}
    dish, servings = meal.dish.name(turn.language), servings_text(meal.servings)
    return say("change_guests", turn.language, **facts, dish=dish, servings=servings)


def pay(turn: Turn, row: Offer) -> None:
    show_payment(turn)


def pause_ask(turn: Turn, row: Offer) -> None:
    ask_pause(turn)


def pause_yes(turn: Turn, row: Offer) -> None:
    pause_all(turn)


def pause_no(turn: Turn, row: Offer) -> None:
    turn.text(say("kept_cooking", turn.language))


def plan(turn: Turn, row: Offer) -> None:
    show_plan(turn)


def groceries(turn: Turn, row: Offer) -> None:
    show_groceries(turn)


def staff(turn: Turn, row: Offer) -> None:
    to_staff(turn, "Asked for a person.")


def replace(turn: Turn, row: Offer) -> None:
    """A dish was asked for by name; this row is the meal it shall replace."""
    do_swap(turn, _meal(row), row.data["dish"], "list")


def _plan(row: Offer) -> WeekPlan:
    if row.plan is None:
        raise ValueError(f"offer {row.pk} ({row.action}) needs a plan and has none")
    return row.plan


def _meal(row: Offer) -> PlannedMeal:
    rows = PlannedMeal.objects.select_related("plan__household", "dish")
    return rows.get(pk=row.data["meal"], plan__household=row.household_id)


ACTIONS: dict[str, Callable[[Turn, Offer], object]] = {
    "approve": approve,
    "change": change,
    "pick_day": pick_day,
    "pick_meal": pick_meal,
    "swap": swap,
    "skip": skip,
    "guests": guests,
    "set_guests": set_guests,
    "rate": rate,
    "find_cook": find_cook,
    "we_manage": we_manage,
    "will_buy": will_buy,
    "change_missing": change_missing,
    "guests_some": guests_some,
    "skip_some": skip_some,
    "pay": pay,
    "pause_ask": pause_ask,
    "pause_yes": pause_yes,
    "pause_no": pause_no,
    "show_plan": plan,
    "groceries": groceries,
    "staff": staff,
    "replace": replace,
    "exchange": exchange,
    "shortage_change": shortage_change,
    "shortage_buy": shortage_buy,
}
