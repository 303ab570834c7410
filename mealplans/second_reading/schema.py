"""The closed form a second reading must have, as the tool the model is given and as the check of what it sends back.

The schema asks; the check insists. Whatever is outside it (an intent nobody listed, a date in another century, a dish
that is not ours) makes the whole answer worthless: NoReading, and the person is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from mealplans.intents.heads import MOST
from mealplans.intents.interpretation import INTENTS, Heard
from mealplans.intents.slots import MEALS
from mealplans.intents.understand import local_date
from mealplans.second_reading.provider import NoReading

TOOL = "understood"
QUESTION, UNCLEAR = "question", "unclear"
RATINGS = ("good", "ok", "bad")
BACK, AHEAD = timedelta(days=14), timedelta(days=180)  # days anybody speaks of here
LONGEST_ANSWER = 600  # characters

_DATE = {"type": "string", "description": "YYYY-MM-DD"}
_SLOTS: dict[str, dict[str, Any]] = {
    "date": {
        "description": "The day meant, or the first and last day, both included.",
        "anyOf": [
            _DATE,
            {"type": "object", "properties": {"start": _DATE, "end": _DATE}, "required": ["start", "end"]},
        ],
    },
    "meal": {"type": "string", "enum": list(MEALS)},
    "dish": {"type": "string", "description": "Only a name of the list of dishes. When swapping, the one wanted."},
    "ingredient": {"type": "string", "description": "Only a name of the list of ingredients."},
    "delta": {"type": "integer", "description": "Change in the number of people eating."},
    "count": {"type": "integer", "description": "Number of people eating in all."},
    "minutes": {"type": "integer", "description": "How late the cook will be."},
    "rating": {"type": "string", "enum": list(RATINGS)},
}


@dataclass(frozen=True)
class Second:
    """The model's reading, checked. `intent` None: it would not say; `answer`: its words to a question."""

    intent: str | None
    confidence: float
    slots: Mapping[str, Any] = field(default_factory=dict)
    answer: str = ""


def tool(role: str) -> dict[str, Any]:
    """The one tool the model may call, for a resident's or a cook's message."""
    properties = {
        "intent": {"type": "string", "enum": [*INTENTS[role], QUESTION, UNCLEAR]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "several_wishes": {"type": "boolean", "description": "True when the message asks for more than one thing."},
        "slots": {"type": "object", "properties": _SLOTS, "additionalProperties": False},
        "answer": {"type": "string", "description": "Only for a question the facts answer: the answer, briefly."},
    }
    required = ["intent", "confidence", "several_wishes", "slots"]
    return {
        "name": TOOL,
        "description": "Record what the message means.",
        "input_schema": {
            "type": "object", "properties": properties, "required": required, "additionalProperties": False,
        },
    }  # fmt: skip


def checked(given: Mapping[str, Any], heard: Heard) -> Second:
    """The reading in a tool call's arguments. Raises NoReading unless every part is what the schema allows."""
    intent, confidence = given.get("intent"), given.get("confidence")
    if intent not in (*INTENTS[heard.role], QUESTION, UNCLEAR):
        raise NoReading("the language model named an intent that is not ours")
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 <= confidence <= 1:
        raise NoReading("the language model gave no confidence")
    if given.get("several_wishes") is not False or intent == UNCLEAR:
        return Second(None, float(confidence))
    if intent == QUESTION:
        return Second(None, float(confidence), answer=_answer(given.get("answer")))
    return Second(str(intent), float(confidence), _checked_slots(given.get("slots"), heard))


def _answer(said: Any) -> str:
    return said.strip() if isinstance(said, str) and len(said) <= LONGEST_ANSWER else ""


def _checked_slots(slots: Any, heard: Heard) -> dict[str, Any]:
    if not isinstance(slots, Mapping) or not set(slots) <= set(_SLOTS):
        raise NoReading("the language model gave slots that are not ours")
    for name, value in slots.items():
        if not _fits(name, value, heard):
            raise NoReading(f"the language model gave an impossible {name}")
    return dict(slots)


def _fits(name: str, value: Any, heard: Heard) -> bool:
    if name == "date":
        return _is_span(value, heard) if isinstance(value, Mapping) else _day(value, heard) is not None
    if name == "dish":
        return value in {known.name for known in heard.facts.dishes}
    if name == "ingredient":
        return value in {known.name for known in heard.facts.ingredients}
    return _RANGES[name](value)


def _is_span(value: Mapping[str, Any], heard: Heard) -> bool:
    first, last = _day(value.get("start"), heard), _day(value.get("end"), heard)
    return set(value) == {"start", "end"} and first is not None and last is not None and first <= last


def _day(value: Any, heard: Heard) -> date | None:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    today = local_date(heard)
    return day if today - BACK <= day <= today + AHEAD else None


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_RANGES: Mapping[str, Callable[[Any], bool]] = {
    "meal": lambda value: value in MEALS,
    "rating": lambda value: value in RATINGS,
    "delta": lambda value: _whole(value) and 0 < abs(value) <= MOST,
    "count": lambda value: _whole(value) and 0 < value <= MOST,
    "minutes": lambda value: _whole(value) and 0 < value <= 600,
}
