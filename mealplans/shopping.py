"""A plan's groceries in the database: the list of its meals, the order, the charge.

A list that is not placed is replaced by every change. Once placed it is bought: from then on the house holds what it
bought, a change buys only what is needed beyond, and the bill never shrinks below what was bought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from bettermeals.lib.states import move
from households import ops
from households.billing.charging import can_give_back, open_charge
from households.billing.models import Charge
from households.billing.quotes import QuoteLine
from households.models import Household
from mealplans import arriving, pantry, planning, shop_asking, timetable
from mealplans.locking import subject
from mealplans.models import (
    NOT_BOUGHT,
    ORDER_MOVES,
    GroceryLine,
    GroceryList,
    GroceryOrder,
    OrderStatus,
    PlannedMeal,
    PlanStatus,
    Shortage,
    Vendor,
    WeekPlan,
)
from mealplans.planning import Larder
from mealplans.pricing import CannotPrice, Line, priced

__all__ = ["CannotPrice", "charged_paise", "in_the_house", "place", "reprice", "start", "total_paise"]
DESK = "BetterMeals desk"
#: What a tick stands for: more than any week needs, in g, ml or pieces.
PLENTY = Decimal(1_000_000)


def in_the_house(plan: WeekPlan) -> dict[str, Decimal]:
    """What this plan may cook from without buying: the pantry when it was made, all that is placed
    for it, and what a resident ticked as being at home.
    """
    stock: dict[str, Decimal] = defaultdict(Decimal, planning.pantry_of(plan))
    bought = GroceryLine.objects.filter(grocery_list__plan=plan, grocery_list__placed_at__isnull=False)
    for slug, packs in bought.values_list("ingredient__slug", "packs"):
        stock[slug] += pantry.packed(packs)
    for slug in plan.at_home.values_list("ingredient__slug", flat=True):
        stock[slug] = PLENTY
    for slug in _theirs(plan):
        stock[slug] = PLENTY
    return dict(stock)


def _theirs(plan: WeekPlan) -> Iterable[str]:
    """What the shop does not have and the household sees to, or has yet to decide on: never put on a list again."""
    rows = Shortage.objects.filter(line__grocery_list__plan=plan, status__in=NOT_BOUGHT)
    return rows.values_list("line__ingredient__slug", flat=True)


def total_paise(plan: WeekPlan, meals: Sequence[PlannedMeal], larder: Larder) -> int:
    """What the plan would cost with these meals: what is placed already, and what would still be bought."""
    lines = priced(meals, larder, in_the_house(plan))
    return _placed_paise(plan) + sum(line.price_paise for line in lines)


def _placed_paise(plan: WeekPlan) -> int:
    placed = plan.grocery_lists.filter(placed_at__isnull=False)
    return sum(placed.values_list("total_paise", flat=True))


def start(plan: WeekPlan, meals: Sequence[PlannedMeal], larder: Larder, now: datetime) -> Charge:
    """The approved plan's list, its order and its charge. Raises CannotPrice before anything is written."""
    lines = priced(meals, larder, in_the_house(plan))
    newest = _write_list(plan, lines, now)
    GroceryOrder.objects.get_or_create(
        plan=plan, defaults={"grocery_list": newest, "vendor": vendor_for(plan.household)}
    )
    GroceryOrder.objects.filter(plan=plan).update(grocery_list=newest)
    return bill(plan, now)


def reprice(
    plan: WeekPlan, meals: Sequence[PlannedMeal], larder: Larder, now: datetime, *, gives_back: bool = False
) -> None:
    """After a change of an agreed plan: a new list and the charge that follows from it. `gives_back`: see `bill`.

    A plan approved but not priced yet has no list to replace: pricing it is still on the ops queue.
    """
    if not plan.grocery_lists.exists():
        return
    lines = priced(meals, larder, in_the_house(plan))
    _drop_unplaced(plan)
    if plan.grocery_lists.filter(placed_at__isnull=False).exists():
        lines = [line for line in lines if line.packs]  # the rest is what the placed lists were bought for
    if lines or plan.status != PlanStatus.CONFIRMED:
        newest = _write_list(plan, lines, now)
        GroceryOrder.objects.filter(plan=plan).update(grocery_list=newest)
        if plan.status == PlanStatus.CONFIRMED:
            _place_more(plan, newest, now)
    bill(plan, now, gives_back=gives_back)


