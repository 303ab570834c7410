"""The health question of a container, asked by the public name; and an access log without tokens."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.config import Config

from scripts import healthy

CONFIG = Path(healthy.__file__).parent.parent / "deploy" / "gunicorn.conf.py"
PUBLIC = "https://meals.example.com"


class Site(BaseHTTPRequestHandler):
    """Answers as Django does in production: 400 to another name, 301 to plain http."""

    clock = "ok"

    def do_GET(self) -> None:
        right = self.headers["Host"] == "meals.example.com"
        self.send_response(400 if not right else 200 if self.headers["X-Forwarded-Proto"] == "https" else 301)
        self.end_headers()
        self.wfile.write(json.dumps({"clock": self.clock, "heartbeat_age_seconds": 7}).encode())

    def log_message(self, *arguments: Any) -> None:
        """Silent: pytest shows what fails."""


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/healthz"
        server.shutdown()
        thread.join()


def test_it_asks_by_the_public_name_and_as_if_over_https(url: str) -> None:
    assert healthy.problem(url, PUBLIC, clock=True) is None


def test_a_refusal_is_not_healthy(url: str) -> None:
    assert healthy.problem(url, "https://other.example.com", clock=False) == f"{url}: HTTP Error 400: Bad Request"


@pytest.mark.parametrize("state", ["late", "waiting"])
def test_beat_is_healthy_only_while_the_clock_moves(url: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Site, "clock", state)
    assert healthy.problem(url, PUBLIC, clock=False) is None
    assert healthy.problem(url, PUBLIC, clock=True) == f"beat, broker and worker are {state}; last sign: 7 s"


def test_nobody_there_is_exit_code_1_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert healthy.main(["http://127.0.0.1:9/healthz"]) == 1
    assert "Connection refused" in capsys.readouterr().out


def access_line(path: str, query: str = "") -> str:
    settings = runpy.run_path(str(CONFIG))
    logger = settings["logger_class"](Config())
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "RAW_URI": f"{path}?{query}",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"{PUBLIC}{path}",
    }
    response = SimpleNamespace(status="200 OK", sent=12, headers=[])
    request = SimpleNamespace(headers=[("X-FORWARDED-FOR", "203.0.113.9")])
    atoms = logger.atoms(response, request, environ, timedelta(milliseconds=4))
    return settings["access_log_format"] % logger.atoms_wrapper_class(atoms)


def test_the_access_log_keeps_ordinary_addresses() -> None:
    assert access_line("/admin/households/household/17/change/") == (
        '203.0.113.9 "GET /admin/households/household/17/change/" 200 12 bytes 4 ms'
    )


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/plan/eyJob3VzZWhvbGQiOjE3fQ:1uXyZ0:aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z/", ""),
        ("/plan/", "token=aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5z"),
    ],
)
def test_the_access_log_holds_neither_tokens_nor_queries(path: str, query: str) -> None:
    line = access_line(path, query)
    assert ("aB3dE5" in line, "token=" in line) == (False, False)


@pytest.mark.parametrize(
    "begun",
    [
        "from celery.signals import worker_process_init as begun; import bettermeals.celery; begun.send(None)",
        f"import runpy, logging; from types import SimpleNamespace as N; conf = runpy.run_path({str(CONFIG)!r}); "
        "conf['post_worker_init'](N(log=logging.getLogger()))",
    ],
    ids=["worker", "web"],
)
def test_what_a_process_is_made_of_is_left_alone_by_the_collector(begun: str) -> None:
    """Else each full collection stops every thread of it for a tenth of a second."""
    code = f"import django, gc; django.setup(); {begun}; print(gc.get_freeze_count() > 100_000)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CONFIG.parent.parent, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"
