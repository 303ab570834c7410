"""Does a process grow? Web, worker and beat under a day's load, for half an hour.

`python -m tests.benchmarks memory [--json] [--minutes N]`: ten messages a second through the simulator, each with its
three signed statuses. Told is what each process holds (RSS with its children) after a minute and at the end. Not part
of `all`: it takes as long as it says.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bettermeals.rehearsal.phones import Phones
from tests.benchmarks import _stage

# Each person then gets a message every twenty seconds, slower than Meta's pace for a pair.
PER_SECOND, PEOPLE = 10, 200
PARTS = ("web", "worker", "beat")
# Of what it holds after the first minute.
MOST_GROWTH = 0.05
ROWS = "from tests.benchmarks import _send_rows as rows"


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0 if on each stack nothing grows by more than MOST_GROWTH and all was sent, else 1."""
    parser = argparse.ArgumentParser(prog="memory", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--minutes", type=float, default=30.0)
    options = parser.parse_args(argv)
    found = {kind: _on(kind, options.minutes * 60) for kind in _stage.stacks()}
    print(json.dumps(found) if options.json else _as_text(found))
    return 0 if all(map(_met, found.values())) else 1


def _met(found: dict[str, Any]) -> bool:
    return not found["unsent"] and all(part["growth"] <= MOST_GROWTH for part in found["parts"].values())


def _on(kind: str, seconds: float) -> dict[str, Any]:
    with _stage.stage(kind) as running:
        running.start("simulator")
        _stage.start_web(running)
        worker = [sys.executable, "-m", "celery", "-A", "bettermeals.celery", "worker", "--concurrency", "2"]
        _stage.start(running, "worker", [*worker, "--loglevel", "WARNING"])
        running.start("beat")
        _write(running)
        began, feed = time.monotonic(), _feed(running, seconds)
        time.sleep(60)
        first = {name: _held(running.running[name].pid) for name in PARTS}
        while feed.poll() is None:
            time.sleep(5)
            running.check_alive()
        last = {name: _held(running.running[name].pid) for name in PARTS}
        unsent = json.loads(_stage.inside(running, f"{ROWS}; rows.unsent()"))
        parts = {name: _part(first[name], last[name]) for name in PARTS}
        return {"minutes": round((time.monotonic() - began) / 60, 1), "parts": parts, "unsent": unsent}


def _write(running: Any) -> None:
    """Everybody writes first: outside the customer service window no text would be taken."""
    _stage.inside(running, f"{ROWS}; rows.wire()")
    phones = Phones(running.simulator_url)
    for number in range(PEOPLE):
        wa_id = f"9198{10_000_000 + number}"
        phones.register(wa_id, f"Person {number}", "resident", "en")
        phones.say(wa_id, "Hello")
    _stage.inside(running, f"{ROWS}; rows.ready({PEOPLE})")


def _feed(running: Any, seconds: float) -> Any:
    code = f"import django; django.setup()\n{ROWS}; rows.feed({PER_SECOND}, {seconds})"
    _stage.start(running, "feed", [sys.executable, "-c", code])
    return running.running.pop("feed")


def _part(first: int, last: int) -> dict[str, float]:
    return {"first_mb": round(first / 1024, 1), "last_mb": round(last / 1024, 1), "growth": round(last / first - 1, 3)}


def _held(pid: int) -> int:
    """KiB of this process and all its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{pid}/status").read_text()
    own = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return own + sum(_held(int(child)) for child in children)


def _as_text(found: dict[str, dict[str, Any]]) -> str:
    lines = []
    for kind, each in found.items():
        lines.append(f"{kind}, {each['minutes']} minutes at {PER_SECOND} messages a second")
        lines += [f"  not sent: {count} {why}" for why, count in each["unsent"].items()]
        for name, part in each["parts"].items():
            share = f"{part['growth']:+.1%} (target {MOST_GROWTH:+.0%})"
            lines.append(f"  {name:7} {part['first_mb']} MB after a minute, {part['last_mb']} MB at the end: {share}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
