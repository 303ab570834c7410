"""Words out to residents: one function per template. Each queues inside the caller's transaction, once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

from babel.dates import format_date

from bettermeals.lib.formats import clock_time, day_and_date
from bettermeals.lib.money import format_money
from households.billing.models import Charge, PaymentLink
from households.models import Cook, Resident
from mealplans import paying_in_chat, plan_links, templates, timetable
from mealplans.models import Ingredient, MealStatus, PlannedMeal, WeekPlan
from mealplans.offers import Button, offer
from mealplans.spans import Span
from mealplans.telling import Notice, tell
from mealplans.wording import label, meal_name, meals_text, one_line, say, week_name
from whatsapp.models import Contact, Message

#: The menu in a template's one line; the page behind the button has everything.
MOST_HIGHLIGHTS = 480
SEPARATOR = " | "


def plan_prompt(
    plan: WeekPlan, resident: Resident, meals: Sequence[PlannedMeal], price_paise: int, now: datetime
) -> Message | None:
    language = resident.language
    notice = Notice(
        template=templates.WEEKLY_PLAN_PROMPT,
        important=True,
        variables={
            "name": resident.name,
            "week": week_name(plan.week_start, language),
            "meals": label("meals_count", language, n=len(meals)),
            "highlights": menu(meals, language),
            "price": format_money(price_paise, plan.household.currency, language),
        },
        payloads=_approve_or_change(plan, resident, now),
        titles=[label("approve", language), label("change", language)],
        url_suffix=plan_page(plan, resident),
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:{plan.revision}:prompt", now)


def plan_reminder(plan: WeekPlan, resident: Resident, number: int, now: datetime) -> Message | None:
    language = resident.language
    notice = Notice(
        template=templates.PLAN_REMINDER,
        important=True,
        variables={
            "name": resident.name,
            "week": week_name(plan.week_start, language),
            "deadline": moment(plan, plan.decide_by or now, language),
        },
        payloads=_approve_or_change(plan, resident, now),
        titles=[label("approve", language), label("change", language)],
        url_suffix=plan_page(plan, resident),
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:{plan.revision}:remind:{number}", now)


def auto_approved(plan: WeekPlan, resident: Resident, now: datetime) -> Message | None:
    language = resident.language
    notice = Notice(
        template=templates.PLAN_AUTO_APPROVED,
        variables={"name": resident.name, "week": week_name(plan.week_start, language)},
        payloads=_offer(plan, resident, [Button("change")], now),
        titles=[label("change", language)],
        url_suffix=plan_page(plan, resident),
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:auto-approved", now)


def payment_prompt(
    plan: WeekPlan, resident: Resident, charge: Charge, link: PaymentLink, now: datetime, *, plainly: str = ""
) -> Message | None:
    """`plainly`: why the link alone is sent, after Review and pay was not taken."""
    language = resident.language
    week, pay_by = week_name(plan.week_start, language), moment(plan, charge.due_by, language)
    in_place, why = (None, plainly) if plainly else paying_in_chat.order(contact_of(resident), link, week, pay_by, now)
    notice = Notice(
        template=templates.PAYMENT_PROMPT,
        important=True,
        variables={
            "name": resident.name,
            "week": week,
            "amount": format_money(link.amount_paise, charge.currency, language),
            "pay_by": pay_by,
        },
        url_suffix=plan_page(plan, resident),
        in_place=in_place,
        why=why,
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:pay:{link.reference}{':link' if plainly else ''}", now)


def payment_reminder(
    plan: WeekPlan, resident: Resident, charge: Charge, owed_paise: int, now: datetime
) -> Message | None:
    language = resident.language
    notice = Notice(
        template=templates.PAYMENT_REMINDER,
        important=True,
        variables={
            "name": resident.name,
            "amount": format_money(owed_paise, charge.currency, language),
            "week": week_name(plan.week_start, language),
            "pay_by": moment(plan, charge.due_by, language),
        },
        url_suffix=plan_page(plan, resident),
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:pay-reminder:{charge.revision}", now)


def confirmed(
    plan: WeekPlan, resident: Resident, meals: Sequence[PlannedMeal], now: datetime, *, plainly: str = ""
) -> Message | None:
    """To whoever paid in the chat as the status of their order; `plainly`: why not, after that was not taken."""
    language = resident.language
    notice = Notice(
        template=templates.PLAN_CONFIRMED,
        variables={
            "name": resident.name,
            "week": week_name(plan.week_start, language),
            "highlights": menu(meals, language),
        },
        url_suffix=plan_page(plan, resident),
        in_place=None if plainly else paying_in_chat.paid(plan, contact_of(resident)),
        why=plainly,
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:confirmed:{resident.pk}{':plain' if plainly else ''}", now)


def changed(plan: WeekPlan, resident: Resident, change: str, cause: str, now: datetime) -> Message | None:
    """`change` is said in the resident's language already; `cause` tells one change of a plan from the next."""
    notice = Notice(
        template=templates.PLAN_CHANGED,
        variables={"name": resident.name, "change": one_line(change, MOST_HIGHLIGHTS)},
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:changed:{cause}:{resident.pk}", now)


def cook_absent(
    plan: WeekPlan, resident: Resident, cook: Cook, span: Span, meals: Sequence[PlannedMeal], now: datetime
) -> Message | None:
    """`meals`: what is off; of a part of a day the meals are named beside it."""
    language, days = resident.language, sorted({meal.date for meal in meals})
    data = {
        "cook": cook.pk,
        "days": [day.isoformat() for day in days],
        "start": span.start.isoformat(),
        "meals": list(span.meals),
    }
    part = f" ({meals_text(span.meals, language)})" if span.meals else ""
    notice = Notice(
        template=templates.COOK_ABSENT,
        important=True,
        variables={
            "name": resident.name,
            "cook": cook.name,
            "days": ", ".join(day_and_date(day, language) for day in days) + part,
            "meals": menu(meals, language),
        },
        payloads=_offer(plan, resident, [Button("find_cook", data), Button("we_manage", data)], now),
        titles=[label("find_cook", language), label("we_manage", language)],
    )
    key = f"plan:{plan.pk}:absent:{cook.pk}:{days[0]}:{plan.revision}:{resident.pk}"
    return _send(plan, resident, notice, key, now)


def item_missing(
    plan: WeekPlan, resident: Resident, cook: Cook, ingredient: Ingredient, meal: PlannedMeal, now: datetime
) -> Message | None:
    language = resident.language
    data = {"meal": meal.pk, "ingredient": ingredient.slug, "cook": cook.pk}
    notice = Notice(
        template=templates.ITEM_MISSING,
        important=True,
        variables={
            "name": resident.name,
            "cook": cook.name,
            "item": ingredient.name(language),
            "meal": f"{meal_name(meal.meal, language)}: {meal.dish.name(language)}",
        },
        payloads=_offer(plan, resident, [Button("will_buy", data), Button("change_missing", data)], now),
        titles=[label("will_buy", language), label("change_dish", language)],
    )
    key = f"plan:{plan.pk}:missing:{meal.pk}:{meal.dish_id}:{ingredient.slug}:{resident.pk}"
    return _send(plan, resident, notice, key, now)


def rating(plan: WeekPlan, resident: Resident, meal: PlannedMeal, now: datetime) -> Message | None:
    language = resident.language
    buttons = [Button("rate", {"meal": meal.pk, "rating": answer}) for answer in ("good", "ok", "bad")]
    notice = Notice(
        template=templates.MEAL_RATING,
        variables={"name": resident.name, "dish": meal.dish.name(language)},
        payloads=_offer(plan, resident, buttons, now),
        titles=[label(name, language) for name in ("good", "so_so", "bad")],
    )
    return _send(plan, resident, notice, f"meal:{meal.pk}:rate:{resident.pk}", now)


def summary(
    plan: WeekPlan, resident: Resident, cooked: int, liked: str, spent_paise: int, now: datetime
) -> Message | None:
    language = resident.language
    notice = Notice(
        template=templates.WEEKLY_SUMMARY,
        variables={
            "name": resident.name,
            "week": week_name(plan.week_start, language),
            "cooked": label("meals_count", language, n=cooked),
            "liked": liked,
            "spent": format_money(spent_paise, plan.household.currency, language),
        },
    )
    return _send(plan, resident, notice, f"plan:{plan.pk}:summary:{resident.pk}", now)


def _send(plan: WeekPlan, resident: Resident, notice: Notice, once_key: str, now: datetime) -> Message | None:
    return tell(
        contact_of(resident),
        notice,
        language=resident.language,
        once_key=once_key,
        now=now,
        household=plan.household,
        plan=plan,
    )


def contact_of(resident: Resident) -> Contact:
    """Raises ValueError for a resident who cannot be written to (a child): the caller chose wrongly."""
    if resident.contact is None:
        raise ValueError(f"{resident} has no contact to write to")
    return resident.contact


def _offer(plan: WeekPlan, resident: Resident, buttons: Sequence[Button], now: datetime) -> list[str]:
    return offer(buttons, contact=contact_of(resident), household=plan.household, plan=plan, now=now)


def _approve_or_change(plan: WeekPlan, resident: Resident, now: datetime) -> list[str]:
    return _offer(plan, resident, [Button("approve"), Button("change")], now)


def plan_page(plan: WeekPlan, resident: Resident) -> str:
    """The rest of the address of this person's page of the week."""
    return f"{plan_links.token(plan, resident)}/"


def week_cancelled(plan: WeekPlan, resident: Resident) -> str:
    return say("state_cancelled", resident.language, week=week_name(plan.week_start, resident.language))


def moment(plan: WeekPlan, at: datetime, language: str) -> str:
    """ "Sun 22 Nov, 2:00 pm" on the household's own clock."""
    local = at.astimezone(timetable.zone(plan.household))
    return f"{day_and_date(local.date(), language)}, {clock_time(local.time(), language)}"


def menu(meals: Iterable[PlannedMeal], language: str) -> str:
    """ "Mon: Poha, Rajma Chawal | Tue: …": what is on, day by day, in one line."""
    days = [
        f"{format_date(day, 'EEE', locale=language)}: {', '.join(meal.dish.name(language) for meal in rows)}"
        for day, rows in groupby(_on(meals), key=lambda meal: meal.date)
    ]
    return one_line(SEPARATOR.join(days), MOST_HIGHLIGHTS) or "—"


def _on(meals: Iterable[PlannedMeal]) -> list[PlannedMeal]:
    return [meal for meal in meals if meal.status in (MealStatus.PLANNED, MealStatus.COOKED)]
