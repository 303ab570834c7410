"""Money in: every race between paying and everything else; told by webhook, by poll, twice, late or out of order."""

from __future__ import annotations

import pytest

from households.billing import charging, ledger, links, manual, polling, settle
from households.billing.counting import effect_of
from households.billing.models import Charge, Payment, PaymentLink, ProviderEvent
from households.models import OpsItem
from tests.factories.households import DAY, HOUR, MINUTE, NOW, lines, make_charge, make_live_link, make_staff
from tests.households.billing import conftest

pytestmark = pytest.mark.django_db


def story(charge):
    """What stands: the charge's state, each payment's effect, what is owed and what is over-paid."""
    charge = Charge.objects.get(pk=charge.pk)
    assert ledger.prove(charge) == []
    effects = list(charge.payments.order_by("pk").values_list("effect", flat=True))
    stands = ledger.balance(charge)
    return charge.status, effects, stands.owed, stands.undecided


def reprice(charge, *amounts):
    return charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(*amounts), now=NOW)


def credits_on_queue():
    return OpsItem.objects.filter(kind="billing_credit", closed_at=None).count()


@pytest.mark.parametrize(
    ("paise", "owed", "effect"),
    [(100, 100, "settles"), (101, 100, "over"), (99, 100, "short"), (1, 0, "credit")],
)
def test_what_a_payment_does(paise, owed, effect):
    assert effect_of(paise, owed) == effect


