"""Which meals of a day a cook does not come for, from what was said: acted on where it is sure, asked where it is not.

"Lunch" is a meal. "Morning" is a time: it means the visit of that time, with all that is cooked then, and only where
another visit of that day tells it from the whole day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from itertools import combinations

from households.models import Engagement
from mealplans.intents.interpretation import Facts
from mealplans.intents.reading import Reading, read
from mealplans.spans import IN_ORDER

#: The keys (see intents.lexicon) that name the time of a day and not what is eaten then.
_TIMES = {
    "breakfast": {"subah", "subha", "subeh", "morning", "savere", "sakali", "kaalai", "belagge"},
    "lunch": {"dopahar", "dopahr", "dophar", "dopaher", "dopeher", "afternoon", "noon", "dupahar", "dupehar", "dupari"},
    "dinner": {"sham", "shaam", "shyam", "evening", "raat", "rat", "night", "sanje", "sandhyakal", "tonight"},
}
#: Beside one of these a time of day is the name of a meal: "dopahar ka khana".
_FOOD = {"khana", "khane", "meal", "food", "oota", "jevan", "bhojanam", "saapadu", "sapadu", "bhojan"}
#: Words that join what is called off; anything else between two meals ("but", "will come for") is asked about.
_AND = {"and", "aur", "or", "n", "va", "ani", "mattu", "matrum", "mariyu", "&", "+", ",", "both", "dono", "bhi"}
_HALF = {"half", "halfday", "aadha", "adha", "aadhe", "adhe", "ardha"}
_WHEN = {
    "breakfast": (time(0), time(11, 59)),
    "lunch": (time(11), time(15, 59)),
    "dinner": (time(15), time(23, 59)),
}


@dataclass(frozen=True)
class Named:
    """Meals named by name; the time of day named instead, as its meal; and whether more was said than is understood."""

    meals: tuple[str, ...] = ()
    time_of: str = ""
    unclear: bool = False


def named(text: str, slot: str | None = None) -> Named:
    """What the words say of meals; `slot`: the interpreter's own reading, for words that only it understood."""
    reading = read(text, Facts())
    marks = reading.of("meal")
    found = tuple(dict.fromkeys(mark.name for mark in marks))
    if not found:
        return Named((slot,) if slot else (), "", _says(reading, _HALF))
    if len(found) > 1:
        between = reading.words[marks[0].end : marks[-1].start]
        joined = all(word in _AND for word in between) or len(marks) == 3
        return Named(found, "", not joined)
    spoken = {word for mark in marks for word in reading.words[mark.start : mark.end]}
    is_time = spoken <= _TIMES[found[0]] and not _says(reading, _FOOD)
    return Named((), found[0]) if is_time else Named(found)


def _says(reading: Reading, words: set[str]) -> bool:
    return bool(words & set(reading.words))


def off(said: Named, visits: Sequence[Engagement]) -> tuple[str, ...] | None:
    """The meals that are off, () for the whole day, None when it must be asked."""
    cooked = all_meals(visits)
    if said.unclear or not set(said.meals) <= set(cooked):
        return None
    if not said.time_of:
        return said.meals
    then = [visit for visit in visits if _comes_in(visit, said.time_of)]
    return all_meals(then) if then and len(then) < len(visits) else None


def _comes_in(visit: Engagement, meal: str) -> bool:
    first, last = _WHEN[meal]
    return first <= visit.arrives_at <= last


def all_meals(visits: Iterable[Engagement]) -> tuple[str, ...]:
    """What these visits cook, in the order of the day."""
    return tuple(sorted({meal for visit in visits for meal in visit.meals}, key=IN_ORDER.index))


def choices(visits: Sequence[Engagement]) -> list[tuple[str, ...]]:
    """Every answer to "which meals?": the whole day first, then single meals, then two of three."""
    cooked = all_meals(visits)
    parts = [part for size in range(1, len(cooked)) for part in combinations(cooked, size)]
    return [(), *parts]
