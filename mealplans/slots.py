"""Which meals a household's week has, who cooks each, and who sits at the table. A constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from households.models import Away, CookLeave, DayKind, Engagement, Household, MealPattern, Resident, SpecialDay
from mealplans import deliveries, timetable
from mealplans.planner.problem import Diner, Slot, SlotKey, Visit
from mealplans.special_days import SpecialDays

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
        self.special = SpecialDays(household, week_start, self.days[-1])

    @classmethod
    def loaded(
        cls, household: Household, week_start: date, leaves: Iterable[CookLeave], special: Iterable[SpecialDay]
    ) -> Home:
        """Of rows that `households.queries.for_planning` brought for many homes; asks nothing. `leaves` and `special`
        are this home's."""
        home = cls.__new__(cls)
        home.household, home.week_start = household, week_start
        home.days = [week_start + timedelta(days=n) for n in range(7)]
        home.residents, home.pattern = list(household.residents.all()), list(household.pattern.all())
        home.engagements, home.leaves = list(household.engagements.all()), list(leaves)
        home.away = list(household.away.all())
        home.special = SpecialDays.of(special)
        return home

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
        """The pattern's head count less who eats elsewhere; everybody counts by portions (a child eats half)."""
        here = sum((resident.portion for resident in self.present(day, meal)), Decimal(0))
        for row in self.pattern:
            if row.weekday == day.weekday() and row.meal == meal:
                if row.servings == len(self.residents):
                    return here
                beyond = max(0, row.servings - len(self.residents))
                return min(Decimal(row.servings), here + beyond)
        return here

    def present(self, day: date, meal: str) -> list[Resident]:
        """Who eats at home."""
        if self.special.everybody(DayKind.ELSEWHERE, day, meal):
            return []
        gone = self.special.persons(DayKind.ELSEWHERE, day, meal)
        return [resident for resident in self.residents if resident.pk not in gone]

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
            if self.present(day, row.meal) or not self.residents
        ]

    def slot(self, table: Table, now: datetime, guests: int = 0, bans: Iterable[str] = ()) -> Slot:
        on = (table.date, table.meal)
        keys = {resident_of(diner.key): diner.key for diner in self.diners(table)}
        return Slot(
            key=SlotKey(*on),
            visit=visit_key(table),
            diners=frozenset(keys.values()),
            guests=guests,
            fasting=self._everybodys(DayKind.FASTING, self.household.fasting_days, table),
            veg_only=self._everybodys(DayKind.VEGETARIAN, self.household.veg_days, table),
            fasters=self._keys(DayKind.FASTING, table, keys),
            vegetarians=self._keys(DayKind.VEGETARIAN, table, keys),
            festive=self.special.everybody(DayKind.FESTIVAL, *on) or bool(self.special.persons(DayKind.FESTIVAL, *on)),
            no_cook=table.engagement is None,
            ahead_hours=self._ahead_hours(table, now),
            bans=frozenset(bans),
        )

    def _everybodys(self, kind: DayKind, weekdays: list[int], table: Table) -> bool:
        return table.date.weekday() in weekdays or self.special.everybody(kind, table.date, table.meal)

    def _keys(self, kind: DayKind, table: Table, keys: dict[int, str]) -> frozenset[str]:
        """Those at this table whose own day it is."""
        here = {resident.pk for resident in self.present(table.date, table.meal)}
        return frozenset(keys[pk] for pk in self.special.persons(kind, table.date, table.meal) & here)

    def _ahead_hours(self, table: Table, now: datetime) -> int | None:
        if table.engagement is None:
            return None
        left = timetable.at(self.household, table.date, table.engagement.arrives_at) - now
        return None if left >= LONGEST_AHEAD else max(0, int(left / timedelta(hours=1)))

    def visit(self, table: Table) -> Visit:
        minutes = table.engagement.minutes_per_visit if table.engagement else 24 * 60
        equipment = BASIC_EQUIPMENT | frozenset(self.household.equipment)
        lacks = frozenset(table.engagement.cook.cannot_make if table.engagement else ())
        return Visit(visit_key(table), minutes, equipment, lacks)

    @property
    def delivery_days(self) -> tuple[date, ...]:
        return deliveries.days_of(self.week_start, self.household.delivery_days)

    def diners(self, table: Table) -> list[Diner]:
        """Who sits at this table; and who eats elsewhere, for what would make them ill: it stays out of the kitchen.

        The planner counts food by portions, so these are scaled to the meal's head count.
        """
        here = self.present(table.date, table.meal)
        portions = sum((resident.portion for resident in here), Decimal(0))
        scale = table.servings / portions if portions else Decimal(1)
        return [self._diner(row, scale) if row in here else _elsewhere(row) for row in self.residents]

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


def _elsewhere(resident: Resident) -> Diner:
    """Eats nothing of it and has no wish about it, but may come home to what is left of it."""
    return Diner(
        key=f"{resident.pk}*away",
        diet="nonveg",
        allergens=frozenset(resident.allergens),
        never=frozenset(resident.never),
        portion=Decimal(0),
        name=resident.name,
    )


def resident_of(diner_key: str) -> int:
    return int(diner_key.split("*", 1)[0])


def visit_key(table: Table) -> str:
    return f"{table.date}:{table.engagement.pk}" if table.engagement else f"{table.date}:{table.meal}:nobody"
