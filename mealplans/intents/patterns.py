"""The sentence shapes of data/patterns.toml, compiled once. The file's head describes its small language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mealplans.intents.dates import dated_words
from mealplans.intents.lexicon import Mark, key
from mealplans.intents.normalise import tokens
from mealplans.intents.reading import GREETINGS, Reading

_PART = re.compile(r"(\(.*?\)\??|\S+?)(\$?)(?=\s|$)")
_STOPS = frozenset({",", ".", "!", ";", "\n"})
_UP_TO = re.compile(r"\.\.(\d*)")
_MASKED = {"time": "<day>", "meal": "<meal>", "number": "<n>", "month": "<month>"}
_WORDS_OF_TIME = {"till", "from", "this", "next", "last", "now_word", "days", "week", "after_span", "date_word"}


@dataclass(frozen=True)
class Rule:
    """One section of the file: fires on a line when any of `when` is found, none of `unless`, and `only` its words.

    `whole` are shapes that leave no doubt where the message is nothing else.
    """

    intent: str
    awaiting: str | None
    when: re.Pattern[str]
    unless: re.Pattern[str] | None
    only: re.Pattern[str] | None = None
    whole: re.Pattern[str] | None = None

    def fires(self, lines: tuple[str, ...]) -> bool:
        """`lines` are the ways to see one message (see `lines_of`); a veto in any of them holds for all."""
        if not any(self.when.search(line) for line in lines):
            return False
        if self.only is not None and not self.only.fullmatch(lines[0]):
            return False
        return self.unless is None or not any(self.unless.search(line) for line in lines)


def fired(reading: Reading, role: str, awaiting: str | None) -> frozenset[str]:
    """The intents whose rules hold for a message."""
    lines = lines_of(reading)
    return frozenset(rule.intent for rule in rules()[role] if rule.awaiting in (None, awaiting) and rule.fires(lines))


def plain_wish(reading: Reading, role: str) -> str | None:
    """The intent whose shape is the whole of a message, or None."""
    things = reading.named("ingredients")
    dishes = [food for food in reading.named("dishes") if not any(_within(food, thing) for thing in things)]
    parts = [thing for thing in things if not any(_within(thing, dish) for dish in dishes)]
    line = _line(_masked(reading, [(food, "<dish>") for food in dishes] + [(food, "<ingredient>") for food in parts]))
    return next((rule.intent for rule in rules()[role] if rule.whole and rule.whole.search(line)), None)


def _within(one: Mark, other: Mark) -> bool:
    """ "bhindi" is a dish's short name too: alone it is the ingredient, in "bhindi masala" the dish is meant."""
    return other.start <= one.start and one.end <= other.end


def lines_of(reading: Reading) -> tuple[str, ...]:
    """The message as the patterns see it: once with foods masked, once with foods as written."""
    both = tuple(_line(words) for words in _masked_words(reading))
    return both if both[0] != both[1] else both[:1]


def sentences_of(reading: Reading) -> tuple[str, ...]:
    """The same, cut at its sentence marks: where a question or a "don't" may begin."""
    return tuple(_line(part) for words in _masked_words(reading) for part in _cut(words))


def _cut(words: list[str]) -> Iterator[list[str]]:
    start = 0
    for at in [*(i for i, word in enumerate(words) if word in _STOPS), len(words)]:
        if at > start:
            yield words[start:at]
        start = at + 1


def _masked_words(reading: Reading) -> tuple[list[str], list[str]]:
    return _masked(reading, [(food, "<food>") for food in reading.foods]), _masked(reading, ())


def _masked(reading: Reading, foods: Iterable[tuple[Mark, str]]) -> list[str]:
    """The words with days, meals and numbers masked, and these foods by these names."""
    words = list(reading.words)
    for mark in reading.marks:
        if mark.group in _MASKED and mark.name not in _WORDS_OF_TIME:
            _mask(words, mark.start, mark.end, _MASKED[mark.group])
    for start, end in dated_words(reading):
        _mask(words, start, end, "<day>")
    for food, name in foods:
        _mask(words, food.start, food.end, name)
    _greet(words)
    return words


def _greet(words: list[str]) -> None:
    """ "Good morning" is a hello: its "good" praises nothing and approves nothing."""
    for at in range(len(words) - 1):
        if (words[at], words[at + 1]) in GREETINGS:
            words[at : at + 2] = ["helo", ""]  # as the lexicon folds it


