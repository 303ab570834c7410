"""Is a Saturday run linear in the number of homes, and does a second worker halve it?

`saturday [--households 80] [--workers 1,2] [--json]` plans the random households of the nightly check with the effort
of the product. CPU seconds say what the work is; seconds on the clock say what a free machine needs, and mean little
on a busy one.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import accumulate
from time import perf_counter
from typing import Any

from mealplans.proving import Verdict, judge_all


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="saturday", description=__doc__)
    parser.add_argument("--households", type=int, default=80)
    parser.add_argument("--workers", default="1,2", help="numbers of processes to compare, with commas")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    figures = [_run(options.households, int(workers)) for workers in options.workers.split(",")]
    print(json.dumps(figures) if options.json else "\n".join(map(str, figures)))
    return 0


def _run(count: int, workers: int) -> dict[str, Any]:
    started = perf_counter()
    verdicts = list(judge_all(range(count), "normal", workers))
    seconds = perf_counter() - started
    cpu = sum(verdict.cpu for verdict in verdicts)
    return {
        "workers": workers,
        "households": count,
        "cpu_seconds": round(cpu, 1),
        "seconds": round(seconds, 1),
        "households_per_core_hour": round(3600 * count / cpu),
        "cpu_seconds_after": _growth(verdicts),
        "violations": sum(len(verdict.wrong) for verdict in verdicts),
    }


def _growth(verdicts: Sequence[Verdict]) -> dict[int, float]:
    """CPU seconds after a quarter, a half and all of them."""
    total = list(accumulate(verdict.cpu for verdict in verdicts))
    return {n: round(total[n - 1], 1) for n in (len(total) // 4, len(total) // 2, len(total)) if n}
