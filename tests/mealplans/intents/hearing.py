"""One message, heard: the shortest way for these tests to ask what it means."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mealplans.intents.interpretation import Facts, Heard, Interpretation
from mealplans.intents.understand import interpret

INDIA = ZoneInfo("Asia/Kolkata")
SATURDAY = datetime(2026, 11, 21, 10, 0, tzinfo=INDIA)


def hear(text: str, role: str = "resident", awaiting: str | None = None, **more: Any) -> Interpretation:
    """What `text` means on Saturday 21 November 2026, 10:00 in India, unless `now`, `timezone`, `facts` say else."""
    return interpret(
        Heard(
            role,
            text,
            more.pop("now", SATURDAY),
            more.pop("timezone", "Asia/Kolkata"),
            awaiting,
            more.pop("facts", Facts()),
        )
    )


def meant(
    text: str, role: str = "resident", awaiting: str | None = None, **more: Any
) -> tuple[str | None, dict[str, Any]]:
    """(intent, slots) of a message."""
    heard = hear(text, role, awaiting, **more)
    return heard.intent, dict(heard.slots)
