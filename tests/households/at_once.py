"""Run acts at the same moment, each in a thread with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """The acts' results in order; an act that raises hands back its exception. Needs a transactional database.

    SQLite lets one writer in at a time (and a test's in-memory database refuses the second at once), so there the acts
    follow each other: what must hold for both orders is still asked.
    """
    together = connection.vendor != "sqlite"
    results: list[Any] = [None] * len(acts)
    gate = threading.Barrier(len(acts) if together else 1)

    def run(number: int) -> None:
        try:
            gate.wait(10)
            results[number] = acts[number]()
        except Exception as error:  # noqa: BLE001 - it is the result that the test looks at
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
        if not together:
            thread.join()
    for thread in threads:
        thread.join()
    return results
