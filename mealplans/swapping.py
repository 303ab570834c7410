"""Another dish for one meal: what may stand there, and putting it there. Safe whoever asks, and told to everybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from households import ops
from mealplans import facts, planning, versions
from mealplans.changing import instead, record, refusal, settle, write
from mealplans.models import CookReport, Dish, MealStatus, PlannedMeal, PlanStatus, TasteSignal
from mealplans.outcomes import Actor, Outcome
from mealplans.planner.outcome import Violation
from mealplans.planner.problem import SlotKey
from mealplans.solving import swap_options
from mealplans.weeks import Week, open_week

#: A list message holds ten rows.
MOST_OPTIONS = 10


@dataclass(frozen=True)
class Alternative:
    dish: Dish
    difference_paise: int


def alternatives(
    plan_id: int,
    meal_id: int,
    now: datetime,
    *,
    most: int = MOST_OPTIONS,
    without: Collection[str] = (),
    nothing_to_buy: bool = False,
    cannot_use: frozenset[str] = frozenset(),
) -> tuple[Outcome, Sequence[Alternative]]:
    """Dishes that break no rule at this meal, best first, each with the difference in price.

    `without`: ingredients that must not be in them. `nothing_to_buy`: only what can be cooked from what is in the
    house. `cannot_use`: equipment that fails just now. A skipped meal would be on again: its own dish is
    among them and each costs its whole price. The outcome is not done when the meal cannot be changed at all.
    """
    with open_week(plan_id, now, catalogue=True) as week:
        meal = week.meal(meal_id)
        refused = refusal(week, meal)
        if refused or meal is None:
            return refused or Outcome(False, "no_such_meal"), ()
        found = _options(week, meal, without, nothing_to_buy)
        found = [other for other in found if not cannot_use & set(other.dish.equipment)]
        return Outcome(True, "choose_dish", week.plan, meal), found[:most]


def _options(week: Week, meal: PlannedMeal, without: Collection[str], nothing_to_buy: bool) -> list[Alternative]:
    problem = week.problem(instead(week, meal, status=MealStatus.PLANNED))
    options = swap_options(problem, planning.chosen(week.meals), SlotKey(meal.date, meal.meal))
    dishes = week.larder.dishes
    return [
        Alternative(dishes[option.dish], option.price_difference_paise)
        for option in options
        if dishes[option.dish].active
        and not _contains(dishes[option.dish], without)
        and not (nothing_to_buy and option.price_difference_paise > 0)
    ]


def _contains(dish: Dish, slugs: Collection[str]) -> bool:
    return any(line.ingredient.slug in slugs for line in dish.lines.all())


def swap(plan_id: int, meal_id: int, dish_slug: str, actor: Actor, now: datetime) -> Outcome:
    """Put the dish there if no hard rule forbids it. Codes: swapped, same_dish, refused, too_late, plan_over,
    no_such_meal, dish_unknown. Facts of `swapped`: delta_paise; of `refused`: violations, home, dish.

    A button of some days ago may name a dish that was merged since: then it is the one that stayed.
    """
    outcome = _put(plan_id, meal_id, dish_slug, actor, now)
    into = facts.merged_into(dish_slug) if outcome.code == "dish_unknown" else ""
    return _put(plan_id, meal_id, into, actor, now) if into else outcome


def _put(plan_id: int, meal_id: int, dish_slug: str, actor: Actor, now: datetime) -> Outcome:
    with open_week(plan_id, now, dish_slug) as week:
        meal = week.meal(meal_id)
        dish = week.larder.dishes.get(dish_slug)
        refused = refusal(week, meal)
        if refused or meal is None:
            return refused or Outcome(False, "no_such_meal")
        if dish is None or not dish.active:
            return Outcome(False, "dish_unknown", week.plan, meal)
        if meal.dish_id == dish.pk and meal.status == MealStatus.PLANNED:
            return Outcome(False, "same_dish", week.plan, meal)
        wanted = instead(week, meal, dish=dish, status=MealStatus.PLANNED)
        broken = week.broken(wanted, next(m for m in wanted if m.pk == meal.pk))
        if broken:
            return _refuse(week, actor, now, meal.pk, dish, broken)
        return _swap(week, meal.pk, dish, actor)


def _learn(week: Week, meal: PlannedMeal, old: Dish) -> None:
    """Both sides of a resident's swap, at one moment: so they are found as a pair (`replaying`)."""
    for dish, kind in ((old, "swapped_out"), (meal.dish, "swapped_in")):
        TasteSignal.objects.create(household=week.plan.household, dish=dish, meal=meal, kind=kind, at=week.now)


def _refuse(week: Week, actor: Actor, now: datetime, meal_id: int, dish: Dish, broken: list[Violation]) -> Outcome:
    meal = week.meal(meal_id)
    text = f"{dish.name_en} was refused for {meal}: {broken[0].rule.value} {broken[0].subject}".rstrip()
    record(week.plan, "change_refused", text, actor, now, rule=broken[0].rule.value, dish=dish.slug)
    found = {"violations": broken, "home": week.home, "ingredients": week.larder.ingredients, "dish": dish}
    return Outcome(False, "refused", week.plan, meal, found)


def _swap(week: Week, meal_id: int, dish: Dish, actor: Actor) -> Outcome:
    meal = week.meal(meal_id)
    if meal is None:
        return Outcome(False, "no_such_meal", week.plan)
    old, before = meal.dish, week.total()
    guard = {"dish": old, "status": meal.status}
    change = write(
        week,
        meal,
        "swap",
        guard=guard,
        dish=dish,
        status=MealStatus.PLANNED,
        pinned=actor.is_resident,
        reason=[],
    )
    if change is None:
        return Outcome(False, "too_late", week.plan, meal)
    if week.plan.status != PlanStatus.PROPOSED:
        freeze(week, [meal.pk])
    if actor.is_resident:
        _learn(week, meal, old)
    closes_missing(meal, week.now)
    sentence = f"{meal.meal.capitalize()} on {meal.date:%a %d %b}: {dish.name_en} instead of {old.name_en}."
    if actor.because is not None:
        sentence = f"{actor.because('en')} {sentence}"
    delta = settle(week, [change], actor, before, sentence)
    return Outcome(True, "swapped", week.plan, meal, {"delta_paise": delta, "old": old})


def closes_missing(meal: PlannedMeal, now: datetime) -> None:
    """What the old dish lacked needs no decision any more."""
    missing = CookReport.objects.filter(kind="missing", data__meal=meal.pk)
    for slug in missing.values_list("data__ingredient", flat=True):
        ops.close_item(f"item-missing:{meal.pk}:{slug}", None, "The dish was changed.", now)


def freeze(week: Week, meal_ids: Sequence[int] | None = None) -> None:
    """Keep what the household agreed to: a later edit of the catalogue must not change a week that is approved."""
    frozen = [meal for meal in week.meals if meal_ids is None or meal.pk in meal_ids]
    kept = versions.of_now([meal.dish_id for meal in frozen], week.now)
    for meal in frozen:
        meal.version = kept[meal.dish_id]
    PlannedMeal.objects.bulk_update(frozen, ["version"])
