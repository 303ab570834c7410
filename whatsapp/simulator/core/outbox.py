"""Webhooks on their way out: queued facts, then signed bodies that are posted until somebody answers 2xx.

Two of these exist, Meta's and the payment provider's. Threads: the core queues under the world's lock, the
deliverer takes; the outbox has its own condition and never calls back into the world while holding it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

RETRY_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)  # Meta's own run to seven days; here somebody is watching


@dataclass
class Delivery:
    """One body for one address; the same bytes at every attempt, signed anew at each."""

    url: str
    body: str  # ASCII by construction: everything else is escaped
    headers: dict[str, str]
    signer: str  # whose secret signs it: a waba_id, or "payments"
    updates: int = 1
    wamids: list[str] = field(default_factory=list)  # incoming messages inside; two grey ticks once acknowledged
    attempts: int = 0
    not_before: float = 0.0  # by time.monotonic()
    last_answer: str = ""


@dataclass
class Outbox:
    """`pack` turns all queued facts into deliveries; see webhooks.pack and payments.pack."""

    pack: Callable[[list[dict[str, Any]]], list[Delivery]]
    queued: list[dict[str, Any]] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    posting: Delivery | None = None  # the one on the wire

    def queue(self, fact: dict[str, Any]) -> None:
        with self.changed:
            self.queued.append(fact)
            self.changed.notify_all()

    def pending(self) -> int:
        """Updates nobody has acknowledged yet."""
        with self.changed:
            return len(self.queued) + sum(delivery.updates for delivery in self.deliveries)

    def due(self) -> list[Delivery]:
        """Pack what is queued and return every delivery whose time has come."""
        with self.changed:
            if self.queued:
                facts, self.queued = self.queued, []
                self.deliveries += self.pack(facts)
            now = time.monotonic()
            return [delivery for delivery in self.deliveries if delivery.not_before <= now]

    def settled(self, delivery: Delivery) -> None:
        """Acknowledged: forget it."""
        with self.changed:
            if delivery in self.deliveries:
                self.deliveries.remove(delivery)
            self.changed.notify_all()

    def postpone(self, delivery: Delivery, answer: str) -> None:
        """Not acknowledged: again later, with growing pauses."""
        pause = RETRY_SECONDS[min(delivery.attempts, len(RETRY_SECONDS) - 1)]
        with self.changed:
            delivery.attempts += 1
            delivery.last_answer = answer
            delivery.not_before = time.monotonic() + pause

    def hurry(self) -> None:
        """Make every postponed delivery due now."""
        with self.changed:
            for delivery in self.deliveries:
                delivery.not_before = 0.0
            self.changed.notify_all()

    def on_the_wire(self, delivery: Delivery | None) -> None:
        """What is being posted now; None when nothing is."""
        with self.changed:
            self.posting = delivery
            self.changed.notify_all()

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait for the post under way, so that nothing arrives after a reset that was said before it."""
        with self.changed:
            return self.changed.wait_for(lambda: self.posting is None, timeout=seconds)

    def wait_until_empty(self, seconds: float) -> bool:
        with self.changed:
            return self.changed.wait_for(self._empty, timeout=seconds)

    def _empty(self) -> bool:
        return not (self.queued or self.deliveries or self.posting)

    def wait_for_work(self, seconds: float) -> None:
        """Sleep until something is queued, at most `seconds` (a postponed delivery may fall due meanwhile)."""
        with self.changed:
            if not self.queued:
                self.changed.wait(timeout=seconds)

    def rest(self, seconds: float) -> None:
        """Sleep until anything about this outbox changes or somebody is in a hurry, at most `seconds`."""
        with self.changed:
            self.changed.wait(timeout=seconds)

    def clear(self) -> None:
        with self.changed:
            self.queued.clear()
            self.deliveries.clear()
            self.changed.notify_all()
