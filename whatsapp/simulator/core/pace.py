"""Meta's three speed limits as exact counters, by the shared clock.

- Throughput: 80 messages in any second per number, in and out together (1000 at level HIGH, 20 when the number is
  shared with the Business app): 130429.
- Pair rate: one message per six seconds to the same person. Up to 45 may go out within six seconds, borrowed from
  later: after a burst of n the next one waits until 6 n seconds from the burst's start (20 at once = two minutes).
  Over it: 131056.
- Messaging limit: different people reached outside an open window within 24 hours, per portfolio: 131048.

A refused attempt is not counted.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

PAIR_SECONDS = 6.0
PAIR_BURST = 45
DAY = 86400.0
PER_SECOND = {"STANDARD": 80, "HIGH": 1000}
COEXISTENCE_PER_SECOND = 20
LIMITS = {"TIER_250": 250, "TIER_2K": 2000, "TIER_10K": 10_000, "TIER_100K": 100_000, "TIER_UNLIMITED": None}


@dataclass
class Pace:
    _seconds: dict[str, deque[float]] = field(default_factory=dict)
    _bursts: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)
    _reached: dict[str, dict[str, float]] = field(default_factory=dict)

    def clear(self) -> None:
        self._seconds.clear()
        self._bursts.clear()
        self._reached.clear()

    def refusal(self, number_id: str, per_second: int, wa_id: str, now: float) -> int | None:
        """The code with which a message now would be refused; None lets it pass."""
        if len(self._last_second(number_id, now)) >= per_second:
            return 130429
        start, count = self._bursts.get((number_id, wa_id), (now, 0))
        if self._repaid(start, count, now) or (now < start + PAIR_SECONDS and count < PAIR_BURST):
            return None
        return 131056

    def count(self, number_id: str, wa_id: str, now: float) -> None:
        """One accepted outgoing message."""
        self.count_inbound(number_id, now)
        start, count = self._bursts.get((number_id, wa_id), (now, 0))
        fresh = self._repaid(start, count, now)
        self._bursts[number_id, wa_id] = (now, 1) if fresh else (start, count + 1)

    def count_inbound(self, number_id: str, now: float) -> None:
        """Incoming messages use the same throughput."""
        self._last_second(number_id, now).append(now)

    def over_messaging_limit(self, portfolio: str, limit: str, wa_id: str, now: float) -> bool:
        """True when reaching this person outside a window would exceed the portfolio's tier."""
        most = LIMITS[limit]
        reached = self._reached.setdefault(portfolio, {})
        if most is None or (wa_id in reached and now - reached[wa_id] < DAY):
            return False
        if len(reached) >= most:
            self._reached[portfolio] = reached = {p: at for p, at in reached.items() if 0 <= now - at < DAY}
        return len(reached) >= most

    def count_reached(self, portfolio: str, wa_id: str, now: float) -> None:
        """A person was reached outside a window; the 24 hours run from the first time."""
        reached = self._reached.setdefault(portfolio, {})
        if now - reached.get(wa_id, -DAY) >= DAY:
            reached[wa_id] = now

    def reached(self, portfolio: str, now: float) -> int:
        """How many people count against the tier now."""
        return sum(1 for at in self._reached.get(portfolio, {}).values() if 0 <= now - at < DAY)

    @staticmethod
    def _repaid(start: float, count: int, now: float) -> bool:
        return count == 0 or now >= start + PAIR_SECONDS * count or now < start

    def _last_second(self, number_id: str, now: float) -> deque[float]:
        """Moments of the last second; a clock that jumped back starts the count anew."""
        moments = self._seconds.setdefault(number_id, deque())
        while moments and not 0 <= now - moments[0] < 1.0:
            moments.popleft()
        return moments
