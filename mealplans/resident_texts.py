"""Free text from residents: the interpreter's reading leads to exactly one use case; in doubt it leads to a question.

Nothing is done on a guess: no intent means buttons once, then a person. A reading that lacks a part (which meal?) is
asked for that part with a list.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from households import pausing
from households.food_rules import change_food_rules
from mealplans import lifecycle, offering, owing, rating, showing, skipping
from mealplans.answers import CLARIFY, Turn, current_plan, words
from mealplans.hearing import dish_called, hear_resident, ingredient_called
from mealplans.intents.interpretation import Interpretation
from mealplans.models import (
    OPEN_TO_CHANGE,
    Dish,
    Ingredient,
    MealStatus,
    PlannedMeal,
    PlanStatus,
    TasteSignal,
    WeekPlan,
)
from mealplans.offers import Button
from mealplans.planning import meals_of
from mealplans.second_reading.reading import Reread
from mealplans.wording import day_name, label, money_change, say, week_name
from whatsapp import optouts
from whatsapp.models import Message

#: Asked back within this time, a second riddle goes to a person.
ASKED_LATELY = timedelta(minutes=30)


def answer(turn: Turn) -> None:
    """Understand one text and act on it; further wishes of the same text (“skip lunch and +2 at dinner”) follow."""
    heard = hear_resident(turn)
    if heard.intent is None:
        unsure(turn, heard)
        return
    for reading in (heard, *heard.also):
        if reading.intent is not None:
            INTENTS.get(reading.intent, _other)(turn, reading)


def unsure(turn: Turn, heard: Interpretation) -> None:
    """Answer a question that the facts answer, else ask once with buttons; a person reads what is still unclear."""
    if isinstance(turn.given.seen_ahead, Reread) and turn.given.seen_ahead.answer:
        turn.text(turn.given.seen_ahead.answer)
        return
    if heard.outcome == "hand_over" or _asked_lately(turn):
        showing.to_staff(turn, f"Not understood: {heard.reason}")
        return
    names = [name for name in map(_BUTTON_FOR.get, heard.candidates) if name][:2] or ["show_plan", "change"]
    unique = list(dict.fromkeys([*names, "staff"]))
    buttons = [(Button(name), label(name, turn.language)) for name in unique]
    plan = current_plan(turn.household, turn.now)
    turn.buttons(say("ask_again", turn.language), buttons, plan=plan, purpose=CLARIFY)


_BUTTON_FOR = {
    "approve": "approve",
    "change_plan": "change",
    "swap_meal": "change",
    "skip_meal": "skip_some",
    "guests": "guests_some",
    "request_dish": "change",
    "show_plan": "show_plan",
    "show_groceries": "groceries",
    "payment_link": "pay",
    "pause": "pause_ask",
}


def _asked_lately(turn: Turn) -> bool:
    since = turn.now - ASKED_LATELY
    return Message.objects.filter(contact=turn.contact, purpose=CLARIFY, created_at__gt=since).exists()


def _approve(turn: Turn, reading: Interpretation) -> None:
    plan = current_plan(turn.household, turn.now)
    if plan is None:
        showing.offer_next(turn, None)
        return
    turn.text(words(lifecycle.approve(plan.pk, turn.actor("text"), turn.now), turn.language, turn.now))


def _change(turn: Turn, reading: Interpretation) -> None:
    offering.offer_meals(turn, current_plan(turn.household, turn.now), Button("pick_meal"))


def _swap(turn: Turn, reading: Interpretation) -> None:
    dish = dish_called(reading.slots.get("dish"))
    meal = find_meal(turn, reading.slots)
    if meal is None:
        then = Button("replace", {"dish": dish.slug}) if dish else Button("pick_meal")
        _ask_meal(turn, then, dish)
    elif dish is None:
        offering.offer_dishes(turn, meal)
    else:
        offering.do_swap(turn, meal, dish.slug, "text")


def _skip(turn: Turn, reading: Interpretation) -> None:
    span = _span(reading.slots.get("date"))
    if span and span[0] != span[1]:
        _skip_span(turn, span)
        return
    meals = find_meals(turn, reading.slots) or find_meals(turn, reading.slots, MealStatus.SKIPPED)
    if not meals or (len(meals) > 1 and not reading.slots.get("date")):
        _ask_meal(turn, Button("skip"))
        return
    said = [words(skipping.skip(m.plan_id, m.pk, turn.actor("text"), turn.now), turn.language, turn.now) for m in meals]
    turn.text("\n".join(said))


def _skip_span(turn: Turn, span: tuple[date, date]) -> None:
    """Several days: they are away, and later plans leave those days out too."""
    who = turn.actor("text")
    pausing.travel(turn.household.pk, start=span[0], end=span[1], by=who.name, now=turn.now, reason="on WhatsApp")
    count, delta = skipping.skip_days(turn.household.pk, span[0], span[1], who, turn.now)
    facts: dict[str, Any] = {"start": day_name(span[0], turn.language), "end": day_name(span[1], turn.language)}
    money = money_change(delta, turn.household.currency, turn.language)
    turn.text(say("away_set", turn.language, **facts, count=count, money=money))


def _guests(turn: Turn, reading: Interpretation) -> None:
    meal = find_meal(turn, reading.slots) or _dinner_of(turn, reading.slots)
    if meal is None:
        _ask_meal(turn, Button("guests"))
        return
    count = _guest_count(meal, reading.slots)
    if count is None:
        offering.offer_guests(turn, meal)
    else:
        offering.do_guests(turn, meal, count, "text")


def _guest_count(meal: PlannedMeal, slots: Any) -> int | None:
    """`delta` changes the guests there are; `count` is heads in all, so the family is taken off."""
    if slots.get("delta") is not None:
        return max(0, meal.guests + int(slots["delta"]))
    if slots.get("count") is not None:
        return max(0, int(slots["count"]) - int(meal.servings - meal.guests))
    return None


def _request(turn: Turn, reading: Interpretation) -> None:
    dish = dish_called(reading.slots.get("dish"))
    if dish is None:
        turn.text(say("dish_unknown", turn.language))
        _change(turn, reading)
        return
    TasteSignal.objects.create(household=turn.household, dish=dish, kind="requested", at=turn.now)
    meal = find_meal(turn, reading.slots)
    if meal is None:
        _ask_meal(turn, Button("replace", {"dish": dish.slug}), dish)
    else:
        offering.do_swap(turn, meal, dish.slug, "text")


def _avoid(turn: Turn, reading: Interpretation) -> None:
    """A dislike, not a hard rule: an allergy is never set by free text alone, so that goes to a person too."""
    ingredient = ingredient_called(reading.slots.get("ingredient"))
    if ingredient is None or turn.resident is None:
        turn.text(say("which_ingredient", turn.language))
        return
    dislikes = sorted({*turn.resident.dislikes, ingredient.slug})
    by = f"{turn.resident.name}, on WhatsApp"
    change_food_rules(turn.resident.pk, by=by, now=turn.now, dislikes=dislikes)
    name, still = ingredient.name(turn.language), _still_with(turn, ingredient)
    if not still:
        turn.text(say("noted_dislike", turn.language, ingredient=name))
        return
    listed = ", ".join(f"{day_name(m.date, turn.language)}: {m.dish.name(turn.language)}" for m in still)
    text = say("noted_dislike_week", turn.language, ingredient=name, meals=listed)
    rows = offering.meal_rows(turn, still[: offering.MEAL_ROWS], Button("pick_meal", {"without": ingredient.slug}))
    turn.choices(text, label("pick", turn.language), rows, plan=still[0].plan)


def _still_with(turn: Turn, ingredient: Ingredient) -> list[PlannedMeal]:
    plan = current_plan(turn.household, turn.now)
    meals = offering.changeable(plan, turn) if plan and plan.status in OPEN_TO_CHANGE else []
    planned = [meal for meal in meals if meal.status == MealStatus.PLANNED]
    return [m for m in planned if any(line.ingredient_id == ingredient.pk for line in m.dish.lines.all())]


def _pause(turn: Turn, reading: Interpretation) -> None:
    span = _span(reading.slots.get("date"))
    if span:
        _skip_span(turn, span)
    else:
        showing.ask_pause(turn)


def _payment_done(turn: Turn, reading: Interpretation) -> None:
    """Money is believed from the provider's signed word only; the claim is answered with what is known."""
    plan = current_plan(turn.household, turn.now)
    charge = owing.open_charge_of(plan) if plan else None
    if charge is not None:
        turn.text(say("paid_unseen", turn.language))
    elif plan is None:
        turn.text(say("nothing_to_pay", turn.language))
    else:
        turn.text(say("paid_seen", turn.language, week=week_name(plan.week_start, turn.language)))