def _mask(words: list[str], start: int, end: int, name: str) -> None:
    """ "tonight" is a day and a meal: both stand in its place."""
    if name == "<n>" and words[start] in ("do", "a", "an") and words[start + 1 : start + 2] != ["log"]:
        return
    if words[start] == "":
        return
    words[start] = f"{words[start]} {name}" if words[start].startswith("<") and words[start] != name else name
    words[start + 1 : end] = [""] * (end - start - 1)


def _line(words: list[str]) -> str:
    shown = ["<n>" if word.lstrip("+").isdigit() else word for word in words if word and word not in _STOPS]
    return f" {' '.join(shown)} "


@lru_cache(maxsize=1)
def rules() -> Mapping[str, tuple[Rule, ...]]:
    """Every rule by role, in the order of the file."""
    table = tomllib.loads(files("mealplans.intents").joinpath("data", "patterns.toml").read_text(encoding="utf-8"))
    macros = table.pop("macro")
    return {role: tuple(_rule(name, table, role, macros) for name in table[role]) for role in table}


def _rule(name: str, table: Mapping[str, Any], role: str, macros: Mapping[str, str]) -> Rule:
    intent, _, awaiting = name.partition("@")
    when = compiled(_listed(table, role, name, "when"), macros)
    unless = compiled(_listed(table, role, name, "unless"), macros)
    only = _only(_expanded(table[role][name]["only"], macros)) if "only" in table[role][name] else None
    whole = compiled(table[role][name].get("whole", []), macros)
    return Rule(intent, awaiting or None, when or re.compile(""), unless, only, whole)


def compiled(patterns: Iterable[str], macros: Mapping[str, str]) -> re.Pattern[str] | None:
    """One expression for any of these shapes; None for none."""
    joined = "|".join(_compiled(pattern, macros) for pattern in patterns)
    return re.compile(joined) if joined else None


def _only(words: str) -> re.Pattern[str]:
    """A line made of nothing but these words and phrases; atomic groups, so that no message makes it slow."""
    choices = sorted({_phrase(word) for word in words.split("|")}, key=len, reverse=True)
    return re.compile(rf" (?:(?:{'|'.join(choices)}) )+")


def _listed(table: Mapping[str, Any], role: str, name: str, part: str) -> Iterator[str]:
    """A cook's "{resident.opt_out}" stands for the resident's whole list of the same part."""
    for pattern in table[role][name].get(part, []):
        if match := re.fullmatch(r"\{(\w+)\.(\w+)\}", pattern):
            yield from table[match[1]][match[2]].get(part, [])
        else:
            yield pattern


def _compiled(pattern: str, macros: Mapping[str, str]) -> str:
    pattern = re.sub(r"\([^()]*\)", lambda group: _expanded(group[0], macros), pattern)
    pattern = re.sub(r"\{(\w+)\}", lambda macro: f"({macros[macro[1]]})", pattern)
    anchored = pattern.startswith("^")
    parts = [_part(*found.groups()) for found in _PART.finditer(pattern.lstrip("^ "))]
    return ("^ " if anchored else "(?<= )") + "".join(parts)


def _expanded(group: str, macros: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda macro: macros[macro[1]], group)


def _part(part: str, end: str) -> str:
    if part == "" or part == "$":
        return "$"
    if match := _UP_TO.fullmatch(part):
        return rf"(?:\S+ ){{0,{match[1] or 30}}}?"
    optional = part.endswith(")?")
    inner = part.removesuffix("?").strip("()") if part.startswith("(") else part
    choices = sorted({_phrase(choice) for choice in inner.split("|")}, key=len, reverse=True)
    return f"(?:(?:{'|'.join(choices)}) ){'?' if optional else ''}" + ("$" if end else "")


def _phrase(choice: str) -> str:
    return " ".join(_word(word) for word in choice.split())


def _word(word: str) -> str:
    if word.startswith("<"):
        return re.escape(word)
    stem = word.removesuffix("*")
    said = "".join(key(token) for token in tokens(stem)) or stem
    if word != stem:  # a short stem is not folded by `key`, the longer word it begins is: allow both
        return f"(?:{re.escape(stem)}|{re.escape(said)})\\S*"
    return re.escape(said)
