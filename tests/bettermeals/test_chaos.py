"""Processes are killed while the week is played, and each message is accepted exactly once all the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from bettermeals.rehearsal import chaos
from bettermeals.rehearsal.stack import StackError

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(
    shutil.which("redis-server") is None and not os.environ.get("NO_SKIPS"), reason="chaos kills a Redis of its own"
)
def test_three_households_live_through_a_storm_and_nothing_is_doubled_or_lost() -> None:
    database = settings.DATABASE_URL if settings.DATABASE_URL.startswith("postgres") else ""
    environment = {**os.environ, "DATABASE_URL": database}
    command = [sys.executable, "manage.py", "rehearse", "--households", "3", "--seed", "4", "--chaos", "--json"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=500)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    report = json.loads(run.stdout)
    assert (report["accepted_twice"], report["lost"], report["details"]) == (0, 0, [])
    assert report["kills"] == sum(count for name, count in report["killed"].items() if name != "all") > 0
    assert report["answers_dropped"] > 0
    assert report["accepted_by_simulator"] > 10


def test_without_a_redis_server_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(StackError, match="apt install redis-server"):
        chaos.private_redis()
