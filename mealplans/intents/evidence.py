"""What the words of a message must themselves show before one of the four acts that do harm when guessed.

An absence must be the writer's own, a pause the whole home's, an approval a yes without a "no" or a "change" beside
it, an opt-out about messages to the writer. Rule and model may be as sure as they like: without this the person is
asked. The shapes are in data/evidence.toml, in the language of patterns.toml.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from mealplans.intents.patterns import compiled, sentences_of
from mealplans.intents.reading import Reading

_NOTHING = re.compile("(?!)")


@dataclass(frozen=True)
class Evidence:
    """`needs` must be found in some sentence and `against` in none, unless `own` is; `never` may not be, whatever else.

    `aside` are phrases that only sound like what is against ("no changes"): they are taken out before looking for it.
    """

    reason: str
    needs: re.Pattern[str]
    against: re.Pattern[str]
    own: re.Pattern[str]
    never: re.Pattern[str]
    aside: re.Pattern[str]

    def given(self, lines: tuple[str, ...]) -> bool:
        """Whether the sentences of a message show what they must."""
        rest = [self.aside.sub("", line) for line in lines]
        if any(self.never.search(line) for line in rest):
            return False
        if not any(self.own.search(line) for line in lines) and any(self.against.search(line) for line in rest):
            return False
        return any(self.needs.search(line) for line in lines)


def lacking(intent: str, reading: Reading) -> str | None:
    """Why the words do not bear this act, or None. Any other act needs none of this."""
    wanted = evidence().get(intent)
    if wanted is None or wanted.given(sentences_of(reading)):
        return None
    return wanted.reason


@lru_cache(maxsize=1)
def evidence() -> dict[str, Evidence]:
    """What each dangerous intent needs."""
    table = tomllib.loads(files("mealplans.intents").joinpath("data", "evidence.toml").read_text(encoding="utf-8"))
    macros = table.pop("macro")
    return {intent: _evidence(shapes, macros) for intent, shapes in table.items()}


def _evidence(shapes: dict[str, list[str]], macros: dict[str, str]) -> Evidence:
    found = {part: compiled(shapes.get(part, []), macros) or _NOTHING for part in ("against", "own", "never", "aside")}
    return Evidence(str(shapes["reason"]), compiled(shapes["needs"], macros) or re.compile(""), **found)
