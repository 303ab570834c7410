from __future__ import annotations

import pytest

from households.billing import charging, credits, ledger, manual, refunds
from households.billing.models import Charge, Payment, Refund
from households.billing.quotes import BadQuote
from households.models import OpsItem
from tests.factories.households import HOUR, NOW, lines, make_charge, make_household, make_live_link, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(provider, deliver):
    """A charge of ₹1,200 that was paid, and its payment."""
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    deliver(NOW)
    return Charge.objects.get(pk=charge.pk)


def give_back(charge, paise, reason="Paneer missing", payment=None, **fields):
    payment = payment or charge.payments.first()
    return refunds.refund(payment.pk, amount_paise=paise, reason=reason, now=NOW, **fields)


def refunded_in_full(charge, provider, deliver):
    made = give_back(charge, charge.amount_paise)
    refunds.send_refunds(NOW)
    provider.finish_refund(made.idempotency_key)
    deliver(NOW)
    assert stands(charge) == ("refunded", 0, 0)


def stands(charge):
    charge = Charge.objects.get(pk=charge.pk)
    assert ledger.prove(charge) == []
    return charge.status, ledger.balance(charge).received, ledger.balance(charge).undecided


def test_a_part_goes_back_for_what_was_not_delivered(paid, provider, deliver):
    staff = make_staff()
    made = give_back(paid, 20_000, by=staff)
    assert (made.status, made.requested_by, stands(paid)) == ("requested", staff, ("settled", 100_000, 0))
    assert refunds.send_refunds(NOW) == 1
    provider.finish_refund(made.idempotency_key)
    deliver(NOW)
    made.refresh_from_db()
    assert (made.status, stands(paid)) == ("processed", ("settled", 100_000, 0))


def test_all_of_it_back_makes_the_charge_refunded_only_when_the_bank_has_it(paid, provider, deliver):
    made = give_back(paid, 120_000)
    refunds.send_refunds(NOW)
    assert stands(paid) == ("settled", 0, 0)
    provider.finish_refund(made.idempotency_key)
    deliver(NOW)
    assert stands(paid) == ("refunded", 0, 0)


def test_a_dearer_week_after_all_of_it_went_back_owes_only_its_difference(paid, provider, deliver):
    """Found in review: the refunded charge was over, so the next change of the plan charged the whole week again."""
    refunded_in_full(paid, provider, deliver)
    dearer = make_charge(paid.household, 125_000, subject=paid.subject)
    assert (dearer.pk, stands(paid), ledger.balance(paid).owed) == (paid.pk, ("open", 0, 0), 5_000)
    provider.pay(make_live_link(dearer).provider_id)
    deliver(NOW)
    assert stands(paid) == ("settled", 5_000, 0)
    give_back(paid, 5_000, payment=paid.payments.last())
    refunds.send_refunds(NOW)
    provider.finish_refund(Refund.objects.latest("pk").idempotency_key)
    deliver(NOW)
    assert stands(paid) == ("refunded", 0, 0)


def test_the_same_week_again_after_all_of_it_went_back_owes_nothing(paid, provider, deliver):
    refunded_in_full(paid, provider, deliver)
    make_charge(paid.household, 120_000, subject=paid.subject)
    assert (Charge.objects.count(), stands(paid)) == (1, ("refunded", 0, 0))


def test_money_that_comes_late_for_a_refunded_charge_is_a_credit(paid, provider, deliver):
    refunded_in_full(paid, provider, deliver)
    provider.pay(paid.links.get().provider_id, late=True)
    deliver(NOW)
    assert stands(paid) == ("refunded", 120_000, 120_000)


def test_what_is_not_delivered_after_a_part_was_refunded_is_a_credit_up_to_what_is_still_charged(paid):
    """`gives_back`: the cheaper quote names another thing than the refund did."""
    give_back(paid, 100_000)
    same = {"household": paid.household, "subject": paid.subject, "now": NOW, "gives_back": True}
    charging.open_charge(lines=lines(110_000), **same)
    assert stands(paid) == ("settled", 20_000, 10_000)
    with pytest.raises(BadQuote, match="refund the difference"):
        charging.open_charge(lines=lines(90_000), **same)


