"""Why this dish stands here: read from the facts the plan was scored by, as codes that callers put into words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from mealplans.planner.freshness import is_perishable
from mealplans.planner.outcome import Reason, ReasonCode
from mealplans.planner.problem import NEUTRAL_PREFERENCE, SPECIAL_TAG, DishFacts, Slot, SlotKey, WeekProblem
from mealplans.planner.score import SATURDAY, Scorer

LIKED_FROM = 65  # preference score from which a dish is called liked
LATELY_DAYS = 14
QUICK_MINUTES = 20


class Reasons:
    def __init__(self, problem: WeekProblem) -> None:
        self.problem = problem
        self.scorer = Scorer(problem)
        self.diners = {diner.key: diner for diner in problem.diners}

    def of_all(self, meals: Mapping[SlotKey, str], choices: Mapping[SlotKey, int]) -> dict[SlotKey, tuple[Reason, ...]]:
        """Reasons for every slot; `choices`: how many dishes each slot could have had."""
        return {
            key: ((Reason(ReasonCode.ONLY_CHOICE),) if choices.get(key) == 1 else ()) + self.of(key, meals)
            for key in sorted(meals)
        }

    def of(self, key: SlotKey, meals: Mapping[SlotKey, str]) -> tuple[Reason, ...]:
        """The strongest first; what speaks against the dish is said too, last."""
        slot, dish = self.scorer.slots[key], self.scorer.dishes[meals[key]]
        return (
            *self._wishes(slot, dish),
            *self._taste(slot, dish),
            *self._week(key, dish, meals),
            *self._against(slot, dish),
        )

    def _wishes(self, slot: Slot, dish: DishFacts) -> Iterator[Reason]:
        if self.problem.pins.get(slot.key) == dish.slug:
            yield Reason(ReasonCode.PINNED)
        if self.problem.previous.get(slot.key) == dish.slug:
            yield Reason(ReasonCode.KEPT)

    def _taste(self, slot: Slot, dish: DishFacts) -> Iterator[Reason]:
        liked = self.problem.preferences.get(dish.slug, NEUTRAL_PREFERENCE)
        if liked >= LIKED_FROM:
            yield Reason(ReasonCode.LIKED, value=liked)
        if slot.key.day.weekday() >= SATURDAY and SPECIAL_TAG in dish.tags:
            yield Reason(ReasonCode.WEEKEND_SPECIAL)
        elif slot.festive and SPECIAL_TAG in dish.tags:
            yield Reason(ReasonCode.FESTIVE)
        last = self.problem.history.get(dish.slug)
        if last is None:
            yield Reason(ReasonCode.NEW)
        elif (slot.key.day - last).days >= LATELY_DAYS:
            yield Reason(ReasonCode.NOT_SERVED_LATELY, value=(slot.key.day - last).days)

    def _week(self, key: SlotKey, dish: DishFacts, meals: Mapping[SlotKey, str]) -> Iterator[Reason]:
        for quota in self.problem.quotas:
            if quota.at_least and (quota.tag in dish.tags or quota.tag == dish.family):
                yield Reason(ReasonCode.MEETS_QUOTA, quota.tag)
        for slug in self.scorer.saved(self.scorer.slots[key], dish):
            yield Reason(ReasonCode.USE_BY, slug)
        others = Counter(
            slug for other, served in meals.items() if other != key for slug, _ in self.scorer.dishes[served].amounts
        )
        for slug, _ in dish.amounts:
            ingredient = self.scorer.ingredients[slug]
            if ingredient.staple:
                continue
            if slug in self.problem.use_by:
                continue
            if self.problem.pantry.get(slug, 0) > 0:
                yield Reason(ReasonCode.USES_PANTRY, slug)
            elif others[slug] and is_perishable(ingredient):
                yield Reason(ReasonCode.SHARES_PACK, slug)
        if dish.minutes <= QUICK_MINUTES:
            yield Reason(ReasonCode.QUICK, value=dish.minutes)

    def _against(self, slot: Slot, dish: DishFacts) -> Iterator[Reason]:
        names = {dish.slug, *(slug for slug, _ in dish.amounts)}
        for diner in (self.diners[key] for key in sorted(slot.diners)):
            if diner.dislikes & names:
                yield Reason(ReasonCode.DISLIKED, diner.key)
            if diner.spice_limit is not None and dish.spice_level > diner.spice_limit:
                yield Reason(ReasonCode.TOO_SPICY, diner.key)
