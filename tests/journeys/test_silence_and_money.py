"""Nobody answers, buttons are tapped twice or late, and money comes late, twice, or only in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from households.billing.models import Charge, Payment
from households.models import OpsItem
from mealplans.models import CookInstruction, PlanStatus, WeekPlan
from mealplans.wording import label, week_name
from tests.factories.households import MONDAY, NOW
from tests.factories.mealplans import Home
from tests.journeys.speaking import PAY, approved, confirmed, in_both_languages, proposed
from tests.journeys.stage import Stage

pytestmark = pytest.mark.django_db(transaction=True)


@in_both_languages
def test_the_same_tap_twice_and_an_old_tap_get_one_clear_sentence(stage: Stage, home: Home, language: str) -> None:
    approved(stage, home, language)
    asha = stage.phone("Asha")
    week = week_name(MONDAY, language)
    twice = {"en": f"Your meals for {week} were already approved by Asha.", "hi": f"{week} का खाना Asha पहले ही मंज़ूर"}
    assert asha.taps(label("approve", language)).startswith(twice[language])
    assert Charge.objects.count() == 1
    stage.later(days=20)
    old = {"en": "That button belongs to an older message.", "hi": "वह बटन पुराने संदेश का है।"}[language]
    assert asha.taps(label("approve", language)).startswith(old)


@in_both_languages
@pytest.mark.parametrize(("policy", "status"), [("ops", "proposed"), ("auto_approve", "awaiting_payment")])
def test_nobody_answers_is_reminded_twice_and_then_the_homes_own_policy_holds(
    stage: Stage, home: Home, language: str, policy: str, status: str
) -> None:
    home.household.deadline_policy = policy
    home.household.save(update_fields=["deadline_policy"])
    proposed(stage, home, language)
    for hours in (9, 25, 29.1):
        stage.at(NOW + timedelta(hours=hours))
    waits = {"en": "still wait for your answer", "hi": "आपके जवाब के इंतज़ार में"}[language]
    assert sum(waits in text for text in stage.phone("Asha").texts()) == 2
    assert WeekPlan.objects.get().status == status
    assert OpsItem.objects.filter(kind="plan_unanswered", closed_at=None).count() == (policy == "ops")


@in_both_languages
def test_a_silent_cook_is_reminded_and_then_somebody_calls(stage: Stage, home: Home, language: str) -> None:
    confirmed(stage, home, language)
    stage.later(minutes=46)
    reminded = {"en": "we have no answer yet", "hi": "आपका जवाब नहीं आया"}[language]
    assert reminded in stage.phone("Sunita").last()
    stage.later(minutes=46)
    assert OpsItem.objects.get(kind="cook_silent").closed_at is None
    assert CookInstruction.objects.get(status="escalated").kind == "evening"


@in_both_languages
def test_a_claim_to_have_paid_pays_nothing_and_the_providers_word_does(stage: Stage, home: Home, language: str) -> None:
    approved(stage, home, language)
    asha = stage.phone("Asha")
    claim = {"en": "payment done, please check", "hi": "पैसे भेज दिए हैं"}[language]
    unseen = {"en": "The bank has not confirmed it yet", "hi": "बैंक से पुष्टि अभी नहीं आई"}[language]
    assert unseen in asha.says(claim)
    assert (Payment.objects.count(), WeekPlan.objects.get().status) == (0, PlanStatus.AWAITING_PAYMENT)
    stage.pay(asha.address_of(PAY[language]))
    assert WeekPlan.objects.get().status == PlanStatus.CONFIRMED


@in_both_languages
def test_money_that_comes_after_the_link_expired_and_comes_twice_is_booked_and_shown_to_staff(
    stage: Stage, home: Home, language: str
) -> None:
    approved(stage, home, language)
    link = stage.link_at(stage.phone("Asha").address_of(PAY[language]))
    stage.tell("expire-links", id=link)
    stage.tell(f"pay/{link}", late=1)
    stage.settle()
    assert WeekPlan.objects.get().status == PlanStatus.CONFIRMED
    stage.tell(f"pay/{link}", again=1)
    stage.settle()
    assert Payment.objects.count() == 2
    assert OpsItem.objects.filter(closed_at=None, kind__startswith="billing").count() == 1
