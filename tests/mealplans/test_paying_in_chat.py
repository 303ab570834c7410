"""WhatsApp's Review and pay: asked by a setting, wrapped around the provider's link, and never believed about money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from households.billing import asking, links, polling, providers, settle
from households.billing.models import Charge, PaymentLink
from households.models import Household, OpsItem
from mealplans import lifecycle
from mealplans.models import PlanStatus, WeekPlan
from mealplans.outcomes import Actor
from tests.factories.households import HOUR, NOW
from tests.factories.mealplans import Home
from tests.households.billing.fake_provider import FakeRazorpay
from whatsapp import failures, statuses
from whatsapp.models import Contact, Message
from whatsapp.payloads import status_of


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch, settings: Any) -> FakeRazorpay:
    """Razorpay in memory, in a country where people pay in the chat."""
    played = FakeRazorpay()
    settings.PAYMENTS_PROVIDER = "razorpay"
    settings.REVIEW_AND_PAY_COUNTRIES = ["IN"]
    settings.REVIEW_AND_PAY_SELLER = "BetterMeals"
    settings.REVIEW_AND_PAY_SELLER_ADDRESS = "12 Hill Road, Mumbai"
    monkeypatch.setattr(providers, "Razorpay", lambda **_: played)
    monkeypatch.setattr(providers.Razorpay, "name", "razorpay", raising=False)
    return played


def writes(home: Home) -> None:
    assert home.asha.contact is not None
    Contact.objects.filter(pk=home.asha.contact.pk).update(last_inbound_at=NOW)


def asked(plan: WeekPlan, home: Home) -> Message:
    """The week is approved and its link made; the message that asks to pay."""
    lifecycle.approve(plan.pk, Actor("Asha", "page", resident_id=home.asha.pk), NOW)
    links.create_links(NOW)
    return Message.objects.get(purpose="payment_prompt")


def kind(message: Message) -> str:
    return str((message.payload.get("interactive") or {}).get("type", message.type))


def hear(provider: FakeRazorpay) -> None:
    for event_id, body in provider.outbox:
        settle.store_event(provider="razorpay", event_id=event_id, event_type="", body=body, now=NOW)
    settle.process_events(NOW)


def told_by_whatsapp(message: Message, status: str, reference: str) -> dict[str, Any]:
    amount = {"value": 1, "offset": 100}
    payment = {"reference_id": reference, "amount": amount, "transaction": {"status": "success"}}
    return {"id": message.wamid or "wamid.1", "type": "payment", "status": status, "payment": payment}


def test_within_the_window_the_link_comes_as_an_order_to_review_and_pay(
    provider: FakeRazorpay, plan: WeekPlan, home: Home
) -> None:
    writes(home)
    message = asked(plan, home)
    link = PaymentLink.objects.get()
    action = message.payload["interactive"]["action"]
    parameters = action["parameters"]
    assert (kind(message), action["name"]) == ("order_details", "review_and_pay")
    assert (parameters["reference_id"], parameters["total_amount"]["value"]) == (link.reference, link.amount_paise)
    assert parameters["payment_settings"] == [{"type": "payment_link", "payment_link": {"uri": link.short_url}}]
    assert parameters["order"]["items"][0]["country_of_origin"] == "India"
    assert link.expires_at is not None
    assert parameters["order"]["expiration"]["timestamp"] == str(int(link.expires_at.timestamp()))
    assert message.route_reason.endswith("Review and pay, as set for the household or its country.")


def test_outside_the_window_the_link_goes_and_the_reason_stands_on_the_row(
    provider: FakeRazorpay, plan: WeekPlan, home: Home
) -> None:
    message = asked(plan, home)
    assert (message.type, message.template_name) == ("template", "payment_prompt")
    assert message.route_reason == (
        "Template: the customer service window is closed. "
        "The payment link instead of Review and pay: the customer service window is closed."
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"REVIEW_AND_PAY_SELLER": ""}, "REVIEW_AND_PAY_SELLER and REVIEW_AND_PAY_SELLER_ADDRESS are not set."),
        ({"PAYMENTS_PROVIDER": "manual"}, "WhatsApp wraps links of a payment gateway, not those of “manual”."),
    ],
)
def test_what_stands_in_the_way_is_said(
    provider: FakeRazorpay, plan: WeekPlan, home: Home, settings: Any, changes: dict[str, str], reason: str
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    writes(home)
    message = asked(plan, home)
    assert (kind(message), message.route_reason.partition("pay: ")[2]) == ("cta_url", reason)


@pytest.mark.parametrize(
    ("countries", "wish", "expected"),
    [
        (["IN"], "country", "order_details"),
        (["IN"], "link", "cta_url"),
        ([], "country", "cta_url"),
        (["IL"], "country", "cta_url"),
        ([], "chat", "order_details"),
    ],
)
def test_the_household_decides_and_else_its_country(
    provider: FakeRazorpay, plan: WeekPlan, home: Home, settings: Any, countries: list[str], wish: str, expected: str
) -> None:
    settings.REVIEW_AND_PAY_COUNTRIES = countries
    Household.objects.update(payment_ask=wish)
    writes(home)
    assert kind(asked(plan, home)) == expected


def test_whatsapp_s_word_about_a_payment_settles_nothing_and_has_the_provider_asked(
    provider: FakeRazorpay, plan: WeekPlan, home: Home
) -> None:
    writes(home)
    message, link = asked(plan, home), PaymentLink.objects.get()
    PaymentLink.objects.update(polled_at=NOW)
    told = told_by_whatsapp(message, "captured", link.reference)
    assert list(polling.due(NOW)) == []
    statuses.apply([status_of(told, NOW)], NOW)
    assert Charge.objects.get().status == Charge.Status.OPEN
    assert list(polling.due(NOW)) == [link]
    polling.poll_open_links(NOW)
    assert Charge.objects.get().status == Charge.Status.OPEN  # the provider knows of no payment
    provider.pay(link.provider_id)
    statuses.apply([status_of(told, NOW)], NOW)
    polling.poll_open_links(NOW)
    assert Charge.objects.get().status == Charge.Status.SETTLED


def test_a_status_that_names_nobody_s_reference_does_nothing(
    provider: FakeRazorpay, plan: WeekPlan, home: Home
) -> None:
    writes(home)
    message = asked(plan, home)
    PaymentLink.objects.update(polled_at=NOW)
    statuses.apply([status_of(told_by_whatsapp(message, "captured", "BM-999"), NOW)], NOW)
    assert list(polling.due(NOW)) == []


def test_who_paid_in_the_chat_reads_it_in_the_order_s_own_bubble_and_the_others_as_ever(
    provider: FakeRazorpay, plan: WeekPlan, home: Home
) -> None:
    writes(home)
    asked(plan, home)
    link = PaymentLink.objects.get()
    provider.pay(link.provider_id)
    hear(provider)
    plan.refresh_from_db()
    assert plan.status == PlanStatus.CONFIRMED
    sent = {m.contact_id: m for m in Message.objects.filter(purpose="plan_confirmed")}
    assert home.asha.contact is not None
    assert home.ravi.contact is not None
    mine = sent[home.asha.contact.pk]
    assert mine.payload["interactive"]["action"] == {
        "name": "review_order",
        "parameters": {"reference_id": link.reference, "order": {"status": "processing"}},
    }
    assert sent[home.ravi.contact.pk].type == "template"


def fail(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(status="sending")
    failures.record(
        message.pk,
        "failed",
        old=["sending"],
        error_class="bug",
        error_text="The terms of WhatsApp Payments are not accepted.",
        error_code=134011,
        now=NOW,
    )


def test_an_order_that_meta_refuses_goes_out_once_more_as_the_link_with_the_reason(
    provider: FakeRazorpay, plan: WeekPlan, home: Home
) -> None:
    writes(home)
    fail(asked(plan, home))
    again = Message.objects.filter(purpose="payment_prompt").order_by("pk").last()
    assert again is not None
    assert (kind(again), again.route_reason.partition("pay: ")[2]) == (
        "cta_url",
        "The terms of WhatsApp Payments are not accepted.",
    )
    assert not OpsItem.objects.filter(kind="undelivered").exists()
    fail(again)
    assert OpsItem.objects.get(kind="undelivered").closed_at is None
    assert Message.objects.filter(purpose="payment_prompt").count() == 2


def test_a_refused_order_of_a_link_that_is_over_asks_for_nothing(
    provider: FakeRazorpay, plan: WeekPlan, home: Home
) -> None:
    writes(home)
    message = asked(plan, home)
    provider.pay(PaymentLink.objects.get().provider_id)
    hear(provider)
    fail(message)
    assert Message.objects.filter(purpose="payment_prompt").count() == 1


def test_a_link_that_ends_within_minutes_is_not_wrapped(provider: FakeRazorpay, plan: WeekPlan, home: Home) -> None:
    writes(home)
    asked(plan, home)
    link = PaymentLink.objects.get()
    assert link.expires_at is not None
    assert asking.hindrance(link, "+919810000001", link.expires_at - HOUR) == ""
    late = link.expires_at - timedelta(minutes=5)
    assert asking.hindrance(link, "+919810000001", late) == "The link ends within minutes."
    assert asking.hindrance(link, "", NOW) == "The payer's number is not known, so neither is their country."
