"""Groceries come into the kitchen: each list on its days, each said by whoever saw it, the pantry filled by it.

A placed list has one row of `Delivery` for each day on which something of it comes (`deliveries`). The order is
delivered when nothing is left to come; a later change of the week places another list, and it is to come again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from bettermeals.lib.states import move
from households import ops, timeline
from mealplans import deliveries, pantry, shop_asking, timetable
from mealplans.models import (
    ORDER_MOVES,
    REQUEST_MOVES,
    Delivery,
    GroceryLine,
    GroceryList,
    GroceryOrder,
    Ingredient,
    OrderStatus,
    RequestStatus,
    ShopRequest,
    WeekPlan,
)
from mealplans.wording import say

MOST_NAMED = 6
UNHEARD = (RequestStatus.ASKED, RequestStatus.SILENT, RequestStatus.SHORT)


def first_day(groceries: GroceryList) -> date:
    """The week's first delivery; of a list made within the week, the day it was made."""
    plan = groceries.plan
    return max(plan.week_start, timetable.local_day(plan.household, groceries.placed_at or groceries.created_at))


def needed(line: GroceryLine) -> list[deliveries.Part]:
    """What of one line is needed from which delivery. Costs no query with the line's list, plan and home loaded."""
    plan = line.grocery_list.plan
    return deliveries.parts(
        line.provenance,
        line.ingredient.shelf_life_days,
        deliveries.days_of(plan.week_start, plan.household.delivery_days),
        at_home=line.from_pantry,
        not_before=first_day(line.grocery_list),
    )


def expect(groceries: GroceryList) -> int:
    """Write down what comes when of a list that is just placed; returns on how many days something comes."""
    rows = groceries.lines.exclude(packs=[]).select_related("ingredient", "grocery_list__plan__household")
    by_day: dict[date, dict[str, str]] = defaultdict(dict)
    for line in rows:
        for part in brought(line):
            by_day[part.day][line.ingredient.slug] = str(part.amount)
    made = [Delivery(grocery_list=groceries, day=day, amounts=by_day[day]) for day in sorted(by_day)]
    return len(Delivery.objects.bulk_create(made, ignore_conflicts=True))


def brought(line: GroceryLine) -> list[deliveries.Part]:
    """Whole packs are bought: what they hold beyond the need comes with the last of it."""
    found = needed(line)
    if not found:
        return [deliveries.Part(first_day(line.grocery_list), pantry.packed(line.packs))]
    *first, last = found
    rest = pantry.packed(line.packs) - sum((part.amount for part in first), Decimal(0))
    return [*first, last._replace(amount=max(last.amount, rest))]


def contents(part: Delivery) -> list[tuple[Ingredient, Decimal]]:
    """What comes with it, in base units, without what the shop does not have. Two queries."""
    lines = part.grocery_list.lines.exclude(packs=[]).filter(shortage=None).select_related("ingredient")
    bought = {line.ingredient_id: line.ingredient for line in lines}
    return [(bought[pk], amount) for pk, amount in _listed(part).items() if pk in bought]