def take_off(line: GroceryLine) -> None:
    """The shop does not have it: nobody has it in the house. What it costs stays on the bill until that is decided."""
    GroceryLine.objects.filter(pk=line.pk).update(packs=[])


def off_the_bill(plan: WeekPlan, line: GroceryLine) -> int:
    """Its price, taken off the list; 0 when that much was refunded already. `bill` makes the charge follow."""
    charge, paise = charge_of(plan), line.price_paise
    falls = paise + (charge.amount_paise if charge else 0) - listed_paise(plan)
    if not paise or (charge and not can_give_back(charge, falls)):
        return 0
    GroceryLine.objects.filter(pk=line.pk).update(price_paise=0)
    GroceryList.objects.filter(pk=line.grocery_list_id).update(total_paise=F("total_paise") - paise)
    return paise


def listed_paise(plan: WeekPlan) -> int:
    return sum(plan.grocery_lists.values_list("total_paise", flat=True))


def _drop_unplaced(plan: WeekPlan) -> None:
    """A list nobody ordered from is superseded: its lines go, so that adding up a plan's lists is its bill."""
    unplaced = plan.grocery_lists.filter(placed_at=None)
    GroceryLine.objects.filter(grocery_list__in=unplaced).delete()
    unplaced.update(total_paise=0)


def _write_list(plan: WeekPlan, lines: Sequence[Line], now: datetime) -> GroceryList:
    total = sum(line.price_paise for line in lines)
    made, _ = GroceryList.objects.update_or_create(
        plan=plan, revision=plan.revision, defaults={"total_paise": total, "created_at": now}
    )
    made.lines.all().delete()
    GroceryLine.objects.bulk_create(
        GroceryLine(
            grocery_list=made,
            ingredient=line.ingredient,
            need=line.need,
            from_pantry=line.from_pantry,
            packs=[{"size": str(size), "count": count, "price_paise": price} for size, count, price in line.packs],
            price_paise=line.price_paise,
            aisle=line.ingredient.aisle,
            provenance=list(line.provenance),
        )
        for line in lines
    )
    return made


def bill(plan: WeekPlan, now: datetime, *, gives_back: bool = False) -> Charge:
    """Charge what stands on the plan's lists. `gives_back`: a line was taken off because the shop does not have it."""
    if plan.status in (PlanStatus.APPROVED, PlanStatus.AWAITING_PAYMENT):
        due_by = plan.pay_by or timetable.pay_by(plan.household, plan.week_start, now)
    else:
        due_by = None
    return open_charge(
        household=plan.household,
        subject=subject(plan.pk),
        week_start=plan.week_start,
        lines=quote(plan),
        due_by=due_by,
        now=now,
        gives_back=gives_back,
    )


def quote(plan: WeekPlan) -> list[QuoteLine]:
    """The bill, aisle by aisle; what later changes added stands under its own name."""
    sums: dict[tuple[int, str], int] = defaultdict(int)
    lists = list(plan.grocery_lists.order_by("revision").values_list("pk", flat=True))
    rows = GroceryLine.objects.filter(grocery_list__plan=plan).values_list("grocery_list", "aisle", "price_paise")
    filled = sorted({pk for pk, _, _ in rows}, key=lists.index)
    for pk, aisle, paise in rows:
        sums[(filled.index(pk), aisle)] += paise
    return [
        QuoteLine(_label(aisle, added=number > 0), paise) for (number, aisle), paise in sorted(sums.items()) if paise
    ]


def _label(aisle: str, *, added: bool) -> str:
    name = aisle.replace("_", " ").capitalize()
    return f"Added: {name}" if added else name


