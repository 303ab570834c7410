"""The development messages: reading them, the words they know, and a split no near-duplicate crosses.

One JSON line per message: id, role, lang, awaiting, now, text, intent (null where the system must not act, then
`outcome` says "ask" or "hand_over"), slots, `also` for further wishes of the same message, and `or` for readings that
are as good.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from mealplans.intents.interpretation import Heard
from mealplans.intents.lexicon import keys, words

Row = dict[str, Any]
DATA = files("mealplans.intents").joinpath("data")
MESSAGES = "messages.jsonl"
SHARES = {"train": 80, "calibrate": 10, "unseen": 10}  # percent of the groups
SIMILAR = 0.75  # share of common words from which two messages count as one


def rows(name: str = MESSAGES) -> list[Row]:
    """Every line of a data file."""
    return [json.loads(line) for line in DATA.joinpath(name).read_text(encoding="utf-8").splitlines() if line]


def rows_of(path: Path) -> list[Row]:
    """Every line of any file of the same form."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def checksum(name: str = MESSAGES) -> str:
    """Names the exact data a model was trained on; recorded in the weights."""
    return f"{zlib.crc32(DATA.joinpath(name).read_bytes()):08x}"


def heard(row: Row) -> Heard:
    """The message of a row, as `interpret` takes it."""
    return Heard(row["role"], row["text"], datetime.fromisoformat(row["now"]), awaiting=row["awaiting"])


def label(row: Row) -> str:
    """What the model learns to say: the intent, or the way of not acting ("ask", "hand_over")."""
    return row["intent"] or row["outcome"]


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Words people use that are in no lexicon; they must not be "corrected" into one that is."""
    counts = Counter(word for row in rows() for word in set(keys(row["text"])))
    return frozenset(word for word, count in counts.items() if count > 1)


def groups(messages: Sequence[Row]) -> list[int]:
    """A group number per message: messages that share most of their words, through any chain, share a group."""
    bags = [_bag(row["text"]) for row in messages]
    parent = list(range(len(bags)))
    for one, other in _neighbours(bags):
        parent[_root(parent, one)] = _root(parent, other)
    return [_root(parent, at) for at in range(len(bags))]


def split(messages: Sequence[Row]) -> dict[str, list[Row]]:
    """{"train", "calibrate", "unseen"}: whole groups, dealt by a checksum so that new lines do not reshuffle old."""
    parts: dict[str, list[Row]] = {name: [] for name in SHARES}
    members: dict[int, list[Row]] = defaultdict(list)
    for row, group in zip(messages, groups(messages), strict=True):
        members[group].append(row)
    for group_rows in members.values():
        parts[_part(min(row["id"] for row in group_rows))].extend(group_rows)
    return parts


def similarity(one: str, other: str) -> float:
    """Share of words two messages have in common, foods, days, meals and numbers being one word each (0..1)."""
    a, b = _bag(one), _bag(other)
    return len(a & b) / len(a | b) if a | b else 1.0


def _part(name: str) -> str:
    dealt = zlib.crc32(name.encode()) % 100
    for part, share in SHARES.items():
        if dealt < share:
            return part
        dealt -= share
    raise AssertionError("SHARES must add up to 100")


@cache
def _bag(text: str) -> frozenset[str]:
    """The words of a message with what varies freely put aside; keys only, so that the model plays no part here."""
    keyed = keys(text)
    masked = list(keyed)
    for mark in words().marks(keyed):
        if mark.group in ("time", "meal", "month", "number") and mark.name not in ("till", "from", "this"):
            masked[mark.start : mark.end] = [f"<{mark.group}>"] * (mark.end - mark.start)
    return frozenset("<number>" if word[:1].isdigit() else word for word in masked if word not in ".,!")


def _neighbours(bags: Sequence[frozenset[str]]) -> Iterable[tuple[int, int]]:
    having: dict[str, list[int]] = defaultdict(list)
    for at, bag in enumerate(bags):
        shared = Counter(other for word in bag for other in having[word])
        for other, common in shared.items():
            if common >= SIMILAR * len(bag | bags[other]):
                yield at, other
        for word in bag:
            having[word].append(at)


def _root(parent: list[int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at
