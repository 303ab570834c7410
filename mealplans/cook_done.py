"""The food is ready: the visits that have begun are cooked, in the home it is said of; the pantry follows."""

from __future__ import annotations

from collections.abc import Sequence

from mealplans import cooking, rating, which_home
from mealplans.answers import Turn
from mealplans.cook_day import begun_visits, say_cook
from mealplans.intents.interpretation import Interpretation
from mealplans.models import CookReport, Offer
from mealplans.visits import CookVisit
from mealplans.weeks import open_week

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
    _finish(turn, [(plan_id, visit) for plan_id, visit in begun if visit in here])


def _data(turn: Turn, visit: CookVisit) -> dict[str, object]:
    return {"home": visit.engagement.household_id, "engagement": visit.engagement.pk, "said": turn.given.message.pk}


def tapped(turn: Turn, row: Offer) -> None:
    home = row.data["home"]
    begun = [pair for pair in begun_visits(turn) if home in (ALL_HOMES, pair[1].engagement.household_id)]
    _finish(turn, begun)


def _finish(turn: Turn, begun: Sequence[Begun]) -> None:
    for plan_id, visit in begun:
        _cooked(turn, plan_id, visit)
    turn.text(say_cook(turn, "done_noted"))


def _cooked(turn: Turn, plan_id: int, visit: CookVisit) -> None:
    mine = {meal.pk for meal in visit.meals}
    with open_week(plan_id, turn.now) as week:
        for meal in week.meals:
            if meal.pk in mine:
                rating.mark_cooked(week.plan, meal, turn.now)
    cooking.finish(visit.engagement, visit.date, turn.now)
    CookReport.objects.create(
        engagement=visit.engagement, date=visit.date, kind="done", message=turn.given.message, at=turn.now
    )
