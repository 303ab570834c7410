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
    __slots__ = ("leads", "row", "turn", "written")

    def __init__(self, row: Row) -> None:
        self.row, self.leads, self.written = row, False, False
        self.turn = threading.Lock()
        self.turn.acquire()


class GroupCommit(Generic[Row]):
    """`GroupCommit(write)(row)` returns once `write` has committed a list with `row` in it.

    `write` must commit before it returns and write all or nothing. When it raises for a list, each row of the list is
    written alone by the thread that brought it: one bad row is its own caller's error and nobody else's.

    Each thread waits at a lock of its own: at a common one all who are done would stand in the next writer's way.
    """

    def __init__(self, write: Callable[[list[Row]], None], most: int = 200) -> None:
        self._write, self._most = write, most
        self._lock = threading.Lock()
        self._waiting: deque[_Waiting[Row]] = deque()
        self._writing = False

    def __call__(self, row: Row) -> None:
        """Raises what `write([row])` raises."""
        mine = _Waiting(row)
        with self._lock:
            self._waiting.append(mine)
            mine.leads, self._writing = not self._writing, True
        if not mine.leads:
            mine.turn.acquire()
        if mine.leads:
            self._lead()
        if not mine.written:
            self._write([row])

    def _lead(self) -> None:
        """Write for all who wait, this thread first among them; then the next writer's turn comes, then theirs."""
        with self._lock:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
        try:
            self._write_together(group)
        finally:
            self._hand_over()
            for each in group[1:]:
                each.turn.release()

    def _write_together(self, group: list[_Waiting[Row]]) -> None:
        try:
            self._write([each.row for each in group])
        except Exception:  # noqa: BLE001  (each of them tries again alone and raises its own)
            logger.warning("%s rows could not be written together; each is written alone", len(group))
            return
        for each in group:
            each.written = True

    def _hand_over(self) -> None:
        with self._lock:
            if not self._waiting:
                self._writing = False
                return
            self._waiting[0].leads = True
            self._waiting[0].turn.release()
