"""What the week came to: counts for people, the same for machines, and the invariants."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Count, Min, Model

from bettermeals.lib.money import format_money
from bettermeals.rehearsal.counting import Counted
from households.billing.models import Charge
from households.models import OpsItem
from mealplans.models import CookInstruction, WeekPlan
from whatsapp.models import InboxItem, Message


@dataclass
class Report:
    households: int
    seed: int
    stack: str
    seconds: float
    plans: dict[str, int] = field(default_factory=dict)
    proposed: int = 0
    approved: int = 0
    paid: int = 0
    confirmed: int = 0
    paid_paise: int = 0
    messages: dict[str, int] = field(default_factory=dict)
    instructions: dict[str, int] = field(default_factory=dict)
    acknowledged: int = 0
    ops_queue: dict[str, int] = field(default_factory=dict)
    parked: int = 0
    accepted_by_simulator: int = 0
    invariants: dict[str, list[str]] = field(default_factory=dict)
    chaos: Counted | None = None

    @property
    def broken(self) -> bool:
        """In a storm a home whose planner was killed three times is left to staff: that is how it should be."""
        if self.chaos is None:
            return any(self.invariants.values())
        rest = [found for name, found in self.invariants.items() if name != "every plan was made"]
        return any(rest) or bool(self.chaos.accepted_twice or self.chaos.lost)

    def as_json(self) -> dict[str, Any]:
        """The four numbers of a storm stand at the top, where a machine looks for them."""
        told = {name: value for name, value in asdict(self).items() if name != "chaos"}
        storm = asdict(self.chaos) if self.chaos else {}
        if storm:
            storm |= {"kills": storm["kills"]["all"], "killed": storm["kills"]}
        return {**told, **storm, "ok": not self.broken}


def _by(model: type[Model], name: str, **only: Any) -> dict[str, int]:
    rows = model._default_manager.filter(**only).order_by().values_list(name)
    return {str(key): count for key, count in rows.annotate(Count("pk")).order_by(name)}


def gather(report: Report) -> Report:
    """Fill the counts from the database of the rehearsal. Plans are those of the week played: on its Saturday the next
    week is proposed too, and nobody has answered that yet."""
    monday = WeekPlan.objects.aggregate(first=Min("week_start"))["first"]
    plans = WeekPlan.objects.filter(week_start=monday)
    settled = Charge.objects.filter(settled_at__isnull=False, week_start=monday)
    report.plans = _by(WeekPlan, "status", week_start=monday)
    report.proposed = plans.filter(proposed_at__isnull=False).count()
    report.approved = plans.filter(approved_at__isnull=False).count()
    report.paid = settled.count()
    report.paid_paise = sum(settled.values_list("amount_paise", flat=True))
    report.confirmed = plans.filter(confirmed_at__isnull=False).count()
    report.messages = _by(Message, "status", direction="out")
    report.instructions = _by(CookInstruction, "status")
    report.acknowledged = CookInstruction.objects.filter(acknowledged_at__isnull=False).count()
    report.ops_queue = dict(Counter(OpsItem.objects.values_list("kind", flat=True)))
    report.parked = InboxItem.objects.count()
    return report


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in counts.items()) or "none"


def lines(report: Report) -> list[str]:
    """The table that a person reads at the end."""
    rows = [
        ("Households", f"{report.households} (seed {report.seed}, {report.stack}, {report.seconds:.0f} s)"),
        ("Plans proposed", f"{report.proposed}"),
        ("Plans approved", f"{report.approved}"),
        ("Plans paid", f"{report.paid} ({format_money(report.paid_paise)})"),
        ("Plans confirmed", f"{report.confirmed}"),
        ("Plans by state", _counts(report.plans)),
        ("Messages by status", _counts(report.messages)),
        ("Accepted by the simulator", f"{report.accepted_by_simulator}"),
        ("Cook instructions", f"{sum(report.instructions.values())}, acknowledged {report.acknowledged}"),
        ("Instructions by state", _counts(report.instructions)),
        ("Exceptions on the ops queue", _counts(report.ops_queue)),
        ("Messages parked for staff", f"{report.parked}"),
    ]
    if report.chaos:
        storm = report.chaos
        rows += [
            ("Killed", _counts(storm.kills)),
            ("Ended by themselves", _counts(storm.ended_by_themselves)),
            ("Answers dropped after the act", f"{storm.answers_dropped}, proved by a status {storm.proved_by_status}"),
            ("Accepted twice", f"{storm.accepted_twice}"),
            ("Lost", f"{storm.lost}"),
            ("Unknown, before staff", f"{storm.unknown_on_queue}"),
        ]
    width = max(len(name) for name, _ in rows)
    table = [f"{name.ljust(width)}  {value}" for name, value in rows]
    checks = [
        f"{'broken' if offences else 'held':6}  {name}" + "".join(f"\n        - {offence}" for offence in offences)
        for name, offences in report.invariants.items()
    ]
    return [*table, "", *checks]
