"""Which meals a household's week has, who cooks each, and who sits at the table. A constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from households.models import Away, CookLeave, Engagement, Household, MealPattern, Resident
from mealplans import timetable
from mealplans.planner.problem import Diner, Slot, SlotKey, Visit

#: Every kitchen that employs a cook has these; `Household.equipment` names what it has beyond them.
BASIC_EQUIPMENT = frozenset({"stove", "pressure_cooker", "kadhai", "tawa"})
#: A kitchen told this long before has time for every soak and marinade of the catalogue.
LONGEST_AHEAD = timedelta(hours=24)


@dataclass(frozen=True)
class Table:
    """One meal to be cooked: by whom, for how many. `engagement` is None while nobody can come."""

    date: date
    meal: str
    engagement: Engagement | None
    servings: Decimal  # without guests


class Home:
    """What is known of one household's week, read once; the questions below cost no further query."""

    def __init__(self, household: Household, week_start: date) -> None:
        self.household = household
        self.week_start = week_start
        self.days = [week_start + timedelta(days=n) for n in range(7)]
        self.residents = list(Resident.objects.filter(household=household, active=True).select_related("contact"))
        self.pattern = list(MealPattern.objects.filter(household=household))
        self.engagements = list(
            Engagement.objects.filter(household=household, active=True).select_related("cook__contact")
        )
        self.leaves = self._leaves()
        away = Away.objects.filter(household=household, cancelled_at=None, start__lte=self.days[-1])
        self.away = list(away.filter(end__gte=week_start))

    def _leaves(self) -> list[CookLeave]:
        cooks = [engagement.cook_id for engagement in self.engagements]
        mine = Q(household=None) | Q(household=self.household)
        rows = CookLeave.objects.filter(mine, cook__in=cooks, cancelled_at=None, start__lte=self.days[-1])
        return list(rows.filter(end__gte=self.week_start))

    def is_away(self, day: date) -> bool:
        return any(away.start <= day <= away.end for away in self.away)

    def on_leave(self, engagement: Engagement, day: date, meal: str) -> bool:
        return any(
            leave.cook_id == engagement.cook_id
            and leave.start <= day <= leave.end
            and (not leave.meals or meal in leave.meals)
            for leave in self.leaves
        )

    def cook_of(self, day: date, meal: str) -> Engagement | None:
        """The first engagement that cooks this meal and whose cook is not on leave."""
        for engagement in self.engagements:
            regular = day.weekday() in engagement.weekdays and meal in engagement.meals
            if regular and not self.on_leave(engagement, day, meal):
                return engagement
        return None

    def servings(self, day: date, meal: str) -> Decimal:
        """The pattern's head count; when that is everybody, their portions (a child eats half)."""
        for row in self.pattern:
            if row.weekday == day.weekday() and row.meal == meal:
                everybody = row.servings == len(self.residents)
                return self.portions if everybody else Decimal(row.servings)
        return self.portions

    @property
    def portions(self) -> Decimal:
        return sum((resident.portion for resident in self.residents), Decimal(0))

    def tables(self, first_day: date) -> list[Table]:
        """Every meal of the pattern from `first_day` on, without the days away."""
        return [
            Table(day, row.meal, self.cook_of(day, row.meal), self.servings(day, row.meal))
            for day in self.days
            for row in self.pattern
            if row.weekday == day.weekday() and day >= first_day and not self.is_away(day)
        ]

    def slot(self, table: Table, now: datetime, guests: int = 0, bans: Iterable[str] = ()) -> Slot:
        diners = frozenset(diner.key for diner in self.diners(table.servings))
        return Slot(
            key=SlotKey(table.date, table.meal),
            visit=visit_key(table),
            diners=diners,
            guests=guests,
            fasting=table.date.weekday() in self.household.fasting_days,
            veg_only=table.date.weekday() in self.household.veg_days,
            no_cook=table.engagement is None,
            ahead_hours=self._ahead_hours(table, now),
            bans=frozenset(bans),
        )

    def _ahead_hours(self, table: Table, now: datetime) -> int | None:
        if table.engagement is None:
            return None
        left = timetable.at(self.household, table.date, table.engagement.arrives_at) - now
        return None if left >= LONGEST_AHEAD else max(0, int(left / timedelta(hours=1)))

    def visit(self, table: Table) -> Visit:
        minutes = table.engagement.minutes_per_visit if table.engagement else 24 * 60
        equipment = BASIC_EQUIPMENT | frozenset(self.household.equipment)
        return Visit(visit_key(table), minutes, equipment)

    def diners(self, servings: Decimal) -> list[Diner]:
        """Everybody who lives here: a rule holds at the table even when its owner eats out that day.

        The planner counts food by portions, so these are scaled to the meal's head count.
        """
        scale = servings / self.portions if self.portions else Decimal(1)
        return [self._diner(resident, scale) for resident in self.residents]

    def _diner(self, resident: Resident, scale: Decimal) -> Diner:
        return Diner(
            key=str(resident.pk) if scale == 1 else f"{resident.pk}*{scale}",
            diet=resident.diet,
            jain=resident.jain,
            allergens=frozenset(resident.allergens),
            never=frozenset(resident.never),
            dislikes=frozenset(resident.dislikes),
            spice_limit=self.household.spice_level,
            portion=resident.portion * scale,
            name=resident.name,
        )


def resident_of(diner_key: str) -> int:
    return int(diner_key.split("*", 1)[0])


def visit_key(table: Table) -> str:
    return f"{table.date}:{table.engagement.pk}" if table.engagement else f"{table.date}:{table.meal}:nobody"
