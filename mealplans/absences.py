"""A cook who cannot come, or is late: the weeks of every household concerned follow.

An absence is of whole days or of some meals of them; only what it takes away is touched, and
only that comes back (returning.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from households import ops, queries
from households.leave import leave
from households.models import Cook, CookLeave, Engagement
from mealplans import messages, planning, shopping, timetable
from mealplans.changing import record, write
from mealplans.models import CookReport, MealStatus, PlannedMeal, PlanStatus, WeekPlan
from mealplans.outcomes import Actor, Outcome
from mealplans.revisiting import as_if, follow_cooks
from mealplans.spans import Span, of_leave
from mealplans.touched import absent_key, by_household, in_english, plans, still, theirs
from mealplans.visits import visits
from mealplans.weeks import Week, open_week
from mealplans.wording import say

#: Longer leave is arranged with staff, not with a tap.
MOST_DAYS = 31


@transaction.atomic
def report_absent(cook: Cook, span: Span, actor: Actor, now: datetime) -> Outcome:
    """The cook does not come. Codes: absent_noted, absent_already. Raises ValueError for an impossible span.

    Another cook engaged for the same meals takes over by herself; meals nobody can cook are off, the residents are
    asked what they want, and staff have it on the queue until the visit begins. Facts: span (the leave that holds),
    still (meals of those days that this cook cooks all the same).
    """
    if not span.start <= span.end <= span.start + timedelta(days=MOST_DAYS):
        raise ValueError(f"from {span.start} to {span.end} is no leave of 1 to {MOST_DAYS} days")
    taken, new = _new_leave(cook, span, actor, now)
    if not new:
        return Outcome(False, "absent_already", facts={"span": of_leave(taken), "still": []})
    left: list[PlannedMeal] = []
    for household, engagements in by_household(cook, span):
        _report(engagements, span, actor, now)
        for plan_id in plans(household, span):
            left += _follow_absence(plan_id, taken, engagements, span, actor, now)
    return Outcome(True, "absent_noted", facts={"span": span, "still": left})


def _new_leave(cook: Cook, span: Span, actor: Actor, now: datetime) -> tuple[CookLeave, bool]:
    """One row per leave: a button tapped twice, or a text after the tap, is the same leave."""
    known = set(CookLeave.objects.filter(cook=cook).values_list("pk", flat=True))
    taken = leave(
        cook=cook,
        start=span.start,
        end=span.end,
        household=span.household,
        meals=span.meals,
        reason="said by the cook" if actor.cook_id else "entered by staff",
        by=actor.name,
        message=actor.message,
        now=now,
    )
    return taken, taken.pk not in known


def _report(engagements: Iterable[Engagement], span: Span, actor: Actor, now: datetime) -> None:
    """One line per visit that the absence touches."""
    CookReport.objects.bulk_create(
        CookReport(
            engagement=engagement,
            date=day,
            kind="absent",
            data={"meals": list(span.meals)} if span.meals else {},
            message=actor.message,
            at=now,
        )
        for engagement in engagements
        for day in span.days
        if day.weekday() in engagement.weekdays and any(span.takes(day, meal) for meal in engagement.meals)
    )


def _follow_absence(
    plan_id: int, taken: CookLeave, engagements: Sequence[Engagement], span: Span, actor: Actor, now: datetime
) -> list[PlannedMeal]:
    """Returns what this cook cooks on those days all the same."""
    with open_week(plan_id, now) as week:
        others = [row for row in week.home.leaves if row.pk != taken.pk]
        before = visits(as_if(week.home, others), week.meals)
        mine = theirs(week, engagements, span, MealStatus.PLANNED)
        off = [meal for meal in mine if week.home.cook_of(meal.date, meal.meal) is None]
        for meal in off:
            write(week, meal, "skip", guard={"status": MealStatus.PLANNED}, status=MealStatus.CANCELLED)
        follow_cooks(week, before, {engagement.pk for engagement in engagements})
        if mine:
            text = f"{taken.cook.name} cannot come {in_english(span)}: {len(off)} of {len(mine)} meals are off."
            record(week.plan, "cook_absent", text, actor, now)
            _settle_absence(week, taken.cook, off, span)
        return still(week, engagements, span)


def _settle_absence(week: Week, cook: Cook, off: Sequence[PlannedMeal], span: Span) -> None:
    plan = week.plan
    plan.revision += 1
    WeekPlan.objects.filter(pk=plan.pk).update(revision=plan.revision)
    if plan.status in planning.AGREED:
        shopping.reprice(plan, week.meals, week.larder, week.now)
    if not off or plan.status == PlanStatus.PROPOSED:
        return
    for resident in queries.residents_to_message(plan.household):
        messages.cook_absent(plan, resident, cook, span, _as_planned(off), week.now)
    _ask_staff(week, cook, off, span)


def _ask_staff(week: Week, cook: Cook, off: Sequence[PlannedMeal], span: Span) -> None:
    plan, days = week.plan, sorted({meal.date for meal in off})
    which = f"for {', '.join(span.meals)} " if span.meals else ""
    ops.open_item(
        kind="cook_absent",
        key=absent_key(plan, cook, span.start, span.meals),
        about=plan,
        reason=f"{cook.name} cannot come to {plan.household} {which}on "
        f"{', '.join(f'{day:%a %d %b}' for day in days)}; {_count(off)} off. "
        "Find another cook, or agree with the household.",
        household=plan.household,
        due_at=max(week.now, timetable.at(plan.household, days[0], datetime.min.time())),
        now=week.now,
    )


def _count(off: Sequence[PlannedMeal]) -> str:
    return "1 meal is" if len(off) == 1 else f"{len(off)} meals are"


def _as_planned(off: Sequence[PlannedMeal]) -> list[PlannedMeal]:
    """The menu of what is off: shown as it was, not as cancelled."""
    for meal in off:
        meal.status = MealStatus.PLANNED
    return list(off)


@transaction.atomic
def report_late(cook: Cook, minutes: int, actor: Actor, now: datetime, *, homes: Collection[int] = ()) -> Outcome:
    """Late today: each household of today's visits is told, or only `homes`. Codes: late_noted, nothing_today.

    Raises ValueError for anything but 1 to 600 minutes.
    """
    if not 1 <= minutes <= 600:
        raise ValueError(f"{minutes} minutes late is not understood")
    told = 0
    for household, engagements in by_household(cook, Span(now.date(), now.date())):
        today = timetable.local_day(household, now)
        weeks = WeekPlan.objects.filter(household=household, status=PlanStatus.CONFIRMED, week_start__lte=today)
        plan = weeks.order_by("-week_start").first()
        visit = next((e for e in engagements if today.weekday() in e.weekdays), None)
        if plan is None or visit is None or plan.week_end < today or (homes and household.pk not in homes):
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
