"""How far the kitchen can count on each cook."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from bettermeals.analytics.charts import MOST_DRAWN, Bar, Chart, bars
from bettermeals.analytics.tables import Period, Share, Table
from mealplans.models import CookInstruction, CookReport

MOST = 50
ANSWERED = ("acknowledged", "done")


def reliability(period: Period) -> Table:
    """The cooks who answer least come first: staff call those."""
    since = timezone.make_aware(datetime.combine(period.first, time()))
    asked = CookInstruction.objects.filter(sent_at__gte=since).order_by()
    rows = asked.values_list("engagement__cook", "engagement__cook__name").annotate(
        asked=Count("pk"),
        answered=Count("pk", filter=Q(status__in=ANSWERED)),
        silent=Count("pk", filter=Q(status="escalated")),
    )
    reports = CookReport.objects.filter(at__gte=since).order_by()
    told = reports.values_list("engagement__cook").annotate(
        absent=Count("pk", filter=Q(kind="absent")), late=Count("pk", filter=Q(kind="late"))
    )
    away = {cook: (absent, late) for cook, absent, late in told}
    ranked = sorted(rows, key=lambda row: (row[3] / row[2], -row[4], row[1]))[:MOST]
    found = [
        [name, whole, Share(answered, whole), Share(silent, whole), *away.get(cook, (0, 0))]
        for cook, name, whole, answered, silent in ranked
    ]
    return Table(
        key="cooks",
        title="Cooks",
        note=f"Of the instructions that were sent, how many were answered; the {MOST} who answer least.",
        columns=["Cook", "Asked", "Answered", "Never answered", "Absences", "Late"],
        rows=found,
        empty="No cook was told anything in this time.",
        chart=_drawn(found),
    )


def _drawn(rows: list[list[Any]]) -> Chart | None:
    drawn = [Bar(name, str(answered), [answered.part]) for name, _whole, answered, *_rest in rows[:MOST_DRAWN]]
    return bars(_("Answered, of what they were told; who answers least first"), drawn)