def _rate(turn: Turn, reading: Interpretation) -> None:
    meal, given = rating.last_eaten(turn.household.pk, turn.now), reading.slots.get("rating")
    if meal is None or turn.resident is None or given not in ("good", "ok", "bad"):
        turn.text(say("nothing_to_rate", turn.language))
        return
    outcome = rating.rate(meal, turn.resident, given, turn.actor("text"), turn.now)
    turn.text(words(outcome, turn.language, turn.now))


def _show_plan(turn: Turn, reading: Interpretation) -> None:
    """ "What's for dinner tomorrow" is answered with that meal; a question without a day with the whole week."""
    span = _span(reading.slots.get("date"))
    asked = find_on(turn, span, reading.slots.get("meal")) if span and span[0] == span[1] else []
    if asked:
        turn.text("\n".join(showing.meal_on_its_day(meal, turn.language) for meal in asked))
    else:
        showing.show_plan(turn)


def find_on(turn: Turn, span: tuple[date, date], meal: str | None) -> list[PlannedMeal]:
    """What stands on the plan on those days, cooked and skipped meals too."""
    plans = WeekPlan.objects.filter(household=turn.household, status__in=(*OPEN_TO_CHANGE, PlanStatus.COMPLETED))
    around = plans.filter(week_start__lte=span[1], week_start__gt=span[0] - timedelta(days=7))
    rows = [row for plan in around for row in meals_of(plan) if span[0] <= row.date <= span[1]]
    return [row for row in rows if meal in (None, row.meal)]


