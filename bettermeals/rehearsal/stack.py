"""The processes of a rehearsal: simulator, web and worker, on a database, a queue and a clock of their own.

Nothing of the real installation is touched: the database is a fresh SQLite file, or a fresh PostgreSQL database beside
the configured one, and is dropped at the end.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from cryptography.fernet import Fernet

START_SECONDS = 60
STOP_SECONDS = 15


class StackError(Exception):
    """A process of the rehearsal did not start or died; the message carries its last lines."""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class Stack:
    """Where the rehearsal's processes are, and how to start, kill and stop them."""

    folder: Path
    environment: dict[str, str]
    web_url: str
    simulator_url: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(  # noqa: S603  (our own commands, built below)
                self.command(name),
                env=self.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def command(self, name: str) -> list[str]:
        python = sys.executable
        web, simulator = (str(urlsplit(url).port) for url in (self.web_url, self.simulator_url))
        celery = [python, "-m", "celery", "-A", "bettermeals.celery"]
        worker = [
            *(*celery, "worker", "--loglevel", "WARNING", "--hostname", f"{name}@rehearsal"),
            *("--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle"),
        ]
        redis = str(urlsplit(self.environment["REDIS_URL"]).port)
        return {
            "simulator": [python, "-m", "whatsapp.simulator", "--host", "127.0.0.1", "--port", simulator],
            "web": [
                *(python, "-m", "gunicorn", "bettermeals.wsgi:application", "--bind", f"127.0.0.1:{web}"),
                *("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--log-level", "warning"),
            ],
            "worker": worker,
            "worker-2": worker,
            "beat": [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
            "redis": ["redis-server", "--bind", "127.0.0.1", "--port", redis, "--save", "", "--appendonly", "no"],
        }[name]

    def kill(self, name: str, number: int) -> None:
        """Without warning, its children too; returns when it is gone."""
        _signal(self.running[name], number)
        self.running[name].wait()

    def check_alive(self, *names: str) -> None:
        """Raises StackError when one of these, or with none named any, has ended."""
        for name in names or self.running:
            process = self.running[name]
            if process.poll() is not None:
                raise StackError(f"the {name} process ended with status {process.returncode}:\n{self.tail(name)}")

    def tail(self, name: str) -> str:
        return "\n".join((self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-15:])

    def wait_for(self, name: str, url: str) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            self.check_alive(name)  # in a storm a worker may fall meanwhile: that is `Chaos.revive`'s matter
            try:
                if requests.get(url, timeout=5).ok:
                    return
            except (requests.ConnectionError, requests.Timeout):  # not there yet, or busy importing
                time.sleep(0.1)
        raise StackError(f"the {name} process did not answer within {START_SECONDS} s:\n{self.tail(name)}")

    def stop(self) -> None:
        for process in self.running.values():
            _signal(process, signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for process in self.running.values():
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


def _signal(process: subprocess.Popen[bytes], number: int) -> None:
    if process.poll() is None:
        os.killpg(process.pid, number)


def environment(folder: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """Every setting of a rehearsal: secrets made for this run, everything on this machine."""
    web, simulator = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    number = secrets.randbelow(10**14) + 10**14
    own = {
        "DJANGO_SETTINGS_MODULE": "bettermeals.settings",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "DEMO": "True",
        "DEBUG": "False",
        "LOG_LEVEL": "WARNING",
        "PUBLIC_BASE_URL": web,
        "ALLOWED_HOSTS": "127.0.0.1",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "QUEUE_DIR": str(folder / "queue"),
        "MEDIA_ROOT": str(folder / "media"),
        "CELERY_QUEUE": f"rehearsal-{secrets.token_hex(4)}",
        "CELERY_RESULT_BACKEND": redis_url or f"file://{folder / 'results'}",
        "BETTERMEALS_CLOCK_FILE": str(folder / "clock"),
        "WHATSAPP_ACCESS_TOKEN": secrets.token_urlsafe(40),
        "WHATSAPP_PHONE_NUMBER_ID": str(number),
        "WHATSAPP_BUSINESS_ACCOUNT_ID": str(number + 1),
        "WHATSAPP_APP_SECRET": secrets.token_hex(16),
        "WHATSAPP_WEBHOOK_VERIFY_TOKEN": secrets.token_urlsafe(20),
        "WHATSAPP_API_BASE_URL": simulator,
        "WHATSAPP_MODE": "test",
        "PAYMENTS_PROVIDER": "razorpay",
        "RAZORPAY_KEY_ID": f"rzp_test_{secrets.token_hex(7)}",
        "RAZORPAY_KEY_SECRET": secrets.token_hex(12),
        "RAZORPAY_WEBHOOK_SECRET": secrets.token_hex(12),
        "RAZORPAY_BASE_URL": simulator,
        "SIMULATOR_CALLBACK_URL": f"{web}/api/v1/whatsapp/webhook",
        "SIMULATOR_PAYMENT_CALLBACK_URL": f"{web}/api/v1/payments/razorpay/webhook",
        "SIMULATOR_PUBLIC_URL": simulator,
    }
    for name in ("queue/messages", "queue/control", "results", "media"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return {**os.environ, **own}


@contextmanager
def fresh_database(configured: str, folder: Path) -> Iterator[str]:
    """A DATABASE_URL for this run alone: a SQLite file in `folder`, or a PostgreSQL database, dropped at the end."""
    if not configured.startswith("postgres"):
        yield f"sqlite:///{folder / 'rehearsal.sqlite3'}"
        return
    import psycopg

    name = f"rehearsal_{secrets.token_hex(6)}"
    # As Django does for its test database: the configured one need not exist yet.
    maintenance = urlunsplit(urlsplit(configured)._replace(path="/postgres"))
    with psycopg.connect(maintenance, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(configured)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
