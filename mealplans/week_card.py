"""A cook's week at one home, as the card shows it: what is still to be cooked, day by day, in the cook's own language.

Pure, from a loaded week.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.translation import get_language_info

from bettermeals.lib.formats import clock_time
from households.models import Cook
from mealplans import cook_messages, instructions
from mealplans.models import PlannedMeal, WeekPlan
from mealplans.slots import Home
from mealplans.spans import IN_ORDER
from mealplans.visits import CookVisit, visits
from mealplans.wording import day_name, meal_name, say, servings_text, week_name

#: What phones draw in colour has no letter in our fonts; the card has its red frame.
SIGN = "⚠️ "


@dataclass(frozen=True)
class CardMeal:
    name: str
    dish: str
    people: str


@dataclass(frozen=True)
class CardDay:
    """`times`: when to come. `ahead`: what to soak or marinate before, "" for nothing."""

    name: str
    times: str
    meals: tuple[CardMeal, ...]
    ahead: str


@dataclass(frozen=True)
class Card:
    home: str
    cook: str
    week: str
    warning: str
    days: tuple[CardDay, ...]
    language: str
    rtl: bool


def card(plan: WeekPlan, home: Home, meals: Iterable[PlannedMeal], cook: Cook) -> Card:
    """Only this cook's meals; without any the card has no day."""
    mine = [visit for visit in visits(home, meals) if visit.engagement.cook_id == cook.pk]
    language, warning = cook.language, cook_messages.warnings_of(home)
    return Card(
        home=home.household.name,
        cook=cook.name,
        week=week_name(plan.week_start, language),
        warning=warning.line(language).removeprefix(SIGN) if warning.items(language) else "",
        days=tuple(_day(day, list(rows), language) for day, rows in groupby(mine, key=lambda visit: visit.date)),
        language=language,
        rtl=get_language_info(language)["bidi"],
    )


def _day(day: date, mine: Sequence[CookVisit], language: str) -> CardDay:
    times = ", ".join(clock_time(visit.engagement.arrives_at, language) for visit in mine)
    eaten = sorted((meal for visit in mine for meal in visit.meals), key=lambda meal: IN_ORDER.index(meal.meal))
    tasks = instructions.ahead(eaten, language)
    return CardDay(
        name=day_name(day, language),
        times=times,
        meals=tuple(_meal(meal, language) for meal in eaten),
        ahead=say("ahead_before", language, to="cook", tasks="; ".join(tasks)) if tasks else "",
    )


def _meal(meal: PlannedMeal, language: str) -> CardMeal:
    people = say("people", language, to="cook", servings=servings_text(meal.servings))
    return CardMeal(meal_name(meal.meal, language), meal.dish.name(language), people)
