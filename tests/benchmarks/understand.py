"""How well free text is understood, on messages the model was not trained on.

`python -m tests.benchmarks understand [--json] [FILE ...]`: the unseen part of the development messages, or any files
of the same form (tests/mealplans/intents/challenge/*.jsonl).
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mealplans.intents import corpus
from mealplans.intents.corpus import Row
from mealplans.intents.measure import Score, score

BAR = {"wrong_action_rate": 0.01, "dangerous_wrong": 0, "acted_share": 0.85, "slot_accuracy": 0.95}


def main(argv: Sequence[str]) -> int:
    """Measure and print. Returns 0 if every bar is met, else 1."""
    parser = argparse.ArgumentParser(prog="understand", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("files", nargs="*", type=Path)
    options = parser.parse_args(argv)
    rows = [row for path in options.files for row in corpus.rows_of(path)] or corpus.split(corpus.rows())["unseen"]
    scored, numbers = measured(rows)
    print(json.dumps(numbers) if options.json else _as_text(scored, numbers))
    return 0 if _passes(numbers) else 1


def measured(rows: Sequence[Row]) -> tuple[Score, dict[str, Any]]:
    """The score of some rows and its numbers; the first message is read before the clock starts (lexicons load)."""
    score(rows[:1])
    started = time.perf_counter()
    scored = score(rows)
    spent = (time.perf_counter() - started) * 1000 / max(len(rows), 1)
    return scored, {
        "messages": scored.messages,
        "wrong_action_rate": round(scored.wrong_action_rate, 4),
        "dangerous_wrong": scored.dangerous_wrong,
        "acted_share": round(scored.acted_share, 4),
        "slot_accuracy": round(scored.slot_accuracy, 4),
        "ms_per_message": round(spent, 3),
    }


def _passes(numbers: dict[str, Any]) -> bool:
    high = ("acted_share", "slot_accuracy")
    return all(numbers[name] >= bar if name in high else numbers[name] <= bar for name, bar in BAR.items())


def _as_text(scored: Score, numbers: dict[str, Any]) -> str:
    lines = [f"{name:18} {value}" + (f"   (bar {BAR[name]})" if name in BAR else "") for name, value in numbers.items()]
    wrong = [f"  wrong: {row['text']!r}: {row['intent']} taken for {got.intent}" for row, got in scored.wrong]
    return "\n".join([*lines, *wrong])


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
