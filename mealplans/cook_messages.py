"""Words out to cooks: one function per template. Short, warning first, in the cook's own language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from households.models import Cook, Engagement, Household
from mealplans import card_links, instructions, templates
from mealplans.instructions import Warnings
from mealplans.models import CookInstruction, Ingredient, PlannedMeal, WeekPlan
from mealplans.offers import Button, offer
from mealplans.slots import Home
from mealplans.telling import Notice, tell
from mealplans.visits import CookVisit
from mealplans.weeks import Change
from mealplans.wording import day_name, label, meal_name, one_line, say, servings_text, week_name
from whatsapp.models import Contact, Message
from whatsapp.outgoing.files import Document

BUTTON_LABELS = ("ok", "cannot_come", "something_missing")
MOST_CHANGE = 500


def warnings_of(home: Home) -> Warnings:
    never = {slug for resident in home.residents for slug in resident.never}
    rows = Ingredient.objects.filter(slug__in=never) if never else []
    return instructions.warnings(home.residents, rows)


def answers(contact: Contact, household: Household, plan: WeekPlan, visit: CookVisit, now: datetime) -> list[str]:
    """Payloads of OK, can't come, something's missing, for this visit."""
    data = {"engagement": visit.engagement.pk, "date": visit.date.isoformat()}
    buttons = [Button(action, data) for action in ("cook_ok", "cook_absent", "cook_missing")]
    return offer(buttons, contact=contact, household=household, plan=plan, now=now)


def instruction(row: CookInstruction, home: Home, visit: CookVisit, now: datetime) -> Message | None:
    """The evening's or the morning's message of one visit."""
    cook, household = visit.engagement.cook, home.household
    language, evening = cook.language, row.kind == "evening"
    warning, when = warnings_of(home), _when(visit, language)
    tasks = "; ".join(instructions.ahead(visit.meals, language)) or say("no_ahead", language, to="cook")
    head = say("head", language, to="cook", household=household.name, when=when)
    notice = Notice(
        template=templates.COOK_INSTR,
        important=True,
        variables={
            "warning": warning.line(language),
            "name": cook.name,
            "household": household.name,
            "when": when,
            "dishes": instructions.summary(visit.meals, language, with_amounts=not evening),
            "ahead": one_line(tasks, 200),
        },
        payloads=answers(cook.contact, household, row.plan, visit, now),
        text=instructions.full_text(visit.meals, warning, head, language, evening=evening),
        titles=[label(name, language) for name in BUTTON_LABELS],
    )
    # A row that comes back after a cancellation is sent again: its own count tells the two apart.
    key = f"instruction:{row.pk}:{row.updates}"
    return tell(cook.contact, notice, language=language, once_key=key, now=now, household=household, plan=row.plan)


def reminder(row: CookInstruction, visit: CookVisit, now: datetime) -> Message | None:
    cook, household, language = visit.engagement.cook, row.plan.household, visit.engagement.cook.language
    notice = Notice(
        template=templates.COOK_REMINDER,
        variables={"name": cook.name, "household": household.name, "when": _when(visit, language)},
        payloads=answers(cook.contact, household, row.plan, visit, now)[:2],
        titles=[label(name, language) for name in BUTTON_LABELS[:2]],
    )
    key = f"instruction:{row.pk}:{row.updates}:reminder"
    return tell(cook.contact, notice, language=language, once_key=key, now=now, household=household, plan=row.plan)


def changed(plan: WeekPlan, home: Home, visit: CookVisit, changes: Sequence[Change], now: datetime) -> Message | None:
    """What is different about a visit the cook had been told of; its buttons answer for the visit as it is now."""
    cook, language = visit.engagement.cook, visit.engagement.cook.language
    lines = [change_line(change, language) for change in changes]
    if not visit.meals:
        lines.append(say("change_day_off", language, to="cook"))
    notice = Notice(
        template=templates.COOK_CHANGED,
        important=True,
        variables={
            "warning": warnings_of(home).line(language),
            "name": cook.name,
            "household": home.household.name,
            "when": _when(visit, language),
            "change": one_line(" | ".join(lines), MOST_CHANGE),
        },
        payloads=answers(cook.contact, home.household, plan, visit, now),
        titles=[label(name, language) for name in BUTTON_LABELS],
    )
    key = f"plan:{plan.pk}:changed:{plan.revision}:cook:{visit.engagement.pk}:{visit.date}"
    household = home.household
    return tell(cook.contact, notice, language=language, once_key=key, now=now, household=household, plan=plan)


def change_line(change: Change, language: str) -> str:
    meal = change.meal
    facts = {"dish": meal.dish.name(language), "servings": servings_text(meal.servings)}
    if change.kind == "swap" and change.old_dish is not None:
        facts["old"] = change.old_dish.name(language)
    kind = "guests" if change.kind == "substitute" else change.kind  # the dish's name says what stands for what
    return say(f"change_{kind}", language, to="cook", meal=meal_name(meal.meal, language), **facts)


def week(plan: WeekPlan, household: Household, cook: Cook, menu: str, now: datetime) -> Message | None:
    """The week's overview, once it is confirmed, under its card: the same as a page to keep."""
    notice = Notice(
        template=templates.COOK_WEEK,
        variables={
            "name": cook.name,
            "household": household.name,
            "week": week_name(plan.week_start, cook.language),
            "menu": menu,
        },
        document=Document(link=card_links.address(plan, cook), filename=card_links.file_name(plan)),
    )
    key = f"plan:{plan.pk}:cook-week:{cook.pk}"
    return tell(cook.contact, notice, language=cook.language, once_key=key, now=now, household=household, plan=plan)


def _when(visit: CookVisit, language: str) -> str:
    return instructions.when(visit.date, visit.engagement.arrives_at, language)


def menu_of_day(day: date, meals: Sequence[PlannedMeal], language: str) -> str:
    """ "Tue 24 Nov: breakfast: Poha, 4 people | …" for one day, as an answer in free text."""
    return f"*{day_name(day, language)}*\n" + instructions.summary(meals, language, with_amounts=False)


def item_bought(
    plan: WeekPlan, home: Home, engagement: Engagement, ingredient: Ingredient, meal: PlannedMeal, now: datetime
) -> Message | None:
    """What was missing is coming: go on as planned."""
    cook, language = engagement.cook, engagement.cook.language
    dish = meal.dish.name(language)
    text = say("missing_bought", language, to="cook", item=ingredient.name(language), dish=dish)
    notice = Notice(
        template=templates.COOK_CHANGED,
        important=True,
        variables={
            "warning": warnings_of(home).line(language),
            "name": cook.name,
            "household": plan.household.name,
            "when": instructions.when(meal.date, engagement.arrives_at, language),
            "change": text,
        },
        text=text,
    )
    key = f"meal:{meal.pk}:bought:{ingredient.slug}"
    household = plan.household
    return tell(cook.contact, notice, language=language, once_key=key, now=now, household=household, plan=plan)
