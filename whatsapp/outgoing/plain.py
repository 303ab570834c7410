"""Text, reactions, places and contact cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from whatsapp.outgoing.parameters import ContentError, fits

CARDS_LIMIT = 257


@dataclass(frozen=True)
class Text:
    """`preview` lets WhatsApp draw a card for the first address in the text."""

    body: str
    preview: bool = False
    type = "text"

    def __post_init__(self) -> None:
        fits("The text", self.body.strip(), 4096)

    def fields(self) -> dict[str, Any]:
        return {"body": self.body, "preview_url": self.preview}

    def display(self) -> str:
        return self.body


@dataclass(frozen=True)
class Reaction:
    """An emoji on a message of theirs, not older than 30 days; an empty one takes it back."""

    wamid: str
    emoji: str
    type = "reaction"

    def __post_init__(self) -> None:
        fits("The message to react to", self.wamid, 200)
        fits("The emoji", self.emoji, 20, least=0)

    def fields(self) -> dict[str, Any]:
        return {"message_id": self.wamid, "emoji": self.emoji}

    def display(self) -> str:
        return f"Reacted {self.emoji}" if self.emoji else "Took the reaction back"


@dataclass(frozen=True)
class Location:
    latitude: float
    longitude: float
    name: str = ""
    address: str = ""
    type = "location"

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ContentError("A place needs a latitude from -90 to 90 and a longitude from -180 to 180.")
        if self.address and not self.name:
            raise ContentError("WhatsApp shows the address of a place only beside its name: give a name too.")

    def fields(self) -> dict[str, Any]:
        words = {"name": self.name, "address": self.address}
        return {"latitude": self.latitude, "longitude": self.longitude, **{k: v for k, v in words.items() if v}}

    def display(self) -> str:
        return f"Place: {self.name or f'{self.latitude}, {self.longitude}'}"


@dataclass(frozen=True)
class Card:
    """A person's or shop's contact card. `phone` in E.164."""

    formatted_name: str
    first_name: str
    phone: str = ""
    organisation: str = ""

    def fields(self) -> dict[str, Any]:
        card: dict[str, Any] = {"name": {"formatted_name": self.formatted_name, "first_name": self.first_name}}
        if self.phone:
            card["phones"] = [{"phone": self.phone, "type": "WORK", "wa_id": self.phone.removeprefix("+")}]
        if self.organisation:
            card["org"] = {"company": self.organisation}
        return card


@dataclass(frozen=True)
class Contacts:
    cards: Sequence[Card]
    type = "contacts"

    def __post_init__(self) -> None:
        if not 1 <= len(self.cards) <= CARDS_LIMIT:
            raise ContentError(f"A message takes 1 to {CARDS_LIMIT} contact cards; here are {len(self.cards)}.")
        for card in self.cards:
            fits("The name on a contact card", card.formatted_name, 255)
            fits("The first name on a contact card", card.first_name, 255)

    def fields(self) -> list[dict[str, Any]]:
        return [card.fields() for card in self.cards]

    def display(self) -> str:
        return "Contact: " + ", ".join(card.formatted_name for card in self.cards)
