"""The days, and the meals of them, for which a cook is away: what an absence and a return are both about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from households.models import CookLeave, Engagement, Household
from households.vocabulary import Meal
from mealplans.models import PlannedMeal

#: In the order in which a day has them.
IN_ORDER = tuple(Meal.values)


@dataclass(frozen=True)
class Span:
    """Days a cook is away, both included; from one home or from all of them; whole days, or some meals of them."""

    start: date
    end: date
    household: Household | None = None
    meals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "meals", tuple(sorted(set(self.meals), key=IN_ORDER.index)))

    @property
    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]

    def takes(self, day: date, meal: str) -> bool:
        return self.start <= day <= self.end and (not self.meals or meal in self.meals)

    def of(self, engagement: Engagement, meal: PlannedMeal) -> bool:
        """Whether this visit cooks that meal regularly, and the span takes it away."""
        regular = meal.date.weekday() in engagement.weekdays and meal.meal in engagement.meals
        return regular and self.takes(meal.date, meal.meal)


def of_leave(taken: CookLeave) -> Span:
    return Span(taken.start, taken.end, taken.household, tuple(taken.meals))
