"""The file queue of the embedded default: kombu's filesystem transport, made safe for several processes.

kombu writes a message in place. A worker that lists the folder at that instant takes the file away half written, reads
nothing from it, and dies of the JSON error with the message lost. Here a message and a binding appear whole: written
aside, then renamed.
"""

from __future__ import annotations

import fcntl
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

SCHEME = "filequeue"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        beside = folder / f".{name}.part"  # ends in neither queue name nor .msg: no worker takes it
        beside.write_bytes(str_to_bytes(dumps(payload)))
        beside.replace(folder / name)

    def _queue_bind(self, *args: Any) -> None:
        """One process at a time: the second must not read the table that the first is still writing."""
        with _alone(Path(self.control_folder)):
            super()._queue_bind(*args)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "bind.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """Let `filequeue://` name this transport."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
