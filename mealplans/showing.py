"""What a person is shown when asking: the week, the groceries, where to pay, a member of staff; and stopping it all."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from bettermeals.lib.money import format_money
from households import pausing
from mealplans import messages, owing, shopping, skipping, timetable
from mealplans.answers import Turn, current_plan, state
from mealplans.catalogue.vocabulary import AISLES
from mealplans.measures import number, weight
from mealplans.models import GroceryLine, MealStatus, PlannedMeal, PlanStatus, WeekPlan
from mealplans.offers import Button
from mealplans.pantry import packed
from mealplans.planning import meals_of
from mealplans.wording import day_name, label, meal_name, say, servings_text, week_name
from whatsapp import inbox


def show_plan(turn: Turn) -> None:
    """The whole week in one text, with the page's address; the answers that make sense now as buttons."""
    plan = current_plan(turn.household, turn.now)
    meals = meals_of(plan) if plan else []
    if plan is None or not meals:
        turn.text(state(plan, turn.household, turn.language, turn.now))
        return
    lines = [f"*{say('plan_head', turn.language, week=week_name(plan.week_start, turn.language))}*"]
    for day in sorted({meal.date for meal in meals}):
        lines.append(f"*{day_name(day, turn.language)}*")
        lines += [f"• {_meal_line(meal, turn.language)}" for meal in meals if meal.date == day]
    if turn.resident is not None and turn.resident.contact_id:
        lines.append(f"{settings.PUBLIC_BASE_URL}/p/{messages.plan_page(plan, turn.resident)}")
    turn.text("\n".join(lines))
    offer_next(turn, plan)


def _meal_line(meal: PlannedMeal, language: str) -> str:
    name = meal_name(meal.meal, language)
    if meal.status in (MealStatus.SKIPPED, MealStatus.CANCELLED):
        return f"{name}: —"
    return f"{name}: {meal.dish.name(language)} ({servings_text(meal.servings)})"


def meal_on_its_day(meal: PlannedMeal, language: str) -> str:
    """ "Tue 24 Nov dinner: Rajma Chawal (3)": one meal named with its day."""
    return f"{day_name(meal.date, language)} {_meal_line(meal, language)}"


def offer_next(turn: Turn, plan: WeekPlan | None) -> None:
    """Where things stand, with the buttons that lead on from there."""
    words = state(plan, turn.household, turn.language, turn.now)
    names = ["change", "groceries", "staff"]
    if plan is None or plan.status in (PlanStatus.DRAFT, PlanStatus.FAILED, PlanStatus.COMPLETED):
        names = ["show_plan", "staff"] if plan else ["staff"]
    elif plan.status == PlanStatus.PROPOSED and turn.resident and turn.resident.decides:
        names = ["approve", "change", "staff"]
    turn.buttons(words, [(Button(name), label(name, turn.language)) for name in names], plan=plan)


def show_groceries(turn: Turn) -> None:
    plan = current_plan(turn.household, turn.now)
    grouped = shopping.lines_by_aisle(plan) if plan else {}
    if plan is None or not grouped:
        turn.text(say("no_groceries", turn.language))
        return
    amount = format_money(shopping.charged_paise(plan), turn.household.currency, turn.language)
    week = week_name(plan.week_start, turn.language)
    lines = [f"*{say('groceries_head', turn.language, week=week, amount=amount)}*"]
    for aisle in AISLES:
        bought = [line for line in grouped.get(aisle, ()) if line.packs]
        if bought:
            lines.append("• " + ", ".join(_bought(line, turn.language) for line in bought))
    turn.text("\n".join(lines))


def _bought(line: GroceryLine, language: str) -> str:
    amount, unit = packed(line.packs), line.ingredient.base_unit
    said = number(amount) if unit == "piece" else weight(unit, amount, language)
    return f"{line.ingredient.name(language)} {said}"


def show_payment(turn: Turn) -> None:
    """The live link, or what is known about it."""
    plan = current_plan(turn.household, turn.now)
    charge = owing.open_charge_of(plan) if plan else None
    if plan is None or charge is None:
        turn.text(say("nothing_to_pay", turn.language))
        return
    amount = format_money(owing.owed(charge), charge.currency, turn.language)
    link = owing.live_link(charge)
    if link is None:
        turn.text(say("link_coming", turn.language, amount=amount))
        return
    week = week_name(plan.week_start, turn.language)
    turn.text(say("pay_here", turn.language, amount=amount, week=week, url=link.short_url))


def to_staff(turn: Turn, reason: str, *, answer: bool = True) -> None:
    """A person takes over: the thread is parked, and the writer knows that somebody will read it.

    A cook may have several homes; whose kitchen it is about stands before the reason.
    """
    inbox.park(turn.given.message, f"{turn.household}: {reason}" if turn.cook else reason, turn.now)
    if answer:
        turn.text(say("staff_called", turn.language, to="cook" if turn.resident is None else "resident"))


def ask_pause(turn: Turn) -> None:
    answers = [(Button(name), label(name, turn.language)) for name in ("pause_yes", "pause_no")]
    turn.buttons(say("pause_which", turn.language), answers)


def pause_all(turn: Turn) -> None:
    """Until they write again: nothing is planned, and what is planned from tomorrow on is skipped."""
    who = turn.actor("button")
    if not pausing.pause(turn.household.pk, by=who.name, now=turn.now, reason="asked on WhatsApp"):
        turn.text(say("already_paused", turn.language))
        return
    tomorrow = timetable.local_day(turn.household, turn.now) + timedelta(days=1)
    skipping.skip_days(turn.household.pk, tomorrow, tomorrow + timedelta(days=20), who, turn.now)
    turn.text(say("paused", turn.language))


def resume(turn: Turn) -> None:
    if not pausing.resume(turn.household.pk, by=turn.actor("text").name, now=turn.now):
        turn.text(say("not_paused", turn.language))
        return
    turn.household.refresh_from_db()
    day = no_plan_day(turn)
    turn.text(say("resumed", turn.language, day=day))


def no_plan_day(turn: Turn) -> str:
    """When the next proposal comes, as a day's name."""
    moment = timetable.propose_at(turn.household, timetable.next_week_start(turn.household, turn.now))
    return day_name(moment.astimezone(timetable.zone(turn.household)).date(), turn.language)
