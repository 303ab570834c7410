"""How fast we may send: per number and per person. Exact over all processes, because the state stands on the rows.

Per number, slots on the machine's clock: the pace of a line is physical, whatever time is being rehearsed. Per person
Meta's rule: one message in six seconds, or a burst within six seconds that is paid back afterwards, six seconds for
each (twenty at once mean two minutes of silence). Meta lets 45 through at once; ten keeps the silence short.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from whatsapp.models import Contact, PhoneNumber

# One below Meta's figures: two machines' clocks and a network's jitter must not add up to one message too many.
PER_SECOND = {"STANDARD": 79, "HIGH": 987}
# A number that its people also use in the WhatsApp Business app (`is_on_biz_app`): 20, whatever its level says.
COEXISTENCE_PER_SECOND = 19
# How far ahead slots are given out: a claimed message waits in a thread for its slot, and the threads of a few
# processes must suffice for a number's whole pace. And how much of it must be free to be worth a claim.
AHEAD_SECONDS, WORTH_SECONDS = 0.3, 0.12
# Whoever comes later than this gets a new slot: a busy machine's messages would else all leave together when it wakes,
# and a second would hold more of them than the number may send. At 79 a second one more, within what Meta allows.
LATE_SECONDS = 0.012
# Where every thread is late every time, sending must go on all the same: Meta refuses what is too much, and it is tried
# again.
MOST_MISSED = 3
PAIR_INTERVAL, PAIR_BURST = timedelta(seconds=6), 10


def rate(throughput_level: str) -> int:
    """Messages a second. Unknown levels are taken as the lower one."""
    return PER_SECOND.get(throughput_level.upper(), PER_SECOND["STANDARD"])


def rate_of(number: PhoneNumber) -> int:
    """Messages a second of this number."""
    return COEXISTENCE_PER_SECOND if number.on_business_app else rate(number.throughput_level)


def free_seconds(next_slot_at: float, machine_now: float) -> float:
    """How much of the time ahead has no slots given out."""
    return machine_now + AHEAD_SECONDS - max(next_slot_at, machine_now)


def free_slots(next_slot_at: float, machine_now: float, per_second: int) -> int:
    """How many messages may be claimed now."""
    return max(0, int(free_seconds(next_slot_at, machine_now) * per_second))


def take_slots(next_slot_at: float, machine_now: float, per_second: int, count: int) -> tuple[list[float], float]:
    """The moments of `count` slots, and the next free one after them."""
    start = max(next_slot_at, machine_now)
    return [start + n / per_second for n in range(count)], start + count / per_second


def missed(slot: float, machine_now: float) -> bool:
    """Is it too late for this slot?"""
    return machine_now - slot > LATE_SECONDS


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
