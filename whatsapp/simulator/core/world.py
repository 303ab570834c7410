"""The whole state of the simulator and its one lock.

Every door takes `world.lock` round a call into the core; the core itself never locks, sleeps or does I/O.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from bettermeals.lib import clock
from whatsapp.simulator.core import payment_events, webhooks
from whatsapp.simulator.core.entities import (
    Business,
    Link,
    Media,
    Message,
    Number,
    Payment,
    Person,
    Refund,
    Template,
)
from whatsapp.simulator.core.errors import GraphError, unknown_node
from whatsapp.simulator.core.ids import bsuid
from whatsapp.simulator.core.knobs import Knobs
from whatsapp.simulator.core.outbox import Outbox
from whatsapp.simulator.core.pace import Pace
from whatsapp.simulator.settings import Settings

Listener = Callable[[dict[str, Any]], None]


@dataclass
class World:
    settings: Settings
    knobs: Knobs = field(default_factory=Knobs)
    lock: threading.RLock = field(default_factory=threading.RLock)
    businesses: dict[str, Business] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    templates: dict[str, Template] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    payments: dict[str, Payment] = field(default_factory=dict)
    refunds: dict[str, Refund] = field(default_factory=dict)
    reviews: dict[str, float] = field(default_factory=dict)  # template id -> due, by time.monotonic()
    uploads: dict[str, int] = field(default_factory=dict)  # session of a template's example file -> its bytes
    # Derived from messages; rebuilt on load.
    chats: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    last_inbound: dict[tuple[str, str], float] = field(default_factory=dict)
    service_messages: dict[tuple[str, str], int] = field(default_factory=dict)  # by number and month
    typing: dict[str, float] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    listeners: list[Listener] = field(default_factory=list)
    revision: int = 0

    def __post_init__(self) -> None:
        self.outbox = Outbox(partial(webhooks.pack, self))
        self.payment_outbox = Outbox(partial(payment_events.pack, self))
        self._found()

    def _found(self) -> None:
        """The business account named by the settings exists from the start."""
        s = self.settings
        self.businesses[s.waba_id] = Business(
            s.waba_id, s.business_name, "900" + s.waba_id[-12:], s.app_id, s.access_token, s.app_secret,
            s.verify_token, s.callback_url,
        )  # fmt: skip
        self.numbers[s.phone_number_id] = Number(
            s.phone_number_id, s.waba_id, s.display_phone_number, verified_name=s.business_name
        )

    def reset(self) -> None:
        """Forget everything but the settings and who is listening."""
        for store in ("businesses", "numbers", "people", "messages", "templates", "media", "links", "payments"):
            getattr(self, store).clear()
        for store in ("refunds", "reviews", "chats", "last_inbound", "service_messages", "typing"):
            getattr(self, store).clear()
        self.outbox.clear()
        self.payment_outbox.clear()
        self.knobs.turn(asdict(Knobs()))
        self.pace.clear()
        self._found()
        self.publish("reset")

    @staticmethod
    def now() -> float:
        """Seconds since the epoch by the shared clock, which a rehearsal moves."""
        return clock.now().timestamp()

    def publish(self, kind: str, **facts: Any) -> None:
        """Tell the phones' page, and the saver, that something changed."""
        self.revision += 1
        for listener in list(self.listeners):
            listener({"kind": kind} | facts)

    def business_by_token(self, token: str) -> Business | None:
        """The account a bearer token belongs to; None when no account knows it."""
        return next((b for b in self.businesses.values() if token in (b.access_token, *b.previous_tokens)), None)

    def number_of(self, business: Business, number_id: str, method: str) -> Number:
        """A number this token may use; raises 100/33 as Graph does for foreign and unknown ids alike."""
        number = self.numbers.get(number_id)
        if number is None or number.waba_id != business.waba_id:
            raise unknown_node(number_id, method)
        return number

    def person(self, wa_id: str, *, name: str = "") -> Person:
        """The person behind a number, created on first contact."""
        if wa_id not in self.people:
            portfolio = self.businesses[self.settings.waba_id].portfolio_id
            on_whatsapp = self.knobs.unknown_numbers_on_whatsapp
            self.people[wa_id] = Person(wa_id, name or f"+{wa_id}", bsuid(portfolio, wa_id), on_whatsapp=on_whatsapp)
            self.publish("phone", wa_id=wa_id)
        return self.people[wa_id]

    def user_id(self, person: Person, business: Business) -> str:
        """The person's BSUID as this business sees it: another portfolio sees another one."""
        home = self.businesses[self.settings.waba_id].portfolio_id
        if business.portfolio_id == home:
            return person.user_id
        return bsuid(business.portfolio_id, person.wa_id)

    def by_user_id(self, user_id: str, business: Business) -> Person:
        """Who a BSUID means to this business; raises 131009 when nobody."""
        for person in self.people.values():
            if self.user_id(person, business) == user_id:
                return person
        raise GraphError(131009, f"Param recipient: no user with ID {user_id} is known to this business portfolio.")

    def keep(self, message: Message) -> None:
        """Add a message to the conversation it belongs to."""
        chat = (message.phone_number_id, message.wa_id)
        self.messages[message.wamid] = message
        self.chats.setdefault(chat, []).append(message.wamid)
        if message.direction == "incoming" and message.type != "reaction":
            self.last_inbound[chat] = message.at
        self.publish("message", wa_id=message.wa_id, wamid=message.wamid)

    def acknowledged(self, wamids: list[str]) -> None:
        """The business has taken these incoming messages: two grey ticks."""
        for message in (self.messages[w] for w in wamids if w in self.messages):
            message.status = "delivered"
            self.publish("status", wa_id=message.wa_id, wamid=message.wamid, status="delivered")
