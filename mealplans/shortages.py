"""A shop does not have a line of its list: something safe is bought instead, or the household decides, or staff do.

First what the shop names is collected (`report`), then settled together (`settle`), so that one missing thing is not
replaced by another. A substitute is put in by itself only where `substituting` finds one and it costs hardly more;
else the one who decides is asked for another dish or buys it, and staff have it on their queue meanwhile. Whatever
comes off the bill goes back by the household's own wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bettermeals.lib.states import move
from households import ops, queries
from mealplans import (
    arriving,
    changing,
    following,
    messages,
    shop_asking,
    shop_messages,
    shopping,
    shortage_words,
    substituting,
    unneeded,
)
from mealplans.models import (
    SHORTAGE_MOVES,
    GroceryLine,
    PlannedMeal,
    ShopRequest,
    Shortage,
    ShortageStatus,
)
from mealplans.outcomes import Actor, Outcome, system
from mealplans.weeks import Change, Week, open_week

DECIDE_WITHIN = timedelta(hours=2)


@dataclass
class Settled:
    """What became of the lines. `how`: what happens with money that was paid, "" when none was."""

    replaced: list[tuple[Shortage, substituting.Substitute]] = field(default_factory=list)
    unneeded: list[Shortage] = field(default_factory=list)
    undecided: list[tuple[Shortage, list[PlannedMeal]]] = field(default_factory=list)
    delta_paise: int = 0
    how: str = ""


def report(request: ShopRequest, line_ids: Iterable[int], by: str, now: datetime) -> list[Shortage]:
    """These lines are not in stock; returns those that were not named before. Nothing is told yet: see `settle`.

    Of what has come in part nothing is given back by this: how much that is worth, a person says on the charge's page.
    """
    if not shop_asking.names_shortages(request, by, now):
        return []
    lines = GroceryLine.objects.filter(grocery_list=request.grocery_list_id, pk__in=list(line_ids), shortage=None)
    lines = lines.exclude(ingredient__in=arriving.here_already(request.grocery_list))
    rows = [
        Shortage(request=request, line=line, packs=line.packs, price_paise=line.price_paise, said_by=by, at=now)
        for line in lines.select_related("ingredient")
        if line.packs
    ]
    return Shortage.objects.bulk_create(rows, ignore_conflicts=True)


def settle(request: ShopRequest, now: datetime) -> Settled:
    """Decide what can be decided about everything named so far. Safe to repeat: nothing is settled twice."""
    plan_id = request.grocery_list.plan_id
    with open_week(plan_id, now) as week:
        found = _decide(week, request)
        if found.replaced or found.unneeded or found.undecided:
            _write(week, found, request)
            _tell(week, found)
        ShopRequest.objects.filter(pk=request.pk, status="short").update(next_due_at=None)
        return found


def _decide(week: Week, request: ShopRequest) -> Settled:
    rows = Shortage.objects.filter(request=request, status=ShortageStatus.REPORTED)
    waiting = list(rows.select_related("line__ingredient", "line__grocery_list", "request__vendor"))
    found = Settled()
    for row in waiting:
        shopping.take_off(row.line)
    for row in waiting:
        meals = substituting.meals_with(week, row.line.ingredient.slug)
        substitute = _substitute(week, row, meals)
        if not meals:
            found.unneeded.append(row)
        elif substitute is None:
            found.undecided.append((row, meals))
            move(Shortage, row.pk, table=SHORTAGE_MOVES, old="reported", new=ShortageStatus.UNDECIDED)
        else:
            found.replaced.append((row, substitute))
    return found


def _substitute(week: Week, row: Shortage, meals: Sequence[PlannedMeal]) -> substituting.Substitute | None:
    """Nothing that a shop or a cook lacked this week, and only where every meal can still be changed."""
    if not all(week.can_still_change(meal) for meal in meals):
        return None
    without, slug = substituting.cannot_be_had(week.plan), row.line.ingredient.slug
    return substituting.safe_substitute(week, slug, meals, without=without, dearer_at_most=substituting.DEARER_AT_MOST)


def _write(week: Week, found: Settled, request: ShopRequest) -> None:
    before, changes = shopping.listed_paise(week.plan), []
    ended = [row for row in found.unneeded if unneeded.end(week, row, ShortageStatus.SWAPPED, "nobody needs it")]
    for row, substitute in found.replaced:
        changes += substituting.put_in(week, row.line.ingredient.slug, substitute)
        by = "the shop lacked it"
        if unneeded.end(week, row, ShortageStatus.SUBSTITUTED, by, instead=substitute.ingredient):
            ended.append(row)
    _rebill(week, changes)
    found.delta_paise = shopping.listed_paise(week.plan) - before
    found.how = unneeded.give_back(week, ended, -found.delta_paise, week.now)
    text = shortage_words.for_timeline(found, request)
    changing.record(week.plan, "shop_lacks", text, system("shop"), week.now, delta_paise=found.delta_paise)


def _rebill(week: Week, changes: Sequence[Change]) -> None:
    """A new list only where something else is bought; the cooks hear of it as of every change."""
    if not changes:
        shopping.bill(week.plan, week.now, gives_back=True)
        return
    changing.next_revision(week)
    shopping.reprice(week.plan, week.meals, week.larder, week.now, gives_back=True)
    following.tell_cooks(week, changes)


def _tell(week: Week, found: Settled) -> None:
    plan, now = week.plan, week.now
    decider = queries.deciding_resident(plan.household)
    for resident in queries.residents_to_message(plan.household):
        text = shortage_words.for_resident(found, resident, decider, plan.household.currency)
        if text:
            first = (*[row for row, _ in (*found.replaced, *found.undecided)], *found.unneeded)[0]
            messages.changed(plan, resident, text, f"shortage-{first.pk}", now)
    for row, meals in found.undecided:
        if decider is not None:
            shop_messages.not_in_stock(plan, decider, row, meals, now)
        _for_staff(week, row, meals)


def _for_staff(week: Week, row: Shortage, meals: Sequence[PlannedMeal]) -> None:
    household = week.plan.household
    needed = ", ".join(shop_messages.meal_words(meal, "en") for meal in meals)
    ops.open_item(
        kind="shortage",
        key=shop_asking.shortage_key(row),
        reason=f"{row.request.vendor} has no {row.line.ingredient.name_en} for {household}, and nothing safe stands "
        f"for it. It is needed for {needed}. The household is asked; without an answer call, or buy it elsewhere.",
        household=household,
        due_at=min(week.now + DECIDE_WITHIN, max(week.now, min(week.starts_at(meal) for meal in meals))),
        now=week.now,
        about=week.plan.order,
        target_label="Order",
    )


def leave_out(shortage_id: int, actor: Actor, now: datetime) -> Outcome:
    """The household buys it itself, and does not pay us for it. Codes: left_out (facts: ingredient, amount_paise, how),
    already_settled (facts: shortage)."""
    row = Shortage.objects.select_related("line__ingredient", "line__grocery_list", "request__vendor").get(
        pk=shortage_id
    )
    with open_week(row.line.grocery_list.plan_id, now) as week:
        if not unneeded.end(week, row, ShortageStatus.REFUNDED, actor.name):
            row.refresh_from_db()
            return Outcome(False, "already_settled", week.plan, facts={"shortage": row})
        shopping.bill(week.plan, now, gives_back=True)
        how = unneeded.give_back(week, [row], row.given_back_paise, now)
        text = f"{actor.name} buys {row.line.ingredient.name_en}; it is off the bill."
        changing.record(week.plan, "shortage_left_out", text, actor, now, paise=row.given_back_paise)
        for resident in queries.residents_to_message(week.plan.household):
            if resident.pk != actor.resident_id:
                words = shortage_words.left_out(row, actor, resident.language)
                messages.changed(week.plan, resident, words, f"left-out-{row.pk}", now)
        facts = {"ingredient": row.line.ingredient, "amount_paise": row.given_back_paise, "how": how}
        return Outcome(True, "left_out", week.plan, facts=facts)
