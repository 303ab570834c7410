"""What the plan page shows, gathered once with a constant number of queries and put into the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date

from bettermeals.lib.formats import day_and_date
from bettermeals.lib.money import format_money
from households import queries
from households.billing.models import PaymentLink
from households.models import Household, Resident
from mealplans import facts, messages, planning, timetable
from mealplans.headcounts import MOST_GUESTS
from mealplans.locking import subject
from mealplans.models import OPEN_TO_CHANGE, MealStatus, PlannedMeal, PlanStatus, WeekPlan
from mealplans.page_bill import Bill, bill
from mealplans.page_photos import PagePhoto, page_photo
from mealplans.wording import meal_name, say, servings_text, week_name

MOST_REASONS = 2
# A reason that only says that a rule holds is no news to the reader.
SILENT_REASONS = frozenset({"only_choice"})
WORDS = (
    *("approve", "edit", "other_dishes", "skip", "restore", "guests", "set_guests", "why", "groceries", "estimate"),
    *("total", "today", "empty", "days", "write_us", "unpriced", "have_it", "tick_hint"),
)


@dataclass(frozen=True)
class Said:
    """The answer to what the reader just did, and whether it was done."""

    words: str
    done: bool


@dataclass(frozen=True)
class MealCard:
    id: int
    kind: str
    dish: str
    photo: PagePhoto | None
    diet: str
    diet_words: str
    meta: str
    off: str  # why it is not cooked, empty when it is
    why: list[str]
    guests: int
    can_change: bool
    said: Said | None


@dataclass(frozen=True)
class DayCard:
    date: date
    name: str
    weekday: str
    today: bool
    meals: list[MealCard]


@dataclass(frozen=True)
class WeekPage:
    language: str
    title: str
    home: str
    said: Said | None
    state: str
    tone: str  # wait: the reader must act; good: all is well; over: nothing more happens
    rules: str
    days: list[DayCard]
    bill: Bill
    bill_said: Said | None
    can_approve: bool
    pay_url: str
    pay_label: str
    guest_choices: range
    words: dict[str, str]


def week_page(plan: WeekPlan, reader: Resident, now: datetime, said: Mapping[str, Said]) -> WeekPage:
    """The whole page for one reader. `plan` comes with its household; nothing is locked and nothing is written.

    `said`: answers by the meal's id as text; under "" what is about the week, under "bill" about its groceries.
    """
    meals = planning.meals_of(plan)
    language, household = reader.language, plan.household
    link = None if plan.status == PlanStatus.CANCELLED else live_link(plan)  # a dearer confirmed week is paid too
    amount = format_money(link.amount_paise, household.currency, language) if link else ""
    return WeekPage(
        language=language,
        title=say("title", language, to="page", week=week_name(plan.week_start, language)),
        home=household.name,
        said=said.get(""),
        state=_state(plan, reader, link, language),
        tone=_tone(plan, reader),
        rules=_rules(household, language),
        days=_days(plan, meals, language, now, said),
        bill=bill(plan, meals, language),
        bill_said=said.get("bill"),
        can_approve=plan.status == PlanStatus.PROPOSED and reader.decides,
        pay_url=link.short_url if link else "",
        pay_label=say("pay", language, to="page", amount=amount),
        guest_choices=range(MOST_GUESTS + 1),
        words={key: say(key, language, to="page") for key in WORDS},
    )


def live_link(plan: WeekPlan) -> PaymentLink | None:
    """The one link by which this week's groceries can be paid now."""
    return PaymentLink.objects.filter(charge__subject=subject(plan.pk), status=PaymentLink.Status.LIVE).first()


def _tone(plan: WeekPlan, reader: Resident) -> str:
    if plan.status in (PlanStatus.CONFIRMED, PlanStatus.COMPLETED):
        return "good"
    waits = plan.status == PlanStatus.AWAITING_PAYMENT or (plan.status == PlanStatus.PROPOSED and reader.decides)
    return "wait" if waits else "over"


def _state(plan: WeekPlan, reader: Resident, link: PaymentLink | None, language: str) -> str:
    """Where the week stands and what is expected of the reader now."""
    if plan.status == PlanStatus.PROPOSED:
        when = messages.moment(plan, plan.decide_by, language) if plan.decide_by else ""
        if reader.decides:
            return say("waits", language, to="page", when=when)
        decider = queries.deciding_resident(plan.household)
        return say("waits_other", language, to="page", decider=decider.name if decider else "—", when=when)
    when = messages.moment(plan, plan.pay_by, language) if plan.pay_by else ""
    words = say(f"state_{plan.status}", language, to="page", when=when)
    if plan.status == PlanStatus.AWAITING_PAYMENT and link is None:
        words = f"{words} {say('link_soon', language, to='page')}"
    return words


def _rules(household: Household, language: str) -> str:
    """The allergens that no meal may hold, named so that a parent sees at a glance that they are known."""
    people = [person for person in household.residents.all() if person.active]
    avoided = sorted({allergen for person in people for allergen in person.allergens})
    if not avoided:
        return ""
    named = ", ".join(
        say("rule_free", language, to="page", what=say(f"allergen_{a}", language, to="page")) for a in avoided
    )
    return say("rules_kept", language, to="page", rules=named)


def _days(
    plan: WeekPlan, meals: Iterable[PlannedMeal], language: str, now: datetime, said: Mapping[str, Said]
) -> list[DayCard]:
    today = timetable.local_day(plan.household, now)
    return [
        DayCard(
            date=day,
            name=day_and_date(day, language),
            weekday=format_date(day, "EEE", locale=language),
            today=day == today,
            meals=[_meal(plan, meal, language, today, said.get(str(meal.pk))) for meal in of_day],
        )
        for day, of_day in groupby(meals, key=lambda meal: meal.date)
    ]


def _meal(plan: WeekPlan, meal: PlannedMeal, language: str, today: date, said: Said | None) -> MealCard:
    off = "" if meal.status in (MealStatus.PLANNED, MealStatus.COOKED) else say(meal.status, language, to="page")
    diet = facts.diet(meal.dish)
    return MealCard(
        id=meal.pk,
        kind=meal_name(meal.meal, language),
        dish=meal.dish.name(language),
        photo=page_photo(meal.dish, language),
        diet=diet,
        diet_words=say(f"diet_{diet}", language, to="page"),
        meta=_meta(meal, language),
        off=off,
        why=[] if off else _why(meal, language),
        guests=meal.guests,
        can_change=plan.status in OPEN_TO_CHANGE and meal.date >= today and meal.status != MealStatus.COOKED,
        said=said,
    )


def _meta(meal: PlannedMeal, language: str) -> str:
    n = servings_text(meal.servings)
    key = "with_guests" if meal.guests else "servings"
    people = say(key, language, to="page", n=n, guests=meal.guests)
    parts = [people, say("minutes", language, to="page", n=meal.dish.minutes)]
    if meal.no_cook:
        parts.append(say("no_cook", language, to="page"))
    if meal.status == MealStatus.COOKED:
        parts.append(say("cooked", language, to="page"))
    return " · ".join(parts)


def _why(meal: PlannedMeal, language: str) -> list[str]:
    codes = ["pinned"] if meal.pinned else []
    found = [(code, None) for code in codes] or [(r["code"], r.get("value")) for r in meal.reason]
    told = [(code, value) for code, value in found if code not in SILENT_REASONS]
    return [say(f"because_{code}", language, to="page", value=value) for code, value in told[:MOST_REASONS]]
