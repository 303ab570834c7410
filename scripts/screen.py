"""What `make run` shows: every program's lines behind its name, and the box that says what to open."""

from __future__ import annotations

import os
import sys
import threading
import unicodedata
from collections.abc import Sequence
from typing import TextIO

COLOURS = {"simulator": 36, "web": 32, "worker": 35, "beat": 33}
WIDTH = max(len(name) for name in COLOURS)


class Screen:
    """Whole lines from several threads; colours only on a terminal, and not where NO_COLOR is set."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self.out = out
        self.coloured = out.isatty() and not os.environ.get("NO_COLOR")
        self.lock = threading.Lock()

    def line(self, name: str, text: str) -> None:
        label = f"{name:<{WIDTH}} │"
        if self.coloured:
            label = f"\x1b[{COLOURS.get(name, 90)}m{label}\x1b[0m"
        self.say(f"{label} {text}")

    def say(self, text: str) -> None:
        with self.lock:
            self.out.write(f"{text}\n")
            self.out.flush()

    def box(self, lines: Sequence[str]) -> None:
        width = max(columns(line) for line in lines)
        edge = "─" * (width + 2)
        rows = [f"│ {line}{' ' * (width - columns(line))} │" for line in lines]
        self.say("\n".join(["", f"┌{edge}┐", *rows, f"└{edge}┘", ""]))


def columns(text: str) -> int:
    """Columns of a terminal: combining signs (a Hindi name has them) take none, wide characters two."""
    return sum(
        0 if unicodedata.category(c) in {"Mn", "Me", "Cf"} else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )
