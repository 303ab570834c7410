"""The week itself: a virtual clock, the work that it makes due, and the people who answer.

Between two moments nothing happens: the clock jumps to the next one that matters (somebody acts, a row is due), the
worker does all that is due then, the simulator's webhooks come in, and only when all is quiet does the clock move on.
"""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from django.db.models import Min

from bettermeals.lib import clock
from bettermeals.rehearsal.cast import Player
from bettermeals.rehearsal.people import Act, People
from bettermeals.rehearsal.phones import Phones
from bettermeals.rehearsal.stack import Stack
from bettermeals.tasks import run_every_tick
from households.billing.models import PaymentLink, ProviderEvent
from mealplans.models import CookInstruction, WeekPlan
from whatsapp.models import Message, WebhookDelivery

ROUND_SECONDS = 120
MAX_ROUNDS = 60
LONGEST_JUMP = timedelta(hours=3)
QUARTER = timedelta(minutes=15)


class NeverQuiet(Exception):
    """The same moment keeps making work: something sends, fails and sends again."""


@dataclass
class Week:
    """Plays `players` from `start` to `end`. `progress` is told (moment, what happened) for each act and each jump."""

    stack: Stack
    players: list[Player]
    start: datetime
    end: datetime
    seed: int
    progress: Callable[[datetime, str], None]
    agenda: list[tuple[datetime, int, str, Act]] = field(default_factory=list)
    ticket: count[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.now = self.start
        self.phones = Phones(self.stack.simulator_url)
        rng = random.Random(self.seed)  # noqa: S311  (a rehearsal, not a secret)
        self.people = People(self.phones, self.stack.web_url, self.players, rng, self.plan)

    def plan(self, delay: timedelta, what: str, act: Act) -> None:
        """Everybody acts on the quarter of an hour: fewer moments to settle, and more people at once."""
        late = (self.now + delay - self.start) % QUARTER
        at = self.now + delay + (QUARTER - late if late else late)
        heapq.heappush(self.agenda, (at, next(self.ticket), what, act))

    def play(self) -> None:
        self._move_clock(self.start)
        while True:
            self._settle()
            following = self._next_moment()
            if following is None or following > self.end:
                return
            self._move_clock(following)
            self._act()

    def _move_clock(self, moment: datetime) -> None:
        self.now = moment
        clock.set_virtual(moment, Path(self.stack.environment[clock.CLOCK_FILE]))

    def _act(self) -> None:
        while self.agenda and self.agenda[0][0] <= self.now:
            _, _, what, act = heapq.heappop(self.agenda)
            act()
            self.progress(self.now, what)

    def _settle(self) -> None:
        """Run everything that is due at this moment until nothing is left to do."""
        for _ in range(MAX_ROUNDS):
            self.stack.check_alive()
            self.phones.flush()
            run_every_tick.apply_async(ignore_result=False).get(timeout=ROUND_SECONDS, interval=0.02)
            arrived = self.people.read_new_messages()
            if not arrived and not self.phones.pending() and not self._busy():
                return
            time.sleep(0.02)
        raise NeverQuiet(f"at {self.now} there was still work after {MAX_ROUNDS} rounds: {self._busy()}")

    def _busy(self) -> list[str]:
        """What the worker should still do at this moment, in words."""
        waiting = {
            "messages to send": Message.objects.filter(status="queued", not_before__lte=self.now),
            "attempts open": Message.objects.filter(status="sending"),
            "webhooks to process": WebhookDelivery.objects.filter(status__in=["received", "processing"]),
            "payment events to process": ProviderEvent.objects.filter(status="received"),
            "plans due": WeekPlan.objects.filter(next_due_at__lte=self.now),
            "instructions due": CookInstruction.objects.filter(next_due_at__lte=self.now),
            "links to create": PaymentLink.objects.filter(status="creating", next_attempt_at__lte=self.now),
        }
        return [name for name, rows in waiting.items() if rows.exists()]

    def _next_moment(self) -> datetime | None:
        """The earliest moment after now at which somebody acts or a row is due; never further than a jump away."""
        due = [
            WeekPlan.objects.filter(next_due_at__gt=self.now).aggregate(at=Min("next_due_at"))["at"],
            CookInstruction.objects.filter(next_due_at__gt=self.now).aggregate(at=Min("next_due_at"))["at"],
            Message.objects.filter(status="queued", not_before__gt=self.now).aggregate(at=Min("not_before"))["at"],
            PaymentLink.objects.filter(status="live", expires_at__gt=self.now).aggregate(at=Min("expires_at"))["at"],
            self.agenda[0][0] if self.agenda else None,
            self.now + LONGEST_JUMP,
        ]
        return min(moment for moment in due if moment is not None and moment > self.now)
