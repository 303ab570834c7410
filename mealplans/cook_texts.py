"""Free text from cooks: the interpreter's reading leads to one use case; in doubt a question with three answers."""

from __future__ import annotations

from collections.abc import Callable

from households import queries
from mealplans import cook_absences, cooking, equipment, rating, showing
from mealplans.answers import CLARIFY, Turn
from mealplans.cook_day import begun_visits, coming_visits, say_cook, today_text
from mealplans.cook_replies import acknowledge, ask_missing, report_late, report_missing, send_recipes
from mealplans.hearing import dish_called, hear_cook, ingredient_called
from mealplans.intents.interpretation import Facts, Interpretation
from mealplans.intents.reading import read
from mealplans.models import CookInstruction, CookReport, InstructionStatus
from mealplans.offers import Button
from mealplans.outcomes import Outcome
from mealplans.resident_texts import ASKED_LATELY
from mealplans.weeks import open_week
from mealplans.wording import label
from whatsapp import optouts
from whatsapp.models import Message

LATE_CHOICES = (15, 30, 60)


def answer(turn: Turn) -> None:
    heard = hear_cook(turn)
    if heard.intent is None:
        unsure(turn, heard)
        return
    for reading in (heard, *heard.also):
        if reading.intent is not None:
            INTENTS.get(reading.intent, _other)(turn, reading)


def unsure(turn: Turn, heard: Interpretation) -> None:
    since = turn.now - ASKED_LATELY
    asked = Message.objects.filter(contact=turn.contact, purpose=CLARIFY, created_at__gt=since).exists()
    if heard.outcome == "hand_over" or asked:
        showing.to_staff(turn, f"A cook's message is not understood: {heard.reason}")
        return
    if away := cook_absences.told_lately(turn):
        cook_absences.ask_whether_coming(turn, away)
        return
    found = next(iter(coming_visits(turn)), None)
    buttons = [(Button("cook_menu"), label("today_menu", turn.language))]
    if found is not None:
        data = {"engagement": found.engagement.pk, "date": found.date.isoformat()}
        buttons.append((Button("cook_absent", data), label("cannot_come", turn.language)))
    buttons.append((Button("staff"), label("staff", turn.language)))
    turn.buttons(say_cook(turn, "cook_ask_again"), buttons, purpose=CLARIFY)


def _ack(turn: Turn, reading: Interpretation) -> None:
    """OK to whatever was sent last and is not answered yet. "I will come", after an absence, is asked about."""
    away = cook_absences.told_lately(turn)
    if away is not None and read(turn.given.text, Facts()).has("act", "come"):
        cook_absences.ask_whether_coming(turn, away)
        return
    open_rows = CookInstruction.objects.select_related("engagement__cook", "engagement__household").filter(
        engagement__cook=turn.cook,
        status__in=(InstructionStatus.SENT, InstructionStatus.OVERDUE, InstructionStatus.ESCALATED),
    )
    row = open_rows.order_by("-sent_at").first()
    if row is None:
        turn.text(say_cook(turn, "already_acknowledged"))
    else:
        acknowledge(turn, row.engagement, row.date)


def _late(turn: Turn, reading: Interpretation) -> None:
    minutes = reading.slots.get("minutes")
    if minutes:
        report_late(turn, int(minutes), "text")
        return
    buttons = [(Button("cook_late", {"minutes": n}), label(f"late_{n}", turn.language)) for n in LATE_CHOICES]
    turn.buttons(say_cook(turn, "late_how_long"), buttons)


def _missing(turn: Turn, reading: Interpretation) -> None:
    visit = next(iter(coming_visits(turn)), None)
    if visit is None:
        showing.to_staff(turn, "Says that something is missing, but nothing is planned.")
    elif item := ingredient_called(reading.slots.get("ingredient")):
        report_missing(turn, visit.engagement, visit.date, item.slug, "text")
    else:
        ask_missing(turn, visit.engagement, visit.date)


def _done(turn: Turn, reading: Interpretation) -> None:
    """Today's visits that have begun are cooked; the pantry follows."""
    for plan_id, visit in begun_visits(turn):
        with open_week(plan_id, turn.now) as week:
            for meal in week.meals:
                if meal.pk in {m.pk for m in visit.meals}:
                    rating.mark_cooked(week.plan, meal, turn.now)
        cooking.finish(visit.engagement, visit.date, turn.now)
        CookReport.objects.create(
            engagement=visit.engagement, date=visit.date, kind="done", message=turn.given.message, at=turn.now
        )
    turn.text(say_cook(turn, "done_noted"))


def _recipe(turn: Turn, reading: Interpretation) -> None:
    visit = next(iter(coming_visits(turn)), None)
    meals = list(visit.meals) if visit else []
    wanted = dish_called(reading.slots.get("dish"))
    send_recipes(turn, [meal for meal in meals if wanted is None or meal.dish_id == wanted.pk] or meals)


def _equipment(turn: Turn, reading: Interpretation) -> None:
    visit = next(iter(coming_visits(turn)), None)
    engagement = visit.engagement if visit else next(iter(queries.engagements_of(turn.contact)), None)
    if engagement is None:
        showing.to_staff(turn, "Reports a problem in a kitchen, but is engaged nowhere.")
        return
    outcome: Outcome = equipment.report(engagement, turn.given.text, turn.actor("text"), turn.now)
    turn.text(say_cook(turn, outcome.code))


def _greeting(turn: Turn, reading: Interpretation) -> None:
    turn.text(say_cook(turn, "cook_hello", name=turn.cook.name if turn.cook else "", today=today_text(turn)))


def _opt_out(turn: Turn, reading: Interpretation) -> None:
    optouts.opt_out(turn.contact, method="said so in a message", message=turn.given.message, now=turn.now)


def _other(turn: Turn, reading: Interpretation) -> None:
    showing.to_staff(turn, f"A cook writes what the system does not do: {reading.reason}")


INTENTS: dict[str, Callable[[Turn, Interpretation], object]] = {
    "ack": _ack,
    "absent": cook_absences.said_in_words,
    "late": _late,
    "missing_ingredient": _missing,
    "meal_done": _done,
    "ask_recipe": _recipe,
    "ask_menu": lambda turn, reading: turn.text(today_text(turn)),
    "equipment_problem": _equipment,
    "call_staff": lambda turn, reading: showing.to_staff(turn, "A cook asks for a person."),
    "opt_out": _opt_out,
    "greeting": _greeting,
}
