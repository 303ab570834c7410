"""When each step of a household's week is due: local wall times turned into UTC moments. Pure, no queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from households.models import Engagement, Household

#: A plan proposed late (system down, new household) still leaves people this long to answer.
LEAST_TIME_TO_DECIDE = timedelta(hours=3)
#: The cut-off for payment, before the first meal's day begins: groceries must be bought in between.
PAY_BY = time(20)
MORNING = time(6)
PAYMENT_REMINDER_AFTER = timedelta(hours=2)
#: A cook who is told later than this before the visit has no time to soak or shop.
SOONEST_CHANGE = timedelta(minutes=30)


def zone(household: Household) -> ZoneInfo:
    return ZoneInfo(household.timezone)


def local_day(household: Household, now: datetime) -> date:
    return now.astimezone(zone(household)).date()


def at(household: Household, day: date, wall: time) -> datetime:
    """The household's wall time on that day, in UTC. A time skipped by a clock change means the moment after it."""
    return datetime.combine(day, wall, tzinfo=zone(household)).astimezone(UTC)


def before_cooking(household: Household, day: date) -> datetime:
    """By when what is needed that day must be in the kitchen: before the first cook."""
    return at(household, day, MORNING)


def _weekday_before(week_start: date, weekday: int) -> date:
    """The last such weekday before that Monday (Monday itself means a week earlier)."""
    return week_start - timedelta(days=7 - weekday)


def propose_at(household: Household, week_start: date) -> datetime:
    return at(household, _weekday_before(week_start, household.propose_weekday), household.propose_at)


def next_week_start(household: Household, now: datetime) -> date:
    """The coming Monday in the household's own calendar; on a Monday the next one."""
    return next_week_in(household.timezone, now)


def next_week_in(timezone: str, now: datetime) -> date:
    today = now.astimezone(ZoneInfo(timezone)).date()
    return today + timedelta(days=7 - today.weekday())


def decide_by(household: Household, week_start: date, proposed_at: datetime) -> datetime:
    day = _weekday_before(week_start, household.deadline_weekday)
    return max(at(household, day, household.deadline_at), proposed_at + LEAST_TIME_TO_DECIDE)


def reminders(household: Household, week_start: date, proposed_at: datetime) -> list[datetime]:
    """The reminder moments that still lie between the proposal and the deadline, soonest first."""
    moments = [
        at(household, _weekday_before(week_start, weekday), time.fromisoformat(wall))
        for weekday, wall in household.reminders
    ]
    end = decide_by(household, week_start, proposed_at)
    return sorted(moment for moment in moments if proposed_at < moment < end)


def pay_by(household: Household, week_start: date, approved_at: datetime) -> datetime:
    """Sunday evening; for a plan approved later than that, three hours from the approval."""
    sunday = at(household, week_start - timedelta(days=1), PAY_BY)
    return max(sunday, approved_at + LEAST_TIME_TO_DECIDE)


def payment_reminder(approved_at: datetime, cut_off: datetime) -> datetime:
    """Two hours after the approval, or half-way when the cut-off is nearer than that."""
    return min(approved_at + PAYMENT_REMINDER_AFTER, approved_at + (cut_off - approved_at) / 2)


def rating_at(household: Household, day: date) -> datetime:
    return at(household, day, household.rating_at)


def summary_at(household: Household, week_start: date) -> datetime:
    return at(household, week_start + timedelta(days=6), household.summary_at)


@dataclass(frozen=True)
class VisitTimes:
    """The moments of one visit of a cook, in UTC."""

    starts_at: datetime
    evening_at: datetime
    morning_at: datetime


def visit_times(household: Household, engagement: Engagement, day: date) -> VisitTimes:
    starts = at(household, day, engagement.arrives_at)
    evening = at(household, day - timedelta(days=1), household.evening_instruction_at)
    return VisitTimes(starts_at=starts, evening_at=evening, morning_at=_morning_at(household, day, starts, evening))


def _morning_at(household: Household, day: date, starts: datetime, evening: datetime) -> datetime:
    """The lead before the visit, never in the cook's quiet hours: then at their end, or, when that leaves no time to
    read it, the evening before (one message then says it all, amounts included).
    """
    wanted = starts - timedelta(minutes=household.morning_lead_minutes)
    quiet_ends = at(household, day, household.cook_quiet_until)
    if wanted >= quiet_ends:
        return wanted
    return quiet_ends if quiet_ends + SOONEST_CHANGE <= starts else evening
