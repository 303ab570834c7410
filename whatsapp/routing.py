"""Who answers a message: the first route of settings.WHATSAPP_ROUTES whose `match` holds owns it.

`match` may read and never writes; `handle` writes rows and queues answers, and never touches the network. Claim,
handler and queued answers commit together (see `whatsapp/handling.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from whatsapp import inbox
from whatsapp.consent import is_start_word, is_stop_word
from whatsapp.models import Contact, Message
from whatsapp.optouts import opt_in, opt_out
from whatsapp.payloads import (
    QUIET_TYPES,
    Event,
    ReactionReceived,
    SystemNotice,
    Unknown,
    event_of,
    payload_of,
    text_of,
)

PARKED, TAKEN = "parked", "taken_over"


@dataclass(frozen=True)
class Inbound:
    """One message of a person, ready for a route. `payload`: the opaque id of the button or row, or empty."""

    message: Message
    contact: Contact
    event: Event
    text: str
    payload: str
    seen_ahead: Any = None  # what LookAhead.look returned for it


@dataclass(frozen=True)
class Route:
    """`match` returns anything but None and False to claim the message; that value goes to `handle`."""

    name: str
    match: Callable[[Inbound], Any]
    handle: Callable[[Inbound, Any, datetime], Any]


@dataclass(frozen=True)
class LookAhead:
    """What may be asked of the network about a message before its transaction begins. `look` writes nothing, takes a
    bounded time, and its value reaches the handler as `Inbound.seen_ahead`; `on` is cheap."""

    on: Callable[[], bool]
    look: Callable[[Inbound, datetime], Any]


def look_ahead() -> LookAhead | None:
    """The configured one, if it is switched on."""
    found: LookAhead = import_string(settings.WHATSAPP_LOOK_AHEAD)
    return found if found.on() else None


@cache
def _load(path: str) -> Sequence[Route]:
    return tuple(import_string(path))


def routes() -> Sequence[Route]:
    return _load(settings.WHATSAPP_ROUTES)


def inbound(message: Message) -> Inbound:
    """The message as routes see it, from its stored JSON."""
    event = event_of(message.payload)
    return Inbound(message, message.contact, event, text_of(event), payload_of(event))


def dispatch(message: Message, now: datetime, table: Sequence[Route] | None = None, seen_ahead: Any = None) -> str:
    """Hand the message to its route and return the route's name; parked for staff when nobody claims it."""
    given = replace(inbound(message), seen_ahead=seen_ahead)
    for route in routes() if table is None else table:
        match = route.match(given)
        if match is not None and match is not False:
            route.handle(given, match, now)
            return route.name
    inbox.park(message, "No rule recognised this message.", now)
    return PARKED


def _says_stop(given: Inbound) -> bool:
    """A typed word, or a button with just that label."""
    return is_stop_word(given.text)


def _wants_back(given: Inbound) -> bool:
    """Only of somebody who had opted out: a cook's "shuru karo" is about cooking."""
    return given.contact.opted_out_at is not None and is_start_word(given.text)


def _stop(given: Inbound, match: object, now: datetime) -> None:
    # Usually done already when the message was stored; done again here so that the route alone suffices.
    opt_out(given.contact, method="stop word", message=given.message, now=now)


def _start(given: Inbound, match: object, now: datetime) -> None:
    opt_in(given.contact, method="start word", message=given.message, now=now)


def _opted_out(given: Inbound) -> bool:
    """Somebody who opted out and writes again is not answered by a machine: a person decides."""
    return given.contact.opted_out_at is not None


def _park_opted_out(given: Inbound, match: object, now: datetime) -> None:
    inbox.park(given.message, "This person has opted out and wrote again: they must opt in to get an answer.", now)


def _quiet(given: Inbound) -> bool:
    """What asks for no answer: system notices, reactions that were taken back, edits."""
    quiet_unknown = isinstance(given.event, Unknown) and given.event.type in QUIET_TYPES
    taken_back = isinstance(given.event, ReactionReceived) and not given.event.emoji
    return quiet_unknown or taken_back or isinstance(given.event, SystemNotice)


def _note(given: Inbound, match: object, now: datetime) -> None:
    """Stored with the thread; nothing to do."""


def _with_staff(given: Inbound) -> bool:
    """Words in a thread that staff have taken over. A tapped button still does what it says."""
    return given.contact.taken_over_at is not None and not given.payload


def _leave_to_staff(given: Inbound, match: object, now: datetime) -> None:
    inbox.park(given.message, "Staff have this conversation.", now)


OPT_OUT = Route("opt_out", _says_stop, _stop)
OPT_IN = Route("opt_in", _wants_back, _start)
SILENCE = Route("opted_out", _opted_out, _park_opted_out)
QUIET = Route("quiet", _quiet, _note)
TAKEN_OVER = Route(TAKEN, _with_staff, _leave_to_staff)
# What every route table starts with, in this order.
FIRST: tuple[Route, ...] = (OPT_OUT, OPT_IN, SILENCE, QUIET, TAKEN_OVER)
