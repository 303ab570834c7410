"""A message as a bag of hashed features for the model: letters, words, meanings, and what was last asked.

The hash is CRC-32 of the feature's UTF-8 name, so weights trained on one machine read the same on every other;
Python's own hash() changes with each process.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Iterator

from mealplans.intents.patterns import fired
from mealplans.intents.reading import Reading

BUCKETS = 1 << 15
RULE_WEIGHT = 0.3  # a rule counts as much as a good many letters: the words together make up a vector of length 1
_MASKED = {"time": "<day>", "meal": "<meal>", "month": "<month>", "number": "<n>"}
_KEPT = {"till", "from", "this", "next", "last", "now_word", "days", "week", "after_span", "kal"}  # words, not values


def features(reading: Reading, role: str, awaiting: str | None) -> dict[int, float]:
    """{bucket: value}; each kind of feature is damped by its count so that long messages do not shout."""
    counted = Counter(zlib.crc32(name.encode()) % BUCKETS for name in _names(reading, awaiting or "nothing"))
    values = {bucket: 1.0 + math.log(count) for bucket, count in counted.items()}
    norm = math.sqrt(sum(value * value for value in values.values())) or 1.0
    scaled = {bucket: value / norm for bucket, value in values.items()}
    for name in _rule_names(reading, role, awaiting):
        bucket = zlib.crc32(name.encode()) % BUCKETS
        scaled[bucket] = scaled.get(bucket, 0.0) + RULE_WEIGHT
    return scaled


def _rule_names(reading: Reading, role: str, awaiting: str | None) -> Iterator[str]:
    """The rules that hold, alone and together, so that the model learns which of them to trust against which."""
    held = sorted(fired(reading, role, awaiting))
    yield f"rules:{'+'.join(held)}"
    for intent in held:
        yield f"rule:{intent}"


def _names(reading: Reading, awaiting: str) -> Iterator[str]:
    words = masked(reading)
    yield from _word_names(words, awaiting)
    yield from _letter_names(words)
    yield from _meaning_names(reading, awaiting)
    size = min(len(words), 12) // 2
    yield f"size:{size}"
    yield f"asked:{awaiting}"
    yield f"asked:{awaiting}:{size}"


def masked(reading: Reading) -> list[str]:
    """The words with foods, days, meals and numbers replaced by their kind: "Tue" and "parso" are both a day."""
    words = list(reading.words)
    for mark in reversed(reading.marks):
        if mark.group in _MASKED and mark.name not in _KEPT and not _gives(reading, mark.start):
            words[mark.start] = _MASKED[mark.group]
            words[mark.start + 1 : mark.end] = [""] * (mark.end - mark.start - 1)
    for mark in reading.foods:
        words[mark.start] = "<food>"
        words[mark.start + 1 : mark.end] = [""] * (mark.end - mark.start - 1)
    return ["<n>" if word[:1].isdigit() or (word[:1] == "+" and len(word) > 1) else word for word in words if word]


def _gives(reading: Reading, at: int) -> bool:
    """ "kar do", "bata do": the "do" that gives, not the one that counts; "a" and "an" are no numbers either."""
    return reading.words[at] in ("do", "don", "a", "an", "double") and not (
        at + 1 < len(reading.words) and any(m.start == at + 1 and m.name in ("people", "guest") for m in reading.marks)
    )


def _word_names(words: list[str], awaiting: str) -> Iterator[str]:
    line = ["^", *words, "$"]
    for at, word in enumerate(line):
        yield f"w:{word}"
        yield f"a:{awaiting}:{word}"
        if at:
            yield f"ww:{line[at - 1]} {word}"
        if at > 1:
            yield f"w_w:{line[at - 2]} {word}"


def _letter_names(words: list[str]) -> Iterator[str]:
    for word in words:
        if word[0] == "<":
            continue
        spelled = f" {word} "
        for size in (2, 3, 4, 5):
            for start in range(len(spelled) - size + 1):
                yield f"l:{spelled[start : start + size]}"


def _meaning_names(reading: Reading, awaiting: str) -> Iterator[str]:
    meanings = sorted({f"{m.group}.{m.name}" for m in reading.marks if m.group in ("decision", "act", "rating")})
    kinds = {m.group for m in reading.marks} & {"time", "meal", "duration", "number"}
    meanings += sorted(kinds) + sorted({m.group for m in reading.foods})
    for at, meaning in enumerate(meanings):
        yield f"m:{meaning}"
        yield f"ma:{awaiting}:{meaning}"
        for other in meanings[at + 1 :]:
            yield f"mm:{meaning}+{other}"
