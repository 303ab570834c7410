"""A household stops for a while, travels, comes back, or ends."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from bettermeals.lib.states import move
from households import timeline
from households.models import Away, Household
from households.queries import local

Status = Household.Status


@transaction.atomic
def pause(household_id: int, *, by: str, now: datetime, until: date | None = None, reason: str = "") -> bool:
    """No plans and no messages until `until` (its first day on again), or until resumed. False when it was paused."""
    if not _move(household_id, Status.ACTIVE, Status.PAUSED, paused_until=until):
        return False
    days = f" until {until}" if until else ""
    _tell(household_id, "household_paused", f"Paused{days}. {reason}".strip(), by, now)
    return True


@transaction.atomic
def resume(household_id: int, *, by: str, now: datetime) -> bool:
    """Back again, from a pause or after the end. False when it was active."""
    if not _move(household_id, (Status.PAUSED, Status.ENDED), Status.ACTIVE, paused_until=None):
        return False
    _tell(household_id, "household_resumed", "Active again.", by, now)
    return True


@transaction.atomic
def end(household_id: int, *, by: str, now: datetime, reason: str) -> bool:
    """The household leaves; its history stays. False when it had ended before."""
    if not _move(household_id, (Status.ACTIVE, Status.PAUSED), Status.ENDED, paused_until=None):
        return False
    _tell(household_id, "household_ended", f"Ended: {reason}", by, now)
    return True


def resume_due(now: datetime) -> int:
    """Resume every household whose pause is over on its own clock; returns how many."""
    paused = Household.objects.filter(status=Status.PAUSED, paused_until__isnull=False).order_by("pk")
    over = [home.pk for home in paused if home.paused_until and home.paused_until <= local(now, home).date()]
    return sum(resume(pk, by="", now=now) for pk in over)


@transaction.atomic
def travel(household_id: int, *, start: date, end: date, by: str, now: datetime, reason: str = "") -> Away:
    """Nobody is at home from `start` to `end`, both included. Told twice it is one entry. Raises ValueError."""
    if end < start:
        raise ValueError(f"The travel ends on {end}, before it starts on {start}.")
    household = Household.objects.select_for_update(no_key=True).get(pk=household_id)
    known = Away.objects.filter(household=household, cancelled_at=None, start__lte=start, end__gte=end).first()
    if known is not None:
        return known
    away = Away.objects.create(household=household, start=start, end=end, reason=reason[:200], created_at=now)
    text = f"Away from {start} to {end}."
    timeline.record(household, "away", text, actor=by, week_start=timeline.week_of(start), now=now, away=away.pk)
    return away


@transaction.atomic
def cancel_travel(away_id: int, *, by: str, now: datetime) -> bool:
    """At home after all. False when it was cancelled before."""
    if not Away.objects.filter(pk=away_id, cancelled_at=None).update(cancelled_at=now):
        return False
    away = Away.objects.select_related("household").get(pk=away_id)
    text = f"At home after all from {away.start} to {away.end}."
    week = timeline.week_of(away.start)
    timeline.record(away.household, "away_cancelled", text, actor=by, week_start=week, now=now, away=away.pk)
    return True


def _move(household_id: int, old: str | tuple[str, ...], new: str, paused_until: date | None) -> bool:
    return move(Household, household_id, table=Household.TRANSITIONS, old=old, new=new, paused_until=paused_until)


def _tell(household_id: int, kind: str, text: str, by: str, now: datetime) -> None:
    timeline.record(Household.objects.get(pk=household_id), kind, text, actor=by, now=now)
