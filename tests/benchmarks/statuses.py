"""How fast stored statuses are followed, beside a Celery task for each that reads and saves rows.

`python -m tests.benchmarks statuses [--json] [--messages N] [--baseline N]`: three statuses for each message. Ours are
stored webhooks of one status each, drained by one process and by two; and of fifty each, as Meta sends when it is busy.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.benchmarks import _stage
from tests.benchmarks._stage import SERVICES

TARGETS = {SERVICES: 50, _stage.SQLITE: 10}
# kind of run: statuses in a body, processes at once
RUNS = {"one process": (1, 1), "two processes": (1, 2), "fifty a body, two processes": (50, 2)}
ROWS = "from tests.benchmarks import _status_rows as rows"


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0 if on each stack the best run reaches its target and every row is right, else 1."""
    parser = argparse.ArgumentParser(prog="statuses", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--messages", type=int, default=4000, help="messages of each run; three statuses each")
    parser.add_argument("--baseline", type=int, default=500, help="messages of the task-each baseline")
    options = parser.parse_args(argv)
    found = {kind: _on(kind, options) for kind in _stage.stacks()}
    print(json.dumps(found) if options.json else _as_text(found))
    return 0 if all(each["ratio"] >= TARGETS[kind] and not each["wrong"] for kind, each in found.items()) else 1


def _on(kind: str, options: argparse.Namespace) -> dict[str, Any]:
    with _stage.stage(kind) as running:
        baseline = _task_each(running, options.baseline)
    runs, wrong = {}, 0
    for name, (per_body, processes) in RUNS.items():
        with _stage.stage(kind) as running:
            runs[name], bad = _drained(running, options.messages, per_body, processes)
            wrong += bad
    best = max(run["per_second"] for run in runs.values())
    two = runs["two processes"]["per_second"]
    return {
        "ratio": round(two / baseline, 1),
        "best_ratio": round(best / baseline, 1),
        "task_each_per_second": round(baseline),
        "runs": runs,
        "wrong": wrong,
    }


def _task_each(running: Any, messages: int) -> float:
    """Statuses a second through a Celery worker as deployed, a task each."""
    _stage.inside(running, f"{ROWS}; rows.publish({messages})")
    celery = [sys.executable, "-m", "celery", "-A", "tests.benchmarks._row_by_row", "worker"]
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    _stage.start(running, "worker", [*celery, *quiet, "--concurrency", "2"])
    until = time.monotonic() + 300
    while time.monotonic() < until:
        time.sleep(2)
        running.check_alive()
        done = json.loads(_stage.inside(running, f"{ROWS}; rows.row_by_row()"))
        if done["count"] == messages * 3:
            return float(done["count"] / done["seconds"])
    raise SystemExit(f"the baseline has not ended in 300 s:\n{running.tail('worker')}")


def _drained(running: Any, messages: int, per_body: int, processes: int) -> tuple[dict[str, float], int]:
    _stage.inside(running, f"{ROWS}; rows.fill({messages}, {per_body})")
    code = f"{ROWS}; rows.drain({time.time() + 6})"
    with ThreadPoolExecutor(processes) as pool:
        each = [json.loads(printed) for printed in pool.map(lambda _: _stage.inside(running, code), range(processes))]
    seconds = max(one["ended"] for one in each) - min(one["began"] for one in each)
    figures = {
        "per_second": round(messages * 3 / seconds),
        "cpu_us_each": round(sum(one["cpu"] for one in each) / messages / 3 * 1e6),
    }
    return figures, int(_stage.inside(running, f"{ROWS}; rows.check({messages})"))


def _as_text(found: dict[str, dict[str, Any]]) -> str:
    lines = []
    for kind, each in found.items():
        lines.append(
            f"{kind}: {each['ratio']} times a task for each (target {TARGETS[kind]}), at best {each['best_ratio']}; "
            f"{each['wrong']} messages ended wrong"
        )
        lines.append(f"  {'a task each':28} {each['task_each_per_second']:7}/s")
        for name, run in each["runs"].items():
            lines.append(f"  {name:28} {run['per_second']:7}/s   {run['cpu_us_each']} µs of CPU a status")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
