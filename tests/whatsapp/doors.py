"""What the composing package hands to WhatsApp, for its own tests: a catalogue, routes, and who hears of failures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from whatsapp import routing, sending
from whatsapp.declare import (
    ASK_STAFF,
    MARKETING,
    RESEND,
    UTILITY,
    DeclaredTemplate,
    QuickReply,
    TemplateText,
    UrlButton,
)
from whatsapp.models import Message
from whatsapp.people import About, Directory, Group
from whatsapp.routing import FIRST, Inbound, Route

PLAN = DeclaredTemplate(
    name="week_ready",
    category=UTILITY,
    variables=("name", "week"),
    bodies={
        "en": TemplateText(
            "Hello {{1}}, your meals for {{2}} are ready. Tap Approve if the week looks good to you.",
            header="Your week",
            footer="BetterMeals",
            buttons=(
                QuickReply("Approve"),
                QuickReply("Change"),
                UrlButton("See", "https://example.com/p/{{1}}", "abc/"),
            ),
        ),
        "hi": TemplateText(
            "नमस्ते {{1}} जी, {{2}} का खाना तैयार है। ठीक लगे तो मंज़ूर है दबाइए।",
            header="आपका हफ़्ता",
            footer="BetterMeals",
            buttons=(
                QuickReply("मंज़ूर"),
                QuickReply("बदलना है"),
                UrlButton("देखिए", "https://example.com/p/{{1}}", "abc/"),
            ),
        ),
    },
    examples={"en": ["Asha", "23–29 Nov"], "hi": ["आशा", "23–29 नव॰"]},
    unknown_policy=ASK_STAFF,
)
COOK = DeclaredTemplate(
    name="cook_today",
    category=UTILITY,
    variables=("dishes",),
    bodies={
        "en": TemplateText("Today please cook {{1}} for the family. Tap OK when seen.", buttons=(QuickReply("OK"),))
    },
    examples={"en": ["Rajma"]},
    unknown_policy=RESEND,
)
OFFER = DeclaredTemplate(
    name="festival_offer",
    category=MARKETING,
    bodies={"en": TemplateText("A festival menu is here for you this week.")},
)
CATALOGUE = [PLAN, COOK, OFFER]

handled: list[tuple[str, str]] = []
failed: list[tuple[int, str, str]] = []
explode_on: set[str] = set()


def clear() -> None:
    handled.clear()
    failed.clear()
    explode_on.clear()
    homes.clear()


def _echo(given: Inbound, match: Any, now: datetime) -> None:
    if given.text in explode_on:
        raise RuntimeError(f"a bug in the handler of {given.text}")
    handled.append((given.contact.phone or "", given.text or given.payload))
    sending.queue_text(contact=given.contact, text=f"You said {given.text}", now=now, reply_to=given.message)


def _note_failure(message: Message, now: datetime) -> None:
    if "failure" in explode_on:
        raise RuntimeError("a bug in a failure route")
    failed.append((message.pk, message.status, message.error_class))


ROUTES = [
    *FIRST,
    Route("button", lambda given: given.payload or None, _echo),
    Route("echo", lambda given: given.text.startswith("say") or None, _echo),
]
MESSAGE_FAILED = [_note_failure]
payments_told: list[list[str]] = []
PAYMENT_TOLD = [lambda references, now: payments_told.append(references)]

# Who people are to the layer above, as the tests tell it: contact id -> household.
homes: dict[int, str] = {}


def _about(contacts: Collection[int]) -> dict[int, list[About]]:
    return {pk: [About("Asha ji", "decides", homes[pk], "/home/")] for pk in contacts if pk in homes}


def _values(contacts: Collection[int]) -> dict[int, dict[str, str]]:
    return {pk: {"name": "Asha ji", "household": homes[pk]} for pk in contacts if pk in homes}


DIRECTORY = Directory(
    about=_about,
    find=lambda words: {pk for pk, home in homes.items() if words.casefold() in home.casefold()},
    values=_values,
    groups=lambda: [Group("homes", "Everybody with a home", lambda: set(homes))],
)
PEOPLE = [DIRECTORY]
__all__ = ["CATALOGUE", "MESSAGE_FAILED", "PAYMENT_TOLD", "PEOPLE", "ROUTES", "routing"]