def vendor_for(household: Household) -> Vendor:
    """The household's city first, then whoever serves every city; our own desk when nobody is set up."""
    active = Vendor.objects.filter(active=True)
    here = active.filter(city=household.city).order_by("pk").first() if household.city else None
    anywhere = here or active.filter(city="").order_by("pk").first()
    return anywhere or Vendor.objects.get_or_create(name=DESK, kind="ops_desk")[0]


def place(plan: WeekPlan, now: datetime) -> None:
    """The plan is confirmed: the newest list is ordered, and whoever buys has it on the queue."""
    order = GroceryOrder.objects.select_related("vendor", "grocery_list").filter(plan=plan).first()
    if order is None:
        return
    if move(GroceryOrder, order.pk, table=ORDER_MOVES, old=OrderStatus.WAITING, new=OrderStatus.PLACED, placed_at=now):
        _order(plan, order.vendor, order.grocery_list, now)


def _order(plan: WeekPlan, vendor: Vendor, groceries: GroceryList, now: datetime) -> None:
    """It is bought from now on, and comes on its days. A list on which all is at home is nobody's errand."""
    GroceryList.objects.filter(pk=groceries.pk, placed_at=None).update(placed_at=now)
    groceries.placed_at = groceries.placed_at or now
    if arriving.expect(groceries):
        _buy(plan, vendor, groceries, now)
    else:
        arriving.nothing_to_come(plan, now)


def _place_more(plan: WeekPlan, extra: GroceryList, now: datetime) -> None:
    """A change after the order: only what is needed beyond it, bought at once."""
    arriving.more_to_come(plan)
    order = GroceryOrder.objects.select_related("vendor").get(plan=plan)
    _order(plan, order.vendor, extra, now)


def _buy(plan: WeekPlan, vendor: Vendor, groceries: GroceryList, now: datetime) -> None:
    """A shop on WhatsApp is asked itself; staff hear of it when it cannot be, is silent or lacks something."""
    if not vendor.on_whatsapp or not shop_asking.ask(plan, vendor, groceries, now):
        _ask_to_buy(plan, vendor, groceries, now)


def _ask_to_buy(plan: WeekPlan, vendor: Vendor, groceries: GroceryList, now: datetime) -> None:
    reason = (
        f"Order the groceries of {plan.household} with {vendor}: {groceries.total_paise / 100:.2f} in "
        f"{groceries.lines.count()} lines. Mark the order delivered when they are in the kitchen."
    )
    due_at = timetable.before_cooking(plan.household, plan.week_start)
    shop_asking.open_errand(plan, groceries.pk, reason, due_at, now)


def call_off(plan: WeekPlan, now: datetime) -> None:
    """The week is cancelled: what is not delivered is not wanted."""
    open_states = (OrderStatus.WAITING, OrderStatus.PLACED)
    GroceryOrder.objects.filter(plan=plan, status__in=open_states).update(status=OrderStatus.CANCELLED)
    shop_asking.call_off(plan, now)
    for groceries in plan.grocery_lists.all():
        ops.close_item(shop_asking.order_key(groceries.pk), None, "The week is cancelled.", now)


def charge_of(plan: WeekPlan) -> Charge | None:
    return Charge.objects.filter(subject=subject(plan.pk), status__in=Charge.ALIVE).first()


def charged_paise(plan: WeekPlan) -> int:
    """What the household was charged for this plan, paid or not."""
    charge = charge_of(plan)
    return charge.amount_paise if charge else 0


def lines_by_aisle(plan: WeekPlan) -> Mapping[str, list[GroceryLine]]:
    """Everything on the plan's lists, in the order of a walk through the shop."""
    grouped: dict[str, list[GroceryLine]] = defaultdict(list)
    rows = GroceryLine.objects.filter(grocery_list__plan=plan).select_related("ingredient")
    for line in rows.order_by("aisle", "ingredient__slug"):
        grouped[line.aisle].append(line)
    return grouped
