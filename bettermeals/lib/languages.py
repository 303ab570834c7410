"""The languages that people are written to. One list, so that a template, a page and a button agree."""

from __future__ import annotations

from collections.abc import Iterable

ENGLISH = "en"
HINDI = "hi"
LANGUAGES = {ENGLISH: "English", HINDI: "हिन्दी"}
#: What a person may be written to in: conversations are worded in all of these; residents' templates and pages still in
#: the above only, so that those come in English.
PERSON_LANGUAGES = {**LANGUAGES, "kn": "ಕನ್ನಡ", "ta": "தமிழ்", "te": "తెలుగు", "mr": "मराठी", "he": "עברית"}
#: Who reads one of these reads the catalogue's Hindi names rather than the English ones: the script is the same.
READS_HINDI = frozenset({HINDI, "mr"})


def pick(language: str, available: Iterable[str]) -> str:
    """The wanted language, else its base ("en_IN" -> "en"), else English. Raises LookupError without English."""
    choices = set(available)
    for code in (language, language.replace("-", "_").split("_")[0], ENGLISH):
        if code in choices:
            return code
    raise LookupError(f"no text in {language} and none in English; there is {', '.join(sorted(choices)) or 'none'}")
