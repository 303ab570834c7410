"""One simulator in this process: world, server, delivery threads, state file."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
from collections.abc import Iterator

import uvicorn

from whatsapp.simulator.core.world import World
from whatsapp.simulator.deliverer import Deliverer
from whatsapp.simulator.http.app import build
from whatsapp.simulator.settings import Settings
from whatsapp.simulator.state_file import StateFile

log = logging.getLogger("whatsapp.simulator")


@contextlib.contextmanager
def running(world: World) -> Iterator[World]:
    """Webhooks are delivered and the state is kept while this lasts."""
    state = StateFile(world) if world.settings.state else None
    if state is not None:
        state.load()
    threads: list[Deliverer] = [
        Deliverer(world, world.outbox, "webhooks"),
        Deliverer(world, world.payment_outbox, "payment webhooks"),
    ]
    for thread in threads:
        thread.start()
    if state is not None:
        state.start()
    try:
        yield world
    finally:
        for thread in threads:
            thread.stop()
        if state is not None:
            state.stop()


def serve(settings: Settings) -> None:
    """Serve until interrupted (SIGINT or SIGTERM); the state is saved on the way out."""
    # uvicorn ends by raising the signal again; unhandled, SIGTERM would end the process before the state is saved.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with running(World(settings)) as world:
        log.info("simulator at %s, phones at %s/", settings.base_url, settings.base_url)
        uvicorn.run(
            build(world), host=settings.host, port=int(settings.port), log_level="warning", access_log=False,
            timeout_graceful_shutdown=1,
        )  # fmt: skip
