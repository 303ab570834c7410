"""Free text the shipped model is not sure of, shown to the language model before the message's transaction begins.

Off without a key: then nothing here runs and nothing leaves the machine.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from mealplans.answers import Turn
from mealplans.hearing import heard_of
from mealplans.intents.understand import interpret
from mealplans.second_reading.prompt import MAX_TURNS, Said
from mealplans.second_reading.provider import Config, rested
from mealplans.second_reading.reading import Reread, reread
from whatsapp.models import Message
from whatsapp.payloads import event_of, text_of

RECENT = timedelta(hours=24)
_NO_NAMES = {"home", "house", "family", "ghar", "flat", "the", "and", "kitchen"}  # words of a home's name, not names


def on() -> bool:
    """Whether a key is set and the API did not fail a moment ago."""
    return bool(settings.ANTHROPIC_API_KEY) and rested()


def config() -> Config:
    return Config(
        key=settings.ANTHROPIC_API_KEY,
        base_url=settings.ANTHROPIC_BASE_URL,
        model=settings.ANTHROPIC_MODEL,
        seconds=settings.ANTHROPIC_TIMEOUT_SECONDS,
    )


def look(turn: Turn) -> Reread | None:
    """A second reading of a doubtful text, or None where the first is clear. Reads rows and the network; writes
    nothing. Waits at most ANTHROPIC_TIMEOUT_SECONDS."""
    heard = heard_of(turn)
    first = interpret(heard)
    if first.intent is not None or first.outcome != "ask":
        return None
    return reread(heard, first, _turns(turn), _names(turn), config())


def _turns(turn: Turn) -> list[Said]:
    """The last turns of the thread, oldest first, without the message itself."""
    rows = Message.objects.filter(contact=turn.contact, created_at__gt=turn.now - RECENT)
    rows = rows.exclude(pk=turn.given.message.pk).order_by("-created_at", "-id")[:MAX_TURNS]
    said = [Said(row.direction == Message.Direction.OUT, row.text or text_of(event_of(row.payload))) for row in rows]
    return [turn for turn in reversed(said) if turn.text]


def _names(turn: Turn) -> list[str]:
    """The people and the home whose names are blanked out before anything is sent."""
    home = turn.household
    people = [resident.name for resident in home.residents.all()]
    cooks = [engagement.cook.name for engagement in home.engagements.select_related("cook")]
    words = " ".join([home.name, turn.contact.profile_name, *people, *cooks]).split()
    return [word for word in words if word.lower() not in _NO_NAMES]