@pytest.mark.parametrize("paise", [0, -1, 120_001])
def test_no_more_goes_back_than_came(paid, paise):
    with pytest.raises(refunds.CannotRefund, match="Between nothing and ₹1,200"):
        give_back(paid, paise)
    assert not Refund.objects.exists()


def test_the_same_money_is_not_given_back_twice(paid):
    give_back(paid, 100_000)
    with pytest.raises(refunds.CannotRefund, match="₹200"):
        give_back(paid, 20_001)


def test_a_refund_needs_a_reason(paid):
    with pytest.raises(ValueError, match="Say why"):
        give_back(paid, 100, reason="  ")


@pytest.mark.parametrize("lost", ["answer", "request"])
def test_a_refund_whose_answer_was_lost_is_sent_again_and_counts_once(paid, provider, lost):
    made = give_back(paid, 20_000)
    provider.lose = lost
    refunds.send_refunds(NOW)
    made.refresh_from_db()
    assert (made.status, made.error) == ("requested", "no answer to refund")
    assert refunds.send_refunds(NOW) == 0
    refunds.send_refunds(NOW + HOUR)
    made.refresh_from_db()
    assert (made.status, [refund["amount"] for refund in provider.refunds.values()]) == ("pending", [20_000])


def test_a_refund_that_the_bank_refused_is_money_that_is_still_with_us(paid, provider, deliver):
    made = give_back(paid, 20_000)
    refunds.send_refunds(NOW)
    provider.finish_refund(made.idempotency_key, "failed")
    deliver(NOW)
    made.refresh_from_db()
    assert (made.status, stands(paid)) == ("failed", ("settled", 120_000, 0))
    assert OpsItem.objects.get(closed_at=None).kind == "billing_refund_failed"


def test_a_refused_refund_of_a_cancelled_charge_is_a_credit_again(paid, provider, deliver):
    made = give_back(paid, 20_000)
    refunds.send_refunds(NOW)
    charging.cancel(paid.pk, reason="plan withdrawn", now=NOW)
    assert stands(paid) == ("cancelled", 100_000, 100_000)
    provider.finish_refund(made.idempotency_key, "failed")
    deliver(NOW)
    assert stands(paid) == ("cancelled", 120_000, 120_000)


def test_a_refund_that_the_provider_refuses_outright_fails_at_once(paid, provider):
    made = give_back(paid, 20_000)
    provider.payments.clear()
    provider.payments[made.payment.provider_payment_id] = {"amount": 0}
    refunds.send_refunds(NOW)
    made.refresh_from_db()
    assert (made.status, "greater than" in made.error, stands(paid)) == ("failed", True, ("settled", 120_000, 0))


def test_a_refund_whose_webhook_was_lost_is_asked_for(paid, provider):
    made = give_back(paid, 20_000)
    refunds.send_refunds(NOW)
    provider.refunds[made.idempotency_key]["status"] = "processed"
    provider.outbox.clear()
    assert refunds.send_refunds(NOW) == 0
    refunds.send_refunds(NOW + HOUR)
    made.refresh_from_db()
    assert made.status == "processed"


def test_late_news_does_not_turn_a_finished_refund_round(paid, provider, deliver):
    made = give_back(paid, 20_000)
    refunds.send_refunds(NOW)
    provider.finish_refund(made.idempotency_key)
    deliver(NOW)
    provider.finish_refund(made.idempotency_key, "failed")
    deliver(NOW)
    made.refresh_from_db()
    assert (made.status, stands(paid)) == ("processed", ("settled", 100_000, 0))


