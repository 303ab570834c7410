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

from django.db.models import Count, Min
from kombu.exceptions import OperationalError
from redis import RedisError

from bettermeals.lib import clock
from bettermeals.rehearsal.cast import Player
from bettermeals.rehearsal.chaos import Chaos
from bettermeals.rehearsal.people import Act, People
from bettermeals.rehearsal.phones import Phones
from bettermeals.rehearsal.stack import Stack
from bettermeals.tasks import run_every_tick
from households.billing.models import PaymentLink, ProviderEvent
from mealplans.models import CookInstruction, WeekPlan
from whatsapp.models import Message, WebhookDelivery

ROUND_SECONDS = 120
MAX_ROUNDS = 60
#: A moment of a stormy week may take so long at most, and stands still for so long before the clock helps.
WEATHER_SECONDS = 420
STALLED_SECONDS = 4
#: Ticks that wait for a worker: one for each of the two.
ENOUGH_NUDGES = 2
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
    chaos: Chaos | None = None
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
        settle = self._weather if self.chaos else self._settle
        while True:
            settle()
            following = self._next_moment()
            if following is None or following > self.end:
                return
            self._move_clock(following)
            self._act()

    def clear_up(self) -> None:
        """After the storm: half an hour in which unknowns are proved, decided or put before staff."""
        for _ in range(3):
            self._move_clock(self.now + timedelta(minutes=10))
            self._weather()

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

    def _weather(self) -> None:
        """As `_settle`, while processes die: no answer of a worker is waited for, only what stands in the database.

        A killed worker's claims end with their leases, which the virtual clock measures: when nothing moves any more
        and every webhook is in, it goes on by a minute. Never before: silence would be taken for a lost message.
        """
        if self.chaos:
            self.chaos.new_moment()
        quiet_since, last = time.monotonic(), ""
        until = time.monotonic() + WEATHER_SECONDS
        while time.monotonic() < until:
            self._hand_out()
            if self.chaos:
                self.chaos.revive()
            if self.chaos and self.now <= self.end:
                self.chaos.strike()
            arrived = self.people.read_new_messages()
            pending, busy = self.phones.pending(), self._busy()
            if not arrived and not pending and not busy:
                return
            state = f"{arrived} {pending} {self._standing()}"
            if state != last or pending:
                quiet_since, last = time.monotonic(), state
            elif time.monotonic() - quiet_since > STALLED_SECONDS:
                self._move_clock(self.now + timedelta(minutes=1))
                quiet_since = time.monotonic()
            time.sleep(0.05)
        raise NeverQuiet(f"at {self.now} there was still work after {WEATHER_SECONDS} s: {self._busy()}")

    def _hand_out(self) -> None:
        """Nudge the workers and the simulator; either may be away just now, the next round tries again.

        Not while nudges wait: workers that are starting up, or a machine with other work, would drown in them.
        """
        try:
            if self.chaos is None or self.chaos.backlog() < ENOUGH_NUDGES:
                run_every_tick.apply_async(retry=False, expires=30)
        except (OperationalError, OSError, RedisError):
            self.progress(self.now, "the queue is away")
        self.phones.flush()

    def _standing(self) -> str:
        """How much of everything there is, to see whether anything moves."""
        counts = Message.objects.values_list("status").order_by("status").annotate(n=Count("pk"))
        deliveries = WebhookDelivery.objects.exclude(status="processed").count()
        return f"{list(counts)} {deliveries} {WeekPlan.objects.filter(next_due_at__lte=self.now).count()}"

    def _busy(self) -> list[str]:
        """What the worker should still do at this moment, in words."""
        waiting = {
            "messages to send": Message.objects.filter(watched="queued", not_before__lte=self.now),
            "attempts open": Message.objects.filter(watched="sending"),
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
            Message.objects.filter(watched="queued", not_before__gt=self.now).aggregate(at=Min("not_before"))["at"],
            PaymentLink.objects.filter(status="live", expires_at__gt=self.now).aggregate(at=Min("expires_at"))["at"],
            self.agenda[0][0] if self.agenda else None,
            self.now + LONGEST_JUMP,
        ]
        return min(moment for moment in due if moment is not None and moment > self.now)
