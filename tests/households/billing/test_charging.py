from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from households.billing import charging, ledger, links, refunds
from households.billing.models import Charge, LedgerEntry, PaymentLink
from households.billing.quotes import BadQuote, QuoteLine, frozen, total
from households.history import HistoryIsFinal
from tests.factories.households import DAY, MONDAY, NOW, lines, make_charge, make_household, make_live_link
from tests.households.billing import conftest


@given(st.lists(st.integers(min_value=-1000, max_value=10_000)))
def test_a_quote_is_the_sum_of_its_lines_or_is_refused(amounts):
    quote = [QuoteLine("x", amount) for amount in amounts]
    if sum(amounts) < 0:
        with pytest.raises(BadQuote, match="cannot be negative"):
            total(quote)
    else:
        assert total(quote) == sum(line["amount_paise"] for line in frozen(quote))


@pytest.mark.parametrize("amount", [12.5, "12", True, None])
def test_money_is_whole_paise_and_nothing_else(amount):
    with pytest.raises(BadQuote, match="whole number of paise"):
        total([QuoteLine("Tomato", amount)])


def test_a_line_has_a_name():
    with pytest.raises(BadQuote, match="no name"):
        total([QuoteLine(" ", 100)])


@pytest.mark.django_db
def test_a_charge_is_opened_with_its_lines_frozen_and_its_first_posting():
    charge = make_charge(None, 70_000, 50_000)
    assert (charge.amount_paise, charge.revision, charge.status, charge.week_start) == (120_000, 1, "open", MONDAY)
    assert [quote.lines for quote in charge.quotes.all()] == [charge.quote]
    assert [(e.kind, e.account, e.amount_paise) for e in charge.ledger.all()] == [
        ("quote", "due", 120_000),
        ("quote", "sales", -120_000),
    ]
    assert charge.household.timeline.get().text == f"{charge.what}: the price is ₹1,200."


@pytest.mark.django_db
def test_the_same_lines_again_change_nothing():
    first = make_charge()
    again = charging.open_charge(household=first.household, subject=first.subject, lines=lines(120_000), now=NOW)
    assert (again.pk, again.revision, LedgerEntry.objects.count(), PaymentLink.objects.count()) == (first.pk, 1, 2, 1)


@pytest.mark.django_db
def test_every_revision_stays_readable():
    charge = make_charge()
    charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(90_000), now=NOW)
    assert list(charge.quotes.values_list("revision", "amount_paise")) == [(1, 120_000), (2, 90_000)]
    assert ledger.balance(charge).owed == 90_000


@pytest.mark.django_db
def test_nothing_to_pay_settles_at_once_without_a_link():
    charge = make_charge(None, 0)
    assert (charge.status, PaymentLink.objects.count(), conftest.settled) == ("settled", 0, [(charge.pk, 1)])


@pytest.mark.django_db
def test_a_dearer_week_after_payment_owes_the_difference_and_settles_again(provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    deliver(NOW)
    charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(150_000), now=NOW)
    rest = make_live_link(charge)
    assert (Charge.objects.get().status, rest.amount_paise) == ("open", 30_000)
    provider.pay(rest.provider_id)
    deliver(NOW)
    assert (Charge.objects.get().status, conftest.settled) == ("settled", [(charge.pk, 1), (charge.pk, 2)])


@pytest.mark.django_db
def test_a_cheaper_week_after_payment_leaves_a_credit_that_a_dearer_one_uses_up(provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    deliver(NOW)
    for amount in (100_000, 110_000):
        charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(amount), now=NOW)
    assert (Charge.objects.get().status, ledger.balance(charge).undecided) == ("settled", 10_000)
    assert ledger.prove(Charge.objects.get()) == []


@pytest.mark.django_db
def test_a_charge_of_which_goods_were_refunded_gets_dearer_by_exactly_the_difference(provider, deliver):
    """Paneer did not come and was refunded; then guests were added, which needs another pack of rice."""
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    deliver(NOW)
    refunds.refund(charge.payments.get().pk, amount_paise=20_000, reason="Paneer missing", now=NOW)
    charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(129_000), now=NOW)
    charge.refresh_from_db()
    assert (charge.status, ledger.balance(charge).owed, ledger.prove(charge)) == ("open", 9_000, [])


@pytest.mark.django_db
def test_a_charge_of_which_goods_were_refunded_never_gets_cheaper_as_well(provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    deliver(NOW)
    refunds.refund(charge.payments.get().pk, amount_paise=20_000, reason="Paneer missing", now=NOW)
    with pytest.raises(BadQuote, match="refund the difference instead"):
        charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(90_000), now=NOW)


@pytest.mark.django_db
def test_a_subject_can_be_charged_anew_after_it_was_cancelled():
    first = make_charge()
    assert charging.cancel(first.pk, reason="plan withdrawn", now=NOW) is True
    second = make_charge(first.household)
    assert (second.pk != first.pk, list(Charge.objects.values_list("status", flat=True))) == (
        True,
        ["open", "cancelled"],
    )


@pytest.mark.django_db
def test_a_charge_is_cancelled_once_with_a_reason_and_without_debt(provider):
    charge = make_charge()
    with pytest.raises(ValueError, match="Say why"):
        charging.cancel(charge.pk, reason=" ", now=NOW)
    assert charging.cancel(charge.pk, reason="plan withdrawn", now=NOW) is True
    assert charging.cancel(charge.pk, reason="plan withdrawn", now=NOW) is False
    charge.refresh_from_db()
    assert (charge.status, charge.cancel_reason, ledger.balance(charge).due) == ("cancelled", "plan withdrawn", 0)
    assert (ledger.prove(charge), links.create_links(NOW)) == ([], 0)


@pytest.mark.django_db
def test_the_database_itself_refuses_two_living_charges_of_one_subject():
    charge = make_charge()
    with pytest.raises(IntegrityError), transaction.atomic():
        Charge.objects.create(
            household=charge.household, subject=charge.subject, amount_paise=1, due_by=NOW + DAY, created_at=NOW
        )


@pytest.mark.django_db
def test_a_posting_is_never_changed_and_never_made_twice():
    charge = make_charge()
    with pytest.raises(HistoryIsFinal):
        LedgerEntry.objects.update(amount_paise=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post(charge, kind="quote", key=f"quote:{charge.pk}:1", debit="due", credit="sales", paise=1, now=NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(("paise", "debit"), [(0, "due"), (5, "sales")])
def test_a_posting_of_nothing_or_onto_itself_is_refused(paise, debit):
    with pytest.raises(ledger.UnevenPosting):
        ledger.post(make_charge(), kind="k", key="k", debit=debit, credit="sales", paise=paise, now=NOW)


@pytest.mark.django_db
def test_the_proof_names_what_does_not_agree():
    """A proof that cannot fail proves nothing: one side of a posting is forged behind the model's back."""
    charge = make_charge(make_household("Rao home"))
    LedgerEntry.objects.bulk_create(
        [
            LedgerEntry(
                key="forged", kind="payment", household=charge.household, charge=charge, account="received",
                amount_paise=-500, currency="INR", at=NOW,
            )
        ]
    )  # fmt: skip
    assert ledger.prove(charge) == [
        "the postings add up to -500 paise, not to 0",
        "received -500, but payments less refunds are 0",
        "500 paise more given back than ever came",
    ]
    assert ledger.uneven_postings() == ["forged"]
