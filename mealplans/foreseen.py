"""What is certain of a home's coming week before it is planned: nobody eats or cooks, no dish fits, money is short.

Nothing is solved. Asks rows that are loaded already, as `households.queries.for_planning` loads them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from bettermeals.lib.money import format_money
from households.models import CookLeave, Household, SpecialDay
from mealplans import timetable
from mealplans.fitting import Dishes, Fitting
from mealplans.models import PantryItem
from mealplans.planning import Larder
from mealplans.slots import Home, Table

#: Paise by which the rounding of amounts may change a bill.
SLACK = 100


@dataclass(frozen=True)
class Foreseen:
    """`stops`: no plan can come of it."""

    sentence: str
    stops: bool = True


@dataclass(frozen=True)
class Outlook:
    """What many homes share: leaves by cook, special days and pantry by home, the catalogue. Read once."""

    leaves: dict[int, list[CookLeave]]
    special: dict[int, list[SpecialDay]]
    pantry: dict[int, list[tuple[str, Decimal]]]
    fitting: Fitting

    @classmethod
    def over(cls, homes: Sequence[Household], now: datetime) -> Outlook:
        leaves: dict[int, list[CookLeave]] = defaultdict(list)
        special: dict[int, list[SpecialDay]] = defaultdict(list)
        pantry: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
        for leave in CookLeave.objects.filter(cancelled_at=None, end__gte=now.date()):
            leaves[leave.cook_id].append(leave)
        lasting = Q(weekday__isnull=False) | Q(end__gte=now.date())
        for day in SpecialDay.objects.filter(lasting, cancelled_at=None):
            special[day.household_id].append(day)
        limited = [home.pk for home in homes if home.weekly_budget_paise is not None]
        stock = PantryItem.objects.filter(household__in=limited, amount__gt=0)
        for home, slug, amount in stock.values_list("household", "ingredient__slug", "amount"):
            pantry[home].append((slug, amount))
        return cls(leaves, special, pantry, Fitting(Larder.read()))

    def home(self, household: Household, now: datetime) -> Home:
        cooks = {visit.cook_id for visit in household.engagements.all()}
        mine = [
            leave for cook in cooks for leave in self.leaves.get(cook, ()) if leave.household_id in (None, household.pk)
        ]
        week = timetable.next_week_start(household, now)
        return Home.loaded(household, week, mine, self.special.get(household.pk, ()))


def of_home(household: Household, outlook: Outlook, now: datetime) -> list[Foreseen]:
    home = outlook.home(household, now)
    if not home.pattern:
        return [Foreseen("No meal has a number of servings: there is nothing to plan.")]
    tables = home.tables(timetable.local_day(household, now) + timedelta(days=1))
    if not tables:
        return [Foreseen("Everybody is away that whole week: there is nothing to plan.")]
    cooked = [table for table in tables if table.engagement]
    left = {(t.date, t.meal): outlook.fitting.dishes(home, t, now) for t in cooked}
    return [*_cooks(home, tables), *_meals(left), *_money(household, cooked, left, outlook)]


def _cooks(home: Home, tables: Sequence[Table]) -> Iterator[Foreseen]:
    without = sum(table.engagement is None for table in tables)
    if not home.engagements:
        yield Foreseen("Nobody is engaged to cook: only what needs no cook can be planned.", stops=False)
    elif without:
        said = f"No cook comes for {without} of {len(tables)} meals: only what needs no cook can be planned there."
        yield Foreseen(said, stops=False)


Left = dict[tuple[date, str], Dishes]


def _meals(left: Left) -> Iterator[Foreseen]:
    """A meal that no dish is left for on some day, or fewer than it has days."""
    for meal in ("breakfast", "lunch", "dinner"):
        of_meal = [dishes for (_day, each), dishes in left.items() if each == meal]
        known = frozenset[str]().union(*of_meal)
        if not all(of_meal):
            yield Foreseen(f"No dish suits everybody at {meal}: look at the people, the kitchen and the cook's visit.")
        elif len(known) < len(of_meal):
            said = f"Only {len(known)} dishes suit everybody at {meal}, for {len(of_meal)} of them: some come again."
            yield Foreseen(said, stops=False)


def _money(household: Household, cooked: Iterable[Table], left: Left, outlook: Outlook) -> Iterator[Foreseen]:
    """Even with the cheapest dish at each meal, and packs that could be bought by the gram."""
    budget = household.weekly_budget_paise
    if budget is None:
        return
    meals = sum((outlook.fitting.least(left[t.date, t.meal]) * t.servings for t in cooked), Decimal(0))
    least = int(meals - outlook.fitting.worth(outlook.pantry.get(household.pk, ())))
    if least > budget + SLACK:
        said, needed = (format_money(paise - paise % 100, household.currency) for paise in (budget, least))
        yield Foreseen(f"The budget of {said} is too small: the cheapest that everybody may eat comes to {needed}.")
