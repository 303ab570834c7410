"""How fast we may send: per number and per person. Exact over all processes, because the state stands on the rows.

Per number, slots on the machine's clock: the pace of a line is physical, whatever time is being rehearsed. Per person
Meta's rule: one message in six seconds, or a burst within six seconds that is paid back afterwards, six seconds for
each (twenty at once mean two minutes of silence). Meta lets 45 through at once; ten keeps the silence short.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from whatsapp.models import Contact, PhoneNumber

# Meta's figures, and ours below them: two machines' clocks and a network's jitter must not add up to one too many.
ALLOWED = {"STANDARD": 80, "HIGH": 1000}
PER_SECOND = {"STANDARD": 79, "HIGH": 950}
# A number that its people also use in the WhatsApp Business app (`is_on_biz_app`): 20, whatever its level says.
COEXISTENCE_ALLOWED, COEXISTENCE_PER_SECOND = 20, 19
# How far ahead slots are given out: a claimed message waits in a thread for its slot, so one process must have threads
# for that and for the answers it waits for; a reply waits as long when bulk goes out at full pace.
AHEAD_SECONDS = 0.6
# A claim costs nearly the same for one message as for twenty: it waits for as many free slots, or for half of all.
WORTH_A_CLAIM = 24
# A number that one process can keep is left to the one that claimed for it: another takes over when its slots are about
# to pass unused. Four processes which shared it spent twice as much a message, and tied up four workers.
TAKE_OVER_SECONDS = 0.1
ONE_KEEPS = 100
# From the slot's check to Meta's counter: thread, request, connection. What a message may be late is less by as much,
# or 81 arrive within a second now and then (seen on a busy machine, and in the first moments of a run).
WAY_SECONDS = 0.006
# Where every thread is late every time, sending must go on all the same: Meta refuses what is too much, and it is tried
# again.
MOST_MISSED = 3
# But long after its slot nothing leaves: whose process stood still for a while (a suspended machine, a stopped
# container) asks first whether the message is still his (`claiming.take_new_slots`). With the longest wait for an
# answer it ends before an attempt counts as dead (`unknowns.STALE_AFTER`), long before silence about one is acted upon.
LONG_LATE_SECONDS = 20.0
PAIR_INTERVAL, PAIR_BURST = timedelta(seconds=6), 10


def rate(throughput_level: str) -> int:
    """Messages a second. Unknown levels are taken as the lower one."""
    return PER_SECOND.get(throughput_level.upper(), PER_SECOND["STANDARD"])


def rate_of(number: PhoneNumber) -> int:
    """Messages a second of this number."""
    return COEXISTENCE_PER_SECOND if number.on_business_app else rate(number.throughput_level)


def free_slots(next_slot_at: float, machine_now: float, per_second: int) -> int:
    """How many messages may be claimed now."""
    free_seconds = machine_now + AHEAD_SECONDS - max(next_slot_at, machine_now)
    return max(0, int(free_seconds * per_second))


def worth_a_claim(number: PhoneNumber, machine_now: float, keeps: bool) -> bool:
    """Has this number slots enough to give to a process that has claimed for it before (`keeps`), or that has not?"""
    per_second = rate_of(number)
    if per_second <= ONE_KEEPS and not keeps:
        return number.next_slot_at <= machine_now + TAKE_OVER_SECONDS
    return free_slots(number.next_slot_at, machine_now, per_second) >= min(
        WORTH_A_CLAIM, per_second * AHEAD_SECONDS / 2
    )


def until_posted(count: int) -> float:
    """Seconds from taking the slots until the first of `count` messages can leave: they are written down and committed
    first. Slots that pass meanwhile would be lost."""
    return 0.01 + 0.0005 * count


def take_slots(next_slot_at: float, ready_at: float, per_second: int, count: int) -> tuple[list[float], float]:
    """The moments of `count` slots, none before `ready_at`, and the next free one after them."""
    start = max(next_slot_at, ready_at)
    return [start + n / per_second for n in range(count)], start + count / per_second


def late_seconds(number: PhoneNumber) -> float:
    """How long after its slot a message may still leave: so long that a second which holds late ones and punctual ones
    holds no more than Meta allows. A busy machine's messages would else all leave together when it wakes."""
    level = number.throughput_level.upper()
    allowed = COEXISTENCE_ALLOWED if number.on_business_app else ALLOWED.get(level, ALLOWED["STANDARD"])
    return allowed / rate_of(number) - 1 - WAY_SECONDS


def missed(slot: float, late_seconds: float, machine_now: float) -> bool:
    """Is it too late for this slot?"""
    return machine_now - slot > late_seconds


def long_over(slot: float, machine_now: float) -> bool:
    """Is it so late that somebody else may have the message by now?"""
    return machine_now - slot > LONG_LATE_SECONDS


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
