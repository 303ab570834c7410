"""A message to one of our people that will not arrive: somebody must reach them another way."""

from __future__ import annotations

from datetime import datetime, timedelta

from households import ops, queries
from households.models import Household
from whatsapp.models import Contact, Message
from whatsapp.outgoing.orders import is_order

#: A weekly plan can wait for half a day; a cook's instruction has its own, shorter, watch.
ACT_WITHIN = timedelta(hours=4)


def message_failed(message: Message, now: datetime) -> None:
    """Told in the transaction that records the failure, whether Meta refused the message or we did not send it.

    An order to pay in the chat goes out once more as a link, by whoever asked for it.
    """
    if not is_order(message.payload):
        put_on_queue(message, now)


def put_on_queue(message: Message, now: datetime) -> None:
    """The person, once however many messages fail."""
    who = _who(message.contact)
    if who is None:
        return
    name, household = who
    purpose = (message.purpose or message.type).replace("_", " ")
    ops.open_item(
        kind="undelivered",
        key=undelivered_key(message.contact),
        about=message.contact,
        reason=f"{name} of {household} did not get “{purpose}”: {message.error_text or 'no reason given'} "
        "Call them, or correct the number.",
        household=household,
        due_at=now + ACT_WITHIN,
        now=now,
    )


def undelivered_key(contact: Contact) -> str:
    return f"undelivered:{contact.pk}"


def _who(contact: Contact) -> tuple[str, Household] | None:
    homes = queries.residents_of(contact)
    if homes:
        return homes[0].name, homes[0].household
    engagements = queries.engagements_of(contact)
    return (engagements[0].cook.name, engagements[0].household) if engagements else None
