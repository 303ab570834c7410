"""One run of a checkout at a time: two would share the database, the queue and the clock, and tick twice."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


class AlreadyRunning(Exception):
    """Another run of this checkout, or what a killed one left behind; the text says how to stop it."""


@contextmanager
def single_run(path: Path) -> Iterator[IO[str]]:
    """Holds the lock `path`; the file is handed to every child, so that it outlives a killed parent.

    Raises AlreadyRunning.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(why(path.read_text(encoding="utf-8"))) from None
        record(lock, {})
        yield lock


def record(lock: IO[str], children: Mapping[str, int]) -> None:
    """Writes who runs, for the next one who finds the lock taken."""
    lock.seek(0)
    lock.truncate()
    json.dump({"parent": os.getpid(), "children": dict(children)}, lock)
    lock.flush()


def why(text: str) -> str:
    who: dict[str, Any] = json.loads(text) if text else {"parent": 0, "children": {}}
    if not who["parent"]:
        return "BetterMeals is just being started from this folder by somebody else."
    if alive(who["parent"]):
        return (
            f"BetterMeals already runs from this folder (process {who['parent']}). "
            f"Press Ctrl-C where it runs, or: kill {who['parent']}"
        )
    left = {name: pid for name, pid in who["children"].items() if alive(pid)}
    names, pids = ", ".join(left), " ".join(str(pid) for pid in left.values())
    return f"The last run was killed and left {names} running. Stop what is left, then start again: kill {pids}"


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
