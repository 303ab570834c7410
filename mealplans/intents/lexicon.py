"""The word lists of data/*.toml, ready to be looked up in a message.

Words of up to four letters are compared as written: folding would make "soon" Sunday, "good" jaggery and "tell" oil.
Longer ones are compared by sound.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rapidfuzz.distance import OSA

from mealplans.intents.normalise import clean, fold, tokens

LONGEST_PHRASE = 5
_SHORT = 4
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    """Words [start, end) of a message mean `name` of `group`, for example ("time", "kal")."""

    start: int
    end: int
    group: str
    name: str


def key(token: str) -> str:
    """What a word is looked up by, in its usual spelling. Takes a token of `normalise.tokens`."""
    token = _LONG_RUN.sub(r"\1\1" if len(token) > _SHORT + 2 else r"\1", token.replace("'", ""))
    sound = _sound(token)
    return _spellings().get(sound, sound)


def _sound(token: str) -> str:
    return token if len(token) <= _SHORT else fold(token)


@lru_cache(maxsize=1)
def _spellings() -> Mapping[str, str]:
    """{variant: the spelling the other files use}, of data/spelling.toml, both sides by sound."""
    table = tomllib.loads(_text("spelling.toml"))
    sounds = {name: " ".join(_sound(word) for word in name.split()) for name in table}
    known = {_sound(variant): sounds[name] for name, variants in table.items() for variant in variants}
    return known | {sound: sound for sound in sounds.values()}


def keys(text: str) -> Key:
    """The keys of every token of a text; one token may be two words ("krdo")."""
    return tuple(word for token in tokens(clean(text)) for word in key(token).split())


class Lexicon:
    """Phrases by key. Among rivals (see `_rivals`) the longest phrase at a place wins."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        self._phrases: dict[Key, set[tuple[str, str]]] = defaultdict(set)
        for group, name, spoken in entries:
            self._phrases[keys(spoken)].add((group, name))
        self._phrases.pop((), None)
        self.words = frozenset(word for phrase in self._phrases for word in phrase)
        self._fuzzy: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self.words):
            if len(word) > _SHORT and word.isalpha():
                self._fuzzy[word[0]].append(word)

    def marks(self, words: Key) -> list[Mark]:
        """Every phrase found in `words` (keys of one message), in order of place."""
        found: list[Mark] = []
        covered: dict[str | tuple[str, str], int] = defaultdict(int)
        for start in range(len(words)):
            for end in range(min(start + LONGEST_PHRASE, len(words)), start, -1):
                self._add(found, covered, start, end, words)
        return found

    def _add(
        self, found: list[Mark], covered: dict[str | tuple[str, str], int], start: int, end: int, words: Key
    ) -> None:
        meanings = self._phrases.get(words[start:end], ())
        fresh = [meaning for meaning in sorted(meanings) if covered[_rivals(meaning)] <= start]
        found.extend(Mark(start, end, group, name) for group, name in fresh)
        for meaning in fresh:
            covered[_rivals(meaning)] = end

    def nearest(self, word: str) -> str:
        """A known word one slip of the finger away, or the word itself. Short words are never corrected."""
        if len(word) <= _SHORT or not word.isalpha() or word in self.words:
            return word
        allowed = 2 if len(word) >= 9 else 1
        best, at = word, allowed + 1
        for known in self._fuzzy.get(word[0], ()):
            distance = OSA.distance(word, known, score_cutoff=at - 1)
            if distance < at:
                best, at = known, distance
        return best


def _rivals(meaning: tuple[str, str]) -> str | tuple[str, str]:
    """Meanings of which a place holds only one: "kadai paneer" is not paneer. Decision words may share a place."""
    return meaning if meaning[0] in ("decision", "act") else meaning[0]


def _table(name: str) -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(_text(name))


def _text(name: str) -> str:
    return files("mealplans.intents").joinpath("data", name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def words() -> Lexicon:
    """The decision words of data/words.toml."""
    table = _table("words.toml")
    return Lexicon(
        (group, name, spoken) for group, names in table.items() for name, list_ in names.items() for spoken in list_
    )


@lru_cache(maxsize=1)
def pattern_words() -> frozenset[str]:
    """Words the rules look for; like the lexicons' own they are never "corrected" away."""
    shapes = _text("patterns.toml") + _text("moods.toml") + _text("reproaches.toml")
    return frozenset(word for found in re.findall(r"[a-z]{3,}", shapes) for word in key(found).split())


@lru_cache(maxsize=1)
def foods() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """{"dishes" | "ingredients": {name: every way to say it, the name itself first}} of data/foods.toml."""
    return {
        kind: {name: (name, *spoken) for name, spoken in names.items()} for kind, names in _table("foods.toml").items()
    }
