"""Templates queued as the tests of the sender want them."""

from __future__ import annotations

from typing import Any

from tests.factories.whatsapp import NOW
from tests.whatsapp import doors
from whatsapp import sending
from whatsapp.models import Message


def queue_cook(contact: Any, **how: Any) -> Message:
    return sending.queue_template(contact=contact, template=doors.COOK, variables={"dishes": "Rajma"}, now=NOW, **how)


def queue_plan(contact: Any, **how: Any) -> Message:
    values = {"name": "Asha", "week": "23–29 Nov"}
    how = {"payloads": ("a1", "c1"), "url_suffix": "tok/", **how}
    return sending.queue_template(contact=contact, template=doors.PLAN, variables=values, now=NOW, **how)


def fresh(message: Message) -> Message:
    return Message.objects.get(pk=message.pk)
