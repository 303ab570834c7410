"""Reading one TOML table field by field; a wrong one raises `EntryProblem` that says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
DEVANAGARI = re.compile("[\u0904-\u0939]")
LATIN = re.compile("[A-Za-z]")


class EntryProblem(ValueError):
    """One entry of the catalogue cannot be used; the text says why and what to do."""


def suggestion(word: str, known: Sequence[str]) -> str:
    close = get_close_matches(word, known, n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


class Fields:
    """One raw table; remembers which keys were read, so that a misspelled key is not ignored."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.seen: set[str] = set()

    def take(self, key: str) -> Any:
        self.seen.add(key)
        if key not in self.raw:
            raise EntryProblem(f"{key} is missing; add it")
        return self.raw[key]

    def has(self, key: str) -> bool:
        self.seen.add(key)
        return key in self.raw

    def text(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str) or not value.strip():
            raise EntryProblem(f"{key} must be text that is not empty, not {value!r}")
        return value.strip()

    def slug(self, key: str = "slug") -> str:
        value = self.text(key)
        if not SLUG.fullmatch(value):
            raise EntryProblem(f'{key} "{value}" must be small letters, digits and single hyphens')
        return value

    def hindi(self, key: str) -> str:
        return as_hindi(key, self.text(key))

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        return as_choice(key, self.text(key), allowed)

    def choices(self, key: str, allowed: Sequence[str], at_least: int = 0) -> tuple[str, ...]:
        values = [as_choice(key, value, allowed) for value in self.sequence(key, at_least)]
        if len(set(values)) != len(values):
            raise EntryProblem(f"{key} names a word twice: {values}; keep one")
        return tuple(values)

    def sequence(self, key: str, at_least: int) -> list[Any]:
        value = self.take(key)
        if not isinstance(value, list) or len(value) < at_least:
            raise EntryProblem(f"{key} must be a list of at least {at_least}, not {value!r}")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise EntryProblem(f"{key} must be true or false, not {value!r}")
        return value

    def whole(self, key: str, low: int, high: int) -> int:
        value = self.take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise EntryProblem(f"{key} must be a whole number from {low} to {high}, not {value!r}")
        return value

    def number(self, key: str, low: str, high: str) -> Decimal:
        return as_number(key, self.take(key), low, high)

    def finish(self) -> None:
        """Call last: a key nobody read is a misspelling, and silently ignoring "alergens" is unsafe."""
        for key in self.raw:
            if key not in self.seen:
                raise EntryProblem(f"{key} is not a known field{suggestion(key, sorted(self.seen))}")


def as_choice(key: str, value: Any, allowed: Sequence[str]) -> str:
    if value not in allowed:
        hint = suggestion(str(value), allowed)
        raise EntryProblem(f'{key} "{value}" is not one of: {", ".join(allowed)}{hint}')
    return str(value)


def as_number(key: str, value: Any, low: str, high: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise EntryProblem(f"{key} must be a number, not {value!r}")
    if not Decimal(low) <= value <= Decimal(high):
        raise EntryProblem(f"{key} must be between {low} and {high}, not {value}")
    return Decimal(value)


def as_hindi(key: str, value: str) -> str:
    """A cook who reads only Devanagari cannot read "fry करें"; Latin letters are refused altogether."""
    if not DEVANAGARI.search(value) or LATIN.search(value):
        raise EntryProblem(f'{key} must be Hindi in Devanagari, without Latin letters: "{value}"')
    return value
