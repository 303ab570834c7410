"""A shop on WhatsApp is asked for a placed list, answers, and is told when it is called off.

The message is queued in the transaction that places the list, once per list, through the engine's gate: a shop that
may not be written to is our own desk's errand. Its silence is a matter for staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bettermeals.lib.states import move
from households import ops, timeline
from mealplans import shop_messages, timetable
from mealplans.models import (
    OPEN_REQUESTS,
    REQUEST_MOVES,
    SHORTAGE_MOVES,
    GroceryList,
    RequestStatus,
    ShopRequest,
    Shortage,
    ShortageStatus,
    Vendor,
    WeekPlan,
)

#: A shop reads its telephone between customers; later than this somebody calls.
ANSWER_WITHIN = timedelta(hours=2)
#: Named so far and then silent: no more will be named, and the household must hear of it.
SETTLE_AFTER = timedelta(minutes=10)


def ask(plan: WeekPlan, vendor: Vendor, groceries: GroceryList, now: datetime) -> bool:
    """Send the list with its two answers. False when this shop may not be written to (the timeline says why)."""
    given = {"vendor": vendor, "asked_at": now, "next_due_at": now + ANSWER_WITHIN}
    request, _ = ShopRequest.objects.get_or_create(grocery_list=groceries, defaults=given)
    if shop_messages.order(plan, request, now) is None:
        ShopRequest.objects.filter(pk=request.pk).update(status=RequestStatus.SILENT, next_due_at=None)
        return False
    timeline.record(
        plan.household, "shop_asked", f"{vendor} was sent the list.", week_start=plan.week_start, now=now, plan=plan.pk
    )
    return True


def accept(request: ShopRequest, by: str, now: datetime) -> bool:
    """The shop brings it, or staff heard so. False when it was said before or the order is over."""
    plan = plan_of(request)
    waits = (RequestStatus.ASKED, RequestStatus.SILENT, RequestStatus.SHORT)
    also: dict[str, Any] = {"answered_at": now, "next_due_at": expected_by(plan, now)}
    if not move(ShopRequest, request.pk, table=REQUEST_MOVES, old=waits, new=RequestStatus.ACCEPTED, **also):
        return False
    _heard(request, by, now)
    text = f"{request.vendor} accepted the list ({by})."
    timeline.record(plan.household, "shop_accepted", text, week_start=plan.week_start, now=now, plan=plan.pk)
    return True


def names_shortages(request: ShopRequest, by: str, now: datetime) -> bool:
    """It says that it lacks something: what it is follows. False when the order is over."""
    waits = (RequestStatus.ASKED, RequestStatus.SILENT, RequestStatus.ACCEPTED)
    also: dict[str, Any] = {"answered_at": now, "next_due_at": now + SETTLE_AFTER}
    won = move(ShopRequest, request.pk, table=REQUEST_MOVES, old=waits, new=RequestStatus.SHORT, **also)
    if won:
        _heard(request, by, now)
        return True
    still = ShopRequest.objects.filter(pk=request.pk, status=RequestStatus.SHORT)
    return bool(still.update(next_due_at=now + SETTLE_AFTER))


def _heard(request: ShopRequest, by: str, now: datetime) -> None:
    ops.close_item(silent_key(request), None, f"{by} answered.", now)


def silent(request: ShopRequest, now: datetime) -> bool:
    """Nobody answered in time: somebody calls. False when an answer came after all."""
    asked, late = RequestStatus.ASKED, RequestStatus.SILENT
    if not move(ShopRequest, request.pk, table=REQUEST_MOVES, old=asked, new=late, next_due_at=None):
        return False
    plan = plan_of(request)
    ops.open_item(
        kind="shop_silent",
        key=silent_key(request),
        about=plan.order,
        reason=f"{request.vendor} does not answer about the groceries of {plan.household}. Call, then say on the "
        "order's page what they said, or buy elsewhere.",
        household=plan.household,
        due_at=min(now + ANSWER_WITHIN, expected_by(plan, now)),
        now=now,
    )
    return True


def open_errand(plan: WeekPlan, list_id: int, reason: str, due_at: datetime, now: datetime) -> None:
    """Staff see to a placed list: what no shop on WhatsApp brings, or says that it brings."""
    ops.open_item(
        kind="grocery_order",
        key=order_key(list_id),
        about=plan.order,
        reason=reason,
        household=plan.household,
        due_at=max(now, due_at),
        now=now,
    )


def not_come(request: ShopRequest, now: datetime) -> bool:
    """Accepted, the week has begun, and nobody said that it is in the kitchen."""
    rows = ShopRequest.objects.filter(pk=request.pk, status=RequestStatus.ACCEPTED, next_due_at__lte=now)
    if not rows.update(next_due_at=None):
        return False
    plan = plan_of(request)
    reason = (
        f"{request.vendor} accepted the groceries of {plan.household}; nobody said that they came. Ask, then "
        "mark the order delivered."
    )
    open_errand(plan, request.grocery_list_id, reason, now, now)
    return True


def call_off(plan: WeekPlan, now: datetime) -> None:
    """The week is cancelled: shops that were asked hear of it, and what they lack matters no more."""
    for request in requests_of(plan):
        REQUEST_MOVES.check(OPEN_REQUESTS, RequestStatus.CANCELLED)
        open_now = ShopRequest.objects.filter(pk=request.pk, status__in=OPEN_REQUESTS)
        if open_now.update(status=RequestStatus.CANCELLED, next_due_at=None):
            shop_messages.called_off(plan, request, now)
            _heard(request, "The week is cancelled; nobody", now)
    waiting = (ShortageStatus.REPORTED, ShortageStatus.UNDECIDED)
    SHORTAGE_MOVES.check(waiting, ShortageStatus.CANCELLED)
    for shortage in Shortage.objects.filter(request__grocery_list__plan=plan, status__in=waiting):
        ops.close_item(shortage_key(shortage), None, "The week is cancelled.", now)
    rows = Shortage.objects.filter(request__grocery_list__plan=plan, status__in=waiting)
    rows.update(status=ShortageStatus.CANCELLED, decided_at=now)


def requests_of(plan: WeekPlan) -> Sequence[ShopRequest]:
    rows = ShopRequest.objects.filter(grocery_list__plan=plan)
    return list(rows.select_related("vendor__contact", "grocery_list").order_by("pk"))


def plan_of(request: ShopRequest) -> WeekPlan:
    return WeekPlan.objects.select_related("household").get(grocery_lists=request.grocery_list_id)


def expected_by(plan: WeekPlan, now: datetime) -> datetime:
    return max(now + ANSWER_WITHIN, timetable.before_cooking(plan.household, plan.week_start))


def order_key(list_id: int) -> str:
    """The errand of one placed list on the ops queue."""
    return f"grocery-order:{list_id}"


def silent_key(request: ShopRequest) -> str:
    return f"shop-silent:{request.pk}"


def shortage_key(shortage: Shortage) -> str:
    return f"shortage:{shortage.pk}"
