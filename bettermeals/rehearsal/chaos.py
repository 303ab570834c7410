"""Chaos: while the week is played, processes are killed without warning and answers are cut off after the act.

What is killed is started again at once, as a supervisor would. Chosen by the seed; when exactly a kill falls depends on
the machine, so two runs of one seed differ in the instant and not in the kind of harm.
"""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import redis

from bettermeals.rehearsal.phones import Phones
from bettermeals.rehearsal.stack import Stack, StackError, free_port

TARGETS = ("worker", "worker-2", "web", "beat", "redis")
#: Chances per round of the week: a kill in the middle of the round's work, and answers cut off after the act.
KILL, CUT = 0.2, 0.35
MOST_CUTS = 3
#: In one moment of the week; a process takes seconds to start, and work must get done between two deaths.
MOST_KILLS = 2
#: Long enough to be in the middle of a batch, short enough that the batch is not over.
IN_THE_MIDDLE = (0.02, 0.6)
REDIS_SECONDS = 10


def private_redis() -> str:
    """The URL for a Redis of the run's own: the machine's may serve others. Raises StackError without redis-server."""
    if shutil.which("redis-server") is None:
        raise StackError(
            "--chaos kills a Redis of its own, and redis-server is not installed (apt install redis-server)."
        )
    return f"redis://127.0.0.1:{free_port()}/0"


def wait_for_redis(url: str) -> None:
    until = time.monotonic() + REDIS_SECONDS
    while True:
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=1) as client:
                client.ping()
            return
        except redis.RedisError as error:
            if time.monotonic() > until:
                raise StackError(f"the run's own Redis at {urlsplit(url).netloc} does not answer: {error}") from error
            time.sleep(0.05)


@dataclass
class Chaos:
    """Strikes by chance, and counts what it did."""

    stack: Stack
    phones: Phones
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    fell: Counter[str] = field(default_factory=Counter)
    cuts: int = 0

    def __post_init__(self) -> None:
        self.here = 0
        self.rng = random.Random(f"chaos:{self.seed}")  # noqa: S311  (a rehearsal, not a secret)

    def new_moment(self) -> None:
        self.here = 0

    def strike(self) -> None:
        """Called when the round's work has just been handed out."""
        if self.rng.random() < CUT:
            count = self.rng.randint(1, MOST_CUTS)
            self.phones.knobs(drop_answer_next=count)
            self.cuts += count
        if self.here < MOST_KILLS and self.rng.random() < KILL:
            self.here += 1
            time.sleep(self.rng.uniform(*IN_THE_MIDDLE))
            self.kill(self.rng.choice(TARGETS))

    def backlog(self) -> int:
        """Tasks that no worker has taken yet. Raises redis.RedisError while Redis is dead."""
        with redis.Redis.from_url(self.stack.environment["REDIS_URL"], socket_timeout=1) as client:
            return client.llen(self.stack.environment["CELERY_QUEUE"])

    def revive(self) -> None:
        """Start again what ended by itself: a worker that meets Redis in the act of dying ends (kombu), and any
        supervisor starts it again, as the compose file's does."""
        for name, process in list(self.stack.running.items()):
            if process.poll() is not None:
                self.fell[name] += 1
                self.stack.start(name)

    def calm(self) -> None:
        """The storm is over: what is left must come right by itself."""
        self.phones.knobs(drop_answer_next=0)

    def kill(self, name: str) -> None:
        """SIGKILL, and a new one in its place. Redis comes back empty: it keeps nothing."""
        self.stack.kill(name, signal.SIGKILL)
        self.kills[name] += 1
        self.stack.start(name)
        if name == "redis":
            wait_for_redis(self.stack.environment["REDIS_URL"])
        if name == "web":
            self.stack.wait_for("web", f"{self.stack.web_url}/healthz")
