"""An HTML file -> the Recipe that it holds as JSON-LD. Pure, with what Python has.

The published scrapers need a dozen packages, one of them without a wheel, which `make run` refuses; what they read
from a page that no site's own rules are written for is this same JSON-LD.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Any

MOST_BYTES = 3 * 1024 * 1024
MOST_LINES = 60
MOST_DEEP = 12
_TAGS = re.compile(r"<[^>]*>")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:\d+S)?)?")
_COUNT = re.compile(r"\d+")


class NoRecipe(ValueError):
    """Why nothing could be read; fit for the person who chose the file."""


@dataclass(frozen=True)
class SavedRecipe:
    """As written on the page. `serves` and the minutes are None where the page does not say them plainly."""

    name: str
    serves: int | None
    ingredients: tuple[str, ...]
    steps: tuple[str, ...]
    prep_minutes: int | None
    cook_minutes: int | None


class _Scripts(HTMLParser):
    """The contents of every script of type application/ld+json."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = (dict(attrs).get("type") or "").split(";")[0].strip().lower()
        self._inside = tag == "script" and kind == "application/ld+json"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def read(data: bytes) -> SavedRecipe:
    """Raises NoRecipe."""
    if len(data) > MOST_BYTES:
        raise NoRecipe("The file is larger than 3 MB.")
    scripts = _Scripts()
    scripts.feed(data.decode("utf-8", errors="replace"))
    for text in scripts.found:
        try:
            thing = next(_recipes(json.loads(text), MOST_DEEP), None)
        except (ValueError, RecursionError):
            continue  # one broken block does not hide the recipe in the next
        if thing is not None:
            return _recipe(thing)
    raise NoRecipe("There is no recipe in this page that a program can read (schema.org Recipe as JSON-LD).")


def _recipes(value: Any, deep: int) -> Iterator[Mapping[str, Any]]:
    if deep and isinstance(value, list):
        for item in value:
            yield from _recipes(item, deep - 1)
    elif deep and isinstance(value, Mapping):
        kinds = value.get("@type")
        if "Recipe" in (kinds if isinstance(kinds, list) else [kinds]):
            yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _recipes(value.get(name), deep - 1)


def _recipe(thing: Mapping[str, Any]) -> SavedRecipe:
    name, lines = _words(thing.get("name")), _listed(thing.get("recipeIngredient") or thing.get("ingredients"))
    if not name or not lines:
        raise NoRecipe("The recipe in this page has no name or no ingredients.")
    return SavedRecipe(
        name[:120],
        _serves(thing.get("recipeYield")),
        tuple(lines[:MOST_LINES]),
        tuple(_steps(thing.get("recipeInstructions"))[:MOST_LINES]),
        _minutes(thing.get("prepTime")),
        _minutes(thing.get("cookTime")),
    )


def _words(value: Any) -> str:
    """Plain text in one line: pages put markup and entities into their JSON."""
    if not isinstance(value, str):
        return ""
    return " ".join(_TAGS.sub(" ", unescape(unescape(value))).split())


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [words for item in items if (words := _words(item))]


def _steps(value: Any) -> list[str]:
    """A text, a list of texts, steps, or sections of steps."""
    if isinstance(value, str):
        return [words for line in re.split(r"\n+|<br\s*/?>|</p>|</li>", value) if (words := _words(line))]
    if isinstance(value, Mapping):
        inner = value.get("itemListElement")
        return _steps(inner) if inner else _listed(value.get("text") or value.get("name"))
    return [step for item in value for step in _steps(item)] if isinstance(value, list) else []


def _serves(value: Any) -> int | None:
    """“4 servings” is 4; “4-6”, “a loaf” and two different words are not sure."""
    said = {count for item in (value if isinstance(value, list) else [value]) for count in _counts(item)}
    return said.pop() if len(said) == 1 and said != {0} else None


def _counts(value: Any) -> list[int]:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return []
    return [int(found) for found in _COUNT.findall(str(value)[:80])]


def _minutes(value: Any) -> int | None:
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or not any(match.groups()):
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return min(days * 1440 + hours * 60 + minutes, 32767)
