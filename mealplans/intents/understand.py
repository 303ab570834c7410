"""A message in, its meaning out: the one door of this package.

Read the words (reading.py), run into the guards (guards.py), weigh the wishes (features.py, model.py), ask the gate
whether that is sure enough (gate.py), fill the slots (slots.py), and look for further wishes (wishes.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from mealplans.intents import gate
from mealplans.intents.dates import days
from mealplans.intents.day import Day
from mealplans.intents.evidence import lacking
from mealplans.intents.features import features
from mealplans.intents.guards import guard
from mealplans.intents.interpretation import Doubt, Heard, Interpretation
from mealplans.intents.lexicon import key
from mealplans.intents.model import Model, shipped
from mealplans.intents.moods import held_back
from mealplans.intents.normalise import clean
from mealplans.intents.patterns import fired, plain_wish
from mealplans.intents.reading import Reading, read
from mealplans.intents.reproach import without_reproach
from mealplans.intents.slots import foods, meals, slot_names, slots_for, tense
from mealplans.intents.wishes import clauses, combined, without_remarks

_IS_IT_SO = (key("kya"),)  # "pizza rakh sakte ho kya", "dinner skip kiya kya": at the end it asks
_ACTS = frozenset(
    [
        "approve",
        "swap_meal",
        "skip_meal",
        "guests",
        "avoid_ingredient",
        "request_dish",
        "pause",
        "resume",
        "opt_out",
        "ack",
        "absent",
        "late",
        "missing_ingredient",
        "meal_done",
        "equipment_problem",
    ]
)
_AHEAD = frozenset({"swap_meal", "skip_meal", "guests", "pause", "resume", "request_dish", "absent", "late"})
_NEEDS = {"avoid_ingredient": "ingredient", "request_dish": "dish"}  # without it there is nothing to do


def interpret(heard: Heard, model: Model | None = None) -> Interpretation:
    """The meaning of one message. Never raises on any text; no network, no database, a few milliseconds.

    `model` defaults to the shipped weights; training passes its own to measure it.
    """
    if heard.role == "cook":
        heard = replace(heard, text=without_remarks(heard.text))
    reading = read(heard.text, heard.facts)
    if stopped := guard(reading, heard.role):
        return Interpretation(stopped.intent, confidence=0.99, reason=stopped.reason, outcome=stopped.outcome)
    weights = model or shipped()
    if once_more := _said_once_more(heard, reading, weights):
        return once_more
    whole = _meaning(heard, reading, weights)
    parts = clauses(clean(heard.text))
    if len(parts) < 2:
        return _each(whole, heard, reading)
    meanings = [_meaning(heard, read(part, heard.facts), weights) for part in parts]
    result = combined(whole, meanings)
    if result is whole:
        return _each(whole, heard, reading)
    if mood := _held_back(result.intent or "other", reading):  # a "but we are at home" holds for the clause beside it
        return Interpretation(
            None, {}, result.confidence, mood, outcome="ask", candidates=whole.candidates, doubt=Doubt.MOOD
        )
    return _filled(result, heard, reading)


def _said_once_more(heard: Heard, reading: Reading, model: Model) -> Interpretation | None:
    """The opt-out that a reproach repeats, if it does."""
    order = without_reproach(reading)
    if not order:
        return None
    meaning = _meaning(heard, read(order, heard.facts), model)
    return (
        replace(meaning, reason="says once more that we are to stop writing") if meaning.intent == "opt_out" else None
    )


def _meaning(heard: Heard, reading: Reading, model: Model) -> Interpretation:
    """One reading, one meaning: what the gate says, with its slots."""
    if not reading.words:
        return Interpretation("other", confidence=0.0, reason="nothing to read")
    held = fired(reading, heard.role, heard.awaiting)
    chances = model.roles[heard.role].chances(features(reading, heard.role, heard.awaiting))
    if _away(heard, reading, held):
        held, chances = held - {"skip_meal"}, gate.as_one(chances, "pause", "skip_meal")
    plain = plain_wish(reading, heard.role)
    verdict = gate.plainly(plain, chances) if plain else gate.judge(chances, held, reading.unfamiliar())
    if verdict.intent is None:
        return Interpretation(
            None, {}, verdict.confidence, verdict.reason, outcome=verdict.outcome, candidates=verdict.candidates
        )
    return with_slots(verdict, heard, reading)


def with_slots(
    verdict: gate.Verdict, heard: Heard, reading: Reading, offered: Mapping[str, Any] | None = None
) -> Interpretation:
    """A verdict with the slots its words hold, or the doubt that stops it. `offered` fills in what we could not read,
    as far as the intent has such a slot; it never replaces what we read ourselves."""
    intent = verdict.intent or "other"
    found = _days(heard, reading, intent)
    welcome = {name: value for name, value in (offered or {}).items() if name in slot_names(intent)}
    slots = {**welcome, **slots_for(intent, reading, found, heard.facts)}
    if stopped := _doubt(intent, slots, found, reading, local_date(heard)):
        doubt, why = stopped
        return Interpretation(None, {}, verdict.confidence, why, outcome="ask", candidates=(intent,), doubt=doubt)
    return Interpretation(intent, slots, verdict.confidence, verdict.reason)


def _away(heard: Heard, reading: Reading, held: frozenset[str]) -> bool:
    """ "We are away Wed to Sat, no food needed": over several whole days a skipped meal and a pause are one act."""
    if not {"pause", "skip_meal"} <= held or meals(reading):
        return False
    found = _days(heard, reading, "pause")
    return len(found) == 1 and found[0].first != found[0].last


def _days(heard: Heard, reading: Reading, intent: str) -> list[Day]:
    today = local_date(heard)
    return days(reading, today, tense(reading, intent, today))


def local_date(heard: Heard) -> date:
    """The household's own day: 20:00 UTC is already tomorrow in India."""
    return heard.now.astimezone(ZoneInfo(heard.timezone)).date()


