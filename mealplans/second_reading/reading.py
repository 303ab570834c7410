"""A message the small model would ask back, read once more by a language model, through the same gate.

The second reading can only turn a question into an action our own rules do not speak against, never the other way:
what does harm (an approval, a pause, an absence, an opt-out) still needs its rule in the person's own words, a hard
food rule still goes to a person, and slots are ours wherever we could read them. On any failure the first reading
stands, and the person is asked.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mealplans.intents import gate
from mealplans.intents.guards import guard
from mealplans.intents.interpretation import Heard, Interpretation
from mealplans.intents.patterns import fired
from mealplans.intents.reading import read
from mealplans.intents.understand import with_slots
from mealplans.second_reading import prompt
from mealplans.second_reading.answers import sendable
from mealplans.second_reading.provider import Config, NoReading, arguments
from mealplans.second_reading.schema import Second, checked, tool

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reread:
    """`answer` is text that may be sent instead of asking back; it stands only where `meaning` is a question."""

    meaning: Interpretation
    answer: str = ""


def reread(
    heard: Heard, first: Interpretation, turns: Sequence[prompt.Said], names: Iterable[str], config: Config
) -> Reread:
    """The meaning after a second look. Returns the first one unless that was a doubt and the model is sure.

    Takes at most `config.seconds`; call it outside any transaction. Never raises for what the model does.
    """
    if first.intent is not None or first.outcome != "ask":
        return Reread(first)
    if guard(read(heard.text, heard.facts), heard.role):
        return Reread(first)
    try:
        given = arguments(config, prompt.SYSTEM, prompt.message(heard, turns, names), tool(heard.role))
        second = checked(given, heard)
    except NoReading as why:
        logger.warning("no second reading: %s", why)
        return Reread(replace(first, reason=f"{first.reason}; {why}"))
    if second.intent is None:
        return Reread(first, second.answer if sendable(second.answer, heard) else "")
    return Reread(judged(heard, first, second))


def judged(heard: Heard, first: Interpretation, second: Second) -> Interpretation:
    """The second reading through the gate of the first: the rules that hold, the limits, the doubts about slots."""
    intent = second.intent or "other"
    reading = read(heard.text, heard.facts)
    held = fired(reading, heard.role, heard.awaiting)
    if second.confidence < gate.needed(intent, held):
        likely = tuple(dict.fromkeys((intent, *first.candidates)))[: gate.CANDIDATES]
        reason = f"{first.reason}; second reading: {intent} at {second.confidence:.0%}, not sure enough"
        return replace(first, reason=reason, candidates=first.candidates if intent == "other" else likely)
    verdict = gate.Verdict(intent, second.confidence, "the language model is sure and no rule speaks against it")
    return with_slots(verdict, heard, reading, second.slots)
