"""What may stand for an ingredient that cannot be had, at the tables where it was to be eaten; and putting it there.

THE one place for that question, whoever asks it: the shop that is out of stock, the cook who finds none, staff.
`safe_substitute` proposes only what the catalogue names (`catalogue/substitutes.toml`), what has a price, and what the
independent checker allows at every one of the meals; it never guesses. Whoever applies one calls `put_in`, which
writes `PlannedMeal.instead`; `served` turns that into the dish as it will be cooked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mealplans import changing
from mealplans.groceries import CannotConvert
from mealplans.models import CookReport, Dish, Ingredient, MealStatus, PlannedMeal, Shortage, ShortageStatus, WeekPlan
from mealplans.served import with_instead
from mealplans.weeks import Change, Week

#: By how much more than what it stands for a substitute may cost without anybody being asked, in paise.
DEARER_AT_MOST = 5_000
FILE = Path(__file__).parent / "catalogue" / "substitutes.toml"


@dataclass(frozen=True)
class Substitute:
    """`ingredient` may stand for the missing one at all of `meals`; `difference_paise`: of the week's groceries."""

    ingredient: Ingredient
    meals: tuple[PlannedMeal, ...]
    difference_paise: int


@cache
def stands_for() -> dict[str, tuple[str, ...]]:
    """Missing slug -> what may stand for it, best first."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))["instead"]
    return {missing: tuple(instead) for missing, instead in found.items()}


def meals_with(week: Week, slug: str) -> list[PlannedMeal]:
    """The meals still to be cooked that need it."""
    coming = [meal for meal in week.meals if meal.status == MealStatus.PLANNED]
    return [meal for meal in coming if any(line.ingredient.slug == slug for line in meal.dish.lines.all())]


def cannot_be_had(plan: WeekPlan) -> set[str]:
    """What a shop or a cook did not find this week: nothing is replaced by what is not there either."""
    lacked = Shortage.objects.filter(line__grocery_list__plan=plan).exclude(status=ShortageStatus.CANCELLED)
    days = (plan.week_start, plan.week_end)
    reports = CookReport.objects.filter(engagement__household=plan.household_id, kind="missing", date__range=days)
    named = reports.values_list("data__ingredient", flat=True)
    return {*lacked.values_list("line__ingredient__slug", flat=True), *named}


def safe_substitute(
    week: Week,
    missing: str,
    meals: Sequence[PlannedMeal],
    *,
    without: Collection[str] = (),
    dearer_at_most: int | None = None,
) -> Substitute | None:
    """The first of the named substitutes that no rule forbids at any of these meals, or None.

    `without`: what cannot be had either. `dearer_at_most`: paise by which the week's groceries may grow; what the week
    costs is what it would after `missing` was taken off its list, so the caller takes it off first.
    """
    for row in _candidates(missing, without):
        dishes = _dishes(meals, missing, row)
        if dishes is None:
            continue
        week.larder = week.larder.plus(row)
        changed = week.with_dishes(dishes)
        touched = [meal for meal in changed if meal.pk in dishes]
        if any(week.broken(changed, meal) for meal in touched):
            continue
        difference = week.total(changed) - week.total()
        if dearer_at_most is None or difference <= dearer_at_most:
            return Substitute(row, tuple(meals), difference)
    return None


def _candidates(missing: str, without: Collection[str]) -> Iterator[Ingredient]:
    named = [slug for slug in stands_for().get(missing, ()) if slug not in without]
    rows = Ingredient.objects.prefetch_related("packs").in_bulk(named, field_name="slug")
    for slug in named:
        if slug in rows and (rows[slug].staple or rows[slug].packs.all()):
            yield rows[slug]


def _dishes(meals: Sequence[PlannedMeal], missing: str, row: Ingredient) -> dict[int, Dish] | None:
    """The meals' dishes with it; None when one holds it already or the weights cannot be compared."""
    try:
        made = {meal.pk: with_instead(meal.dish, {missing: row.slug}, {row.slug: row}) for meal in meals}
    except CannotConvert:
        return None
    holds = (line.ingredient.slug for meal in meals for line in meal.dish.lines.all())
    return None if row.slug in holds else made


def put_in(week: Week, missing: str, found: Substitute) -> list[Change]:
    """Write it on the meals; a meal that was changed meanwhile is left alone. Revision, price and telling are the
    caller's, as with every change (`changing.settle`)."""
    changes = []
    for meal in found.meals:
        instead = {old: new for old, new in meal.instead.items() if new != missing} | _keys(meal, missing, found)
        dish = with_instead(meal.dish, {missing: found.ingredient.slug}, {found.ingredient.slug: found.ingredient})
        guard = {"dish": meal.dish_id, "status": MealStatus.PLANNED}
        change = changing.write(week, meal, "substitute", guard=guard, instead=instead)
        if change is not None:
            meal.dish = dish
            changes.append(change)
    return changes


def _keys(meal: PlannedMeal, missing: str, found: Substitute) -> dict[str, str]:
    """The catalogue's own ingredient stays the key, also when what stood for it cannot be had either."""
    firsts = [old for old, new in meal.instead.items() if new == missing] or [missing]
    return dict.fromkeys(firsts, found.ingredient.slug)
