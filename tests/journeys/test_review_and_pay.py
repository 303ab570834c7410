"""A week paid inside WhatsApp: Review and pay on the phone, an attempt that fails, money that the provider confirms."""

from __future__ import annotations

from typing import Any

import pytest

from households.billing import polling, settle
from households.billing.models import Charge, Payment, PaymentLink
from households.models import Household
from mealplans.models import PlanStatus, WeekPlan
from tests.factories.mealplans import Home
from tests.journeys.speaking import approved, in_both_languages
from tests.journeys.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def in_the_chat(home: Home, settings: Any) -> Home:
    settings.REVIEW_AND_PAY_SELLER, settings.REVIEW_AND_PAY_SELLER_ADDRESS = "BetterMeals", "12 Hill Road, Mumbai"
    Household.objects.update(payment_ask="chat")
    return home


def orders(stage: Stage) -> list[dict[str, Any]]:
    return [message for message in stage.phone("Asha").received() if message["order"]]


def link_of(order: dict[str, Any]) -> str:
    [button] = order["buttons"]
    return str(button["url"]).rpartition("/")[2]


@in_both_languages
def test_the_order_is_paid_in_the_chat_after_one_attempt_failed(stage: Stage, in_the_chat: Home, language: str) -> None:
    approved(stage, in_the_chat, language)
    [order] = orders(stage)
    assert (order["order"]["total"], order["order"]["status"]) == (Charge.objects.get().amount_paise, "pending")
    stage.tell(f"pay/{link_of(order)}/fail")
    stage.settle()
    assert (Payment.objects.count(), WeekPlan.objects.get().status) == (0, PlanStatus.AWAITING_PAYMENT)
    stage.tell(f"pay/{link_of(order)}")
    stage.settle()
    assert (Payment.objects.get().source, WeekPlan.objects.get().status) == ("webhook", PlanStatus.CONFIRMED)
    asked, told = orders(stage)
    assert (asked["order"]["status"], told["order"]["status"]) == ("processing", "processing")
    assert told["order"]["reference_id"] == PaymentLink.objects.get().reference
    assert told["buttons"] == []


def test_when_the_provider_s_webhook_is_not_heard_whatsapp_s_word_has_it_asked_at_once(
    stage: Stage, in_the_chat: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    approved(stage, in_the_chat, "en")
    polling.poll_open_links(stage.now)
    [order] = orders(stage)
    assert list(polling.due(stage.now)) == []
    monkeypatch.setattr(settle, "process_events", lambda now: 0)  # what the provider said lies unread
    stage.tell(f"pay/{link_of(order)}")
    stage.settle()
    assert Charge.objects.get().status == Charge.Status.OPEN
    assert [link.reference for link in polling.due(stage.now)] == [order["order"]["reference_id"]]
    polling.poll_open_links(stage.now)
    stage.settle()
    assert (Payment.objects.get().source, WeekPlan.objects.get().status) == ("poll", PlanStatus.CONFIRMED)
