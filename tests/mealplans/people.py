"""People at their phones: a tap or a text goes through the product's own route table, as a webhook's message does."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from households.billing import links, manual
from households.billing.models import Charge
from households.models import Cook, Resident
from mealplans import arriving
from mealplans.locking import locked
from mealplans.models import Offer, WeekPlan
from tests.factories.households import NOW
from whatsapp import routing
from whatsapp.models import Contact, Message, PhoneNumber

_wamids = itertools.count(1)


def receive(contact: Contact, payload: dict[str, Any], now: datetime) -> Message:
    """A message of this person, stored as the webhook stores it; their window is open from now."""
    Contact.objects.filter(pk=contact.pk).update(last_inbound_at=now)
    previous = Message.objects.filter(contact=contact).first()
    number = previous.phone_number if previous else PhoneNumber.objects.get()
    wamid = f"wamid.{next(_wamids):06d}"
    whole = {"id": wamid, "from": contact.wa_id, "timestamp": str(int(now.timestamp())), **payload}
    return Message.objects.create(
        contact=Contact.objects.get(pk=contact.pk),
        phone_number=number,
        direction="in",
        type=payload["type"],
        status="received",
        payload=whole,
        wamid=wamid,
        created_at=now,
        not_before=now,
    )


def handle(message: Message, now: datetime) -> list[str]:
    """Through the routes; returns what the writer was answered."""
    before = _sent_to(message.contact)
    with transaction.atomic():
        routing.dispatch(message, now)
    return [text for pk, text in _sent_to(message.contact).items() if pk not in before]


def _sent_to(contact: Contact) -> dict[int, str]:
    rows = Message.objects.filter(contact=contact, direction="out").order_by("id")
    return dict(rows.values_list("pk", "text"))


def say(person: Resident | Cook, text: str, now: datetime = NOW) -> list[str]:
    message = receive(_contact(person), {"type": "text", "text": {"body": text}}, now)
    return handle(message, now)


def tap(
    person: Resident | Cook, action: str, now: datetime = NOW, *, of: Resident | Cook | None = None, **data: Any
) -> list[str]:
    """Tap the newest button with this meaning (`of`: a button somebody else was sent, forwarded)."""
    offered = Offer.objects.filter(contact=_contact(of or person), action=action).order_by("-id")
    matching = [row for row in offered if all(row.data.get(key) == value for key, value in data.items())]
    assert matching, f"no button {action} {data} was offered; there are {set(offered.values_list('action', flat=True))}"
    return press(person, matching[0].token, now)


def press(person: Resident | Cook, payload: str, now: datetime = NOW) -> list[str]:
    button = {"type": "button", "button": {"payload": payload, "text": "a label"}}
    return handle(receive(_contact(person), button, now), now)


def _contact(person: Resident | Cook) -> Contact:
    assert person.contact is not None
    return person.contact


def make_link(charge: Charge, now: datetime = NOW) -> None:
    """The worker withdraws an older link and makes the one the charge needs, with the provider without a network."""
    for _ in range(2):
        links.create_link(charge.pk, now)


def pay(charge: Charge, now: datetime = NOW) -> None:
    manual.mark_paid(charge.pk, by=None, reason="the test pays", now=now)


def groceries_come(plan: WeekPlan, now: datetime = NOW) -> int:
    """All that is still to come of the week is in the kitchen; how many deliveries that were."""
    with locked(plan.pk) as week:
        parts = [part.pk for part in arriving.coming(week)]
        return len(arriving.arrive(week, parts, None, "Priya", now))


def later(**how: float) -> datetime:
    return NOW + timedelta(**how)
