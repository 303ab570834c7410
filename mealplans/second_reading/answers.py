"""Whether the model's words to a question may be sent: only what the facts hold, and nothing that sounds done."""

from __future__ import annotations

import json
import re

from mealplans.intents.interpretation import Heard
from mealplans.second_reading.prompt import facts

_NUMBER = re.compile(r"\d+")
_REACHES_OUT = re.compile(r"https?:|www\.|@|\bcall\b.*\d|₹|\brs\b", re.I)
# "I have approved your plan" would be a lie: a second reading changes nothing.
_SOUNDS_DONE = re.compile(
    r"\b(?:i|we)(?:'ve| have| had)? (?:just |already )?(?:\w+ed|paid|sent|done|made)\b"
    r"|\b(?:has|have|is|are) (?:now )?(?:been )?"
    r"(?:approved|paid|cancel+ed|paused|changed|swapped|skipped|booked|refunded|marked|confirmed)\b"
    r"|\b(?:kar|bhej|badal|rok) (?:diya|di|diye|dunga|dungi|denge)\b|\bho ?(?:gaya|gayi)\b"
    r"|दिया|दी है|हो गया|हो गई",
    re.I,
)


def sendable(answer: str, heard: Heard) -> bool:
    """True if every number in the answer stands in the facts and it neither promises, links nor speaks of money."""
    if not answer or _REACHES_OUT.search(answer) or _SOUNDS_DONE.search(answer):
        return False
    known = set(_NUMBER.findall(json.dumps(facts(heard))))
    known |= {number.lstrip("0") for number in known}
    return all(number in known for number in _NUMBER.findall(answer))