def _staff(turn: Turn, reading: Interpretation) -> None:
    showing.to_staff(turn, "Asked for a person.")


def _opt_out(turn: Turn, reading: Interpretation) -> None:
    """Obeyed at once and without an answer: what is queued is cancelled, and nothing more is sent."""
    optouts.opt_out(turn.contact, method="said so in a message", message=turn.given.message, now=turn.now)


def _opt_in(turn: Turn, reading: Interpretation) -> None:
    optouts.opt_in(turn.contact, method="said so in a message", message=turn.given.message, now=turn.now)
    showing.offer_next(turn, current_plan(turn.household, turn.now))


def _greeting(turn: Turn, reading: Interpretation) -> None:
    showing.offer_next(turn, current_plan(turn.household, turn.now))


def _thanks(turn: Turn, reading: Interpretation) -> None:
    turn.text(say("welcome", turn.language))


def _other(turn: Turn, reading: Interpretation) -> None:
    showing.to_staff(turn, f"Outside what the system does: {reading.reason}")


def _ask_meal(turn: Turn, then: Button, dish: Dish | None = None) -> None:
    asking = say("replace_which", turn.language, dish=dish.name(turn.language)) if dish else ""
    offering.offer_meals(turn, current_plan(turn.household, turn.now), then, asking)


def find_meal(turn: Turn, slots: Any) -> PlannedMeal | None:
    """The one meal that day and meal name; None when there is none or more than one: then it is asked for."""
    found = find_meals(turn, slots)
    return found[0] if len(found) == 1 else None


def find_meals(turn: Turn, slots: Any, status: str = MealStatus.PLANNED) -> list[PlannedMeal]:
    """Meals that still can be changed and fit the day and meal that were said (none said: none found)."""
    span = _span(slots.get("date"))
    if span is None and not slots.get("meal"):
        return []
    return [
        meal
        for plan in _plans_around(turn, span)
        for meal in offering.changeable(plan, turn)
        if meal.status == status
        and (span is None or span[0] <= meal.date <= span[1])
        and slots.get("meal") in (None, meal.meal)
    ]


def _plans_around(turn: Turn, span: tuple[date, date] | None) -> list[WeekPlan]:
    if span is None:
        plan = current_plan(turn.household, turn.now)
        return [plan] if plan and plan.status in OPEN_TO_CHANGE else []
    rows = WeekPlan.objects.select_related("household").filter(household=turn.household, status__in=OPEN_TO_CHANGE)
    return list(rows.filter(week_start__lte=span[1], week_start__gt=span[0] - timedelta(days=7)))


def _dinner_of(turn: Turn, slots: Any) -> PlannedMeal | None:
    """Guests on a day mean dinner when no meal is said; the answer names the meal, so a mistake is seen."""
    if not slots.get("date") or slots.get("meal"):
        return None
    return find_meal(turn, {**slots, "meal": "dinner"})


def _span(said: Any) -> tuple[date, date] | None:
    if not said:
        return None
    if isinstance(said, str):
        return date.fromisoformat(said), date.fromisoformat(said)
    return date.fromisoformat(said["start"]), date.fromisoformat(said["end"])


INTENTS: dict[str, Callable[[Turn, Interpretation], object]] = {
    "approve": _approve,
    "change_plan": _change,
    "swap_meal": _swap,
    "skip_meal": _skip,
    "guests": _guests,
    "request_dish": _request,
    "avoid_ingredient": _avoid,
    "show_plan": _show_plan,
    "show_groceries": lambda turn, reading: showing.show_groceries(turn),
    "payment_link": lambda turn, reading: showing.show_payment(turn),
    "payment_done": _payment_done,
    "pause": _pause,
    "resume": lambda turn, reading: showing.resume(turn),
    "rate_meal": _rate,
    "call_staff": _staff,
    "opt_out": _opt_out,
    "opt_in": _opt_in,
    "greeting": _greeting,
    "thanks": _thanks,
}
