"""Who must hear of a change, each once: the cook whose visit it touches, the residents who did not make it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from households import queries
from households.models import Resident
from mealplans import cook_messages, cooking, messages
from mealplans.models import TOLD, CookInstruction, PlanStatus
from mealplans.outcomes import Actor
from mealplans.shortage_words import bill_words
from mealplans.timetable import visit_times
from mealplans.visits import CookVisit, visits
from mealplans.weeks import Change, Week
from mealplans.wording import day_name, meal_name, say, servings_text

#: A journey skips many meals: it is told as its days, not meal by meal.
MANY = 3


def tell_of(week: Week, changes: Sequence[Change], actor: Actor, delta_paise: int) -> None:
    tell_cooks(week, changes, answered=actor.cook_id)
    for resident in _others(week, actor):
        text = _told(week, changes, actor, delta_paise, resident.language)
        messages.changed(week.plan, resident, text, str(week.plan.revision), week.now)


def _told(week: Week, changes: Sequence[Change], actor: Actor, delta_paise: int, language: str) -> str:
    """What the system did by itself is told with its reason and its price; what a person did, with the name."""
    text = sentence(changes, language)
    if actor.because is not None:
        money = [bill_words(delta_paise, "", week.plan.household.currency, language)] if delta_paise > 0 else []
        return " ".join([actor.because(language), text, *money])
    if actor.name and actor.cook_id is None:
        return say("change_by", language, change=text, by=actor.name)
    return text


def tell_cooks(week: Week, changes: Sequence[Change], answered: int | None = None) -> None:
    """`answered`: the cook whose own message led to the changes reads them in the answer to it."""
    if week.confirmed:
        _follow_visits(week, changes, answered)
        cooking.schedule(week.plan, week.home, week.meals, week.now)


def _others(week: Week, actor: Actor) -> list[Resident]:
    """Before the week is confirmed only the one who decides has seen it; from then on everybody at home has."""
    people = queries.residents_to_message(week.plan.household)
    if not week.confirmed:
        people = [resident for resident in people if resident.decides]
    if week.plan.status == PlanStatus.DRAFT:
        return []
    return [resident for resident in people if resident.pk != actor.resident_id]


def _follow_visits(week: Week, changes: Sequence[Change], answered: int | None) -> None:
    """Cooks who had been told of a visit hear what is different; one that has nothing left to cook is called off."""
    touched: dict[tuple[int, date], list[Change]] = {}
    for change in changes:
        cook = week.home.cook_of(change.meal.date, change.meal.meal)
        if cook is not None:
            touched.setdefault((cook.pk, change.meal.date), []).append(change)
    now_on = {(visit.engagement.pk, visit.date): visit for visit in visits(week.home, week.meals)}
    told = told_of(week, touched)
    for key, mine in touched.items():
        visit = now_on.get(key) or empty_visit(week, key)
        if key in told and visit.engagement.cook_id != answered:
            cook_messages.changed(week.plan, week.home, visit, mine, week.now)
        if not visit.meals:
            cooking.call_off([week.plan.pk], *key)


def told_of(week: Week, touched: Iterable[tuple[int, date]]) -> set[tuple[int, date]]:
    """Which of these visits (engagement, day) their cooks were sent a message about that still holds."""
    keys = list(touched)
    rows = CookInstruction.objects.filter(
        plan=week.plan, status__in=TOLD, engagement__in={pk for pk, _ in keys}, date__in={day for _, day in keys}
    )
    return set(rows.values_list("engagement", "date"))


def empty_visit(week: Week, key: tuple[int, date]) -> CookVisit:
    """A visit with nothing left to cook."""
    engagement = next(e for e in week.home.engagements if e.pk == key[0])
    return CookVisit(engagement, key[1], (), visit_times(week.home.household, engagement, key[1]))


def sentence(changes: Sequence[Change], language: str) -> str:
    """What changed, for a resident: "Tue 24 Nov dinner is now Rajma Chawal." """
    if len(changes) > MANY and all(change.kind == "skip" for change in changes):
        days = sorted(change.date for change in changes)
        return say("change_away", language, start=day_name(days[0], language), end=day_name(days[-1], language))
    return " ".join(_one(change, language) for change in changes)


def _one(change: Change, language: str) -> str:
    meal = change.meal
    facts = {"day": day_name(meal.date, language), "meal": meal_name(meal.meal, language)}
    dish, servings = meal.dish.name(language), servings_text(meal.servings)
    kind = "swap" if change.kind == "substitute" else change.kind  # the dish's name says what stands for what
    return say(f"change_{kind}", language, **facts, dish=dish, servings=servings)
