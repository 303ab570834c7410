"""Which dish is to go and which is wanted in its place; word order decides, and it differs between the languages."""

from __future__ import annotations

from mealplans.intents.lexicon import Mark
from mealplans.intents.patterns import plain_wish
from mealplans.intents.reading import Reading


def swapped_dishes(reading: Reading) -> tuple[str | None, str | None]:
    """(the dish to go, the dish wanted), either None. "A instead of B", "B ki jagah A", "B hatao A rakho", "B to A"."""
    marks = reading.named("dishes") or _whole_foods(reading)
    if not marks:
        return None, None
    if plain_wish(reading, "resident") == "swap_meal":  # "rajma plan se hata do" names nothing in its place
        return marks[0].name, None
    if len(marks) == 1:
        return (marks[0].name, None) if _goes(reading, marks[0]) else (None, marks[0].name)
    first, second = marks[0], marks[-1]
    return (second.name, first.name) if _first_wanted(reading, first, second) else (first.name, second.name)


def _whole_foods(reading: Reading) -> list[Mark]:
    return reading.named("ingredients")


def _between(reading: Reading, first: Mark, second: Mark) -> str:
    return f" {' '.join(reading.words[first.end : second.start])} "


def _first_wanted(reading: Reading, first: Mark, second: Mark) -> bool:
    """ "chole instead of rajma", "pulao rather than rice", "chole rakho rajma hatao"; "instead of B A" is not."""
    between = _between(reading, first, second)
    before = " ".join(reading.words[max(first.start - 2, 0) : first.start])
    if before.endswith(("instead of", "inplace of", "place of")):
        return False
    if any(f" {word} " in between for word in ("instead of", "rather than", "in place of", "not", "than", "over")):
        return True
    after = " ".join(reading.words[second.end : second.end + 3])
    return after.startswith(("hata", "hatao", "nahi", "mat", "ki jagah", "ke badle", "ke bajay", "ke bajaye"))


def _goes(reading: Reading, mark: Mark) -> bool:
    """Whether the only dish named is the one to go: "change the rajma", "rajma mat banao", "instead of rajma"."""
    before = reading.words[max(mark.start - 3, 0) : mark.start]
    before = before[max((at + 1 for at, word in enumerate(before) if word in ",.;"), default=0) :]
    after = reading.words[mark.end : mark.end + 3]
    line = " ".join(before).removesuffix(" having").removesuffix(" eating")
    if line.endswith(
        (
            "instead of",
            "place of",
            "dont want",
            "not",
            "no",
            "remove",
            "drop",
            "other than",
            "anything but",
            "apart from",
            "feel like",
            "without",
        )
    ):
        return True
    if after[:2] in (("ki", "jagah"), ("ke", "badle"), ("ke", "bajay")) or {"hatao", "hata", "mat", "nahi"} & set(
        after[:2]
    ):
        return True
    if after[:1] in (("me",), ("mein",), ("se",)) and {"badal", "badlo", "change"} & {*after[1:2]}:
        return False  # "egg curry me badal do" wants the egg curry
    asked = {"change", "swap", "replace", "exchange", "switch"} & {*before}
    asked = asked - {"change", "switch"} if "karke" in before else asked
    return (bool(asked) and not {"to", "with", "for", "by"} & {*before}) or {"badlo", "badal", "change"} & {
        *after[:2]
    } != set()
