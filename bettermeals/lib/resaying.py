"""Sentences that are kept or made in English, said again in the reader's language when they are shown.

A reason of the queue is written down once, for the record and for search; whoever reads Hindi reads it in Hindi. The
English is matched against the sentences that `settings.STORED_SENTENCES` names, its values are taken out, and the
translation is filled with them. What matches none stays as it is: nothing that a person wrote is touched.

A value named `why…` or `what…` is itself said again, one named `change…` as a choice of several; of one named `day…`
the names of days and months are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from django.conf import settings
from django.utils import translation
from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.module_loading import import_string
from django.utils.translation import gettext

PLACE = re.compile(r"%\((\w+)\)s")
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NAMES = {name: WEEKDAYS_ABBR[at] for at, name in enumerate(ENGLISH_DAYS)}
NAMES |= {name: MONTHS_3[at] for at, name in enumerate(ENGLISH_MONTHS, start=1)}
DATE_WORD = re.compile(rf"\b({'|'.join(NAMES)})\b")


def resaid(text: str) -> str:
    """`text` in the language that is active; unchanged in English and where it is no known sentence."""
    if not text or (translation.get_language() or "en").startswith("en"):
        return text
    for pattern, sentence in _patterns():
        found = pattern.fullmatch(text)
        if found:
            return gettext(sentence) % {name: _value(name, value) for name, value in found.groupdict().items()}
    return text


def _value(name: str, value: str) -> str:
    if name.startswith("day"):
        return DATE_WORD.sub(lambda found: str(NAMES[found[0]]), value)
    if name.startswith("change"):
        return _parts(value, ", or ")
    return _parts(value, "; ") if name.startswith(("why", "what")) else value


def _parts(value: str, between: str) -> str:
    """Each part of a list, or a whole sentence that has such a list in it."""
    whole = resaid(value) if value.endswith(".") else value
    return whole if whole != value else gettext(between).join(resaid(part) for part in value.split(between))


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], str]]:
    """The most said by the sentence itself first: it is the surest match."""
    known: Sequence[str] = import_string(settings.STORED_SENTENCES)
    ordered = sorted(known, key=lambda sentence: -len(PLACE.sub("", sentence)))
    return [(as_pattern(sentence), sentence) for sentence in ordered]


def as_pattern(sentence: str) -> re.Pattern[str]:
    parts = PLACE.split(sentence)
    words = [re.escape(part) if at % 2 == 0 else f"(?P<{part}>.+?)" for at, part in enumerate(parts)]
    return re.compile("".join(words), re.DOTALL)
