"""Words in, from shops: each tap leads to one use case, and its outcome is said back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from mealplans import arriving, shop_asking, shop_messages, shortages
from mealplans.answers import Turn
from mealplans.locking import locked
from mealplans.models import OPEN_REQUESTS, Delivery, GroceryLine, Offer, RequestStatus, ShopRequest
from mealplans.offers import Button
from mealplans.picking import packs_in_words
from mealplans.wording import day_name, say

#: A list message has ten rows: eight lines, more of them, and "that is all".
LINE_ROWS = 8


def say_shop(turn: Turn, key: str, **facts: Any) -> str:
    return say(key, turn.language, to="shop", **facts)


def request_of(row: Offer) -> ShopRequest:
    rows = ShopRequest.objects.select_related("vendor__contact", "grocery_list__plan__household")
    return rows.get(pk=row.data["request"], grocery_list__plan__household=row.household_id)


def over(turn: Turn, request: ShopRequest) -> bool:
    """Said once, for whatever was tapped."""
    if request.status in OPEN_REQUESTS:
        return False
    key = "thanks_delivered" if request.status == RequestStatus.DELIVERED else "over"
    turn.text(say_shop(turn, key))
    return True


def accept(turn: Turn, row: Offer) -> None:
    accepts(turn, request_of(row))


def accepts(turn: Turn, request: ShopRequest) -> None:
    """The whole list, or what is left of it after what was named was settled."""
    if over(turn, request):
        return
    if request.status == RequestStatus.SHORT:
        shortages.settle(request, turn.now)
    if not shop_asking.accept(request, request.vendor.name, turn.now):
        turn.text(say_shop(turn, "already"))
        return
    plan = request.grocery_list.plan
    by = shop_messages.needed_by(plan, turn.now, turn.language)
    text = say_shop(turn, "accepted", household=plan.household.name, needed_by=by)
    turn.buttons(text, _afterwards(turn, request), plan=plan)


def _afterwards(turn: Turn, request: ShopRequest) -> list[tuple[Button, str]]:
    return [
        (_delivered(request), say_shop(turn, "delivered")),
        (Button("shop_lacks", {"request": request.pk}), say_shop(turn, "lacks")),
    ]


def _delivered(request: ShopRequest) -> Button:
    """Of what comes next: tapped twice it says nothing of what comes after."""
    left = _coming(request)
    return Button("shop_delivered", {"request": request.pk, "part": left[0].pk if left else None})


def _coming(request: ShopRequest) -> list[Delivery]:
    return [
        part for part in arriving.coming(request.grocery_list.plan) if part.grocery_list_id == request.grocery_list_id
    ]


def lacks(turn: Turn, row: Offer) -> None:
    request = request_of(row)
    if not over(turn, request):
        shop_asking.names_shortages(request, request.vendor.name, turn.now)
        offer_lines(turn, request, page=int(row.data.get("page", 0)))


def offer_lines(turn: Turn, request: ShopRequest, page: int = 0, asking: str = "") -> None:
    """What is left to be named, eight at a time."""
    plan, left = request.grocery_list.plan, lines_left(request)
    shown = left[page * LINE_ROWS : (page + 1) * LINE_ROWS]
    rows = [
        (Button("shop_line", {"request": request.pk, "line": one.pk}), one.ingredient.name(turn.language), _packs(one))
        for one in shown
    ]
    if len(left) > (page + 1) * LINE_ROWS:
        rows.append((Button("shop_lacks", {"request": request.pk, "page": page + 1}), say_shop(turn, "more"), ""))
    rows.append((Button("shop_all", {"request": request.pk}), say_shop(turn, "that_is_all"), ""))
    text = asking or say_shop(turn, "which", household=plan.household.name)
    turn.choices(text, say_shop(turn, "choose"), rows, plan=plan)


def lines_left(request: ShopRequest) -> Sequence[GroceryLine]:
    """Everything on the list that was not named yet and has not come, as one walks through the shop."""
    rows = request.grocery_list.lines.filter(shortage=None).exclude(packs=[])
    rows = rows.exclude(ingredient__in=arriving.here_already(request.grocery_list))
    return list(rows.select_related("ingredient").order_by("aisle", "ingredient__slug"))


def _packs(one: GroceryLine) -> str:
    packs = [(Decimal(pack["size"]), int(pack["count"])) for pack in one.packs]
    return packs_in_words(packs, one.ingredient.base_unit)


def line(turn: Turn, row: Offer) -> None:
    name_lines(turn, request_of(row), [row.data["line"]])


def name_lines(turn: Turn, request: ShopRequest, line_ids: Sequence[int]) -> None:
    """Noted, and asked for more; settled when the shop says that it is all, or says no more."""
    if over(turn, request):
        return
    shortages.report(request, line_ids, request.vendor.name, turn.now)
    named = request.shortages.filter(status="reported").select_related("line__ingredient")
    items = ", ".join(row.line.ingredient.name(turn.language) for row in named)
    if not items:
        turn.text(say_shop(turn, "already"))
    elif lines_left(request):
        offer_lines(turn, request, asking=say_shop(turn, "noted", items=items))
    else:
        settles(turn, request)


def that_is_all(turn: Turn, row: Offer) -> None:
    request = request_of(row)
    if not over(turn, request):
        settles(turn, request)


def settles(turn: Turn, request: ShopRequest) -> None:
    """Everything named is settled; the shop has the shorter list, and has thereby accepted the rest."""
    shortages.settle(request, turn.now)
    plan = request.grocery_list.plan
    shop_asking.accept(request, request.vendor.name, turn.now)
    if not lines_left(request):
        turn.text(say_shop(turn, "nothing_left", household=plan.household.name))
        return
    by = shop_messages.needed_by(plan, turn.now, turn.language)
    text = say_shop(turn, "settled", needed_by=by)
    turn.buttons(text, _afterwards(turn, request), plan=plan, document=shop_messages.document(request))


def delivered(turn: Turn, row: Offer) -> None:
    """In the kitchen, by the shop's word: the pantry holds it. What comes on a later day is asked for then."""
    request = request_of(row)
    if over(turn, request):
        return
    if request.status == RequestStatus.SHORT:
        shortages.settle(request, turn.now)
    left = _coming(request)
    wanted = row.data.get("part") or (left[0].pk if left else None)
    part = next((each for each in left if each.pk == wanted), None)
    if part is None:
        turn.text(say_shop(turn, "already"))
        return
    with locked(request.grocery_list.plan_id) as plan:
        arriving.arrive(plan, [part.pk], None, request.vendor.name, turn.now)
    _say_what_is_left(turn, request)


def _say_what_is_left(turn: Turn, request: ShopRequest) -> None:
    left = _coming(request)
    if not left:
        turn.text(say_shop(turn, "thanks_delivered"))
        return
    day, items = day_name(left[0].day, turn.language), arriving.named(left[0], turn.language)
    text = say_shop(turn, "part_delivered", day=day, items=items)
    turn.buttons(text, _afterwards(turn, request), plan=request.grocery_list.plan)


ACTIONS: dict[str, Callable[[Turn, Offer], object]] = {
    "shop_accept": accept,
    "shop_lacks": lacks,
    "shop_line": line,
    "shop_all": that_is_all,
    "shop_delivered": delivered,
}
