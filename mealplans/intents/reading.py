"""A message taken apart once: its words, what they mean, and the foods it names. Everything else looks here."""

from __future__ import annotations

from dataclasses import dataclass, field

from mealplans.intents.corpus import common_words
from mealplans.intents.interpretation import Facts
from mealplans.intents.lexicon import Key, Lexicon, Mark, keys, pattern_words, words
from mealplans.intents.names import in_play

GREETINGS = {("good", "morning"), ("good", "evening"), ("good", "afternoon"), ("good", "night"), ("gud", "morning")}

_ENGLISH = {"no", "the", "we", "dont", "please", "is", "are", "avoid", "any", "raw", "eat", "there", "only", "finished"}


@dataclass(frozen=True)
class Reading:
    """`words` are lookup keys in order; `marks` the meanings found in them, `foods` the names."""

    text: str
    words: Key
    marks: tuple[Mark, ...]
    foods: tuple[Mark, ...]
    _names: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)

    def has(self, group: str, *names: str) -> bool:
        """True if any of the meanings is present."""
        return any((group, name) in self._names for name in names)

    def of(self, group: str, *names: str) -> list[Mark]:
        """The marks of a group, of all its names or of these."""
        return [mark for mark in self.marks if mark.group == group and (not names or mark.name in names)]

    def says(self, *wanted: str) -> bool:
        """True if any of these words (keys, or phrases of keys) stands in the message."""
        line = f" {' '.join(self.words)} "
        return any(f" {word} " in line for word in wanted)

    def unfamiliar(self) -> int:
        """How many of the longer words nobody used in our own messages and no list knows."""
        named = {at for mark in self.foods for at in range(mark.start, mark.end)}
        return sum(
            len(word) > 3 and word.isalpha() and at not in named and not _familiar(word)
            for at, word in enumerate(self.words)
        )

    def named(self, kind: str) -> list[Mark]:
        """The "dishes" or "ingredients" named, in order."""
        return [mark for mark in self.foods if mark.group == kind]


def _familiar(word: str) -> bool:
    return word in common_words() or word in pattern_words() or word in words().words


def read(text: str, facts: Facts) -> Reading:
    """Take any text apart; never raises."""
    food_names = in_play(facts)
    lexicon = words()
    keyed = tuple(_corrected(word, lexicon, food_names) for word in keys(text))
    marks = _without_counted_days(_without_greetings(keyed, lexicon.marks(keyed)))
    foods = [mark for mark in food_names.marks(keyed) if not _is_verb(keyed, mark)]
    return Reading(text, keyed, tuple(marks), tuple(foods), frozenset((m.group, m.name) for m in marks))


def _corrected(word: str, *lexicons: Lexicon) -> str:
    """A slip of the finger undone ("tusday", "kichdi"), unless the word is one people do use."""
    if word in common_words() or word in pattern_words() or any(word in lexicon.words for lexicon in lexicons):
        return word
    return next((near for lexicon in lexicons if (near := lexicon.nearest(word)) != word), word)


def _is_verb(keyed: Key, mark: Mark) -> bool:
    """ "kya banana hai" is "what is to be made"; the fruit is meant only among English words.

    "nahi aata" is no flour.
    """
    if keyed[mark.start : mark.end] in (("aata",), ("ata",)) and keyed[mark.start - 1 : mark.start] == ("nahi",):
        return True
    return keyed[mark.start : mark.end] == ("banana",) and not _ENGLISH.intersection(keyed)


def _without_counted_days(marks: list[Mark]) -> list[Mark]:
    """ "Sat log" (seven people, as Devanagari spells them) is no Saturday."""
    counts = [mark for mark in marks if mark.group == "number" and mark.end - mark.start > 1]
    return [m for m in marks if m.group != "time" or not any(c.start <= m.start and m.end <= c.end for c in counts)]


def _without_greetings(keyed: Key, marks: list[Mark]) -> list[Mark]:
    """ "Good morning" is not breakfast, "good night" is not dinner."""
    polite = {at + 1 for at in range(len(keyed) - 1) if keyed[at : at + 2] in GREETINGS}
    return [mark for mark in marks if not (mark.group == "meal" and mark.start in polite)]
