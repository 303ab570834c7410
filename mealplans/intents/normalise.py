"""From what was typed to tokens that compare equal when they sound equal.

"nahiii", "nahi" and "नही" are one word here; "Theek", "theek" and "thik" are another. Folding is applied to the
lexicons and to the messages alike, so it may be crude as long as it is the same on both sides.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from mealplans.intents.transliterate import romanise

MAX_LENGTH = 1_000  # characters read; WhatsApp allows 4,096, but a wish is short and a pasted article is not one

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "।": ".", "→": " to ", "➡": " to "}
)
# A number keeps its sign and its tail ("+3", "25th", "7:30"); an emoji is a token of its own.
_TOKEN = re.compile(r"[+]?\d+(?:[.:/]\d+)*(?:st|nd|rd|th)?|[^\W\d_]+(?:'[^\W\d_]+)?|[?!.,;\n+]|[^\w\s]")
# "This week's plan" is this week; "what's" and "it's" own nothing.
_OWNED = re.compile(r"\b(weekend|week|tomorrow|tonight|today|tmrw|tmr|tomo|yesterday)'s\b")
_RUN = re.compile(r"(.)\1+")
_SOUNDS = (
    ("aa", "a"), ("ee", "i"), ("ii", "i"), ("oo", "u"), ("uu", "u"), ("chh", "ch"), ("ph", "f"), ("w", "v"),
    ("z", "j"), ("ck", "k"), ("q", "k"),
)  # fmt: skip


def clean(text: str) -> str:
    """Lower-case Latin text: other digits, quotes and Devanagari brought over, invisible marks removed."""
    text = unicodedata.normalize("NFKC", text[:MAX_LENGTH])
    text = _INVISIBLE.sub("", text.translate(_QUOTES))
    text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
    text = re.sub("[-=]>", " to ", text)
    return unicodedata.normalize("NFC", romanise(text)).lower().strip()


def tokens(cleaned: str) -> tuple[str, ...]:
    """Words, numbers, sentence marks and emoji, in order. Takes the result of `clean`."""
    cleaned = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", cleaned)  # "so-so", "in-laws"; "12-15" keeps its dash
    cleaned = re.sub(r"(?<=[a-z])'(d|ll|ve|re|m)\b", "", cleaned)  # "we'd" is not Wednesday
    cleaned = re.sub(r"(?<=[a-z]{4})dinda\b", " rinda", cleaned)  # Kannada "from", written on to the day
    cleaned = _OWNED.sub(r"\1", cleaned)
    spread = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=(?!st|nd|rd|th)[a-z])", " ", cleaned)
    return tuple(_TOKEN.findall(spread))


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """The sound of one word: long vowels shortened, doubled letters single, v/w, z/j and f/ph one letter."""
    word = word.replace("'", "")
    if not word.isalpha():
        return word
    for written, said in _SOUNDS:
        word = word.replace(written, said)
    return _RUN.sub(r"\1", word)


def folded(text: str) -> tuple[str, ...]:
    """Tokens of any text, folded; sentence marks kept."""
    return tuple(fold(token) for token in tokens(clean(text)))
