"""An order said once more: "I already told you to stop messaging me", "kitni baar bolun, message mat bhejo", "phir se
message aaya, mana kiya tha na bhejne ko".

The frame of a reproach speaks of the past or asks a question, and both hold an act back (moods.py). Consent may not
wait for grammar: the frame is taken off, and what is left is read as if it stood alone. The shapes are in
data/reproaches.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mealplans.intents.lexicon import Key
from mealplans.intents.patterns import compiled
from mealplans.intents.reading import Reading

_ENDS = frozenset({",", ".", "!", ";", "\n", "?"})
_ORDER = " stop messages "
_MOST_LEADS = 3
_LONGEST = 4  # frames of one sentence: "jab maine bola | message mat bhejo | to phir kyun bhej rahe ho"


@dataclass(frozen=True)
class Frames:
    """`told` and `asked` are taken off, `asked` with its question mark; `order` is put as a plain opt-out, and so is a
    message that is nothing but `halves`: that messages came, and that they were forbidden."""

    told: re.Pattern[str]
    asked: re.Pattern[str]
    order: re.Pattern[str]
    halves: re.Pattern[str]
    never: re.Pattern[str]


def without_reproach(reading: Reading) -> str | None:
    """What a message orders once its reproach is taken off; None where it holds none, or takes the order back."""
    if frames().never.search(f" {' '.join(reading.words)} "):
        return None
    if frames().halves.fullmatch(f" {' '.join(word for word in reading.words if word not in _ENDS)} "):
        return _ORDER.strip()
    cut = [_bare(sentence) for sentence in _sentences(reading.words)]
    if not any(found for _, found in cut):
        return None
    return ", ".join(rest for rest, _ in cut if rest.strip(" ?"))


def _sentences(words: Key) -> Iterator[str]:
    """Each with its question mark: that belongs to the sentence which it ends."""
    start = 0
    for at, word in enumerate((*words, ".")):
        if word in _ENDS:
            yield f" {' '.join(words[start : at + (word == '?')])} "
            start = at + 1


def _bare(sentence: str) -> tuple[str, bool]:
    """One sentence without its frames, and whether it had any."""
    before = sentence
    for _ in range(_LONGEST):
        sentence = frames().order.sub(_ORDER, sentence, count=1)
        asked = frames().asked.sub(" ", sentence, count=1)
        if asked != sentence:
            asked = asked.replace(" ? ", " ")
        sentence = frames().told.sub(" ", asked, count=1)
    return sentence.strip(), sentence != before


@lru_cache(maxsize=1)
def frames() -> Frames:
    """The shapes of the file: each at the beginning of a sentence, after words that only lead in, or at its end."""
    table = tomllib.loads(files("mealplans.intents").joinpath("data", "reproaches.toml").read_text(encoding="utf-8"))
    macros = table.pop("macro")
    placed = {part: _placed(table[part]["shapes"], macros) for part in ("told", "asked", "order")}
    return Frames(never=_any_of(table["never"]["shapes"], macros), halves=_halves(table, macros), **placed)


def _halves(table: Mapping[str, Any], macros: Mapping[str, str]) -> re.Pattern[str]:
    """Both of them in either order, each after words that only lead in."""
    lead = _any_of(["({lead})"], macros).pattern
    halves = (_any_of(table[name]["shapes"], macros).pattern for name in ("came", "forbade"))
    came, forbade = (f"(?:{lead}){{0,{_MOST_LEADS}}}(?:{half})" for half in halves)
    return re.compile(f" (?:{came}{forbade}|{forbade}{came})")


def _placed(shapes: list[str], macros: Mapping[str, str]) -> re.Pattern[str]:
    starts = [f"^ ({{lead}})? ({{lead}})? {shape}" for shape in shapes]
    ends = [f"{shape} (?)? $" for shape in shapes]
    return _any_of([*starts, *ends], macros)


def _any_of(shapes: list[str], macros: Mapping[str, str]) -> re.Pattern[str]:
    return compiled(shapes, macros) or re.compile("(?!)")
