"""From the proposal to the rated dinner, week by week: where households fall out, and how long they take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from statistics import median
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from bettermeals.analytics.charts import Bar, Chart, Series, bars, columns
from bettermeals.analytics.tables import Period, Share, Table, hours
from households.billing.models import Charge
from households.models import TimelineEvent
from mealplans.models import MealRating, MealStatus, PlannedMeal, WeekPlan

READ = ("read",)
DELIVERED = ("delivered", "read")


class Lived(NamedTuple):
    """One plan's way, as far as it came."""

    week_start: date
    proposed_at: datetime | None
    approved_at: datetime | None
    confirmed_at: datetime | None
    revision: int
    prompt: str | None  # the status of the message that asked
    settled_at: datetime | None
    cooked: bool
    rated: bool


STEPS: tuple[tuple[str, Callable[[Lived], bool]], ...] = (
    ("Proposed", lambda plan: plan.proposed_at is not None),
    ("Delivered", lambda plan: plan.prompt in DELIVERED),
    ("Read", lambda plan: plan.prompt in READ),
    ("Approved", lambda plan: plan.approved_at is not None),
    ("Paid", lambda plan: plan.settled_at is not None),
    ("Confirmed", lambda plan: plan.confirmed_at is not None),
    ("Cooked", lambda plan: plan.cooked),
    ("Rated", lambda plan: plan.rated),
)


def lived(period: Period) -> dict[date, list[Lived]]:
    """Every plan of these weeks, by its Monday; one query."""
    own_name = Concat(Value("plan:"), Cast(OuterRef("pk"), CharField()), output_field=CharField())
    settled = Charge.objects.filter(subject=own_name, status="settled").order_by("-pk").values("settled_at")[:1]
    asked = TimelineEvent.objects.filter(
        household=OuterRef("household"), week_start=OuterRef("week_start"), kind="plan_proposed"
    )
    rows = WeekPlan.objects.filter(week_start__range=(period.first, period.last)).annotate(
        prompt=Subquery(asked.order_by("-pk").values("message__status")[:1]),
        settled_at=Subquery(settled),
        cooked=Exists(PlannedMeal.objects.filter(plan=OuterRef("pk"), status=MealStatus.COOKED)),
        rated=Exists(MealRating.objects.filter(planned_meal__plan=OuterRef("pk"))),
    )
    found: dict[date, list[Lived]] = defaultdict(list)
    for values in rows.values_list(*Lived._fields):
        plan = Lived(*values)
        found[plan.week_start].append(plan)
    return found


def funnel(period: Period, plans: dict[date, list[Lived]]) -> Table:
    rows: list[list[Any]] = []
    for week in period.mondays():
        of_week = plans.get(week, [])
        if of_week:
            counts = [sum(reached(plan) for plan in of_week) for _, reached in STEPS]
            rows.append([week, len(of_week), *(Share(count, len(of_week)) for count in counts)])
    return Table(
        key="funnel",
        title="From proposal to dinner",
        note="Of all plans of a week, how many came that far. A plan of the running week may still come further.",
        columns=["Week from", "Plans", *(name for name, _ in STEPS)],
        rows=rows,
        empty="No week was planned in this time. Start the Saturday run from the list of week plans.",
        chart=_funnel_drawn(rows),
    )


def _funnel_drawn(rows: list[list[Any]]) -> Chart | None:
    """All weeks of the time together."""
    plans = sum(row[1] for row in rows)
    reached = [Share(sum(row[2 + at].count for row in rows), plans) for at in range(len(STEPS))]
    drawn = [Bar(_(name), str(share), [share.part]) for (name, _step), share in zip(STEPS, reached, strict=True)]
    return bars(_("How far the plans of all these weeks came"), drawn if rows else [])


def pace(period: Period, plans: dict[date, list[Lived]]) -> Table:
    rows = [[week, *_pace_of(plans[week])] for week in period.mondays() if plans.get(week)]
    return Table(
        key="pace",
        title="How long it takes, and how much is changed",
        note="Medians in hours, of the plans that came that far; changes are swaps, skips and guests together.",
        columns=["Week from", "To approve, h", "From approval to payment, h", "Changes per plan", "Plans changed"],
        rows=rows,
        empty="Nothing was approved in this time.",
        chart=_pace_drawn(period, rows),
    )


def _pace_drawn(period: Period, rows: list[list[Any]]) -> Chart | None:
    weeks, of_week = list(reversed(period.mondays())), {row[0]: row for row in rows}
    drawn = [
        Series(_(name), [_number(of_week[week][at]) if week in of_week else None for week in weeks])
        for at, name in ((1, "To approve, h"), (2, "From approval to payment, h"))
    ]
    return columns(_("Hours to approve and to pay, week by week"), weeks, drawn, lambda value: f"{value:g}")


def _number(cell: float | str) -> float | None:
    return None if isinstance(cell, str) else cell


def _pace_of(plans: list[Lived]) -> list[Any]:
    proposed = [plan for plan in plans if plan.proposed_at]
    changes = [plan.revision - 1 for plan in proposed]
    return [
        _median([hours(plan.proposed_at, plan.approved_at) for plan in plans]),
        _median([hours(plan.approved_at, plan.settled_at) for plan in plans]),
        round(sum(changes) / len(changes), 1) if changes else "—",
        Share(sum(change > 0 for change in changes), len(changes)),
    ]


def _median(values: list[float | None]) -> float | str:
    known = [value for value in values if value is not None]
    return round(median(known), 1) if known else "—"
