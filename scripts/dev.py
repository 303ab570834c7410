"""`make run`: the whole product against a simulated WhatsApp and payment provider, on this machine alone.

Starts the simulator, web, worker and beat, makes the demonstration's data once, says what to open, and stops all of
them on Ctrl-C. Without DATABASE_URL and REDIS_URL it needs no service: SQLite and a file queue under .dev.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import IO, Any

from scripts import demo_settings, ports, programs
from scripts.processes import ChildEnded, Stopped, Supervisor
from scripts.programs import DEV, ROOT, Addresses
from scripts.screen import Screen
from scripts.single_run import AlreadyRunning, record, single_run

START_SECONDS = 90


class NotHealthy(Exception):
    """A program runs but does not answer as it should."""


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  (our own address, always http)
            return bool(response.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException):
        return False


def start_all(supervisor: Supervisor, environ: Mapping[str, str], at: Addresses, lock: IO[str]) -> None:
    """Brings the database up to date, then starts all four. Raises Stopped, ChildEnded or NotHealthy."""
    supervisor.run_to_end(programs.manage(environ, "migrate", "--verbosity", "1"))
    for program in (
        programs.simulator(environ, at),
        programs.web(environ, at),
        programs.worker(environ),
        programs.beat(environ),
    ):
        supervisor.start(program)
        record(lock, {child.program.name: child.process.pid for child in supervisor.children})
    wait_for(supervisor, "simulator", f"{at.simulator}/_sim/health")
    wait_for(supervisor, "web", f"{at.web}/healthz")


def wait_for(supervisor: Supervisor, name: str, url: str) -> None:
    if not supervisor.wait_until(lambda: answers(url), START_SECONDS):
        raise NotHealthy(f"{name} has not answered {url} within {START_SECONDS} s; its lines above say why.")


def demo(supervisor: Supervisor, environ: Mapping[str, str]) -> dict[str, Any]:
    """Makes the demonstration's data where it is missing; what to open, and the login made for this run."""
    lines = supervisor.run_to_end(programs.manage(environ, "demo", "--json"))
    return json_in(lines)


def json_in(lines: Sequence[str]) -> dict[str, Any]:
    """The object that starts at a line's beginning, between whatever log lines; raises NotHealthy without one."""
    text = "\n".join(lines)
    start = re.search(r"^\{", text, re.MULTILINE)
    if not start:
        raise NotHealthy(f"`manage.py demo --json` printed no JSON, but:\n{text}")
    return dict(json.JSONDecoder().raw_decode(text, start.start())[0])


def invitation(at: Addresses, made: Mapping[str, Any]) -> list[str]:
    return [
        "BetterMeals runs. Open:",
        "",
        f"  Back office    {at.web}/admin/",
        f"                 user {made['admin_user']}, password {made['admin_password']}",
        f"  Phones         {at.simulator}/   play the resident and the cook",
        f"  A week's plan  {made['household_url']}",
        "",
        "Ctrl-C stops everything; what you did is kept for the next run.",
    ]


def run(screen: Screen) -> None:
    """Everything, until it is told to stop."""
    with single_run(DEV / "run.lock") as lock:
        at = Addresses(
            web_port=ports.chosen(os.environ, "WEB_PORT", 8000),
            simulator_port=ports.chosen(os.environ, "SIMULATOR_PORT", 8090),
        )
        environ = demo_settings.compose(ROOT, DEV, os.environ, at.web, at.simulator)
        supervisor = Supervisor(ROOT, lock.fileno(), screen.line)
        supervisor.listen()
        try:
            screen.say("Bringing the database up to date and starting simulator, web, worker and beat.")
            start_all(supervisor, environ, at, lock)
            screen.say("Making the demonstration's data where it is missing; the first time takes a little longer.")
            screen.box(invitation(at, demo(supervisor, environ)))
            supervisor.pause(None)
        except Stopped:
            screen.say("\nStopping; the worker finishes what it is doing (Ctrl-C again: at once).")
        finally:
            supervisor.stop()


def main() -> int:
    try:
        run(Screen())
    except (AlreadyRunning, ports.PortProblem, demo_settings.NotADemonstration) as problem:
        print(problem, file=sys.stderr)
        return 1
    except (ChildEnded, NotHealthy) as failure:
        print(f"\n{failure}\nEverything else was stopped.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
