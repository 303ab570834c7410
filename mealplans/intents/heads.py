"""How many people eat: a change (`delta`) or the number in all (`count`).

"do" is two only before people or plates; elsewhere it is "give", or English.
"""

from __future__ import annotations

from dataclasses import dataclass

from mealplans.intents.day import Day, number_at
from mealplans.intents.reading import Reading

MOST = 200  # a wedding; a larger number is a price or a phone number


@dataclass(frozen=True, slots=True)
class Heads:
    """At most one of the two is set; neither when the message names no number we can trust."""

    delta: int | None = None
    count: int | None = None


def heads(reading: Reading, days: list[Day]) -> Heads:
    """The heads a message names. `days` are its dates, whose numbers are not people."""
    numbers = _numbers(reading, days)
    if len(numbers) == 2 and _replaces(reading):
        return Heads(count=_wanted(reading, numbers))
    if reading.has("kin", "alone"):
        return Heads(count=1)
    numbers = [found for found in numbers if not _denied(reading, found[0])] or numbers
    if not numbers:
        return _from_relatives(reading)
    at, number, signed = numbers[0]
    if signed:
        return Heads(delta=number)
    return _of_number(reading, at, number)


def _replaces(reading: Reading) -> bool:
    return reading.has("decision", "change") or reading.says("instead of", "ki jagah", "ke badle", "ke bajay")


def _denied(reading: Reading, at: int) -> bool:
    """ "5 log nahi, 3 log", "3 people, not 5": the number that is taken back."""
    after = at + 2 if any(mark.start == at + 1 for mark in reading.of("act", "people", "guest")) else at + 1
    return reading.words[after : after + 1] in (("nahi",), ("not",)) or reading.words[at - 1 : at] == ("not",)


def _of_number(reading: Reading, at: int, number: int) -> Heads:
    if reading.has("act", "fewer"):
        return Heads(delta=-number)
    if _added_after(reading, at) or reading.says("in adition", "besides us"):
        return Heads(delta=number)
    if reading.says("aa rahe", "aa rahi", "aa raha", "aayenge", "aane vale", "coming") and not _named_total(
        reading, at
    ):
        return Heads(delta=number)
    added = reading.has("act", "guest") or _near(reading, "extra", at)
    if _near(reading, "total", at) and not (added and not _named_total(reading, at)):
        return Heads(count=number)
    return Heads(delta=number) if added else Heads(count=number)


def _added_after(reading: Reading, at: int) -> bool:
    """ "3 extra", "3 log aur"."""
    people = any(mark.start == at + 1 for mark in reading.of("act", "people"))
    places = (at + 1, at + 2) if people else (at + 1,)
    return any(mark.start in places for mark in reading.of("act", "extra"))


def _named_total(reading: Reading, at: int) -> bool:
    """Words that leave no doubt that the number is everyone, even with guests in the sentence."""
    return (
        reading.says("total", "in al", "altogether", "kul", "sirf", "keval", "bas")
        or any(reading.says(f"{word} {reading.words[at]}") for word in ("only", "cok for", "for", "be", "cook for"))
        or any(
            reading.says(f"{reading.words[at]} {word}")
            for word in ("logo ka", "logon ka", "logo ke", "logon ke", "of us")
        )
    )


def _near(reading: Reading, name: str, at: int) -> bool:
    return any(at - 5 <= mark.start <= at + 6 for mark in reading.of("act", name))


def _numbers(reading: Reading, days: list[Day]) -> list[tuple[int, int, bool]]:
    """(place, number, has a plus sign) of every number that may count people."""
    taken = {at for day in days for at in range(day.start, day.end)}
    taken |= {m.start - 1 for m in reading.of("time", "days", "week")} | _clock_times(reading)
    found = []
    for at, word in enumerate(reading.words):
        number = number_at(reading, at)
        if at in taken or number is None or not 0 < number <= MOST:
            continue
        if word[0].isdigit() or word[0] == "+" or _counts_people(reading, at):
            found.append((at, number, word[0] == "+"))
    return found


def _clock_times(reading: Reading) -> set[int]:
    words = reading.words
    return {at for at in range(len(words) - 1) if words[at + 1] in ("baje", "am", "pm", "oclock", "bje", "o")}


def _counts_people(reading: Reading, at: int) -> bool:
    """A number word counts people if people, guests, plates, "more" or "of us" follow within two words."""
    after = {mark.name for mark in reading.of("act") if at < mark.start <= at + 2}
    if at and (reading.words[at - 1] == "plus" or reading.words[at + 1 : at + 3] == ("of", "us")):
        return True
    if reading.words[at] in ("a", "an"):
        return bool(after & {"guest"})
    if after & {"guest", "people"}:
        return True
    if reading.words[at] in ("do", "both", "dono", "ek", "one"):
        return (bool(after & {"extra", "fewer"}) and reading.words[at] != "do") or reading.says(
            "hum do", "for one", "hum dono"
        )
    if reading.words[at - 2 : at] in (("party", "of"), ("group", "of"), ("total", "of")):
        return True
    before = {mark.name for mark in reading.of("act") if at - 2 <= mark.end - 1 < at}
    return bool(after & {"extra", "fewer"} or before & {"total", "extra", "guest"}) or reading.says(
        f"{reading.words[at]} of us"
    )


def _wanted(reading: Reading, numbers: list[tuple[int, int, bool]]) -> int:
    """ "4 ki jagah 6" wants the second number, "6 instead of 4" the first."""
    (_, first, _), (_, second, _) = numbers
    return first if reading.says("instead of", "rather than") else second


def _from_relatives(reading: Reading) -> Heads:
    if reading.has("act", "fewer") and reading.has("kin", "family", "pair"):
        return Heads(delta=-1)
    if reading.has("kin", "pair"):
        return Heads(delta=2)
    if reading.has("kin", "one"):
        return Heads(delta=1)
    return Heads()
