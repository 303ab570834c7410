"""A small week by real processes on a virtual clock: the command itself, as a person or CI runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def test_three_households_live_through_a_week_and_every_invariant_holds() -> None:
    database = settings.DATABASE_URL if settings.DATABASE_URL.startswith("postgres") else ""
    environment = {**os.environ, "DATABASE_URL": database, "REDIS_URL": settings.REDIS_URL}
    command = [sys.executable, "manage.py", "rehearse", "--households", "3", "--seed", "7", "--json"]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=400)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
    report = json.loads(run.stdout[run.stdout.index("{") :])
    assert (report["ok"], report["proposed"], report["confirmed"] + len(report["ops_queue"]) >= 3) == (True, 3, True)
    assert report["accepted_by_simulator"] == sum(
        count for status, count in report["messages"].items() if status in ("accepted", "sent", "delivered", "read")
    )


def test_a_number_of_households_that_cannot_be_is_refused_in_words() -> None:
    command = [sys.executable, "manage.py", "rehearse", "--households", "0"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (run.returncode, "must be at least 1" in run.stderr) == (1, True)
