"""Meta counts a template in another category: an alarm with what it costs, closed when it is taken back."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from tests.factories.whatsapp import DAY, NOW, approve, change, make_contact, post
from tests.whatsapp import doors
from tests.whatsapp.graph import BASE
from whatsapp import receiving, template_sync
from whatsapp.models import Account, Incident, Message, MessageTemplate, PhoneNumber

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def template(account: Account) -> MessageTemplate:
    return approve(doors.COOK)[0]


def meta_moves(**value: Any) -> None:
    names = {"message_template_name": "cook_today", "message_template_language": "en"}
    post(change(names | value, field="template_category_update"))
    receiving.process_pending(NOW)


def went_out(count: int, at: Any = NOW - DAY) -> None:
    base = {"contact": make_contact(), "phone_number": PhoneNumber.objects.get(), "direction": "out", "status": "read"}
    shape = {"type": "template", "template_name": "cook_today", "language": "en", "created_at": at, "not_before": at}
    Message.objects.bulk_create(Message(**base, **shape) for _ in range(count))


def test_dearer_opens_an_alarm_with_the_difference_for_one_and_for_the_last_month(template: MessageTemplate) -> None:
    went_out(200)
    went_out(5, NOW - 31 * DAY)
    meta_moves(previous_category="UTILITY", new_category="MARKETING")
    incident = Incident.objects.get(closed_at=None)
    assert incident.detail == (
        "Meta counts cook_today (en) as marketing now; it was utility. That is ₹0.7481 more for each message to India; "
        "200 went out in the last 30 days: ₹149.62 more."
    )
    template.refresh_from_db()
    assert (template.category, template.previous_category) == ("MARKETING", "UTILITY")


def test_where_it_also_went_is_said_country_by_country() -> None:
    went_out(1)
    went_out(2)
    abroad = Message.objects.order_by("-pk").first()
    assert abroad is not None
    abroad.contact.__class__.objects.filter(pk=abroad.contact_id).update(wa_id="9779841234567")
    meta_moves(previous_category="UTILITY", new_category="MARKETING")
    assert Incident.objects.get(closed_at=None).detail.endswith(
        "That is ₹0.7481 more for each message to India; 1 went out in the last 30 days: ₹0.75 more. "
        "There is no rate for Nepal; 2 went out in the last 30 days."
    )


def test_an_announcement_says_so_before_it_costs_anything(template: MessageTemplate) -> None:
    meta_moves(new_category="UTILITY", correct_category="MARKETING")
    incident = Incident.objects.get(closed_at=None)
    assert incident.detail.startswith("Meta will count cook_today (en) as marketing from tomorrow; now it is utility.")
    assert "₹0.7481 more" in incident.detail
    template.refresh_from_db()
    assert template.category == "UTILITY"


def test_taken_back_it_closes_itself() -> None:
    meta_moves(previous_category="UTILITY", new_category="MARKETING")
    meta_moves(previous_category="MARKETING", new_category="UTILITY")
    incident = Incident.objects.get()
    assert (incident.closed_at, incident.closed_because) == (NOW, "Meta counts it as utility.")


def test_an_unknown_category_is_an_alarm_without_a_price() -> None:
    meta_moves(previous_category="UTILITY", new_category="MARKETING_LITE")
    assert (
        Incident.objects.get(closed_at=None).detail
        == "Meta counts cook_today (en) as marketing_lite now; it was utility."
    )


@responses.activate
def test_a_change_that_no_webhook_told_is_found_by_the_next_sync(account: Account) -> None:
    went_out(200)
    address = f"{BASE}/{account.waba_id}/message_templates"
    components = doors.COOK.components("en")
    theirs = {"id": "77", "name": "cook_today", "language": "en", "status": "APPROVED", "components": components}
    responses.get(address, json={"data": [theirs | {"category": "MARKETING", "previous_category": "UTILITY"}]})
    responses.post(address, json={"id": "1", "status": "PENDING", "category": "UTILITY"})
    for _ in range(2):
        template_sync.sync(account, NOW)
    alarm = Incident.objects.get(subject="cook_today (en)", closed_at=None)
    assert (alarm.kind, alarm.detail) == (
        "template category",
        "Meta counts cook_today (en) as marketing now; it was utility. That is ₹0.7481 more for each message to India; "
        "200 went out in the last 30 days: ₹149.62 more.",
    )
