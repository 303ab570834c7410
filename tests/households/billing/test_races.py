"""Two workers at the same moment, each with a connection of its own (on PostgreSQL they truly meet)."""

from __future__ import annotations

import pytest

from households.billing import charging, credits, ledger, links, manual, refunds, settle
from households.billing.models import Charge, Payment, PaymentLink, Refund
from tests.factories.households import MONDAY, NOW, lines, make_charge, make_household, make_live_link
from tests.households.at_once import at_once
from tests.households.billing import conftest

pytestmark = pytest.mark.django_db(transaction=True)


def books(charge):
    charge = Charge.objects.get(pk=charge.pk)
    assert ledger.prove(charge) == []
    return charge.status, ledger.balance(charge).received, ledger.balance(charge).undecided


def test_a_link_is_asked_for_by_one_worker(provider):
    charge = make_charge()
    at_once(*[lambda: links.create_link(charge.pk, NOW)] * 4)
    assert (provider.calls.count("create"), charge.links.get().status, len(conftest.ready)) == (1, "live", 1)


def test_an_event_is_counted_by_one_worker(provider):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    event_id, body = provider.outbox[-1]
    for number in range(3):  # the provider repeats itself under new ids too
        settle.store_event(provider="razorpay", event_id=f"{event_id}{number}", event_type="", body=body, now=NOW)
    at_once(*[lambda: settle.process_events(NOW)] * 3)
    settle.process_events(NOW)
    assert (books(charge), Payment.objects.count(), len(conftest.settled)) == (("settled", 120_000, 0), 1, 1)


def test_the_same_event_at_the_door_twice_is_one_row(provider):
    stored = at_once(
        *[lambda: settle.store_event(provider="razorpay", event_id="e", event_type="", body=b"{}", now=NOW)] * 4
    )
    assert len(stored) == 4
    assert settle.waiting(NOW).count() == 1


def test_a_subject_priced_by_two_workers_is_one_charge():
    home = make_household()

    def price(paise):
        return charging.open_charge(household=home, subject="plan:1", lines=lines(paise), week_start=MONDAY, now=NOW).pk

    found = at_once(lambda: price(100), lambda: price(200), lambda: price(100))
    charge = Charge.objects.get()
    assert set(found) == {charge.pk}
    assert ledger.balance(charge).owed == charge.amount_paise
    assert PaymentLink.objects.exclude(status="cancelled").get().amount_paise == charge.amount_paise


def test_two_staff_mark_the_same_charge_paid(provider):
    charge = make_charge()
    results = at_once(*[lambda: manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["NothingDue", "Payment"]
    assert books(charge) == ("settled", 120_000, 0)


def test_paid_and_cancelled_at_once_is_a_credit_or_a_cancelled_debt(provider):
    charge = make_charge()
    link = make_live_link(charge)
    provider.pay(link.provider_id)
    state = provider.fetch(link.provider_id)
    at_once(
        lambda: settle.apply(link.pk, state, source="webhook", now=NOW),
        lambda: charging.cancel(charge.pk, reason="plan withdrawn", now=NOW),
    )
    assert books(charge) == ("cancelled", 120_000, 120_000)


def test_two_staff_refund_the_same_money(provider):
    charge = make_charge()
    payment = manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    results = at_once(*[lambda: refunds.refund(payment.pk, amount_paise=80_000, reason="late", now=NOW)] * 2)
    assert sorted(type(result).__name__ for result in results) == ["CannotRefund", "Refund"]
    assert books(charge) == ("settled", 40_000, 0)


def test_a_refund_is_sent_by_one_worker(provider):
    charge = make_charge()
    payment = manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    made = refunds.refund(payment.pk, amount_paise=80_000, reason="late", now=NOW)
    assert sorted(at_once(*[lambda: refunds.send_refund(made.pk, NOW)] * 3)) == [False, False, True]
    assert Refund.objects.get().status == "processed"


def test_a_credit_is_kept_or_refunded_not_both(provider):
    charge = make_charge()
    manual.mark_paid(charge.pk, by=None, reason="cash", amount_paise=150_000, now=NOW)
    payment = Payment.objects.get()
    at_once(
        lambda: credits.keep(charge.pk, by=None, reason="agreed", now=NOW),
        lambda: refunds.refund(payment.pk, amount_paise=30_000, reason="over", now=NOW),
    )
    kept = ledger.wallet(charge.household_id, "INR")
    refunded = sum(refund.amount_paise for refund in Refund.objects.all())
    sold = -ledger.balance(charge).sales
    assert kept + refunded + sold == 150_000
    assert kept in (0, 30_000)


def test_a_wallet_is_spent_once_by_two_charges(provider):
    charge = make_charge()
    manual.mark_paid(charge.pk, by=None, reason="cash", amount_paise=150_000, now=NOW)
    credits.keep(charge.pk, by=None, reason="agreed", now=NOW)
    home = charge.household
    at_once(
        *[
            lambda subject=subject: charging.open_charge(household=home, subject=subject, lines=lines(25_000), now=NOW)
            for subject in ("plan:a", "plan:b")
        ]
    )
    assert ledger.wallet(home.pk, "INR") == 0
    assert sum(ledger.balance(each).owed for each in Charge.objects.all()) == 20_000
