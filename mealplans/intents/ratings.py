"""How a meal was liked, from words, stars or fractions."""

from __future__ import annotations

from mealplans.intents.day import number_at
from mealplans.intents.reading import Reading


def rating(reading: Reading) -> str | None:
    """ "good", "ok" or "bad"; None when the words disagree with each other or say nothing."""
    if given := reading.words.count("⭐") or stars(reading):
        return "good" if given >= 4 else "ok" if given == 3 else "bad"
    said = {mark.name for mark in reading.of("rating")}
    if "bad" in said and "ok" not in said and "good" not in said:
        return "bad"
    if said == {"good"}:
        return "bad" if _denied(reading) else "good"
    if said == {"ok"}:
        return "bad" if reading.says("thik nahi", "not ok", "not fine") else "ok"
    return None


def stars(reading: Reading) -> int:
    """Stars given in figures, out of five ("4 star", "7/10", "2 out of 5"); 0 if none."""
    for at, word in enumerate(reading.words):
        number = number_at(reading, at)
        if number and 1 <= number <= 5 and any(w in ("star", "stars") for w in reading.words[at + 1 : at + 2]):
            return number
        if number and reading.words[at + 1 : at + 3] == ("out", "of"):
            return round(number * 5 / (number_at(reading, at + 3) or 5)) or 1
        parts = word.split("/")
        if len(parts) == 2 and parts[0].isdigit() and parts[1] in ("5", "10"):
            return round(int(parts[0]) * 5 / int(parts[1])) or 1
    return 0


def _denied(reading: Reading) -> bool:
    """A "no" right beside the praise: "acha nahi tha", "not that great"."""
    praise = reading.of("rating", "good")
    return any(
        abs(negative.start - mark.start) <= 3 for mark in praise for negative in reading.of("decision", "negative")
    )