def _listed(part: Delivery) -> dict[int, Decimal]:
    """Ingredient -> amount as it was written down; what was merged since counts as what it became."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for row in Ingredient.objects.filter(slug__in=list(part.amounts)):
        found[row.merged_into_id or row.pk] += Decimal(part.amounts[row.slug])
    return found


def here_already(groceries: GroceryList) -> set[int]:
    """Ingredients of the list of which something has come: nobody can say any more that the shop does not have them."""
    came = groceries.deliveries.filter(arrived_at__isnull=False)
    return {pk for part in came for pk in _listed(part)}


def outstanding(lists: Iterable[int]) -> dict[int, set[int]]:
    """List -> ingredients of which something is still to come. Two queries for any number of lists."""
    rows = list(Delivery.objects.filter(grocery_list__in=list(lists), arrived_at=None))
    slugs = {slug for row in rows for slug in row.amounts}
    known = {row.slug: row.merged_into_id or row.pk for row in Ingredient.objects.filter(slug__in=slugs)}
    found: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row.grocery_list_id] |= {known[slug] for slug in row.amounts}
    return found


def coming(plan: WeekPlan) -> list[Delivery]:
    """What is still to come of everything placed, the next first."""
    return [part for part in _unsaid(plan) if contents(part)]


def _unsaid(plan: WeekPlan) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(grocery_list__plan=plan, arrived_at=None)
    return rows.select_related("grocery_list__plan__household").order_by("day", "pk")


def due(parts: Iterable[Delivery], today: date) -> list[Delivery]:
    """Those of today and before; early in the week, when none is due yet, the next of each list."""
    listed = list(parts)
    now_due = [part for part in listed if part.day <= today]
    first = {part.grocery_list_id: part for part in reversed(listed)}
    return now_due or sorted(first.values(), key=lambda part: (part.day, part.pk))


def arrive(plan: WeekPlan, part_ids: Collection[int], by: object, who: str, now: datetime) -> list[Delivery]:
    """These are in the kitchen, and the pantry holds them. Under the plan's lock; returns those that nobody had said
    before. `by`: the member of staff, None for a shop; `who`: whose word it is."""
    if GroceryOrder.objects.filter(plan=plan, status=OrderStatus.CANCELLED).exists():
        return []
    mine = [part for part in _unsaid(plan) if part.pk in part_ids]
    won = [part for part in mine if _first(part, who, now)]
    for part in won:
        pantry.put_in(plan.household, {row.pk: amount for row, amount in contents(part)}, now)
        _write(plan, part, who, now)
    left = coming(plan)
    for groceries in {part.grocery_list_id: part.grocery_list for part in won}.values():
        _what_is_next(plan, groceries, [part for part in left if part.grocery_list_id == groceries.pk], by, now)
    if not left:
        _all_there(plan, now)
    return won


def _first(part: Delivery, who: str, now: datetime) -> bool:
    return bool(Delivery.objects.filter(pk=part.pk, arrived_at=None).update(arrived_at=now, said_by=who[:150]))


def _write(plan: WeekPlan, part: Delivery, who: str, now: datetime) -> None:
    text = f"The groceries of {part.day:%a %d %b} are in the kitchen; {who} said so."
    timeline.record(
        plan.household, "groceries_delivered", text, week_start=plan.week_start, actor=who, now=now, plan=plan.pk
    )


def _all_there(plan: WeekPlan, now: datetime) -> bool:
    rows = GroceryOrder.objects.filter(plan=plan).values_list("pk", flat=True)
    placed, there = OrderStatus.PLACED, OrderStatus.DELIVERED
    return any(move(GroceryOrder, pk, table=ORDER_MOVES, old=placed, new=there, delivered_at=now) for pk in rows)


def nothing_to_come(plan: WeekPlan, now: datetime) -> bool:
    """The order is over without a delivery: all of it was at home, or could not be had. False when something comes."""
    return not coming(plan) and _all_there(plan, now)


def more_to_come(plan: WeekPlan) -> None:
    """A further list was placed after everything had come."""
    order = GroceryOrder.objects.get(plan=plan)
    there, placed = OrderStatus.DELIVERED, OrderStatus.PLACED
    move(GroceryOrder, order.pk, table=ORDER_MOVES, old=there, new=placed, delivered_at=None)


def _what_is_next(plan: WeekPlan, groceries: GroceryList, left: Sequence[Delivery], by: object, now: datetime) -> None:
    """Somebody sees to the next part of the list as to the first: the shop, or our own desk."""
    request = ShopRequest.objects.select_related("vendor").filter(grocery_list=groceries).first()
    keys = [shop_asking.order_key(groceries.pk), *([shop_asking.silent_key(request)] if request else [])]
    ops.close_items(keys, by, "Delivered.", now)
    if request is not None:
        _heard_of(request, left, plan)
    if left and (request is None or not request.vendor.on_whatsapp):
        _ask_desk(plan, groceries, left[0], now)


def _heard_of(request: ShopRequest, left: Sequence[Delivery], plan: WeekPlan) -> None:
    """A shop that brings has accepted; it is asked after what is left in the morning it is needed."""
    new = RequestStatus.ACCEPTED if left else RequestStatus.DELIVERED
    old = UNHEARD if left else (*UNHEARD, RequestStatus.ACCEPTED)
    move(ShopRequest, request.pk, table=REQUEST_MOVES, old=old, new=new)
    due_at = timetable.before_cooking(plan.household, left[0].day) if left else None
    ShopRequest.objects.filter(pk=request.pk, status=new).update(next_due_at=due_at)


def _ask_desk(plan: WeekPlan, groceries: GroceryList, part: Delivery, now: datetime) -> None:
    reason = (
        f"On {part.day:%a %d %b} more of the groceries comes to {plan.household}: {named(part, 'en')}. Mark it "
        "delivered when it is in the kitchen."
    )
    due_at = timetable.before_cooking(plan.household, part.day)
    shop_asking.open_errand(plan, groceries.pk, reason, due_at, now)


def named(part: Delivery, language: str) -> str:
    """ "Paneer, Spinach", or how many when they are many: for a line of a list."""
    rows = [row.name(language) for row, _amount in contents(part)]
    return ", ".join(rows) if len(rows) <= MOST_NAMED else say("items", language, to="shop", n=len(rows))
