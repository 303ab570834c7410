"""Kill the sender at any moment: every message goes out once, or somebody is asked. Real processes throughout."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings

from bettermeals.lib import clock
from whatsapp.simulator import process

ROOT = Path(__file__).parents[2]
MESSAGES = 100
WORK = """
import time, django; django.setup()
from bettermeals.lib import clock
from whatsapp import receiving, unknowns
from whatsapp.delivery import deliver_due
while True:
    time.sleep(0.05); deliver_due(clock.now()); receiving.process_pending(clock.now()); unknowns.sweep(clock.now())
"""
PREPARE = f"""
import sys, django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
from tests.factories.whatsapp import make_account, make_contact, queue_text
from bettermeals.lib import clock
from django.db import transaction
make_account()
for n in range({MESSAGES}):
    contact = make_contact(f"+9198100{{n:05d}}", wrote_at=clock.now())
    with transaction.atomic():
        queue_text(contact, f"message {{n}}", clock.now())
"""
SERVE = """
import sys, django; django.setup()
from wsgiref.simple_server import WSGIRequestHandler, make_server
from django.core.wsgi import get_wsgi_application
class Quiet(WSGIRequestHandler):
    def log_message(self, *args): return None
make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), handler_class=Quiet).serve_forever()
"""


def connect(address: str) -> Any:
    if not address.startswith("postgres"):
        return sqlite3.connect(address, timeout=20)
    psycopg = pytest.importorskip("psycopg")
    return psycopg.connect(address.replace("postgres:", "postgresql:", 1), autocommit=True)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """An empty database of the kind that this run is on: a file's path, or a PostgreSQL address."""
    if not settings.DATABASE_URL.startswith("postgres"):
        yield str(tmp_path / "db.sqlite3")
        return
    name = f"killed_{os.getpid()}"
    server, _, _ = settings.DATABASE_URL.rpartition("/")
    with closing(connect(f"{server}/postgres")) as maintenance:
        maintenance.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        maintenance.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def world(tmp_path: Path, database: str) -> Iterator[dict[str, Any]]:
    """An empty database of its own, the product's web server, and a simulator that reaches it."""
    port = process.free_port()
    moment = tmp_path / "clock"
    clock.set_virtual(datetime.now(UTC), moment)
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.whatsapp.killed_settings",
        "TEST_DATABASE": database,
        "PYTHONPATH": str(ROOT),
        **{f"TEST_{name}": getattr(settings, name) for name in SHARED},
        "TEST_FIELD_ENCRYPTION_KEYS": settings.FIELD_ENCRYPTION_KEYS[0],
    }
    with process.start(
        callback_url=f"http://127.0.0.1:{port}/api/v1/whatsapp/webhook",
        waba_id=settings.WHATSAPP_BUSINESS_ACCOUNT_ID,
        phone_number_id=settings.WHATSAPP_PHONE_NUMBER_ID,
        access_token=settings.WHATSAPP_ACCESS_TOKEN,
        app_secret=settings.WHATSAPP_APP_SECRET,
        verify_token=settings.WHATSAPP_WEBHOOK_VERIFY_TOKEN,
    ) as simulator:
        environ["TEST_WHATSAPP_API_BASE_URL"] = simulator.url
        open_windows(simulator.url)
        run(PREPARE, environ)
        server = spawn(SERVE, environ, str(port))
        token = {"Authorization": f"Bearer {settings.WHATSAPP_ACCESS_TOKEN}"}
        waba = f"{simulator.url}/v25.0/{settings.WHATSAPP_BUSINESS_ACCOUNT_ID}/subscribed_apps"
        requests.post(waba, headers=token, timeout=5).raise_for_status()
        yield {"url": simulator.url, "environ": environ, "clock": moment}
        server.kill()
        server.wait()


SHARED = ["SECRET_KEY", "WHATSAPP_ACCESS_TOKEN", "WHATSAPP_APP_SECRET", "WHATSAPP_WEBHOOK_VERIFY_TOKEN"]


def open_windows(url: str) -> None:
    """Everybody writes first: free text may be sent to them."""
    for n in range(MESSAGES):
        requests.post(f"{url}/_sim/phones", json={"wa_id": f"9198100{n:05d}"}, timeout=5).raise_for_status()
        requests.post(f"{url}/_sim/phones/9198100{n:05d}/text", json={"body": "hi"}, timeout=5).raise_for_status()
    requests.post(f"{url}/_sim/knobs", json={"latency_ms": 250, "enforce_pace": False}, timeout=5).raise_for_status()


def run(code: str, environ: dict[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, timeout=60, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def spawn(code: str, environ: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=environ, stderr=subprocess.DEVNULL, cwd=ROOT)


def posted(url: str) -> Counter[str]:
    log = requests.get(f"{url}/_sim/log", timeout=30).json()["log"]
    return Counter(line["payload"]["text"]["body"] for line in log if line["type"] == "text")


def ask(world: dict[str, Any], query: str) -> list[Any]:
    """Read from the processes' database beside them; both drivers' connections know execute()."""
    with closing(connect(world["environ"]["TEST_DATABASE"])) as database:
        return list(database.execute(query).fetchall())


def statuses(world: dict[str, Any]) -> dict[str, str]:
    """Text -> status of our messages."""
    return dict(ask(world, "SELECT text, status FROM whatsapp_message WHERE text LIKE 'message %'"))


def outcomes(world: dict[str, Any]) -> Counter[str]:
    return Counter(note for (note,) in ask(world, "SELECT note FROM whatsapp_sendattempt"))


def test_senders_killed_again_and_again_send_every_message_exactly_once(world: dict[str, Any]) -> None:
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}")
    with workers(world, 1):  # one that lives, beside those that are killed: nobody may take another's message
        for _ in range(3):
            worker = spawn(WORK, world["environ"])
            wait_for_progress(world, 6)
            time.sleep(chance.random() * 0.12)
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
    with workers(world | {"environ": world["environ"] | {"BETTERMEALS_CLOCK_FILE": str(world["clock"])}}, 2):
        settle(world)
    found, counts = statuses(world), posted(world["url"])
    print(outcomes(world), Counter(found.values()))
    assert len(found) == MESSAGES
    assert {words: counts[words] for words in found} == dict.fromkeys(found, 1)
    assert set(found.values()) == {"delivered"}
    assert any("Proved" in note or "ended" in note for note in outcomes(world)), "no kill hit a message on its way"


@contextmanager
def workers(world: dict[str, Any], count: int) -> Iterator[None]:
    """So many workers at once; ended by SIGKILL too."""
    running = [spawn(WORK, world["environ"]) for _ in range(count)]
    try:
        yield
        assert [worker.poll() for worker in running] == [None] * count, "a worker ended by itself"
    finally:
        for worker in running:
            worker.kill()
            worker.wait()


def wait_for_progress(world: dict[str, Any], count: int) -> None:
    """Until so many more messages were claimed: the kill that follows falls among messages on their way."""
    start, deadline = sum(outcomes(world).values()), time.monotonic() + 15
    while sum(outcomes(world).values()) < start + count and time.monotonic() < deadline:
        time.sleep(0.03)


def settle(world: dict[str, Any]) -> None:
    """Let the last worker live through the deadlines: its clock is moved on while it works."""
    start, deadline = datetime.now(UTC), time.monotonic() + 90
    minutes = 0
    while set(statuses(world).values()) != {"delivered"} and time.monotonic() < deadline:
        minutes += 1
        clock.set_virtual(start + timedelta(minutes=minutes), world["clock"])
        time.sleep(0.4)
