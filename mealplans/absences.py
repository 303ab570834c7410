"""A cook who cannot come, is late, or comes after all: the weeks of every household concerned follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from households import ops, queries
from households.leave import cancel_leave, leave
from households.models import Cook, CookLeave, Engagement, Household
from mealplans import cooking, messages, planning, shopping, timetable
from mealplans.changing import record, write
from mealplans.models import OPEN_TO_CHANGE, CookReport, MealStatus, PlannedMeal, PlanStatus, WeekPlan
from mealplans.outcomes import Actor, Outcome
from mealplans.weeks import Week, open_week
from mealplans.wording import day_name, say

#: Longer leave is arranged with staff, not with a tap.
MOST_DAYS = 31


@dataclass(frozen=True)
class Span:
    """Days a cook is away, both included; from one household, or from all of them."""

    start: date
    end: date
    household: Household | None = None

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]


@transaction.atomic
def report_absent(cook: Cook, span: Span, actor: Actor, now: datetime) -> Outcome:
    """The cook does not come. Codes: absent_noted, absent_already. Raises ValueError for an impossible span.

    Another cook engaged for the same meals takes over by herself; meals nobody can cook are off, the residents are
    asked what they want, and staff have it on the queue until the visit begins.
    """
    if not span.start <= span.end <= span.start + timedelta(days=MOST_DAYS):
        raise ValueError(f"from {span.start} to {span.end} is no leave of 1 to {MOST_DAYS} days")
    if not _new_leave(cook, span, actor, now):
        return Outcome(False, "absent_already", facts={"days": span.days})
    for engagement in _engagements(cook, span):
        days = [day for day in span.days if day.weekday() in engagement.weekdays]
        reports = [
            CookReport(engagement=engagement, date=day, kind="absent", message=actor.message, at=now) for day in days
        ]
        CookReport.objects.bulk_create(reports)
    for household, engagements in _by_household(cook, span):
        for plan_id in _plans(household, span):
            _follow_absence(plan_id, cook, engagements, span, actor, now)
    return Outcome(True, "absent_noted", facts={"days": span.days})


def _new_leave(cook: Cook, span: Span, actor: Actor, now: datetime) -> bool:
    """One row per leave: a button tapped twice, or a text after the tap, is the same leave."""
    known = set(CookLeave.objects.filter(cook=cook).values_list("pk", flat=True))
    taken = leave(
        cook=cook,
        start=span.start,
        end=span.end,
        household=span.household,
        reason="said by the cook" if actor.cook_id else "entered by staff",
        by=actor.name,
        message=actor.message,
        now=now,
    )
    return taken.pk not in known


def _engagements(cook: Cook, span: Span) -> list[Engagement]:
    rows = Engagement.objects.filter(cook=cook, active=True).select_related("household", "cook__contact")
    return list(rows.filter(household=span.household) if span.household else rows)


def _by_household(cook: Cook, span: Span) -> list[tuple[Household, list[Engagement]]]:
    found: dict[int, tuple[Household, list[Engagement]]] = {}
    for engagement in _engagements(cook, span):
        found.setdefault(engagement.household_id, (engagement.household, []))[1].append(engagement)
    return list(found.values())


def _plans(household: Household, span: Span) -> list[int]:
    rows = WeekPlan.objects.filter(
        household=household,
        status__in=OPEN_TO_CHANGE,
        week_start__lte=span.end,
        week_start__gt=span.start - timedelta(days=7),
    )
    return list(rows.order_by("week_start").values_list("pk", flat=True))


def _follow_absence(
    plan_id: int, cook: Cook, engagements: Sequence[Engagement], span: Span, actor: Actor, now: datetime
) -> None:
    with open_week(plan_id, now) as week:
        mine = [meal for meal in week.meals if _was_theirs(meal, engagements, span)]
        off = [meal for meal in mine if week.home.cook_of(meal.date, meal.meal) is None]
        for meal in off:
            write(week, meal, "skip", guard={"status": MealStatus.PLANNED}, status=MealStatus.CANCELLED)
        for engagement in engagements:
            for day in span.days:
                cooking.call_off([plan_id], engagement.pk, day)
        if not mine:
            return
        text = f"{cook.name} cannot come {_days_text(span)}: {len(off)} of {len(mine)} meals are off."
        record(week.plan, "cook_absent", text, actor, now)
        _settle_absence(week, cook, off)


def _was_theirs(meal: PlannedMeal, engagements: Sequence[Engagement], span: Span) -> bool:
    """Meals of the leave that this cook's visits cover and that are still to be cooked."""
    return (
        meal.status == MealStatus.PLANNED
        and span.start <= meal.date <= span.end
        and any(meal.date.weekday() in e.weekdays and meal.meal in e.meals for e in engagements)
    )


