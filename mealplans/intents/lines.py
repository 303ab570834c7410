"""One JSON line of `manage.py interpret`, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mealplans.intents.interpretation import Facts, Heard, Interpretation
from mealplans.intents.understand import interpret


def answered(line: Mapping[str, Any], timezone: str, facts: Facts) -> dict[str, Any]:
    """The answer to one line. A `now` without offset is the household's own clock.

    Raises KeyError on a missing field and ValueError on an unreadable time or an unknown role.
    """
    moment = datetime.fromisoformat(line["now"])
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(timezone))
    heard = Heard(line["role"], line["text"], moment, timezone, line.get("awaiting"), facts)
    return {"id": line["id"], **_as_dict(interpret(heard))}


def _as_dict(meaning: Interpretation) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "intent": meaning.intent,
        "slots": dict(meaning.slots),
        "confidence": round(meaning.confidence, 3),
        "reason": meaning.reason,
        "outcome": meaning.outcome,
    }
    if meaning.also:
        answer["also"] = [{"intent": wish.intent, "slots": dict(wish.slots)} for wish in meaning.also]
    if meaning.candidates:
        answer["candidates"] = list(meaning.candidates)
    return answer
