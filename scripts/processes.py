"""Several programs run as one: prefixed logs on one screen, one stop for all, and none left behind.

Every child leads its own process group, so that Ctrl-C in the terminal reaches only this process. It then stops
the children in its own way: SIGTERM to each (a worker finishes its task), SIGKILL to the group of whoever takes
too long. The lock file that every child inherits stays locked while any of them lives, even if this process is
killed: the next run sees it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue

TAIL = 15


@dataclass(frozen=True)
class Program:
    """One command; `stop_seconds` is how long it may take to end after SIGTERM.

    The output of a quiet one is kept whole and not shown: it is an answer to read, not a log.
    """

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    stop_seconds: float = 10
    quiet: bool = False


class Stopped(Exception):
    """Ctrl-C, SIGTERM or SIGHUP."""


class ChildEnded(Exception):
    """A program that should have kept running has ended; the text says which, how, and its last lines."""

    def __init__(self, child: Child) -> None:
        code = child.process.returncode
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        tail = [f"    {line}" for line in list(child.tail)[-TAIL:]] or ["    (it said nothing)"]
        super().__init__("\n".join([f"{child.program.name} {how}. Its last lines:", *tail]))


class Child:
    """A running program and two threads: one copies its lines and keeps the last, one tells when it ends."""

    def __init__(self, program: Program, root: Path, lock: int) -> None:
        self.program = program
        self.tail: deque[str] = deque(maxlen=None if program.quiet else TAIL)
        self.process = subprocess.Popen(
            program.command,
            cwd=root,
            env=dict(program.environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock,),
        )

    def follow(self, write: Callable[[str, str], None], ended: Callable[[Child], None]) -> None:
        self.reader = threading.Thread(target=self.copy, args=(write,), daemon=True)
        self.reader.start()
        threading.Thread(target=self.wait, args=(ended,), daemon=True).start()

    def wait(self, ended: Callable[[Child], None]) -> None:
        self.process.wait()
        # The pipe stays open while a process that the program started lives: its end is not waited for.
        self.reader.join(timeout=1)
        ended(self)

    def copy(self, write: Callable[[str, str], None]) -> None:
        assert self.process.stdout is not None  # noqa: S101  (for the type checker: stdout=PIPE above)
        with self.process.stdout as lines:
            for raw in lines:
                line = raw.decode("utf-8", "replace").rstrip("\n")
                self.tail.append(line)
                if not self.program.quiet:
                    write(self.program.name, line)

    def kill_group(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # the whole group is gone already, which is what was wanted


class Supervisor:
    """Starts programs, waits, and stops them all. Raises Stopped or ChildEnded from whatever waits."""

    def __init__(self, root: Path, lock: int, write: Callable[[str, str], None]) -> None:
        self.root, self.lock, self.write = root, lock, write
        self.children: list[Child] = []
        self.signals = 0
        # Signal handlers and threads only put here (SimpleQueue.put is reentrant); the main thread raises.
        self.events: SimpleQueue[Child | None] = SimpleQueue()

    def listen(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)

    def on_signal(self, number: int, frame: object) -> None:
        self.signals += 1
        self.events.put(None)

    def start(self, program: Program) -> Child:
        child = Child(program, self.root, self.lock)
        self.children.append(child)
        child.follow(self.write, self.events.put)
        return child

    def pause(self, seconds: float | None, expected: Child | None = None) -> bool:
        """Waits; True when `expected` ended by itself with success, False when the time is over."""
        try:
            event = self.events.get(timeout=seconds)
        except Empty:
            return False
        if event is None:
            raise Stopped
        self.children.remove(event)
        event.kill_group()
        if event is expected and event.process.returncode == 0:
            return True
        raise ChildEnded(event)

    def run_to_end(self, program: Program) -> list[str]:
        """Its last lines, all of them if it is quiet; anything but success raises ChildEnded."""
        child = self.start(program)
        while not self.pause(None, expected=child):
            continue
        return list(child.tail)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Asks `ready` five times a second; False when it never said yes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if ready():
                return True
            self.pause(0.2)
        return False

    def stop(self) -> None:
        """SIGTERM to all at once, SIGKILL to the late; a second Ctrl-C kills at once."""
        started = time.monotonic()
        for child in self.children:
            child.process.terminate()
        signals = self.signals
        for child in self.children:
            while child.process.poll() is None and self.signals == signals:
                if time.monotonic() - started > child.program.stop_seconds:
                    self.write(child.program.name, "did not stop in time; killed")
                    break
                time.sleep(0.05)
            child.kill_group()
            child.process.wait()
            child.reader.join(timeout=1)
