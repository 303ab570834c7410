"""Rows of many threads in one transaction: whoever comes first writes for all who wait.

A commit costs the same for one row as for fifty, and a process that answers only after its commit would spend most of
its time on commits. There is no extra thread and no pause to collect: while one thread writes, the others queue up, and
the next of them takes everything that waits. A lonely call is written at once, in its own thread.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Row = TypeVar("Row")

logger = logging.getLogger(__name__)


class _Waiting(Generic[Row]):
    __slots__ = ("row", "tried", "written")

    def __init__(self, row: Row) -> None:
        self.row, self.tried, self.written = row, False, False


class GroupCommit(Generic[Row]):
    """`GroupCommit(write)(row)` returns once `write` has committed a list with `row` in it.

    `write` must commit before it returns and write all or nothing. When it raises for a list, each row of the list is
    written alone by the thread that brought it: one bad row is its own caller's error and nobody else's.
    """

    def __init__(self, write: Callable[[list[Row]], None], most: int = 200) -> None:
        self._write, self._most = write, most
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting[Row]] = deque()

    def __call__(self, row: Row) -> None:
        """Raises what `write([row])` raises."""
        mine = _Waiting(row)
        self._waiting.append(mine)
        with self._lock:
            while not mine.tried:
                self._write_waiting()
        if not mine.written:
            self._write([row])

    def _write_waiting(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
        for each in group:
            each.tried = True
        try:
            self._write([each.row for each in group])
        except Exception:  # noqa: BLE001  (each of them tries again alone and raises its own)
            logger.warning("%s rows could not be written together; each is written alone", len(group))
            return
        for each in group:
            each.written = True
