"""What follows from the answer to a send: try again and when, or give up. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from whatsapp.errors import ErrorInfo, Kind

MAX_ATTEMPTS = 6
FIRST_BACKOFF, LONGEST_BACKOFF = timedelta(seconds=2), timedelta(minutes=5)
# A limit that lifts only after so long: what was to be said by then is stale, and its sender should decide.
LONGEST_WAIT = timedelta(hours=6)
PAUSE_RECHECK = timedelta(minutes=1)
_RANDOM = random.SystemRandom()


@dataclass(frozen=True)
class Again:
    """Back into the queue, not before this moment."""

    not_before: datetime


@dataclass(frozen=True)
class GiveUp:
    """`why` completes the error's own sentence."""

    why: str = ""


def backoff(attempt: int, now: datetime, least_seconds: int = 0) -> datetime:
    """Exponential from `FIRST_BACKOFF`, at least the error's own wait, with up to half of it added at random: many
    messages refused in the same second must not come back in the same second."""
    growing = min(FIRST_BACKOFF * 2 ** max(0, attempt - 1), LONGEST_BACKOFF)
    wait = max(growing, timedelta(seconds=least_seconds))
    return now + wait * (1 + _RANDOM.random() / 2)


def pair_backoff(attempt: int, now: datetime) -> datetime:
    """131056: Meta asks for 4^n seconds to the same person."""
    return now + timedelta(seconds=min(4 ** max(1, attempt), 300))


def after_refusal(
    info: ErrorInfo, attempt: int, expires_at: datetime | None, now: datetime, *, later_fault: bool = False
) -> Again | GiveUp:
    """`attempt` counts the message's own tries from 1 (`tries.used_up`). `later_fault`: it came in a webhook after Meta
    had accepted the message; then the next try waits a minute at least, because a second device of the person may still
    get the first copy."""
    if info.kind is Kind.ACCOUNT:
        return _unless_expired(now + PAUSE_RECHECK, expires_at)
    if not info.again:
        return GiveUp()
    if attempt >= (info.tries or MAX_ATTEMPTS):
        return GiveUp(f"Given up after {attempt} attempts.")
    if timedelta(seconds=info.wait_seconds) > LONGEST_WAIT:
        return GiveUp("The limit lasts longer than this message is worth.")
    least = max(info.wait_seconds, 60 if later_fault else 0)
    moment = pair_backoff(attempt, now) if info.code == 131056 else backoff(attempt, now, least)
    return _unless_expired(moment, expires_at)


def _unless_expired(moment: datetime, expires_at: datetime | None) -> Again | GiveUp:
    if expires_at is not None and moment >= expires_at:
        return GiveUp("The next try would come after the message expires.")
    return Again(moment)
