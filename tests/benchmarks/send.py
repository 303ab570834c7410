"""How exactly and how cheaply a queue is sent: four processes, a Graph API that answers after 120 ms.

`python -m tests.benchmarks send [--json] [--seconds N]`: at 80 messages a second and at 1000. Told are the rate that
was held, the largest number that arrived within any one second, and the CPU of a message beside a loop of `requests`
with as many threads and nothing else to do.
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

# throughput level: (messages a second that Meta allows, share of it to be reached)
RATES = {"STANDARD": (80, 0.98), "HIGH": (1000, 0.90)}
PROCESSES = 4
MOST_CPU = 1.5
ROWS = "from tests.benchmarks import _send_rows as rows"


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0 if rate, limit and cost are met on each stack and each message went once, else 1."""
    parser = argparse.ArgumentParser(prog="send", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long the queue of each rate should last")
    options = parser.parse_args(argv)
    found = {kind: _on(kind, options.seconds) for kind in _stage.stacks()}
    print(json.dumps(found) if options.json else _as_text(found))
    return 0 if all(_met(level, run) for runs in found.values() for level, run in runs.items()) else 1


def _met(level: str, run: dict[str, Any]) -> bool:
    allowed, share = RATES[level]
    enough = run["per_second"] >= allowed * share and run["cpu_ratio"] <= MOST_CPU
    return bool(enough and run["most_in_a_second"] <= allowed and not run["not_once"])


def _on(kind: str, seconds: float) -> dict[str, Any]:
    return {level: _at(kind, level, int(allowed * seconds)) for level, (allowed, _) in RATES.items()}


def _at(kind: str, level: str, messages: int) -> dict[str, Any]:
    with _stage.stage(kind) as running:
        port = running.simulator_url.rpartition(":")[2]
        _stage.start(running, "simulator", [sys.executable, "-m", "tests.benchmarks._graph", port])
        _stage.inside(running, f"{ROWS}; rows.fill({messages}, '{level}')")
        url = f"{running.simulator_url}/v25.0/1/messages"
        bare = json.loads(_stage.inside(running, f"{ROWS}; rows.bare({messages}, '{level}', '{url}')"))
        _stage.arrivals(running)
        spent = _sent(running, f"{ROWS}; rows.send({time.time() + 8})")
        arrived = _stage.arrivals(running)
        ours = spent / messages
        return {
            "per_second": round((len(arrived) - 1) / (arrived[-1] - arrived[0]), 1),
            "most_in_a_second": most_within(arrived, 1.0),
            "cpu_ms_each": round(ours * 1000, 2),
            "cpu_ratio": round(ours / (bare["cpu"] / bare["sent"]), 2),
            "not_once": int(_stage.inside(running, f"{ROWS}; rows.check({messages})")),
        }


def _sent(running: Any, code: str) -> float:
    with ThreadPoolExecutor(PROCESSES) as pool:
        each = list(pool.map(lambda _: json.loads(_stage.inside(running, code)), range(PROCESSES)))
    return float(sum(one["cpu"] for one in each))


def most_within(moments: Sequence[float], seconds: float) -> int:
    """The largest number of sorted `moments` in any half-open window of this length."""
    most, first = 0, 0
    for last, moment in enumerate(moments):
        while moments[first] <= moment - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def _as_text(found: dict[str, dict[str, Any]]) -> str:
    lines = []
    for kind, runs in found.items():
        for level, run in runs.items():
            allowed, share = RATES[level]
            lines.append(
                f"{kind}, {allowed}/s: {run['per_second']}/s held (target {allowed * share:g}), at most "
                f"{run['most_in_a_second']} in a second; {run['cpu_ms_each']} ms of CPU a message, "
                f"{run['cpu_ratio']} of a bare loop (target {MOST_CPU}); {run['not_once']} not sent just once"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
