"""The four programs of the demonstration and its management commands, each as one command line."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.processes import Program

ROOT = Path(__file__).resolve().parent.parent
# What a demonstration keeps. Elsewhere by DEV_DIR, so that a second one (a browser test) can run beside the first.
DEV = Path(os.environ.get("DEV_DIR") or ROOT / ".dev")
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A", "bettermeals.celery"]


@dataclass(frozen=True)
class Addresses:
    """Where the two programs that people open listen; 127.0.0.1, so that nobody else can reach a demonstration."""

    web_port: int
    simulator_port: int

    @property
    def web(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def simulator(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"


def simulator(environ: Mapping[str, str], at: Addresses) -> Program:
    options = {
        "SIMULATOR_HOST": "127.0.0.1",
        "SIMULATOR_PORT": str(at.simulator_port),
        "SIMULATOR_PUBLIC_URL": at.simulator,
        "SIMULATOR_STATE": str(DEV / "simulator.json"),
        "SIMULATOR_CALLBACK_URL": f"{at.web}/api/v1/whatsapp/webhook",
        "SIMULATOR_PAYMENT_CALLBACK_URL": f"{at.web}/api/v1/payments/razorpay/webhook",
    }
    return Program("simulator", [sys.executable, "-m", "whatsapp.simulator"], {**environ, **options})


def web(environ: Mapping[str, str], at: Addresses) -> Program:
    """One process is enough for one person; an open page must not hold up Ctrl-C for long."""
    options = {
        "WEB_BIND": f"127.0.0.1:{at.web_port}",
        "WEB_WORKERS": "1",
        "WEB_THREADS": "8",
        "WEB_ACCESS_LOG": "off",
        "WEB_GRACEFUL_SECONDS": "3",
        # A demonstration serves static files from where they lie; nothing was collected, and nothing is missing.
        "PYTHONWARNINGS": "ignore:No directory at",
    }
    command = [sys.executable, "-m", "gunicorn", "bettermeals.wsgi", "--config", "deploy/gunicorn.conf.py"]
    return Program("web", command, {**environ, **options})


def worker(environ: Mapping[str, str]) -> Program:
    # The file queue has no broadcast, and a single worker has nobody to talk to.
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    command = [*CELERY, "worker", "--pool", "threads", "--concurrency", "4", *alone]
    return Program("worker", command, quieter(environ), stop_seconds=20)


def beat(environ: Mapping[str, str]) -> Program:
    # Without a pid file: one that a killed run left behind would keep beat from ever starting again.
    return Program("beat", [*CELERY, "beat", "--pidfile="], quieter(environ))


def quieter(environ: Mapping[str, str]) -> dict[str, str]:
    """A tick every five seconds would push all else off the screen; LOG_LEVEL=INFO in your environment shows it.

    Celery's warning to root is meant for a server: in a container that tries this out, everybody is root.
    """
    return {"LOG_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore:You're running the worker", **environ}


def manage(environ: Mapping[str, str], *arguments: str) -> Program:
    """A management command: its output is an answer, or the explanation when it fails."""
    return Program(arguments[0], [sys.executable, "manage.py", *arguments], environ, quiet=True)
