"""A back office after some months: households, people, weeks, charges and messages in bulk, the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db.models import Model

from households.billing.models import Charge
from households.models import Cook, Engagement, Household, OpsItem, Resident, TimelineEvent
from mealplans.catalogue.load import load_catalogue
from mealplans.models import CookInstruction, Dish, PlannedMeal, WeekPlan
from mealplans.storing import store
from tests.factories.households import MONDAY, NOW
from tests.factories.whatsapp import make_account
from whatsapp.models import Contact, InboxItem, Message, PhoneNumber

BATCH = 2000
NAMES = ("Asha", "Ravi", "Meera", "Kabir", "Farah", "Nisha", "Lakshmi", "Ananya", "Imran", "Sunita", "Geeta", "Ramesh")
CITIES = ("Pune", "Mumbai", "Bengaluru", "Chennai", "Delhi", "Kolkata", "Hyderabad")
WORDS = (
    "मंगलवार रात का खाना बदल दो",
    "Looks good, thank you",
    "kal guests hain 3",
    "Please swap Tuesday dinner",
    "ok didi",
)
OUT_STATUSES = ("read", "read", "read", "delivered", "delivered", "sent", "failed")


def save(model: type[Model], rows: Iterable[Any]) -> list[Any]:
    made: list[Any] = []
    waiting = iter(rows)
    while some := list(islice(waiting, BATCH)):
        made += model._default_manager.bulk_create(some)
    return made


def fill(households: int, messages: int, seed: int = 7) -> None:
    """Write it all. `households` homes with two residents and a share of a cook each; `messages` over all of them."""
    chance = random.Random(seed)
    account = make_account()
    number = PhoneNumber.objects.get(account=account)
    store(load_catalogue())
    homes = save(Household, (_home(at, chance) for at in range(households)))
    people = save(Contact, (_contact(account, at, chance) for at in range(households * 2 + households // 3 + 1)))
    save(Resident, _residents(homes, people))
    cooks = save(
        Cook, (Cook(name=chance.choice(NAMES), contact=person, created_at=NOW) for person in people[households * 2 :])
    )
    engagements = save(Engagement, (_engagement(home, cooks[at % len(cooks)]) for at, home in enumerate(homes)))
    plans = save(WeekPlan, (_plan(home, chance) for home in homes))
    dishes = list(Dish.objects.all()[:60])
    save(PlannedMeal, _meals(plans[: max(1, households // 10)], dishes, chance))
    save(Charge, (_charge(plan, chance) for plan in plans if plan.status in ("awaiting_payment", "confirmed")))
    save(CookInstruction, _instructions(plans, engagements))
    save(TimelineEvent, (_event(plan, at) for at, plan in enumerate(plans)))
    kept = save(Message, (_message(at, people, number, chance) for at in range(messages)))
    save(InboxItem, _parked(kept))
    save(OpsItem, (_item(homes[at], at) for at in range(min(200, households))))


def _home(at: int, chance: random.Random) -> Household:
    return Household(name=f"{chance.choice(NAMES)} home {at}", city=chance.choice(CITIES), created_at=NOW)


def _contact(account: Any, at: int, chance: random.Random) -> Contact:
    wa_id = f"9198{at:08d}"
    wrote = NOW - timedelta(minutes=chance.randrange(100_000)) if chance.random() < 0.8 else None
    name = f"{chance.choice(NAMES)} {at}"
    return Contact(
        account=account, phone=f"+{wa_id}", wa_id=wa_id, profile_name=name, opted_in_at=NOW, last_inbound_at=wrote
    )


def _residents(homes: list[Household], people: list[Contact]) -> Iterator[Resident]:
    for at, home in enumerate(homes):
        for nth in (0, 1):
            person = people[2 * at + nth]
            yield Resident(household=home, name=person.profile_name, contact=person, decides=not nth, created_at=NOW)


def _engagement(home: Household, cook: Cook) -> Engagement:
    return Engagement(
        household=home,
        cook=cook,
        weekdays=[0, 1, 2, 3, 4, 5],
        meals=["lunch", "dinner"],
        arrives_at=time(10),
        created_at=NOW,
    )


def _plan(home: Household, chance: random.Random) -> WeekPlan:
    status = chance.choice(("proposed", "awaiting_payment", "confirmed", "confirmed", "completed"))
    return WeekPlan(
        household=home, week_start=MONDAY, status=status, created_at=NOW, next_due_at=NOW + timedelta(days=1)
    )


def _meals(plans: list[WeekPlan], dishes: list[Dish], chance: random.Random) -> Iterator[PlannedMeal]:
    for plan in plans:
        for day in range(6):
            for meal in ("lunch", "dinner"):
                date = MONDAY + timedelta(days=day)
                yield PlannedMeal(plan=plan, date=date, meal=meal, dish=chance.choice(dishes), servings=3)


def _charge(plan: WeekPlan, chance: random.Random) -> Charge:
    status = "settled" if plan.status == "confirmed" else "open"
    paise = chance.randrange(80_000, 400_000)
    facts: dict[str, Any] = {"household_id": plan.household_id, "subject": f"plan:{plan.pk}", "amount_paise": paise}
    return Charge(status=status, created_at=NOW, due_by=NOW + timedelta(days=2), **facts)


def _instructions(plans: list[WeekPlan], engagements: list[Engagement]) -> Iterator[CookInstruction]:
    for plan, engagement in zip(plans, engagements, strict=True):
        due = NOW + timedelta(hours=10)
        yield CookInstruction(plan=plan, engagement=engagement, date=MONDAY, kind="evening", due_at=due, status="sent")


def _event(plan: WeekPlan, at: int) -> TimelineEvent:
    moment = NOW - timedelta(minutes=at % 5000)
    return TimelineEvent(
        household_id=plan.household_id, kind="plan_proposed", text="12 meals proposed.", at=moment, week_start=MONDAY
    )


def _message(at: int, people: list[Contact], number: PhoneNumber, chance: random.Random) -> Message:
    person, moment = chance.choice(people), NOW - timedelta(seconds=chance.randrange(60 * 86_400))
    given: dict[str, Any] = {"contact": person, "phone_number": number, "created_at": moment, "not_before": moment}
    given["wamid"] = f"wamid.{at:09d}"
    if chance.random() < 0.4:
        text = chance.choice(WORDS)
        payload = {"id": given["wamid"], "type": "text", "text": {"body": text}}
        return Message(
            direction="in", type="text", status="received", text=text, payload=payload, handled_at=moment, **given
        )
    body = {"type": "text", "text": {"body": "Tuesday dinner is now rajma chawal."}}
    status = chance.choice(OUT_STATUSES)
    return Message(direction="out", type="text", status=status, text=body["text"]["body"], payload=body, **given)  # type: ignore[index]


def _parked(messages: list[Message]) -> Iterator[InboxItem]:
    seen: set[int] = set()
    for message in messages:
        if message.direction == "in" and message.contact_id not in seen and len(seen) < 200:
            seen.add(message.contact_id)
            reason = "Not sure what was meant."
            due: datetime = NOW + timedelta(hours=1)
            yield InboxItem(contact_id=message.contact_id, message=message, reason=reason, opened_at=NOW, due_at=due)


def _item(home: Household, at: int) -> OpsItem:
    reason = "Did not answer about the week. Call, then approve or cancel."
    return OpsItem(kind="plan_unanswered", key=f"seed:{at}", household=home, reason=reason, opened_at=NOW, due_at=NOW)