def test_a_credit_goes_back_before_the_price_is_touched(paid, provider, deliver):
    provider.pay(paid.links.get().provider_id, late=True)
    deliver(NOW)
    assert stands(paid) == ("settled", 240_000, 120_000)
    give_back(paid, 100_000)
    assert stands(paid) == ("settled", 140_000, 20_000)
    assert ledger.allowance(paid) == 0


def test_refunding_the_whole_credit_closes_its_item(paid, provider, deliver):
    provider.pay(paid.links.get().provider_id, late=True)
    deliver(NOW)
    give_back(paid, 120_000, reason="paid twice")
    item = OpsItem.objects.get(kind="billing_credit")
    assert (item.closed_by, item.note) == (None, "Nothing is over-paid any more.")


def test_a_short_payment_that_goes_back_is_owed_again(provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id, amount=100_000)
    deliver(NOW)
    give_back(charge, 100_000, reason="pays in cash")
    assert stands(charge) == ("open", 0, 0)
    assert ledger.balance(charge).owed == 120_000


def test_money_that_staff_took_in_staff_give_back(provider):
    charge = make_charge()
    manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    give_back(charge, 120_000)
    refunds.send_refunds(NOW)
    assert stands(charge) == ("refunded", 0, 0)


def test_what_is_kept_pays_for_the_next_charge_and_cannot_be_refunded_too(paid, provider, deliver):
    provider.pay(paid.links.get().provider_id, late=True)
    deliver(NOW)
    assert credits.keep(paid.pk, by=None, reason="they agreed", now=NOW) == 120_000
    assert credits.keep(paid.pk, by=None, reason="they agreed", now=NOW) == 0
    assert refunds.refundable(Payment.objects.last(), paid) == 120_000
    following = make_charge(paid.household, 150_000, subject="plan:next")
    assert (ledger.balance(following).owed, ledger.wallet(paid.household_id, "INR")) == (30_000, 0)
    assert (stands(paid), following.links.get().amount_paise) == (("settled", 240_000, 0), 30_000)


def test_what_the_wallet_pays_in_full_settles_without_a_link(paid, provider, deliver):
    provider.pay(paid.links.get().provider_id, late=True)
    deliver(NOW)
    credits.keep(paid.pk, by=None, reason="they agreed", now=NOW)
    following = make_charge(paid.household, 50_000, subject="plan:next")
    assert (following.status, following.links.count(), ledger.wallet(paid.household_id, "INR")) == (
        "settled",
        0,
        70_000,
    )


def test_a_cancelled_charge_gives_the_wallet_back_what_it_took(paid, provider, deliver):
    provider.pay(paid.links.get().provider_id, late=True)
    deliver(NOW)
    credits.keep(paid.pk, by=None, reason="they agreed", now=NOW)
    following = make_charge(paid.household, 50_000, subject="plan:next")
    charging.cancel(following.pk, reason="plan withdrawn", now=NOW)
    assert (ledger.wallet(paid.household_id, "INR"), stands(following)) == (120_000, ("cancelled", 0, 0))


def test_a_wallet_is_the_households_own(paid, provider, deliver):
    provider.pay(paid.links.get().provider_id, late=True)
    deliver(NOW)
    credits.keep(paid.pk, by=None, reason="they agreed", now=NOW)
    assert ledger.balance(make_charge(make_household("Other"))).owed == 120_000


def test_keeping_needs_a_reason(paid):
    with pytest.raises(ValueError, match="Say why"):
        credits.keep(paid.pk, by=None, reason="", now=NOW)


def test_a_refund_of_somebody_elses_is_on_the_ops_queue(paid, provider, deliver):
    made = give_back(paid, 20_000)
    refunds.send_refunds(NOW)
    refund = provider.refunds[made.idempotency_key]
    refund |= {"id": "rfnd_other", "receipt": "dashboard"}
    provider.finish_refund(made.idempotency_key)
    deliver(NOW)
    assert "refund.processed" in OpsItem.objects.get(closed_at=None).reason
