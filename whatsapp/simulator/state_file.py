"""The world in one JSON file, so that a second start keeps the chats.

Credentials of the first account come from the settings and are not written. The file is for its owner only.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from whatsapp.simulator.core import entities
from whatsapp.simulator.core.outbox import Delivery
from whatsapp.simulator.core.world import World

log = logging.getLogger("whatsapp.simulator")
SAVE_SECONDS = 1.0
STORES: dict[str, tuple[type, str]] = {
    "businesses": (entities.Business, "waba_id"),
    "numbers": (entities.Number, "id"),
    "people": (entities.Person, "wa_id"),
    "messages": (entities.Message, "wamid"),
    "templates": (entities.Template, "id"),
    "media": (entities.Media, "id"),
    "links": (entities.Link, "id"),
    "payments": (entities.Payment, "id"),
    "refunds": (entities.Refund, "id"),
}
FROM_SETTINGS = ("access_token", "app_secret", "verify_token", "callback_url", "previous_tokens")
OUTBOXES = ("outbox", "payment_outbox")


class StateFile(threading.Thread):
    """Loads once, then saves at most once a second while something changes, and at the end."""

    def __init__(self, world: World) -> None:
        super().__init__(name="state file", daemon=True)
        self.world, self.path = world, Path(world.settings.state)
        self.saved_revision = -1
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.wait(SAVE_SECONDS):
            self.save()

    def stop(self) -> None:
        self.stopping.set()
        if self.is_alive():
            self.join()
        self.saved_revision = -1
        self.save()

    def save(self) -> None:
        """Write aside and rename, so that a crash leaves the old file whole."""
        with self.world.lock:
            if self.saved_revision == self.world.revision:
                return
            self.saved_revision = self.world.revision
            text = json.dumps(dump(self.world), ensure_ascii=False)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".saving")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(self.path)

    def load(self) -> None:
        """Take over what the file holds; nothing when there is no file. Raises ValueError for a broken one."""
        if not self.path.exists():
            return
        try:
            restore(self.world, json.loads(self.path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{self.path} is not a state file of this simulator ({error}); move it away.") from error
        log.info("state loaded from %s", self.path)


def dump(world: World) -> dict[str, Any]:
    """The world as JSON values."""
    found: dict[str, Any] = {name: [asdict(item) for item in getattr(world, name).values()] for name in STORES}
    for media in found["media"]:
        media["data"] = base64.b64encode(media["data"]).decode()
    for business in found["businesses"]:
        if business["waba_id"] == world.settings.waba_id:
            business.update(dict.fromkeys(FROM_SETTINGS, ""))
    for name in OUTBOXES:
        box = getattr(world, name)
        with box.changed:
            found[name] = {"queued": list(box.queued), "deliveries": [asdict(d) for d in box.deliveries]}
    return found


def restore(world: World, found: dict[str, Any]) -> None:
    """Fill a fresh world from dump()'s result; what it derives from messages is rebuilt."""
    home, home_number = (
        world.businesses[world.settings.waba_id],
        world.numbers[world.settings.phone_number_id],
    )
    for name, (kind, key) in STORES.items():
        items = [kind(**_decoded(name, item)) for item in found[name]]
        setattr(world, name, {getattr(item, key): item for item in items})
    _reinstate(world, home, home_number)
    messages, world.messages = world.messages, {}
    for message in messages.values():
        if message.wa_id in world.people:
            world.keep(message)
        else:
            world.messages[message.wamid] = message
    world.reviews = {t.id: 0.0 for t in world.templates.values() if t.status == "PENDING"}
    for name in OUTBOXES:
        box = getattr(world, name)
        box.queued = found[name]["queued"]
        box.deliveries = [Delivery(**(d | {"not_before": 0.0})) for d in found[name]["deliveries"]]


def _decoded(name: str, item: dict[str, Any]) -> dict[str, Any]:
    return item | {"data": base64.b64decode(item["data"])} if name == "media" else item


def _reinstate(world: World, home: entities.Business, home_number: entities.Number) -> None:
    """The first account is whatever the settings say today; the file adds what happened to it."""
    saved = world.businesses.get(home.waba_id)
    if saved is not None:
        saved.__dict__.update({name: getattr(home, name) for name in FROM_SETTINGS})
    world.businesses.setdefault(home.waba_id, home)
    world.numbers.setdefault(home_number.id, home_number)
