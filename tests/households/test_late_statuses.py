"""A status that comes after its person was erased: the books hear of it, and no address comes back."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from households.models import Resident
from tests.bettermeals.test_erasing_everything import found
from tests.factories.households import NOW, make_household, make_resident
from tests.factories.whatsapp import HOUR, change, make_account, make_contact, metadata, post, queue_text, status
from tests.households.test_persons_data import as_role, order, page
from whatsapp import receiving
from whatsapp.models import Contact, Message, MessageStatusEvent, SendAttempt, WebhookDelivery

pytestmark = pytest.mark.django_db
BSUID = "IN.1349120398471234"


@pytest.fixture(autouse=True)
def saturday() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zubeida(db: Any) -> Resident:
    make_account()
    home = make_household()
    make_resident(home, "Ravi", contact=make_contact())
    return make_resident(home, "Zubeida", contact=make_contact(profile_name="Zubeida", bsuid=BSUID))


def wamid_of(contact: Contact) -> str:
    """As Meta's: the number stands in it."""
    return "wamid." + base64.b64encode(f"\x1d\x0c{contact.wa_id}\x15".encode()).decode()


def sent_to(contact: Contact) -> Message:
    Contact.objects.filter(pk=contact.pk).update(last_inbound_at=NOW)
    message = queue_text(Contact.objects.get(pk=contact.pk), "Hello", NOW)
    accepted = {"wamid": wamid_of(contact), "outcome": "accepted", "started_at": NOW, "finished_at": NOW}
    SendAttempt.objects.create(message=message, **accepted)
    Message.objects.filter(pk=message.pk).update(status="accepted", wamid=wamid_of(contact))
    return Message.objects.get(pk=message.pk)


def told(contact: Contact, said: str, **also: Any) -> dict[str, Any]:
    number = contact.wa_id or ""
    return status(wamid_of(contact), said, NOW + HOUR, recipient_id=number, recipient_user_id=BSUID, **also)


def deliver(*entries: dict[str, Any], contacts: Any = ()) -> None:
    head = {"messaging_product": "whatsapp", "metadata": metadata(), "contacts": list(contacts)}
    assert post(change({**head, "statuses": list(entries)})).status_code == 200
    receiving.process_pending(NOW)


def erased(client: Client, person: Resident) -> Contact:
    """Erased through the page; returns who they were."""
    contact = Contact.objects.get(pk=person.contact_id)
    assert as_role(client, "admin").post(page(person), order()).status_code == 302
    return contact


def left_of(contact: Contact) -> list[tuple[str, str]]:
    return found((contact.wa_id or "")[2:], BSUID, wamid_of(contact).removeprefix("wamid."))


PRICING = {"billable": True, "category": "utility"}


def test_the_message_moves_and_its_price_is_known_and_no_column_has_the_number(
    client: Client, zubeida: Resident
) -> None:
    message = sent_to(zubeida.contact)
    was = erased(client, zubeida)
    deliver(told(was, "delivered", pricing=PRICING), contacts=[{"wa_id": was.wa_id, "user_id": BSUID}])
    message.refresh_from_db()
    assert (message.status, message.delivered_at, message.pricing) == ("delivered", NOW + HOUR, PRICING)
    assert left_of(was) == []
    assert WebhookDelivery.objects.latest("pk").status == "processed"


@pytest.mark.parametrize("also", [{"errors": [{"code": 131026, "title": "to 919810"}]}, {"unheard_of": {"who": BSUID}}])
def test_a_refusal_and_a_key_nobody_knows_leave_nothing_either(
    client: Client, zubeida: Resident, also: dict[str, Any]
) -> None:
    message = sent_to(zubeida.contact)
    was = erased(client, zubeida)
    deliver(told(was, "failed", **also, conversation={"origin": {"user": was.wa_id}}), told(was, "unheard of"))
    message.refresh_from_db()
    assert (message.status, left_of(was)) == ("failed", [])


def test_a_status_of_no_message_of_ours_is_parked_without_the_address(client: Client, zubeida: Resident) -> None:
    was = erased(client, zubeida)
    deliver(told(was, "read"))
    event = MessageStatusEvent.objects.get()
    assert (event.message, event.status, event.wamid == event.raw["id"], left_of(was)) == (None, "read", True, [])
    assert receiving.replay(WebhookDelivery.objects.latest("pk"))
    receiving.process_pending(NOW)
    assert (MessageStatusEvent.objects.count(), left_of(was)) == (1, [])


def test_a_status_that_names_nobody_is_known_by_its_emptied_message(client: Client, zubeida: Resident) -> None:
    sent_to(zubeida.contact)
    was = erased(client, zubeida)
    entry = told(was, "read")
    del entry["recipient_id"], entry["recipient_user_id"]
    deliver(entry)
    assert (Message.objects.get(direction="out").status, left_of(was)) == ("read", [])


def test_what_the_same_post_says_of_others_stays_word_for_word(client: Client, zubeida: Resident) -> None:
    ravi = Contact.objects.exclude(pk=zubeida.contact_id).get()
    message = sent_to(ravi)
    sent_to(zubeida.contact)
    was = erased(client, zubeida)
    his = status(wamid_of(ravi), "read", NOW + HOUR, recipient_id=ravi.wa_id)
    deliver(told(was, "read"), his)
    kept = json.loads(bytes(WebhookDelivery.objects.latest("pk").body))
    assert kept["entry"][0]["changes"][0]["value"]["statuses"] == [his]
    assert [e.raw for e in MessageStatusEvent.objects.filter(message=message)] == [his]


def test_who_came_back_is_told_of_by_name_again(client: Client, zubeida: Resident) -> None:
    was = erased(client, zubeida)
    again = make_contact(was.phone or "")
    message = sent_to(again)
    deliver(told(again, "read"))
    message.refresh_from_db()
    assert (message.status, message.wamid) == ("read", wamid_of(again))


def test_while_nobody_was_erased_a_batch_asks_one_thing_more_however_many_statuses(zubeida: Resident) -> None:
    asked = []
    for count in (1, 3):
        post(change({"metadata": metadata(), "statuses": [told(zubeida.contact, "read")] * count}))
        with CaptureQueriesContext(connection) as queries:
            receiving.process_pending(NOW)
        asked.append(sum("digestkey" in query["sql"] for query in queries))
    assert asked == [1, 1]