def test_paid_settles_once_and_tells_the_upper_apps_once(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    provider.pay(link.provider_id)
    deliver(NOW)
    link.refresh_from_db()
    assert (story(charge), link.status) == (("settled", ["settles"], 0, 0), "paid")
    assert conftest.settled == [(charge.pk, 1)]


def test_the_same_webhook_ten_times_and_the_poll_count_once(provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    (event_id, body) = provider.outbox[-1]
    deliver(NOW, [(f"{event_id}-{number}", body) for number in range(10)])
    polling.poll_open_links(NOW + DAY)
    assert story(charge) == ("settled", ["settles"], 0, 0)
    assert set(ProviderEvent.objects.values_list("status", flat=True)) == {"processed"}
    assert conftest.settled == [(charge.pk, 1)]


def test_a_lost_webhook_is_found_by_asking(provider):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    assert polling.poll_open_links(NOW + MINUTE) == 1
    assert (story(charge), Payment.objects.get().source) == (("settled", ["settles"], 0, 0), "poll")


def test_paid_twice_is_a_credit_on_the_ops_queue(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    provider.pay(link.provider_id)
    provider.pay(link.provider_id, late=True)
    deliver(NOW)
    assert (story(charge), credits_on_queue()) == (("settled", ["settles", "credit"], 0, 120_000), 1)
    assert "has paid ₹1,200 more than it owes" in OpsItem.objects.get(closed_at=None).reason


def test_too_much_settles_and_the_rest_is_a_credit(provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id, amount=130_000)
    deliver(NOW)
    assert (story(charge), credits_on_queue()) == (("settled", ["over"], 0, 10_000), 1)


def test_too_little_leaves_it_open_with_a_link_for_the_rest(provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id, amount=100_000)
    deliver(NOW)
    assert (story(charge), conftest.settled) == (("open", ["short"], 20_000, 0), [])
    rest = make_live_link(charge)
    assert rest.amount_paise == 20_000
    provider.pay(rest.provider_id)
    deliver(NOW)
    assert story(charge) == ("settled", ["short", "settles"], 0, 0)


def test_paid_after_the_link_expired_still_settles_and_withdraws_the_successor(provider, deliver):
    charge = make_charge(due_by=NOW + 5 * DAY)
    old = make_live_link(charge)
    provider.expire(old.provider_id)
    deliver(NOW + DAY)
    make_live_link(charge, NOW + DAY)
    provider.pay(old.provider_id, late=True)
    deliver(NOW + DAY)
    assert story(charge) == ("settled", ["settles"], 0, 0)
    assert list(charge.links.order_by("pk").values_list("status", flat=True)) == ["paid", "cancelling"]


def test_paid_late_and_the_webhook_lost_is_still_found(provider):
    charge = make_charge()
    old = make_live_link(charge)
    provider.expire(old.provider_id)
    polling.expire_links(NOW + DAY)
    provider.pay(old.provider_id, late=True)
    polling.poll_open_links(NOW + DAY + 2 * HOUR)
    assert story(charge) == ("settled", ["settles"], 0, 0)


def test_paid_after_the_charge_was_cancelled_is_a_credit(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    charging.cancel(charge.pk, reason="plan withdrawn", now=NOW)
    provider.pay(link.provider_id)
    deliver(NOW)
    assert (story(charge), credits_on_queue()) == (("cancelled", ["credit"], 0, 120_000), 1)
    assert conftest.settled == []


def test_repriced_up_while_paying_owes_the_difference(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    reprice(charge, 150_000)
    provider.pay(link.provider_id)
    deliver(NOW)
    assert story(charge) == ("open", ["short"], 30_000, 0)
    assert PaymentLink.objects.get(status="creating").amount_paise == 30_000


def test_repriced_down_while_paying_leaves_a_credit(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    reprice(charge, 100_000)
    provider.pay(link.provider_id)
    deliver(NOW)
    assert (story(charge), credits_on_queue()) == (("settled", ["over"], 0, 20_000), 1)


def test_a_webhook_before_our_own_record_finds_the_link_by_its_reference(provider, deliver, monkeypatch):
    charge = make_charge()
    real = provider.create

    def paid_at_once(request):
        state = real(request)
        provider.pay(state.provider_id)
        deliver(NOW)
        return state

    monkeypatch.setattr(provider, "create", paid_at_once)
    assert links.create_link(charge.pk, NOW).status == "paid"
    assert (story(charge), conftest.ready) == (("settled", ["settles"], 0, 0), [])


def test_stale_news_does_not_undo_a_payment(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    provider.expire(link.provider_id)
    provider.pay(link.provider_id, late=True)
    deliver(NOW, provider.outbox[::-1])
    link.refresh_from_db()
    assert (story(charge), link.status) == (("settled", ["settles"], 0, 0), "paid")


def test_a_paid_link_without_a_named_payment_waits_until_the_money_is_named(provider):
    charge = make_charge()
    link = make_live_link(charge)
    provider.links[link.provider_id]["status"] = "paid"
    assert polling.poll_open_links(NOW) == 0
    link.refresh_from_db()
    assert (story(charge), link.status) == (("open", [], 120_000, 0), "live")
    assert "no payment is named" in link.error


def test_money_in_another_currency_is_not_counted_and_shown_to_staff(provider):
    charge = make_charge()
    link = make_live_link(charge)
    provider.links[link.provider_id]["currency"] = "USD"
    provider.pay(link.provider_id)
    polling.poll_open_links(NOW)
    assert story(charge) == ("open", [], 120_000, 0)
    assert "is in USD, the charge in INR" in OpsItem.objects.get(closed_at=None).reason


def test_money_for_a_link_that_is_not_ours_is_on_the_ops_queue(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    provider.links[link.provider_id] |= {"id": "plink_other", "reference_id": "INV-7"}
    provider.pay(link.provider_id)
    deliver(NOW)
    assert (ProviderEvent.objects.get().status, Payment.objects.count()) == ("unmatched", 0)
    assert "not ours" in OpsItem.objects.get(closed_at=None).reason


def test_another_systems_expired_link_is_nobodys_trouble(provider, deliver):
    link = make_live_link(make_charge())
    provider.links[link.provider_id] |= {"id": "plink_other", "reference_id": "INV-7"}
    provider.expire(link.provider_id)
    deliver(NOW)
    assert (ProviderEvent.objects.get().status, OpsItem.objects.count()) == ("unmatched", 0)


def test_a_settled_route_that_fails_undoes_the_settlement_and_is_tried_again(provider, deliver):
    def broken(charge, now):
        raise RuntimeError("the plan is gone")

    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    conftest.SETTLED_ROUTES.append(broken)
    try:
        deliver(NOW)
    finally:
        conftest.SETTLED_ROUTES.remove(broken)
    assert (story(charge), ProviderEvent.objects.get().error) == (
        ("open", [], 120_000, 0),
        "RuntimeError: the plan is gone",
    )
    settle.process_events(NOW + MINUTE)
    assert story(charge) == ("settled", ["settles"], 0, 0)


def test_staff_mark_paid_with_a_reason_and_the_link_is_withdrawn(provider):
    charge, staff = make_charge(), make_staff()
    make_live_link(charge)
    payment = manual.mark_paid(charge.pk, by=staff, reason="cash to Ravi", now=NOW)
    assert (payment.source, payment.recorded_by, payment.note) == ("staff", staff, "cash to Ravi")
    assert story(charge) == ("settled", ["settles"], 0, 0)
    assert charge.links.get().status == "cancelling"


def test_a_second_click_on_mark_paid_is_told_that_nothing_is_owed(provider):
    charge = make_charge()
    manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    with pytest.raises(manual.NothingDue, match="it is settled"):
        manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(("reason", "amount"), [(" ", None), ("cash", 0), ("cash", -5)])
def test_marking_paid_needs_a_reason_and_a_positive_amount(provider, reason, amount):
    charge = make_charge()
    with pytest.raises(ValueError):
        manual.mark_paid(charge.pk, by=None, reason=reason, amount_paise=amount, now=NOW)
    assert story(charge) == ("open", [], 120_000, 0)


def test_cash_and_link_at_once_leave_the_second_as_a_credit(provider, deliver):
    charge = make_charge()
    link = make_live_link(charge)
    provider.pay(link.provider_id)
    manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    deliver(NOW)
    assert story(charge) == ("settled", ["settles", "credit"], 0, 120_000)


def test_without_a_provider_the_link_is_our_page_and_staff_are_asked_to_collect(settings):
    settings.PAYMENTS_PROVIDER = "manual"
    charge = make_charge()
    link = make_live_link(charge)
    assert link.short_url == f"http://testserver/pay/return/{link.reference}"
    item = OpsItem.objects.get(closed_at=None)
    assert (item.kind, item.reason.startswith("Collect ₹1,200 from Sharma home")) == ("billing_collect", True)
    manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    assert not OpsItem.objects.filter(closed_at=None).exists()
    links.create_links(NOW)
    assert (story(charge)[0], charge.links.get().status) == ("settled", "cancelled")
