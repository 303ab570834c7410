"""The processes of a benchmark, on a database, a queue and secrets of their own; all gone when it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from bettermeals.rehearsal import stack as processes
from scripts import stack, test

ROOT = Path(__file__).resolve().parents[2]
SERVICES, SQLITE = stack.SERVICES, stack.EMBEDDED


def stacks() -> list[str]:
    """What to measure on: STACK if it names one, else SQLite and, when they answer, PostgreSQL with Redis."""
    wanted = os.environ.get("STACK", "")
    if wanted:
        return [wanted]
    _url, problem = stack.find_postgres(os.environ)
    problem = problem or stack.redis_problem(os.environ.get("REDIS_URL") or stack.REDIS)
    if problem:
        print(f"Only on SQLite: {problem}.", file=sys.stderr)
    return [SQLITE] if problem else [SERVICES, SQLITE]


@contextmanager
def stage(kind: str) -> Iterator[processes.Stack]:
    """A migrated database with the default account in it, and what is needed to start processes on it."""
    number, held = test.hold_slot(test.SHARED)
    chosen = stack.choose(kind, os.environ, number)
    configured = chosen.database_url if kind == SERVICES else ""
    with tempfile.TemporaryDirectory() as folder, processes.fresh_database(configured, Path(folder)) as database:
        environment = processes.environment(Path(folder), database, chosen.redis_url)
        environment |= {"DJANGO_SETTINGS_MODULE": "tests.benchmarks._settings", "WEB_ACCESS_LOG": "off"}
        environment |= {"WEB_BIND": environment["PUBLIC_BASE_URL"].removeprefix("http://")}
        del environment["BETTERMEALS_CLOCK_FILE"]  # the machine's own time
        running = processes.Stack(
            Path(folder), environment, environment["PUBLIC_BASE_URL"], environment["WHATSAPP_API_BASE_URL"]
        )
        try:
            run(running, "manage.py", "migrate", "--verbosity", "0")
            inside(running, "from whatsapp.accounts import ensure_default_account; ensure_default_account()")
            yield running
        finally:
            running.stop()
            os.close(held)


def start_web(running: processes.Stack) -> None:
    """As deploy/gunicorn.conf.py serves it."""
    command = [sys.executable, "-m", "gunicorn", "bettermeals.wsgi", "--config", "deploy/gunicorn.conf.py"]
    start(running, "web", command)
    running.wait_for("web", f"{running.web_url}/healthz")


def start(running: processes.Stack, name: str, command: Sequence[str]) -> None:
    with (running.folder / f"{name}.log").open("ab") as log:
        running.running[name] = subprocess.Popen(
            command, cwd=ROOT, env=running.environment, stdout=log, stderr=log, start_new_session=True
        )


def run(running: processes.Stack, *arguments: str, stdin: str = "") -> str:
    """What a Python process of the project prints."""
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=running.environment, input=stdin, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def inside(running: processes.Stack, code: str) -> str:
    """What `code` prints in a process with Django set up."""
    return run(running, "-c", f"import django; django.setup()\n{code}")


def load(running: processes.Stack, path: str, **order: Any) -> dict[str, Any]:
    """Put a load on the web server (tests/benchmarks/_load.py says what `order` may hold)."""
    secret = running.environment["WHATSAPP_APP_SECRET"]
    order |= {"url": running.web_url + path, "secret": secret}
    return dict(json.loads(run(running, "-m", "tests.benchmarks._load", stdin=json.dumps(order))))


def arrivals(running: processes.Stack) -> list[float]:
    """When each message came to the Graph API of `_graph`, in seconds of its clock; forgotten there once told."""
    return sorted(requests.get(f"{running.simulator_url}/arrivals", timeout=30).json()["arrivals"])