def _doubt(
    intent: str, slots: dict[str, Any], found: list[Day], reading: Reading, today: date
) -> tuple[Doubt, str] | None:
    """Why a clear intent is still asked back, as a code and in words, or None."""
    if intent in _ACTS and reading.words[-1:] == _IS_IT_SO:
        return Doubt.QUESTION, "a question is no command"
    if mood := _held_back(intent, reading):
        return Doubt.MOOD, mood
    if intent in _AHEAD and any(day.last < today for day in found):
        return Doubt.DAY_OVER, "names a day that is over"
    if any(day.unsure for day in found) and "date" in slots:
        return Doubt.WHICH_DAY, "kal and parso are two days each; the verb does not tell which"
    return _part_missing(intent, slots, found, reading)


def _part_missing(intent: str, slots: dict[str, Any], found: list[Day], reading: Reading) -> tuple[Doubt, str] | None:
    """The part without which the act cannot be done, or that is said twice."""
    if intent in _NEEDS and _NEEDS[intent] not in slots:
        return Doubt.NO_FOOD, f"names no {_NEEDS[intent]} we know"
    if intent == "swap_meal" and not slots:
        return Doubt.NO_MEAL, "says neither which meal nor which dish"
    if intent in ("swap_meal", "guests") and len(found) > 1:
        return Doubt.SEVERAL_DAYS, "names several days; which one is meant"
    if intent == "guests" and not {"delta", "count"} & slots.keys() and not _names_guests(reading):
        return Doubt.NO_NUMBER, "names neither a number nor a guest"
    if intent == "rate_meal" and "rating" not in slots:
        return Doubt.NO_RATING, "neither praise nor blame that we can read"
    if intent in ("pause", "absent") and len(found) > 1:
        return Doubt.SEVERAL_DAYS, "names several days that are no span"
    if intent == "absent" and not found:
        return Doubt.NO_DAY, "does not say on which day"
    return None


def _held_back(intent: str, reading: Reading) -> str | None:
    """The grammar that stands against an act, or the proof that is not there."""
    return held_back(intent, reading) or lacking(intent, reading)


def _names_guests(reading: Reading) -> bool:
    return reading.has("act", "guest", "people") or any(mark.group == "kin" for mark in reading.marks)


def _each(one: Interpretation, heard: Heard, reading: Reading) -> Interpretation:
    """A wish that names two meals, two foods or two separate days is two wishes of the same kind."""
    if one.intent is None:
        return one
    more = _alternatives(one, heard, reading)
    return replace(one, also=tuple(replace(one, slots={**one.slots, **change}) for change in more))


def _alternatives(one: Interpretation, heard: Heard, reading: Reading) -> list[dict[str, Any]]:
    if one.intent in ("avoid_ingredient", "missing_ingredient"):
        return [{"ingredient": name} for name in foods(reading, "ingredients")[1:]]
    if one.intent in ("skip_meal", "meal_done") and len(meals(reading)) > 1:
        return [{"meal": name} for name in meals(reading)[1:]]
    if one.intent == "skip_meal":
        return [{"date": day.slot()} for day in _days(heard, reading, "skip_meal")[1:]]
    return []


def _filled(result: Interpretation, heard: Heard, reading: Reading) -> Interpretation:
    """A single wish found in a clause takes its slots from the whole message: "Friday lunch: all fine, but change"."""
    if result.intent is None or result.also:
        return result
    slots = slots_for(result.intent, reading, _days(heard, reading, result.intent), heard.facts)
    return replace(result, slots={**slots, **result.slots})
