"""The sender: claim (commit), post, record (commit). No transaction is open while Meta is asked.

Posts go out of threads; claiming and recording stay in the calling one, so that a run needs one database connection
and answers that arrive together are written together. Any number of processes may run at once.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime, timedelta

from whatsapp.claiming import Claimed, claim, held_back_by_pace, take_new_slots, worth_a_claim
from whatsapp.cloud_api import AnswerLost, NotSent, Refused
from whatsapp.models import PhoneNumber
from whatsapp.nudges import DELIVER, nudge
from whatsapp.recording import Answer, NotPosted, record

# A standard number's 80 a second are 48 messages waiting for their slots (pacing.AHEAD_SECONDS) and ten on their way at
# Meta's 120 ms or so an answer: one process can keep its pace.
THREADS, THREADS_HIGH = 64, 128
RUN_SECONDS = 25.0
# An answer is worth a transaction of its own less than it is worth waiting a moment for its neighbours; at a thousand a
# second that moment is shorter, or no thread would be free.
GATHER_SECONDS, GATHER_SECONDS_HIGH = 0.2, 0.1
# Who finds no slots looks again after this, and half as often each time others have taken them: three processes beside
# the one that keeps a number's pace must not spend what it spends. Slots are given out further ahead than the longest.
PACE_PAUSE, LONGEST_PAUSE = 0.1, 0.4
# Python lets a thread compute for 5 ms before another gets its turn: a message would leave up to 5 ms after its slot,
# and again as much after its request is built, while the claiming thread writes. A slot of 80 a second is 12 ms.
TURN_SECONDS = 0.001

logger = logging.getLogger(__name__)


def deliver_due(now: datetime, limit: int = 5000) -> int:
    """Send what is due, for at most RUN_SECONDS. Returns how many messages were posted."""
    run = _Run(now, limit)
    run.drain()
    if run.unfinished:
        nudge(DELIVER)
    return run.posted


class _Run:
    """One drain of the queue: what is in flight, and how long it has lasted."""

    def __init__(self, now: datetime, limit: int) -> None:
        self.now, self.limit, self.posted = now, limit, 0
        self.started = time.monotonic()
        self.flying: dict[Future[Answer | Missed], Claimed] = {}
        self.waiting: list[Claimed] = []  # not posted yet: their slots passed unused
        self.unfinished = False
        self.pause, self.gather = PACE_PAUSE, GATHER_SECONDS
        self.kept: set[str] = set()  # numbers whose pace this process keeps

    def moment(self) -> datetime:
        """The door's `now`, grown older by as much as the run has lasted."""
        return self.now + timedelta(seconds=time.monotonic() - self.started)

    @property
    def out_of_time(self) -> bool:
        return time.monotonic() - self.started > RUN_SECONDS

    def drain(self) -> None:
        high = PhoneNumber.objects.filter(throughput_level="HIGH").exists()
        threads = THREADS_HIGH if high else THREADS
        self.gather = GATHER_SECONDS_HIGH if high else GATHER_SECONDS
        with _short_turns(), ThreadPoolExecutor(threads, thread_name_prefix="whatsapp-post") as pool:
            while True:
                for each in (*self.waiting, *self.claim(threads)):
                    self.flying[pool.submit(post, each)] = each
                if self.flying:
                    self.land()
                elif not self.wait_for_pace():
                    return

    def claim(self, threads: int) -> list[Claimed]:
        if self.out_of_time or self.posted >= self.limit:
            self.unfinished = True
            return []
        # Claiming one message costs nearly what claiming twenty does: not before half the threads are free, nor for a
        # slot or two that others' claims have left.
        if len(self.flying) > threads // 2 or not worth_a_claim(self.kept):
            return []
        claimed = claim(self.moment(), min(threads - len(self.flying), self.limit - self.posted), self.kept)
        self.posted += len(claimed)
        self.kept |= {each.phone_number_id for each in claimed}
        if claimed:
            self.pause = PACE_PAUSE
        return claimed

    def land(self) -> None:
        """Record what has been answered: the first answer, and those that come just after it."""
        wait(self.flying, return_when=FIRST_COMPLETED)
        done, _ = wait(self.flying, self.gather)
        ended = [(self.flying.pop(future), future.result()) for future in done]
        answered = [(claimed, answer) for claimed, answer in ended if not isinstance(answer, Missed)]
        answered += self.turn_away([claimed for claimed, answer in ended if isinstance(answer, Missed)])
        if answered:
            record(answered, self.moment())

    def turn_away(self, late: list[Claimed]) -> list[tuple[Claimed, Answer]]:
        """New slots for the late ones; returns those that are not ours to send any more."""
        self.waiting = take_new_slots(late)
        ours = {claimed.attempt_id for claimed in self.waiting}
        return [(claimed, NotPosted()) for claimed in late if claimed.attempt_id not in ours]

    def wait_for_pace(self) -> bool:
        """True when something waits that the pace may be holding back."""
        if self.unfinished or not held_back_by_pace(self.moment()):
            return False
        time.sleep(self.pause)
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return True


@contextmanager
def _short_turns() -> Iterator[None]:
    """For as long as it sends. (Of two runs in one process the later one may leave them short, which costs little.)"""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


class Missed:
    """The slot passed before the message was posted."""


def post(claimed: Claimed) -> Answer | Missed:
    """One POST at its slot. Never raises: what cannot be named counts as a lost answer, which is never repeated."""
    time.sleep(max(0.0, claimed.slot - time.time()))
    if claimed.too_late(time.time()):
        return Missed()
    try:
        return claimed.api.send(claimed.phone_number_id, dict(claimed.body))
    except (NotSent, AnswerLost, Refused) as error:
        return error
    except Exception as error:
        logger.exception("posting message %s failed in our own code", claimed.message_id)
        return AnswerLost(type(error).__name__)
