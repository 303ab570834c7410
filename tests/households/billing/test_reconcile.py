from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from households.billing import charging, links, polling, reconcile, refunds
from households.billing.models import LedgerEntry, Payment
from tests.factories.households import HOUR, NOW, make_charge, make_household, make_live_link

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def day(provider, deliver):
    """A day with one of each: paid, refunded, cancelled, expired, live. Returns the paid charge."""
    paid, cancelled, expired, live = (make_charge(make_household(name)) for name in ("Paid", "Off", "Late", "Live"))
    for charge in (paid, cancelled, expired, live):
        make_live_link(charge)
    provider.pay(paid.links.get().provider_id)
    charging.cancel(cancelled.pk, reason="plan withdrawn", now=NOW)
    links.create_links(NOW)
    provider.expire(expired.links.get().provider_id)
    deliver(NOW)
    refunds.refund(paid.payments.get().pk, amount_paise=100, reason="short weight", now=NOW)
    refunds.send_refunds(NOW)
    return paid


def test_a_day_on_which_all_is_right_is_empty(day):
    out = StringIO()
    call_command("reconcile", "--date", DAY.isoformat(), stdout=out)
    assert out.getvalue() == ""


def test_a_payment_that_we_never_heard_of_is_named_and_gone_after_the_poll(day, provider):
    link = make_live_link(make_charge(make_household("Silent")))
    payment = provider.pay(link.provider_id)
    found = reconcile.differences(DAY)
    assert found == [
        f"{link.reference} ({link.charge}): ours is live, the provider says paid; run the poll, then look again",
        f"{link.reference} ({link.charge}): payment {payment} is ₹0 here and ₹1,200 there; "
        "process its event or run the poll",
    ]
    polling.poll_open_links(NOW + HOUR)
    assert reconcile.differences(DAY) == []


def test_differences_are_printed_and_fail_the_command(day, provider):
    make_live_link(make_charge(make_household("Silent")))
    provider.links.popitem()
    out = StringIO()
    with pytest.raises(CommandError, match=r"1 difference\(s\) on 2026-11-21"):
        call_command("reconcile", "--date", DAY.isoformat(), stdout=out)
    assert "ours is live, the provider says there is none" in out.getvalue()


def test_a_payment_of_ours_that_the_provider_does_not_have_is_named(day, provider):
    provider.links[day.links.get().provider_id]["payments"].clear()
    assert [line.split(": ")[1] for line in reconcile.differences(DAY)] == [
        f"payment {Payment.objects.get().provider_payment_id} is ₹1,200 here and ₹0 there; "
        "process its event or run the poll"
    ]


def test_a_ledger_that_does_not_balance_is_named(day):
    entry = {
        "key": "forged",
        "kind": "payment",
        "household": day.household,
        "charge": day,
        "currency": "INR",
        "at": NOW,
    }
    LedgerEntry.objects.bulk_create([LedgerEntry(account="received", amount_paise=-500, **entry)])
    found = reconcile.differences(DAY)
    assert (len(found), found[-1]) == (3, "posting forged does not add up")


def test_a_provider_that_does_not_answer_is_no_clean_day(day, provider, monkeypatch):
    def silent(reference):
        raise links.ProviderError("no answer", permanent=False)

    monkeypatch.setattr(provider, "find", silent)
    assert {line.rsplit(": ", 2)[-2:][0] for line in reconcile.differences(DAY)} == {"not compared"}


def test_a_refund_that_was_never_accepted_is_named(day):
    refunds.refund(day.payments.get().pk, amount_paise=200, reason="late", now=NOW)
    assert reconcile.differences(DAY) == [f"refund of ₹2 on {day} was never accepted: not sent yet"]


def test_another_day_is_not_looked_at(day, provider):
    provider.links.clear()
    assert reconcile.differences(DAY.replace(day=19)) == []
