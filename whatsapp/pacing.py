"""How fast we may send: per number and per person. Exact over all processes, because the state stands on the rows.

Per number, slots on the machine's clock: the pace of a line is physical, whatever time is being rehearsed. Per person
Meta's rule: one message in six seconds, or a burst within six seconds that is paid back afterwards, six seconds for
each (twenty at once mean two minutes of silence). Meta lets 45 through at once; ten keeps the silence short.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from whatsapp.models import Contact

# One below Meta's figures: two machines' clocks and a network's jitter must not add up to one message too many.
PER_SECOND = {"STANDARD": 79, "HIGH": 990}
COEXISTENCE_PER_SECOND = 19
# How far ahead slots are given out: a claimed message waits in a thread for its slot, and must not wait long.
AHEAD_SECONDS = 1.0
PAIR_INTERVAL, PAIR_BURST = timedelta(seconds=6), 10


def rate(throughput_level: str) -> int:
    """Messages a second. Unknown levels are taken as the lower one."""
    return PER_SECOND.get(throughput_level.upper(), PER_SECOND["STANDARD"])


def free_slots(next_slot_at: float, machine_now: float, per_second: int) -> int:
    """How many messages may be claimed now."""
    start = max(next_slot_at, machine_now)
    return max(0, int((machine_now + AHEAD_SECONDS - start) * per_second))


def take_slots(next_slot_at: float, machine_now: float, per_second: int, count: int) -> tuple[list[float], float]:
    """The moments of `count` slots, and the next free one after them."""
    start = max(next_slot_at, machine_now)
    return [start + n / per_second for n in range(count)], start + count / per_second


def pair_ready(now: datetime) -> Q:
    """Contacts (as `contact__…` of a message) who may get a message now."""
    repaid = Q(contact__pace_at=None) | Q(contact__pace_at__lte=now)
    return repaid | Q(contact__burst_until__gt=now, contact__burst_count__lt=PAIR_BURST)


def count_pair(contact: Contact, now: datetime) -> None:
    """One more message to this person: the row's fields change, the caller saves them."""
    if contact.pace_at is None or contact.pace_at <= now:
        contact.burst_until, contact.burst_count, contact.pace_at = now + PAIR_INTERVAL, 0, now
    contact.burst_count += 1
    contact.pace_at += PAIR_INTERVAL


PAIR_FIELDS = ["pace_at", "burst_until", "burst_count"]
