"""The cook's side of a confirmed week: instructions scheduled, sent, reminded, escalated, acknowledged.

`next_due_at` walks from sending over reminding to staff; every step is claimed by compare-and-set on state and due
time, so a tick that runs twice sends once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F

from bettermeals.lib.states import move
from households import ops, timeline
from households.models import Engagement
from mealplans import cook_messages, rules, voice_notes
from mealplans.models import (
    INSTRUCTION_MOVES,
    TOLD,
    CookInstruction,
    InstructionStatus,
    PlannedMeal,
    VoiceNote,
    WeekPlan,
)
from mealplans.slots import Home
from mealplans.visits import CookVisit, visit_of, visits
from mealplans.weeks import Week, open_week

#: Both messages of a day are due at once when a week is confirmed late: then the first one says it all.
TOO_CLOSE = timedelta(hours=2)
LOOK_AGAIN = timedelta(minutes=10)


def schedule(plan: WeekPlan, home: Home, meals: Sequence[PlannedMeal], now: datetime) -> None:
    """Rows for every visit still to come; those already there are left as they are, cancelled ones come back."""
    coming = [visit for visit in visits(home, meals) if visit.times.starts_at > now]
    rows = [row for visit in coming for row in _rows(plan, visit, now)]
    CookInstruction.objects.bulk_create(rows, ignore_conflicts=True)
    off = CookInstruction.objects.filter(plan=plan, status=InstructionStatus.CANCELLED)
    cancelled = {(row.engagement_id, row.date, row.kind): row.pk for row in off}
    for row in rows:
        pk = cancelled.get((row.engagement_id, row.date, row.kind))
        back = CookInstruction(pk=pk, plan=plan, engagement=row.engagement)
        if pk is not None:
            due = {"due_at": row.due_at, "next_due_at": row.due_at, "updates": F("updates") + 1}
            _move(back, InstructionStatus.CANCELLED, InstructionStatus.DUE, **due)


def _rows(plan: WeekPlan, visit: CookVisit, now: datetime) -> list[CookInstruction]:
    evening, morning = max(visit.times.evening_at, now), max(visit.times.morning_at, now)
    kinds = [("evening", evening), ("morning", morning)]
    if morning - evening < TOO_CLOSE:
        kinds = kinds[1:]
    return [
        CookInstruction(plan=plan, engagement=visit.engagement, date=visit.date, kind=kind, due_at=due, next_due_at=due)
        for kind, due in kinds
    ]


def due(now: datetime, limit: int) -> list[int]:
    """Instructions whose next step has come, oldest first. One query."""
    rows = CookInstruction.objects.filter(next_due_at__lte=now).order_by("next_due_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


STEPS = {InstructionStatus.DUE: "send", InstructionStatus.SENT: "remind", InstructionStatus.OVERDUE: "escalate"}


def advance(instruction_id: int, now: datetime) -> str:
    """Take the next step of one instruction, if it is still due. Returns its name, "" when somebody else took it."""
    plan_id = CookInstruction.objects.filter(pk=instruction_id).values_list("plan", flat=True).get()
    with open_week(plan_id, now) as week:
        rows = CookInstruction.objects.select_related("plan__household", "engagement__cook__contact")
        row = rows.filter(pk=instruction_id, next_due_at__lte=now).first()
        if row is None or row.status not in STEPS:
            return ""
        visit = visit_of(week.home, week.meals, row.engagement_id, row.date)
        if visit is None or (row.status == InstructionStatus.DUE and visit.times.starts_at <= now):
            return "cancel" if _cancel([row]) else ""
        step = STEPS[InstructionStatus(row.status)]
        if step == "send" and (unsafe := _unsafe(week, visit)):
            return _hold(row, visit, unsafe, now)
        return (
            step if {"send": _send, "remind": _remind, "escalate": _escalate}[step](row, week.home, visit, now) else ""
        )


def _unsafe(week: Week, visit: CookVisit) -> list[str]:
    """The last look before a kitchen acts: a rule may have come after the approval (a new allergy).

    Only rules about people: that it is too late now to begin soaking is no news to a cook who was told last night.
    """
    broken = rules.unsafe(violation for meal in visit.meals for violation in week.broken(week.meals, meal))
    return [rules.sentence(violation, week.home, week.larder.dishes) for violation in broken]


def _hold(row: CookInstruction, visit: CookVisit, unsafe: list[str], now: datetime) -> str:
    CookInstruction.objects.filter(pk=row.pk, status=InstructionStatus.DUE).update(next_due_at=now + LOOK_AGAIN)
    ops.open_item(
        kind="meal_unsafe",
        key=f"meal-unsafe:{row.plan_id}:{row.date}",
        about=row.plan,
        reason=f"{row.engagement.cook} was NOT sent {row.date:%a %d %b} at {row.plan.household}: {'; '.join(unsafe)}. "
        "Change the dish; the message follows by itself.",
        household=row.plan.household,
        due_at=visit.times.starts_at,
        now=now,
    )
    return "hold"


def _send(row: CookInstruction, home: Home, visit: CookVisit, now: datetime) -> bool:
    household = row.plan.household
    remind = now + timedelta(minutes=household.cook_answer_minutes)
    escalate = now + timedelta(minutes=household.cook_escalate_minutes)
    times = {"sent_at": now, "remind_at": remind, "escalate_at": escalate, "next_due_at": remind}
    if not _move(row, InstructionStatus.DUE, InstructionStatus.SENT, **times):
        return False
    message = cook_messages.instruction(row, home, visit, now)
    listens = message is not None and voice_notes.wanted(row.engagement.cook)
    voice = {"voice": VoiceNote.DUE, "voice_at": now, "voice_tries": 0} if listens else {}
    CookInstruction.objects.filter(pk=row.pk).update(message=message, **voice)
    _record(row, "instruction_sent", f"{row.engagement.cook} was sent {_what(row)}.", now, message)
    return True


def _remind(row: CookInstruction, home: Home, visit: CookVisit, now: datetime) -> bool:
    if not _move(row, InstructionStatus.SENT, InstructionStatus.OVERDUE, next_due_at=row.escalate_at):
        return False
    message = cook_messages.reminder(row, visit, now)
    _record(row, "instruction_reminded", f"{row.engagement.cook} did not answer and was reminded.", now, message)
    return True


def _escalate(row: CookInstruction, home: Home, visit: CookVisit, now: datetime) -> bool:
    if not _move(row, InstructionStatus.OVERDUE, InstructionStatus.ESCALATED, next_due_at=None):
        return False
    cook, start = row.engagement.cook, visit.times.starts_at
    ops.open_item(
        kind="cook_silent",
        key=silent_key(row.engagement_id, row.date),
        about=row,
        reason=f"{cook} has not answered about {row.date:%a %d %b} at {row.plan.household}. Call the cook.",
        household=row.plan.household,
        due_at=start,
        now=now,
    )
    _record(row, "instruction_escalated", f"{cook} did not answer; staff are to call.", now)
    return True


def silent_key(engagement_id: int, day: date) -> str:
    return f"cook-silent:{engagement_id}:{day}"


def acknowledge(engagement: Engagement, day: date, now: datetime) -> bool:
    """The cook said OK to that day: every message sent about it is answered. False when it was already, or is over."""
    rows = CookInstruction.objects.filter(engagement=engagement, date=day, status__in=TOLD).select_related(
        "plan__household", "engagement__cook"
    )
    won = [
        row
        for row in rows
        if row.status != InstructionStatus.ACKNOWLEDGED
        and _move(row, row.status, InstructionStatus.ACKNOWLEDGED, acknowledged_at=now, next_due_at=None)
    ]
    ops.close_item(silent_key(engagement.pk, day), None, "The cook has answered.", now)
    if won:
        _record(won[0], "cook_acknowledged", f"{engagement.cook} said OK to {day:%a %d %b}.", now)
    return bool(won)


def finish(engagement: Engagement, day: date, now: datetime) -> bool:
    """The food is ready: nothing more is asked about that day."""
    rows = CookInstruction.objects.filter(engagement=engagement, date=day, status__in=TOLD)
    rows = rows.select_related("plan__household", "engagement__cook")
    won = [row for row in rows if _move(row, row.status, InstructionStatus.DONE, next_due_at=None)]
    ops.close_item(silent_key(engagement.pk, day), None, "The food is cooked.", now)
    if won:
        _record(won[0], "cook_done", f"{engagement.cook} says that the food is ready.", now)
    return bool(won)


def call_off(plan_ids: Iterable[int], engagement_id: int, day: date) -> list[CookInstruction]:
    """Cancel what is scheduled or sent about a visit that does not take place; returns the rows the cook had seen."""
    rows = CookInstruction.objects.filter(plan__in=list(plan_ids), engagement=engagement_id, date=day)
    open_rows = list(rows.filter(status__in=(InstructionStatus.DUE, *TOLD)))
    return [row for row in _cancel(open_rows) if row.sent_at is not None]


def _cancel(rows: Sequence[CookInstruction]) -> list[CookInstruction]:
    return [row for row in rows if _move(row, row.status, InstructionStatus.CANCELLED, next_due_at=None)]


def _move(row: CookInstruction, old: str, new: str, **also: Any) -> bool:
    if not move(CookInstruction, row.pk, table=INSTRUCTION_MOVES, old=old, new=new, **also):
        return False
    row.status = new
    for name, value in also.items():
        setattr(row, name, value)
    return True


def _what(row: CookInstruction) -> str:
    return f"the {row.kind} message for {row.date:%a %d %b}"


def _record(row: CookInstruction, kind: str, text: str, now: datetime, message: object = None) -> None:
    plan = row.plan
    timeline.record(
        plan.household,
        kind,
        text,
        week_start=plan.week_start,
        actor=row.engagement.cook.name if kind in ("cook_acknowledged", "cook_done") else "",
        message=message,
        now=now,
        plan=plan.pk,
        instruction=row.pk,
    )
