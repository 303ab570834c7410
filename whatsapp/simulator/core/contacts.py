"""How a person appears in webhooks: profile, phone and business-scoped user id. Absent values are absent keys."""

from __future__ import annotations

from typing import Any

from whatsapp.simulator.core.entities import Business, Number, Person
from whatsapp.simulator.core.world import World


def contact(world: World, business: Business, person: Person) -> dict[str, Any]:
    """An item of value.contacts[]."""
    profile = {"name": person.name} | ({"username": person.username} if person.username else {})
    shown = {"profile": profile, "user_id": world.user_id(person, business)}
    return shown if person.hide_phone else shown | {"wa_id": person.wa_id}


def sender(world: World, number: Number, person: Person) -> dict[str, Any]:
    """The `from` part of an incoming message."""
    business = world.businesses[number.waba_id]
    ids = {} if person.hide_phone else {"from": person.wa_id}
    return ids | {"from_user_id": world.user_id(person, business)}


def recipient(world: World, number: Number, person: Person) -> dict[str, Any]:
    """The recipient part of a status."""
    business = world.businesses[number.waba_id]
    ids = {} if person.hide_phone else {"recipient_id": person.wa_id}
    return ids | {"recipient_user_id": world.user_id(person, business)}
