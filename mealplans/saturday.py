"""The Saturday run started by a person: whoever has no week yet is drafted now; the workers plan and propose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from households import queries, timeline
from households.models import Household
from mealplans import timetable
from mealplans.models import PlanStatus, Step, WeekPlan


@dataclass(frozen=True)
class Waiting:
    """Active households without a living plan for their coming week.

    Those whose week was cancelled stand apart: somebody had a reason, and proposing it again needs a second one.
    """

    new: list[Household]
    called_off: list[Household]


def waiting(now: datetime) -> Waiting:
    """Whom a run would propose to. Three queries, and of the homes that have their week only two columns."""
    homes = list(queries.active_households().values_list("pk", "timezone"))
    weeks = {timezone: timetable.next_week_in(timezone, now) for timezone in {timezone for _, timezone in homes}}
    rows = WeekPlan.objects.filter(week_start__in=set(weeks.values()))
    known = list(rows.values_list("household", "week_start", "status"))
    off = {(pk, week) for pk, week, status in known if status == PlanStatus.CANCELLED}
    living = {(pk, week) for pk, week, status in known if status != PlanStatus.CANCELLED}
    without = {pk: weeks[timezone] for pk, timezone in homes if (pk, weeks[timezone]) not in living}
    found = list(queries.active_households().filter(pk__in=without))
    return Waiting(
        new=[home for home in found if (home.pk, without[home.pk]) not in off],
        called_off=[home for home in found if (home.pk, without[home.pk]) in off],
    )


def lacks_its_week(home: Household, now: datetime) -> bool:
    """An active household whose coming week nobody has drafted, nor called off."""
    week = timetable.next_week_start(home, now)
    known = WeekPlan.objects.filter(household=home, week_start=week)
    return queries.active_households().filter(pk=home.pk).exists() and not known.exists()


@transaction.atomic
def start_one(home: Household, now: datetime, by: str) -> WeekPlan | None:
    """The coming week of one household, due at once; None when it has one or is not active."""
    if not lacks_its_week(home, now):
        return None
    WeekPlan.objects.bulk_create([_draft(home, now)], ignore_conflicts=True)
    plan = WeekPlan.objects.filter(household=home, created_at=now, status=PlanStatus.DRAFT).first()
    if plan is not None:
        text = "Planning was started by hand, for this home alone."
        timeline.record(home, "run_started", text, week_start=plan.week_start, actor=by, now=now, plan=plan.pk)
    return plan


@transaction.atomic
def start_run(now: datetime, by: str, *, also_called_off: bool = False) -> int:
    """Draft the coming week of every waiting household, due at once. Returns how many; a second start finds none left.

    Nothing is planned or sent here: the next tick hands the drafts to the workers.
    """
    found = waiting(now)
    households = [*found.new, *(found.called_off if also_called_off else [])]
    fresh = [_draft(household, now) for household in households]
    WeekPlan.objects.bulk_create(fresh, ignore_conflicts=True)  # the tick may be drafting in this very second
    made = WeekPlan.objects.filter(household__in=households, created_at=now, status=PlanStatus.DRAFT)
    for plan in made.select_related("household"):
        text = "The Saturday run was started by hand."
        timeline.record(
            plan.household, "run_started", text, week_start=plan.week_start, actor=by, now=now, plan=plan.pk
        )
    return len(made)


def _draft(household: Household, now: datetime) -> WeekPlan:
    return WeekPlan(
        household=household,
        week_start=timetable.next_week_start(household, now),
        created_at=now,
        next_step=Step.GENERATE,
        next_due_at=now,
    )


def hold(by: str, reason: str, now: datetime) -> int:
    """Stop planning and proposing the homes not reached yet; what is proposed stays. Returns how many wait.

    A worker that has one in hand finishes it. Raises ValueError without a reason.
    """
    if not reason.strip():
        raise ValueError("Say why the run is held: colleagues see it on each home.")
    rows = WeekPlan.objects.filter(status=PlanStatus.DRAFT, next_due_at__isnull=False)
    return _switch(rows, None, "run_held", f"The run was held: {reason}", by, now)


def go_on(by: str, now: datetime) -> int:
    """Take up the homes that were held; each is due at once. Returns how many."""
    rows = WeekPlan.objects.filter(status=PlanStatus.DRAFT, next_due_at=None)
    return _switch(rows, now, "run_resumed", "The run goes on.", by, now)


@transaction.atomic
def _switch(rows: QuerySet[WeekPlan], due: datetime | None, kind: str, text: str, by: str, now: datetime) -> int:
    plans = list(rows.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("household"))
    WeekPlan.objects.filter(pk__in=[plan.pk for plan in plans], status=PlanStatus.DRAFT).update(next_due_at=due)
    for plan in plans:
        timeline.record(plan.household, kind, text, week_start=plan.week_start, actor=by, now=now, plan=plan.pk)
    return len(plans)
