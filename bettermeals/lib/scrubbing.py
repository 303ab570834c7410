"""One person's name, numbers and words taken out of text, JSON and stored webhooks. Pure.

An id (phone, BSUID) is one person's alone and is taken out wherever it stands. A name is many people's: it is taken out
of what belongs to the person's homes and threads, and of whatever holds one of their ids.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

#: Vowel signs and the like: to Python no word characters, to a reader part of the word.
_JOINED = r"\w\u0300-\u036f\u0900-\u0903\u093a-\u094f"
_GAP = r"[\s().\-]{0,2}"
#: A quotation shorter than this ("ok, thanks") says nothing of anybody and stands in many rows.
QUOTED = 12
ERASED = "[erased]"


@dataclass(frozen=True)
class Scrubber:
    """`numbers` are E.164 digits without the plus; `ids` other exact identifiers; `words` what the person wrote."""

    pseudonym: str
    numbers: Collection[str] = ()
    ids: Collection[str] = ()
    names: Collection[str] = ()
    words: Collection[str] = field(default=(), repr=False)

    @cached_property
    def id_pattern(self) -> str:
        """For Python and for the databases: any way of writing one of the numbers, or one of the other ids."""
        numbers = [_GAP.join(number[-10:]) for number in self.numbers if len(number) >= 10]
        return "|".join([*numbers, *(re.escape(text) for text in self.ids if text)])

    @cached_property
    def _ids(self) -> re.Pattern[str] | None:
        whole = [
            rf"(?<!\d)(?:\+|00)?\(?{_GAP.join(number[:-10])}{_GAP}{_GAP.join(number[-10:])}(?!\d)"
            for number in self.numbers
            if len(number) > 10
        ]
        parts = [*whole, self.id_pattern]
        return re.compile("|".join(part for part in parts if part), re.IGNORECASE) if any(parts) else None

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        # Django's own log keeps JSON in a text: a name in Devanagari stands there escaped.
        known = {form for name in self.names if name for form in (name, json.dumps(name)[1:-1])}
        longest = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
        return re.compile(rf"(?<![{_JOINED}])(?:{longest})(?![{_JOINED}])", re.IGNORECASE) if longest else None

    def mentions_id(self, value: Any) -> bool:
        pattern = self._ids
        return pattern is not None and any(pattern.search(text) for text in leaves(value))

    def mentions(self, value: Any) -> bool:
        return self.clean(value, names=True) != value

    def clean(self, value: Any, *, names: bool) -> Any:
        """`value` (text, or what JSON holds) without the person. With `names` off only ids, and names beside an id."""
        names = names or self.mentions_id(value)
        return walk(value, lambda text: self._text(text, names))

    def _text(self, text: str, names: bool) -> str:
        for pattern in (self._ids, self._names if names else None):
            if pattern is not None:
                text = pattern.sub(self.pseudonym, text)
        return self._unquoted(text) if names else text

    def _unquoted(self, text: str) -> str:
        """What the person wrote may be quoted, and cut short, in a reason or a timeline."""
        for said in self.words:
            while len(said) >= QUOTED and (at := text.find(said[:QUOTED])) >= 0:
                end = at + _same(text[at:], said)
                text = f"{text[:at]}{ERASED}{text[end:]}"
        return text

    def body(self, raw: bytes, *, names: bool = False) -> bytes:
        """A stored webhook: list items that name the person go, the rest of the post stays (it is of other people)."""
        try:
            parsed = json.loads(raw)
        except ValueError:  # no JSON was ever processed into anything: keep nothing of it when it names the person
            return b"{}" if self.mentions_id(raw.decode("utf-8", "replace")) else raw
        kept = self.clean(self.prune(parsed) if self.mentions_id(parsed) else parsed, names=names)
        return raw if kept == parsed else json.dumps(kept, ensure_ascii=False).encode()

    def prune(self, value: Any) -> Any:
        """Without the innermost list items that mention one of the ids."""
        if isinstance(value, dict):
            return {key: self.prune(part) for key, part in value.items()}
        if isinstance(value, list):
            return [part for part in map(self.prune, value) if not self.mentions_id(part)]
        return value

    def pruned(self, value: Any) -> list[Any]:
        """What `prune` takes away: the parts of a webhook that are about the person."""
        if isinstance(value, dict):
            return [found for part in value.values() for found in self.pruned(part)]
        if not isinstance(value, list):
            return []
        inner = [found for part in value for found in self.pruned(part)]
        return inner + [part for part in map(self.prune, value) if self.mentions_id(part)]


def walk(value: Any, change: Callable[[str], str]) -> Any:
    """The same shape with every text in it (keys too) changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if change(str(value)) == str(value) else change(str(value))
    if isinstance(value, dict):
        return {change(str(key)): walk(part, change) for key, part in value.items()}
    return [walk(part, change) for part in value] if isinstance(value, list) else value


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for key, part in value.items() for text in (str(key), *leaves(part))]
    if isinstance(value, list):
        return [text for part in value for text in leaves(part)]
    return [str(value)] if isinstance(value, (str, int)) else []


def _same(left: str, right: str) -> int:
    """How many characters two texts share from their beginning."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))
