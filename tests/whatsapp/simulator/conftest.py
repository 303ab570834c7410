"""One simulator, served by a real uvicorn in a thread, and one receiver for its webhooks; both emptied per test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import uvicorn

from bettermeals.lib import clock
from tests.whatsapp.simulator.client import Receiver, Simulator
from whatsapp.simulator.core.world import World
from whatsapp.simulator.http.app import build
from whatsapp.simulator.process import free_port
from whatsapp.simulator.server import running
from whatsapp.simulator.settings import Settings

START = datetime(2026, 11, 21, 3, 30, tzinfo=UTC)  # Saturday 09:00 in India


@pytest.fixture(scope="session")
def receiver_server() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def served(receiver_server: Receiver) -> Iterator[World]:
    hooks = {
        "callback_url": receiver_server.url + "/whatsapp",
        "payment_callback_url": receiver_server.url + "/payments",
    }
    world = World(Settings(port=str(free_port()), **hooks))
    options = uvicorn.Config(
        build(world), host="127.0.0.1", port=int(world.settings.port), log_level="error", lifespan="off"
    )
    server = uvicorn.Server(options)
    thread = threading.Thread(target=server.run)
    with running(world):
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield world
        server.should_exit = True
        thread.join()


@pytest.fixture
def receiver(receiver_server: Receiver) -> Receiver:
    receiver_server.clear()
    return receiver_server


@pytest.fixture
def sim(served: World, receiver: Receiver) -> Iterator[Simulator]:
    """A fresh, subscribed account; nobody has a phone yet."""
    with Simulator(served, receiver) as simulator:
        simulator.sim("reset", {})
        receiver.clear()
        served.businesses[served.settings.waba_id].subscribed = True
        yield simulator


class VirtualClock:
    """The rehearsal's clock, as the simulator reads it."""

    def __init__(self, path: Path) -> None:
        self.path, self.now = path, START

    def to(self, seconds: float) -> None:
        """Set the clock to START plus seconds."""
        self.now = datetime.fromtimestamp(START.timestamp() + seconds, UTC)
        clock.set_virtual(self.now, self.path)


@pytest.fixture
def virtual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VirtualClock:
    """Time stands still until the test moves it. Request it before `sim`."""
    path = tmp_path / "clock"
    clock.set_virtual(START, path)
    monkeypatch.setenv(clock.CLOCK_FILE, str(path))
    return VirtualClock(path)
