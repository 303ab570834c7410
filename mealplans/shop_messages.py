"""Words out to shops, and to the household about what a shop does not have. Each queues inside the caller's
transaction, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bettermeals.lib.money import format_money
from households.models import Resident
from mealplans import messages, shop_links, timetable
from mealplans.models import PlannedMeal, ShopRequest, Shortage, WeekPlan
from mealplans.offers import Button, offer
from mealplans.shop_templates import NOT_IN_STOCK, SHOP_NOTE, SHOP_ORDER
from mealplans.telling import Notice, tell
from mealplans.wording import day_name, label, meal_name, one_line, say
from whatsapp.models import Contact, Message
from whatsapp.outgoing.files import Document

MOST_MEALS = 300


def order(plan: WeekPlan, request: ShopRequest, now: datetime) -> Message | None:
    """The list as a document, with its two answers. None when this shop may not be written to."""
    contact, household = contact_of(request), plan.household
    language = contact.language
    notice = Notice(
        template=SHOP_ORDER,
        important=True,
        variables={
            "shop": request.vendor.name,
            "household": household.name,
            "lines": say("items", language, to="shop", n=request.grocery_list.lines.exclude(packs=[]).count()),
            "total": format_money(request.grocery_list.total_paise, household.currency, language),
            "needed_by": needed_by(plan, now, language),
        },
        payloads=offer(
            [Button("shop_accept", {"request": request.pk}), Button("shop_lacks", {"request": request.pk})],
            contact=contact,
            household=household,
            plan=plan,
            now=now,
        ),
        titles=[say("bring", language, to="shop"), say("lacks", language, to="shop")],
        document=document(request),
    )
    return tell(
        contact,
        notice,
        language=language,
        once_key=f"shop:{request.pk}:order",
        now=now,
        household=household,
        plan=plan,
    )


def document(request: ShopRequest) -> Document:
    return Document(link=shop_links.address(request), filename=shop_links.file_name(request))


def called_off(plan: WeekPlan, request: ShopRequest, now: datetime) -> Message | None:
    contact = contact_of(request)
    text = say("called_off", contact.language, to="shop")
    notice = Notice(
        template=SHOP_NOTE,
        important=True,
        variables={"shop": request.vendor.name, "household": plan.household.name, "text": text},
    )
    key = f"shop:{request.pk}:off"
    household = plan.household
    return tell(contact, notice, language=contact.language, once_key=key, now=now, household=household, plan=plan)


def not_in_stock(
    plan: WeekPlan, resident: Resident, shortage: Shortage, meals: Sequence[PlannedMeal], now: datetime
) -> Message | None:
    """To the one who decides: nothing may stand for it. Another dish, or they buy it and its price comes off."""
    language, data = resident.language, {"shortage": shortage.pk}
    buttons = [Button("shortage_change", data), Button("shortage_buy", data)]
    notice = Notice(
        template=NOT_IN_STOCK,
        important=True,
        variables={
            "name": resident.name,
            "item": shortage.line.ingredient.name(language),
            "meals": one_line(", ".join(meal_words(meal, language) for meal in meals), MOST_MEALS),
        },
        payloads=offer(buttons, contact=messages.contact_of(resident), household=plan.household, plan=plan, now=now),
        titles=[label("change_dish", language), label("will_buy", language)],
    )
    key = f"shortage:{shortage.pk}:{resident.pk}"
    contact = messages.contact_of(resident)
    return tell(contact, notice, language=language, once_key=key, now=now, household=plan.household, plan=plan)


def meal_words(meal: PlannedMeal, language: str) -> str:
    """ "Tue 24 Nov dinner: Palak Paneer"."""
    return f"{day_name(meal.date, language)} {meal_name(meal.meal, language)}: {meal.dish.name(language)}"


def needed_by(plan: WeekPlan, now: datetime, language: str) -> str:
    morning = timetable.at(plan.household, plan.week_start, datetime.min.time().replace(hour=6))
    return messages.moment(plan, max(morning, now + timetable.LEAST_TIME_TO_DECIDE), language)


def contact_of(request: ShopRequest) -> Contact:
    """Raises ValueError for a vendor without one: it is not asked on WhatsApp."""
    if request.vendor.contact is None:
        raise ValueError(f"{request.vendor} has no contact to write to")
    return request.vendor.contact
