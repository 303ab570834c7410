"""The food is ready: the visits that have begun are cooked, in the home it is said of; the pantry follows."""

from __future__ import annotations

from collections.abc import Sequence

from mealplans import cooking, leftovers, rating, which_home
from mealplans.answers import Turn
from mealplans.cook_day import begun_visits, cooked_today, say_cook
from mealplans.intents.interpretation import Interpretation
from mealplans.models import CookReport, Offer
from mealplans.visits import CookVisit
from mealplans.weeks import open_week
from whatsapp.models import Message
from whatsapp.routing import inbound

ALL_HOMES = "all"
Begun = tuple[int, CookVisit]


def said(turn: Turn, reading: Interpretation) -> None:
    """Of one home, or of the one that is named; of several, it is asked."""
    begun = begun_visits(turn)
    here = which_home.meant(turn, [visit for _, visit in begun])
    homes = which_home.one_per_home(here)
    if len(homes) > 1:
        rows = [(visit.engagement.household, _data(turn, visit)) for visit in homes]
        which_home.ask(turn, "cook_done", rows, {"home": ALL_HOMES, "said": turn.given.message.pk})
        return
    _finish(turn, [(plan_id, visit) for plan_id, visit in begun if visit in here], turn.given.text)


def _data(turn: Turn, visit: CookVisit) -> dict[str, object]:
    return {"home": visit.engagement.household_id, "engagement": visit.engagement.pk, "said": turn.given.message.pk}


def tapped(turn: Turn, row: Offer) -> None:
    home = row.data["home"]
    begun = [pair for pair in begun_visits(turn) if home in (ALL_HOMES, pair[1].engagement.household_id)]
    _finish(turn, begun, inbound(Message.objects.get(pk=row.data["said"])).text)


def _finish(turn: Turn, begun: Sequence[Begun], words: str) -> None:
    left = leftovers.said(words)
    for plan_id, visit in begun:
        _cooked(turn, plan_id, visit, words if left else "")
    turn.text(say_cook(turn, "left_noted" if left and begun else "done_noted"))


def _cooked(turn: Turn, plan_id: int, visit: CookVisit, left: str) -> None:
    mine = {meal.pk for meal in visit.meals}
    with open_week(plan_id, turn.now) as week:
        for meal in week.meals:
            if meal.pk in mine:
                rating.mark_cooked(week.plan, meal, turn.now)
        if left:
            leftovers.note(week.plan, visit.date, visit.meals, left, turn.actor("text"), turn.now)
    cooking.finish(visit.engagement, visit.date, turn.now)
    CookReport.objects.create(
        engagement=visit.engagement, date=visit.date, kind="done", text=left, message=turn.given.message, at=turn.now
    )


def left_over(turn: Turn) -> bool:
    """Said of what is cooked already today. False when it is not clear of which home."""
    homes = [(week_id, visit, meals) for week_id, visit, meals in cooked_today(turn) if meals]
    meant = which_home.named(turn.given.text, [visit.household for _, visit, _ in homes])
    here = [row for row in homes if not meant or row[1].household in meant]
    if len(here) != 1:
        return False
    plan_id, _, meals = here[0]
    with open_week(plan_id, turn.now) as week:
        leftovers.note(week.plan, meals[0].date, meals, turn.given.text, turn.actor("text"), turn.now)
    turn.text(say_cook(turn, "left_noted"))
    return True
