"""What staff do for a shop or a household about an order, each with its reason: the same acts as the telephones'."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction

from mealplans import arriving, shop_asking, shortages
from mealplans.changing import record
from mealplans.locking import locked
from mealplans.models import (
    OPEN_REQUESTS,
    Delivery,
    GroceryLine,
    GroceryList,
    GroceryOrder,
    RequestStatus,
    ShopRequest,
    Shortage,
)
from mealplans.on_behalf import staff


def requests_of(order: GroceryOrder) -> list[ShopRequest]:
    rows = ShopRequest.objects.filter(grocery_list__plan=order.plan_id, status__in=OPEN_REQUESTS)
    return list(rows.select_related("vendor__contact", "grocery_list__plan__household").order_by("pk"))


def lines_of(order: GroceryOrder) -> list[GroceryLine]:
    """Everything ordered that nobody has said is lacking and nobody that it came, as one walks through the shop."""
    lists = Delivery.objects.filter(grocery_list__plan=order.plan_id, arrived_at=None).values("grocery_list")
    rows = GroceryLine.objects.filter(grocery_list__in=lists)
    rows = rows.filter(shortage=None).exclude(packs=[]).select_related("ingredient", "grocery_list")
    here = {each.pk: arriving.here_already(each) for each in {row.grocery_list for row in rows}}
    left = [row for row in rows if row.ingredient_id not in here[row.grocery_list_id]]
    return sorted(left, key=lambda row: (row.aisle, row.ingredient.slug, row.pk))


@transaction.atomic
def delivered(
    order: GroceryOrder, part_ids: Collection[int], user: object, by: str, reason: str, now: datetime
) -> bool:
    """These deliveries are in the kitchen: the pantry holds them. Without any: nothing comes any more. What a shop has
    named and not ended is settled first. False when it was said before, or the order is called off."""
    for request in requests_of(order):
        if request.status == RequestStatus.SHORT:
            shortages.settle(request, now)
    with locked(order.plan_id) as plan:
        came = arriving.arrive(plan, part_ids, user, by, now) if part_ids else arriving.nothing_to_come(plan, now)
    if came:
        record(order.plan, "staff_reason", f"The groceries are delivered: {reason}", staff(by), now)
    return bool(came)


@transaction.atomic
def accepted(order: GroceryOrder, by: str, reason: str, now: datetime) -> bool:
    """The shop said so on the phone, for all of its lists. False when it had said so before."""
    won = [shop_asking.accept(request, by, now) for request in requests_of(order)]
    if any(won):
        record(order.plan, "staff_reason", f"The shop accepted: {reason}", staff(by), now)
    return any(won)


@transaction.atomic
def out_of_stock(order: GroceryOrder, line_ids: Iterable[int], by: str, reason: str, now: datetime) -> int:
    """These lines are lacking, whoever was to buy them: settled at once. Returns how many were new."""
    wanted = set(line_ids)
    lists = {line.grocery_list for line in lines_of(order) if line.pk in wanted}
    count = 0
    for groceries in sorted(lists, key=lambda each: each.pk):
        request = _request(order, groceries, now)
        count += len(shortages.report(request, wanted, by, now))
        shortages.settle(request, now)
        shop_asking.accept(request, by, now)
    if count:
        record(order.plan, "staff_reason", f"Out of stock: {reason}", staff(by), now)
    return count


def _request(order: GroceryOrder, groceries: GroceryList, now: datetime) -> ShopRequest:
    """The list's own; for our own desk's errand, which nobody was asked for, one that stands for it."""
    made, _ = ShopRequest.objects.get_or_create(
        grocery_list=groceries, defaults={"vendor": order.vendor, "asked_at": now, "status": "accepted"}
    )
    return ShopRequest.objects.select_related("vendor__contact", "grocery_list__plan__household").get(pk=made.pk)


def undecided(order: GroceryOrder) -> list[Shortage]:
    rows = Shortage.objects.filter(line__grocery_list__plan=order.plan_id, status="undecided")
    return list(rows.select_related("line__ingredient"))


@transaction.atomic
def left_out(order: GroceryOrder, shortage_ids: Iterable[int], by: str, reason: str, now: datetime) -> int:
    """The household buys these itself, as it said on the phone. Returns how many were still undecided."""
    won = [shortages.leave_out(pk, staff(by), now).done for pk in shortage_ids]
    if any(won):
        record(order.plan, "staff_reason", f"Left out, price given back: {reason}", staff(by), now)
    return sum(won)
