"""Free text while the window is open, else the template: decided by the system, with the same answers either way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from households.models import OpsItem, TimelineEvent
from mealplans import templates
from mealplans.telling import Notice, tell
from tests.factories.households import NOW
from tests.factories.mealplans import Home
from whatsapp.models import Contact, Message

WEEK = {"name": "Asha", "week": "23 Nov – 29 Nov", "deadline": "Sun 22 Nov, 2:00 pm"}


def send(home: Home, notice: Notice, key: str = "key") -> Message | None:
    with transaction.atomic():
        return tell(home.asha.contact, notice, language="en", once_key=key, now=NOW, household=home.household)


def wrote_lately(home: Home) -> None:
    Contact.objects.filter(pk=home.asha.contact_id).update(last_inbound_at=NOW - timedelta(hours=3))
    home.asha.contact.refresh_from_db()


def reminder(**more: object) -> Notice:
    values = {"payloads": ["bm:a", "bm:b"], "titles": ["Approve", "Change"], "url_suffix": "tok/"}
    return Notice(templates.PLAN_REMINDER, WEEK, **{**values, **more})  # type: ignore[arg-type]


def test_a_closed_window_means_the_template(home: Home) -> None:
    message = send(home, reminder())
    assert message is not None
    assert (message.type, message.template_name) == ("template", "plan_reminder")


def test_an_open_window_means_buttons_with_the_same_payloads_and_the_address_in_the_text(home: Home) -> None:
    wrote_lately(home)
    message = send(home, reminder())
    assert message is not None
    interactive = message.payload["interactive"]
    assert [b["reply"]["id"] for b in interactive["action"]["buttons"]] == ["bm:a", "bm:b"]
    assert interactive["body"]["text"].endswith("http://testserver/p/tok/")


def test_an_address_alone_becomes_an_address_button(home: Home) -> None:
    wrote_lately(home)
    values = {"name": "Asha", "week": "23 Nov – 29 Nov", "amount": "₹3,240", "pay_by": "Sun 22 Nov, 8:00 pm"}
    message = send(home, Notice(templates.PAYMENT_PROMPT, values, url_suffix="tok/"))
    assert message is not None
    parameters = message.payload["interactive"]["action"]["parameters"]
    assert parameters == {"display_text": "Pay now", "url": "http://testserver/pay/tok/"}


def test_details_too_long_for_buttons_go_ahead_and_the_short_form_asks(home: Home) -> None:
    wrote_lately(home)
    send(home, reminder(text="rice 3 katori, " * 120))
    send(home, reminder(text="rice 3 katori, " * 120))
    types = list(Message.objects.filter(direction="out").order_by("id").values_list("type", flat=True))
    assert types == ["text", "interactive"]


def test_the_same_key_is_sent_once(home: Home) -> None:
    first, second = send(home, reminder()), send(home, reminder())
    assert first == second
    assert Message.objects.count() == 1


@pytest.mark.parametrize(("important", "items"), [(True, 1), (False, 0)])
def test_who_may_not_be_written_to_is_on_the_timeline_and_if_it_matters_with_staff(
    home: Home, important: bool, items: int
) -> None:
    Contact.objects.filter(pk=home.asha.contact_id).update(opted_out_at=NOW)
    home.asha.contact.refresh_from_db()
    assert send(home, reminder(important=important)) is None
    assert TimelineEvent.objects.get(kind="not_told").data["code"] == "opted_out"
    assert OpsItem.objects.count() == items
