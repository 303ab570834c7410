"""Devanagari to the Latin letters people type, so that one lexicon and one model serve both spellings.

Not a scholarly scheme, and vowel length is not kept, as people do not write it: "मंगलवार" must meet "mangalwar" after
folding (normalise.py), nothing more. Other Indian scripts are left alone; we read those languages in Latin letters
only, and say so in the docs.
"""

from __future__ import annotations

import unicodedata

_CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
        [
            "k",
            "kh",
            "g",
            "gh",
            "n",
            "ch",
            "chh",
            "j",
            "jh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "p",
            "f",
            "b",
            "bh",
            "m",
            "y",
            "r",
            "l",
            "v",
            "sh",
            "sh",
            "s",
            "h",
            "l",
        ],
        strict=True,
    )
)
# A dot below changes the sound; people write थोड़ा as "thoda", so the flap stays d.
_DOTTED = {"ज": "z", "क": "k", "ख": "kh", "ग": "g", "ड": "d", "ढ": "dh"}
_VOWELS = dict(zip("अआइईउऊऋएऐओऔऑऍ", ["a", "aa", "i", "i", "u", "u", "ri", "e", "ai", "o", "au", "o", "e"], strict=True))
_SIGNS = dict(zip("ािीुूृेैोौॉॅ", ["a", "i", "i", "u", "u", "ri", "e", "ai", "o", "au", "o", "e"], strict=True))
_NUKTA, _VIRAMA = "़", "्"
_NASAL = {"ं": "n", "ँ": "n", "ः": ""}
_SCHWA = "ə"  # an unwritten vowel, not yet known to be spoken


def is_devanagari(char: str) -> bool:
    """True for one letter or sign of the Devanagari block."""
    return "ऀ" <= char <= "ॿ"


def romanise(text: str) -> str:
    """The text with every Devanagari word in Latin letters; everything else as it was."""
    out: list[str] = []
    word: list[str] = []
    for char in unicodedata.normalize("NFD", text):
        if is_devanagari(char) and not char.isdigit() and char not in "।॥":
            word.append(char)
            continue
        out.append(_romanise_word(word))
        word = []
        out.append(char)
    out.append(_romanise_word(word))
    return "".join(out)


def _romanise_word(chars: list[str]) -> str:
    units: list[str] = []  # alternating sounds; a consonant is followed by its vowel or by a schwa mark
    for char in chars:
        _add(units, char)
    if chars and chars[-1] in _NASAL:  # नहीं, में, हैं, आऊँ: people write nahi, me, hai, aau
        units.pop()
    return "".join(_spoken(units)).replace("chchh", "chh")


def _add(units: list[str], char: str) -> None:
    if char in _CONSONANTS:
        units.extend((_CONSONANTS[char], _SCHWA))
    elif char == _NUKTA and len(units) > 1:
        units[-2] = _dotted(units[-2])
    elif char == _VIRAMA and units and units[-1] == _SCHWA:
        units.pop()
    elif char in _SIGNS:
        if units and units[-1] == _SCHWA:
            units.pop()
        units.append(_SIGNS[char])
    else:
        units.append(_VOWELS.get(char, _NASAL.get(char, "")))


def _dotted(sound: str) -> str:
    return next((_DOTTED[c] for c in _DOTTED if _CONSONANTS[c] == sound), sound)


def _spoken(units: list[str]) -> list[str]:
    """Drop the schwas Hindi does not say: the last one, and one between vowel-consonant and consonant-vowel."""
    units = [unit for unit in units if unit]
    if len(units) > 2 and units[-1] == _SCHWA:
        units.pop()
    for at in range(len(units) - 3, 1, -1):
        if units[at] == _SCHWA and _vowel(units[at - 2]) and not _vowel(units[at + 1]) and _vowel(units[at + 2]):
            units[at] = ""
    return ["a" if unit == _SCHWA else unit for unit in units]


def _vowel(unit: str) -> bool:
    return unit == _SCHWA or unit[:1] in set("aeiou")