def _settle_absence(week: Week, cook: Cook, off: Sequence[PlannedMeal]) -> None:
    plan = week.plan
    plan.revision += 1
    WeekPlan.objects.filter(pk=plan.pk).update(revision=plan.revision)
    if plan.status in planning.AGREED:
        shopping.reprice(plan, week.meals, week.larder, week.now)
    if plan.status == PlanStatus.CONFIRMED:
        cooking.schedule(plan, week.home, week.meals, week.now)
    if not off or plan.status == PlanStatus.PROPOSED:
        return
    days = sorted({meal.date for meal in off})
    for resident in queries.residents_to_message(plan.household):
        messages.cook_absent(plan, resident, cook, days, _as_planned(off), week.now)
    ops.open_item(
        kind="cook_absent",
        key=absent_key(plan, cook, days[0]),
        reason=f"{cook.name} cannot come to {plan.household} on {', '.join(f'{day:%a %d %b}' for day in days)}; "
        f"{len(off)} meals are off. Find another cook, or agree with the household.",
        household=plan.household,
        due_at=max(week.now, timetable.at(plan.household, days[0], datetime.min.time())),
        now=week.now,
    )


def _as_planned(off: Sequence[PlannedMeal]) -> list[PlannedMeal]:
    """The menu of what is off: shown as it was, not as cancelled."""
    for meal in off:
        meal.status = MealStatus.PLANNED
    return list(off)


def absent_key(plan: WeekPlan, cook: Cook, first_day: date) -> str:
    return f"cook-absent:{plan.pk}:{cook.pk}:{first_day}"


def _days_text(span: Span) -> str:
    return f"on {span.start:%a %d %b}" if span.start == span.end else f"from {span.start:%d %b} to {span.end:%d %b}"


@transaction.atomic
def withdraw(cook: Cook, span: Span, actor: Actor, now: datetime) -> Outcome:
    """The cook comes after all, as far as the days are still ahead. Codes: absent_withdrawn, absent_cannot_withdraw."""
    Cook.objects.select_for_update(no_key=True).get(pk=cook.pk)
    leaves = CookLeave.objects.filter(cook=cook, household=span.household, start=span.start, end=span.end)
    taken = leaves.filter(cancelled_at=None).first()
    if taken is None or not cancel_leave(taken.pk, by=actor.name, now=now):
        return Outcome(False, "absent_cannot_withdraw", facts={"days": span.days})
    back = 0
    for household, engagements in _by_household(cook, span):
        for plan_id in _plans(household, span):
            back += _bring_back(plan_id, cook, engagements, span, actor, now)
    return Outcome(True, "absent_withdrawn", facts={"days": span.days, "meals": back})


def _bring_back(
    plan_id: int, cook: Cook, engagements: Sequence[Engagement], span: Span, actor: Actor, now: datetime
) -> int:
    with open_week(plan_id, now) as week:
        plan = week.plan
        theirs = [
            meal
            for meal in week.meals
            if meal.status == MealStatus.CANCELLED
            and span.start <= meal.date <= span.end
            and any(meal.date.weekday() in e.weekdays and meal.meal in e.meals for e in engagements)
            and week.can_still_change(meal)
        ]
        for meal in theirs:
            write(week, meal, "restore", guard={"status": MealStatus.CANCELLED}, status=MealStatus.PLANNED)
        if plan.status == PlanStatus.CONFIRMED:
            cooking.schedule(plan, week.home, week.meals, now)
        if not theirs:
            return 0
        plan.revision += 1
        WeekPlan.objects.filter(pk=plan.pk).update(revision=plan.revision)
        if plan.status in planning.AGREED:
            shopping.reprice(plan, week.meals, week.larder, now)
        record(plan, "cook_back", f"{cook.name} comes after all {_days_text(span)}.", actor, now)
        first = min(meal.date for meal in theirs)
        ops.close_item(absent_key(plan, cook, first), None, "The cook comes after all.", now)
        for resident in queries.residents_to_message(plan.household):
            day = day_name(first, resident.language)
            text = say("change_cook_back", resident.language, cook=cook.name, day=day)
            messages.changed(plan, resident, text, str(plan.revision), now)
        return len(theirs)


@transaction.atomic
def report_late(cook: Cook, minutes: int, actor: Actor, now: datetime) -> Outcome:
    """Late today: each household still to be visited today is told. Codes: late_noted, nothing_today.

    Raises ValueError for anything but 1 to 600 minutes.
    """
    if not 1 <= minutes <= 600:
        raise ValueError(f"{minutes} minutes late is not understood")
    told = 0
    for household, engagements in _by_household(cook, Span(now.date(), now.date())):
        today = timetable.local_day(household, now)
        plans = WeekPlan.objects.filter(household=household, status=PlanStatus.CONFIRMED, week_start__lte=today)
        plan = plans.order_by("-week_start").first()
        visit = next((e for e in engagements if today.weekday() in e.weekdays), None)
        if plan is None or visit is None or plan.week_end < today:
            continue
        told += 1
        CookReport.objects.create(
            engagement=visit, date=today, kind="late", data={"minutes": minutes}, message=actor.message, at=now
        )
        record(plan, "cook_late", f"{cook.name} is about {minutes} minutes late.", actor, now, minutes=minutes)
        for resident in queries.residents_to_message(household):
            text = say("change_late", resident.language, cook=cook.name, minutes=minutes)
            messages.changed(plan, resident, text, f"late:{visit.pk}:{today}:{minutes}", now)
    return Outcome(told > 0, "late_noted" if told else "nothing_today", facts={"minutes": minutes})
