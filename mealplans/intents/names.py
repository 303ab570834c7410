"""Which dishes and ingredients a message names.

The names in play (the catalogue's, the plan's) come with `Facts`; common spellings of data/foods.toml are added to
whichever of them they belong to, so that a catalogue which knows "Okra" is found by "bhindi".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mealplans.intents.interpretation import Facts, Name
from mealplans.intents.lexicon import Lexicon, foods, keys

KINDS = ("dishes", "ingredients")


@lru_cache(maxsize=64)
def in_play(facts: Facts) -> Lexicon:
    """Every spelling of every food this message may name; marks are ("dishes" | "ingredients", name)."""
    return Lexicon(_entries(facts))


def _entries(facts: Facts) -> Iterator[tuple[str, str, str]]:
    for kind, named in zip(KINDS, (facts.dishes, facts.ingredients), strict=True):
        owner = {keys(spoken): name.name for name in named for spoken in _spoken(name)}
        for name in named:
            yield from ((kind, name.name, spoken) for spoken in _spoken(name))
        for common, spellings in foods()[kind].items():
            known = next((owner[keys(s)] for s in spellings if keys(s) in owner), common)
            yield from ((kind, known, spoken) for spoken in spellings if owner.get(keys(spoken), known) == known)


def _spoken(name: Name) -> tuple[str, ...]:
    return (name.name, *name.spoken)


def dishes_called(spoken: str, facts: Facts) -> tuple[str, ...]:
    """The dishes in play that a spoken name may mean: "khichdi" is several dishes of a catalogue.

    Takes a `dish` slot or any text; returns `Name.name`s in the order of `facts.dishes`, exact ones alone if any.
    """
    wanted = _words(spoken)
    exact = tuple(n.name for n in facts.dishes if any(_words(s) == wanted for s in _spoken(n)))
    return exact or tuple(n.name for n in facts.dishes if any(wanted <= _words(s) for s in _spoken(n)) and wanted)


def _words(text: str) -> frozenset[str]:
    return frozenset(keys(text.replace("-", " ")))
