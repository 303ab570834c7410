"""Whether a sentence that names an act asks for it at all: the grammar that stands against acting.

A question, a condition, something past, a "don't", somebody else's affair or repeated words are no wish, however much
their words look like one. The shapes are in data/moods.toml, in the language of patterns.toml.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from mealplans.intents.patterns import compiled, sentences_of
from mealplans.intents.reading import Reading


@dataclass(frozen=True)
class Mood:
    """Holds back the intents `of` when any of `when` is found and none of `unless`."""

    reason: str
    of: frozenset[str]
    when: re.Pattern[str]
    unless: re.Pattern[str] | None

    def holds(self, lines: tuple[str, ...]) -> bool:
        """`lines` are the sentences of a message; an exception in any of them holds for all."""
        if not any(self.when.search(line) for line in lines):
            return False
        return self.unless is None or not any(self.unless.search(line) for line in lines)


def held_back(intent: str, reading: Reading) -> str | None:
    """Why a sentence that looks like this intent does not ask for it, or None."""
    lines = sentences_of(reading)
    return next((mood.reason for mood in moods() if intent in mood.of and mood.holds(lines)), None)


@lru_cache(maxsize=1)
def moods() -> tuple[Mood, ...]:
    """Every mood, in the order of the file."""
    table = tomllib.loads(files("mealplans.intents").joinpath("data", "moods.toml").read_text(encoding="utf-8"))
    macros = table["macro"]
    return tuple(
        Mood(mood["reason"], frozenset(mood["of"]), compiled(mood["when"], macros) or re.compile("(?!)"),
             compiled(mood.get("unless", []), macros))
        for mood in table["mood"].values()
    )  # fmt: skip
