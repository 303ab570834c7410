"""Free text from cooks: the interpreter's reading leads to one use case; in doubt a question with three answers."""

from __future__ import annotations

from collections.abc import Callable

from households import queries
from households.models import Engagement
from mealplans import cook_absences, cook_done, leftovers, missing, showing, which_home
from mealplans.answers import CLARIFY, Turn
from mealplans.cook_day import coming_visits, say_cook, today_text
from mealplans.cook_replies import (
    acknowledge,
    ask_missing,
    late_somewhere,
    report_equipment,
    report_missing,
    send_recipes,
)
from mealplans.hearing import dish_called, hear_cook, ingredient_called
from mealplans.intents.interpretation import Doubt, Facts, Interpretation
from mealplans.intents.reading import read
from mealplans.models import CookInstruction, InstructionStatus
from mealplans.offers import Button
from mealplans.resident_texts import ASKED_LATELY
from mealplans.wording import label
from whatsapp import optouts
from whatsapp.models import Message

LATE_CHOICES = (15, 30, 60)


def answer(turn: Turn) -> None:
    heard = hear_cook(turn)
    if leftovers.said(turn.given.text) and _of_the_food(heard):
        _left_over(turn, heard)
        return
    if heard.intent is None:
        unsure(turn, heard)
        return
    for reading in (heard, *heard.also):
        if reading.intent is not None:
            INTENTS.get(reading.intent, _other)(turn, reading)


def _of_the_food(heard: Interpretation) -> bool:
    """Nothing else was said."""
    return {heard.intent, *(more.intent for more in heard.also)} <= {None, "meal_done"}


def _left_over(turn: Turn, heard: Interpretation) -> None:
    if "meal_done" in (heard.intent, *(more.intent for more in heard.also)):
        cook_done.said(turn, heard)
    elif not cook_done.left_over(turn):
        unsure(turn, heard)


def unsure(turn: Turn, heard: Interpretation) -> None:
    if heard.doubt is Doubt.NO_DAY:  # sure otherwise: the day is asked, and what was said of meals is kept
        cook_absences.said_in_words(turn, heard)
        return
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
    """OK to what was sent last and is not answered yet. "I will come", after an absence, is asked about."""
    away = cook_absences.told_lately(turn)
    if away is not None and read(turn.given.text, Facts()).has("act", "come"):
        cook_absences.ask_whether_coming(turn, away)
        return
    rows = _unanswered(turn)
    if not rows:
        turn.text(say_cook(turn, "already_acknowledged"))
    elif len(rows) == 1:
        acknowledge(turn, [(rows[0].engagement, rows[0].date)])
    else:
        visits = [[row.engagement_id, row.date.isoformat()] for row in rows]
        homes = [
            (row.engagement.household, {"engagement": pk, "date": day})
            for row, (pk, day) in zip(rows, visits, strict=True)
        ]
        which_home.ask(turn, "cook_ok", homes, {"visits": visits})


def _unanswered(turn: Turn) -> list[CookInstruction]:
    """The newest message about each home; of the homes that are named, if any is."""
    rows = CookInstruction.objects.select_related("engagement__cook", "engagement__household").filter(
        engagement__cook=turn.cook,
        status__in=(InstructionStatus.SENT, InstructionStatus.OVERDUE, InstructionStatus.ESCALATED),
    )
    newest: dict[int, CookInstruction] = {}
    for row in rows.order_by("-sent_at"):
        newest.setdefault(row.engagement.household_id, row)
    homes = which_home.named(turn.given.text, [row.engagement.household for row in newest.values()])
    found = [row for row in newest.values() if not homes or row.engagement.household in homes]
    return sorted(found, key=lambda row: (row.date, row.engagement.arrives_at, row.pk))


def _late(turn: Turn, reading: Interpretation) -> None:
    minutes = reading.slots.get("minutes")
    if minutes:
        late_somewhere(turn, int(minutes), "text")
        return
    buttons = [(Button("cook_late", {"minutes": n}), label(f"late_{n}", turn.language)) for n in LATE_CHOICES]
    turn.buttons(say_cook(turn, "late_how_long"), buttons)


def _missing(turn: Turn, reading: Interpretation) -> None:
    """In the home whose dishes need it; where several do, or it has no name, the home is asked."""
    visits, item = which_home.visits_meant(turn), ingredient_called(reading.slots.get("ingredient"))
    homes = which_home.one_per_home(visits)
    if item is not None:
        need = [visit for visit in visits if any(missing.holds(meal, item.slug) for meal in visit.meals)]
        known = [visit for visit in visits if missing.reported(visit.engagement, visit.date, item.slug)]
        homes = which_home.one_per_home(need or known or visits)
    if not homes:
        showing.to_staff(turn, "Says that something is missing, but nothing is planned.")
    elif len(homes) > 1:
        action, also = ("cook_missing_item", {"ingredient": item.slug}) if item else ("cook_missing", {})
        which_home.ask(turn, action, [which_home.of_visit(visit, **also) for visit in homes])
    elif item:
        report_missing(turn, homes[0].engagement, homes[0].date, item.slug, "text")
    else:
        ask_missing(turn, homes[0].engagement, homes[0].date)


def _recipe(turn: Turn, reading: Interpretation) -> None:
    """Of the dish that is named, wherever it is cooked; else of the visit, once the home is known."""
    visits, wanted = which_home.visits_meant(turn), dish_called(reading.slots.get("dish"))
    named = [meal for visit in visits for meal in visit.meals if wanted is not None and meal.dish_id == wanted.pk]
    homes = which_home.one_per_home(visits)
    if named or len(homes) < 2:
        send_recipes(turn, named or [meal for visit in homes for meal in visit.meals])
    else:
        which_home.ask(turn, "cook_recipe", [which_home.of_visit(visit) for visit in homes])


def _equipment(turn: Turn, reading: Interpretation) -> None:
    homes = which_home.one_per_home(which_home.visits_meant(turn))
    places = [visit.engagement for visit in homes] or _where_engaged(turn)
    if not places:
        showing.to_staff(turn, "Reports a problem in a kitchen, but is engaged nowhere.")
    elif len(places) > 1:
        said = turn.given.message.pk
        rows = [(place.household, {"engagement": place.pk, "said": said}) for place in places]
        which_home.ask(turn, "cook_equipment", rows)
    else:
        report_equipment(turn, places[0], turn.given.text, "text")


def _where_engaged(turn: Turn) -> list[Engagement]:
    """One visit of each home, on a day without cooking."""
    found: dict[int, Engagement] = {}
    for engagement in queries.engagements_of(turn.contact):
        found.setdefault(engagement.household_id, engagement)
    return list(found.values())


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
    "meal_done": cook_done.said,
    "ask_recipe": _recipe,
    "ask_menu": lambda turn, reading: turn.text(today_text(turn)),
    "equipment_problem": _equipment,
    "call_staff": lambda turn, reading: showing.to_staff(turn, "A cook asks for a person."),
    "opt_out": _opt_out,
    "greeting": _greeting,
}
