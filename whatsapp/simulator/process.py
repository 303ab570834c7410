"""A simulator in a process of its own, for tests and rehearsals: start(), use its url, stop()."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import IO

import requests

from whatsapp.simulator.settings import to_environment

START_SECONDS = 20.0
STOP_SECONDS = 10.0


class DidNotStart(RuntimeError):
    """The process ended, or never answered; the text has what it printed."""


@dataclass
class Running:
    """A simulator that answers at `url`."""

    url: str
    process: subprocess.Popen[bytes]
    printed: IO[bytes]

    def stop(self) -> None:
        """Ask it to end (its state is saved); insist after ten seconds."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.printed.close()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def free_port() -> int:
    """A TCP port of this machine that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(port: int = 0, **settings: str) -> Running:
    """Start a simulator on 127.0.0.1 and wait until it answers. `settings` are those of settings.Settings, by name
    (callback_url, access_token, state, …); they travel by environment, so no secret shows in `ps`. Raises DidNotStart.
    """
    port = port or free_port()
    environment = os.environ | to_environment(host="127.0.0.1", port=str(port), **settings)
    # A file, not a pipe: nobody reads while it runs, and a full pipe would stop the simulator at its next log line.
    printed = tempfile.TemporaryFile()  # noqa: SIM115  (closed by stop)
    process = subprocess.Popen(
        [sys.executable, "-m", "whatsapp.simulator"], env=environment, stderr=printed, stdout=subprocess.DEVNULL
    )
    running = Running(f"http://127.0.0.1:{port}", process, printed)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(running.url):
            return running
        time.sleep(0.05)
    process.kill()
    process.wait()
    printed.seek(0)
    words = printed.read().decode(errors="replace")
    printed.close()
    raise DidNotStart(words or "no answer")


def _answers(url: str) -> bool:
    try:
        return requests.get(url + "/_sim/health", timeout=2).status_code == 200
    except requests.ConnectionError:
        return False
