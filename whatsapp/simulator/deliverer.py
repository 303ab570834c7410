"""The threads that post webhooks, review templates and expire links while nobody asks."""

from __future__ import annotations

import logging
import threading
import time

import requests

from whatsapp.simulator.core import payment_events, payment_links, templates, webhooks
from whatsapp.simulator.core.outbox import Delivery, Outbox
from whatsapp.simulator.core.world import World

log = logging.getLogger("whatsapp.simulator")
TIMEOUT_SECONDS = 10
IDLE_SECONDS = 0.25
GATHER_SECONDS = 0.01  # what happens together travels together: ten times fewer posts under load


class Deliverer(threading.Thread):
    """Posts one outbox, in order, one body at a time; a body nobody acknowledges does not hold up the others."""

    def __init__(self, world: World, outbox: Outbox, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.world, self.outbox = world, outbox
        self.stopping = threading.Event()
        self.session = requests.Session()
        self.session.trust_env = False  # a proxy of this machine has no business between the two

    def run(self) -> None:
        ticked = 0.0
        while not self.stopping.is_set():
            if time.monotonic() - ticked > IDLE_SECONDS / 3:
                tick(self.world)
                ticked = time.monotonic()
            if not self._deliver_due():
                self.outbox.wait_for_work(IDLE_SECONDS)
            self.stopping.wait(GATHER_SECONDS)

    def stop(self) -> None:
        """Finish the body under way, then end."""
        self.stopping.set()
        self.outbox.hurry()
        self.join(timeout=TIMEOUT_SECONDS)
        self.session.close()

    def _deliver_due(self) -> bool:
        """Post what is due and was not cleared away meanwhile.

        False when there was nothing to do; True also while webhooks are held back.
        """
        if self.world.knobs.hold_webhooks:
            self.outbox.rest(IDLE_SECONDS / 5)
            return True
        with self.world.lock:
            due = self.outbox.due()
        for delivery in (d for d in due if d in self.outbox.deliveries):
            if self.stopping.is_set() or self.world.knobs.hold_webhooks:
                return True
            self.outbox.on_the_wire(delivery)
            try:
                self._deliver(delivery)
            finally:
                self.outbox.on_the_wire(None)
        return bool(due)

    def _deliver(self, delivery: Delivery) -> None:
        answer = self._post(delivery)
        if not answer.startswith("2"):
            log.warning("webhook not acknowledged (%s), attempt %d: %s", answer, delivery.attempts + 1, delivery.url)
            self.outbox.postpone(delivery, answer)
            return
        for _ in range(self.world.knobs.duplicate_webhooks):
            self._post(delivery)
        with self.world.lock:
            self.world.acknowledged(delivery.wamids)
        self.outbox.settled(delivery)

    def _post(self, delivery: Delivery) -> str:
        """The status code as text, or what kept us from getting one."""
        body = delivery.body.encode("ascii")
        headers = delivery.headers | self._signature(delivery, body)
        try:
            answer = self.session.post(delivery.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            return type(error).__name__
        return str(answer.status_code)

    def _signature(self, delivery: Delivery, body: bytes) -> dict[str, str]:
        wrong = ""
        with self.world.lock:
            if self.world.knobs.bad_signature_next:
                self.world.knobs.bad_signature_next -= 1
                wrong = "-but-wrong"
        if delivery.signer == payment_events.SIGNER:
            secret = self.world.settings.razorpay_webhook_secret + wrong
            return {"X-Razorpay-Signature": payment_events.signature(secret, body)}
        secret = self.world.businesses[delivery.signer].app_secret + wrong
        return {webhooks.SIGNATURE_HEADER: webhooks.signature(secret, body)}


def tick(world: World) -> None:
    """What time alone brings about: template reviews and expired links."""
    with world.lock:
        templates.review(world)
        payment_links.expire_due(world, world.now())
