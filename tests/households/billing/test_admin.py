from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from households.billing import ledger, refunds, settle
from households.billing.models import Charge, LedgerEntry, Payment, PaymentLink, ProviderEvent, Refund
from households.models import OpsItem
from tests.factories.households import NOW, make_charge, make_household, make_live_link, make_staff
from tests.households.admin_pages import action_url, press, queries, url

pytestmark = pytest.mark.django_db
ACTIONS = ["new_link", "mark_paid", "refund", "keep_credit", "cancel_charge"]


def paid_charge(provider, deliver, name="Sharma home", times=1):
    """A charge that was paid, over-paid `times - 1` times and partly refunded as often."""
    charge = make_charge(make_household(name))
    link = make_live_link(charge)
    pay_more(provider, deliver, link, times)
    return charge


def pay_more(provider, deliver, link, times):
    for _ in range(times):
        provider.pay(link.provider_id, late=True)
        deliver(NOW)
        payment = Payment.objects.filter(link=link).last()
        refunds.refund(payment.pk, amount_paise=100, reason="short weight", now=NOW, by=None)


@pytest.mark.parametrize("model", [Charge, ProviderEvent], ids=lambda model: model.__name__)
def test_a_list_asks_as_often_for_three_as_for_one(admin_client, provider, deliver, model):
    paid_charge(provider, deliver)
    one = queries(admin_client, url(model))
    paid_charge(provider, deliver, "Two")
    paid_charge(provider, deliver, "Three")
    assert queries(admin_client, url(model)) == one


def test_a_charges_story_asks_as_often_for_three_payments_as_for_one(admin_client, provider, deliver):
    charge = paid_charge(provider, deliver)
    one = queries(admin_client, url(Charge, "change", charge.pk))
    pay_more(provider, deliver, charge.links.get(), 2)
    assert queries(admin_client, url(Charge, "change", charge.pk)) == one


def test_the_whole_story_stands_on_one_page(admin_client, provider, deliver):
    charge = paid_charge(provider, deliver, times=2)
    page = admin_client.get(url(Charge, "change", charge.pk)).content.decode()
    wanted = [
        "Item 1",  # the quote's line
        charge.links.get().reference,
        *charge.payments.values_list("provider_payment_id", flat=True),
        "short weight",  # the refund's reason
        "-₹1,200",  # a posting
        "payment_link.paid",  # the event
        "over-paid, to decide ₹1,199",
        "balances with quotes, payments and refunds",
    ]
    assert [text for text in wanted if text not in page] == []


def test_an_event_shows_its_body_readable_and_any_other_bytes_as_they_came(admin_client, provider, deliver):
    paid_charge(provider, deliver)
    page = admin_client.get(url(ProviderEvent, "change", ProviderEvent.objects.get().pk)).content.decode()
    assert "&quot;event&quot;: &quot;payment_link.paid&quot;" in page
    settle.store_event(provider="razorpay", event_id="x", event_type="", body=b"<script>\xff", now=NOW)
    event = ProviderEvent.objects.get(event_id="x")
    assert "&lt;script&gt;\ufffd" in admin_client.get(url(ProviderEvent, "change", event.pk)).content.decode()


def snapshot():
    models = (Charge, PaymentLink, Payment, Refund, LedgerEntry, OpsItem)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("name", ACTIONS)
def test_a_link_to_an_action_shows_a_dialog_and_moves_no_money(admin_client, provider, deliver, name):
    charge = paid_charge(provider, deliver)
    before = snapshot()
    response = admin_client.get(action_url(Charge, name, charge.pk))
    assert (response.status_code, "<form" in response.content.decode(), snapshot()) == (200, True, before)


@pytest.mark.parametrize("name", ACTIONS)
def test_who_may_only_look_moves_no_money(client, provider, deliver, name):
    charge = paid_charge(provider, deliver)
    staff = make_staff()
    staff.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(staff)
    before = snapshot()
    response = press(client, Charge, name, charge.pk, reason="x", amount="1", payment=Payment.objects.get().pk)
    assert (response.status_code, snapshot()) == (403, before)


@pytest.mark.parametrize("name", ACTIONS)
def test_no_money_moves_without_a_reason(admin_client, provider, deliver, name):
    charge = paid_charge(provider, deliver)
    before = snapshot()
    press(admin_client, Charge, name, charge.pk, reason=" ", amount="1", payment=Payment.objects.get().pk)
    assert snapshot() == before


def test_staff_mark_a_charge_paid_in_rupees(admin_client, provider):
    charge = make_charge()
    response = press(admin_client, Charge, "mark_paid", charge.pk, reason="cash to Ravi", amount="1199.50")
    assert response.headers["HX-Redirect"] == url(Charge, "change", charge.pk)
    payment = Payment.objects.get()
    assert (payment.amount_paise, payment.effect, payment.recorded_by.username) == (119_950, "short", "admin")
    press(admin_client, Charge, "mark_paid", charge.pk, reason="and the coin", amount="")
    assert Charge.objects.get().status == "settled"


def test_a_second_click_says_that_somebody_was_first(admin_client, provider):
    charge = make_charge()
    press(admin_client, Charge, "mark_paid", charge.pk, reason="cash")
    press(admin_client, Charge, "mark_paid", charge.pk, reason="cash")
    page = admin_client.get(url(Charge, "change", charge.pk)).content.decode()
    assert ("it is settled); nothing was changed" in page, Payment.objects.count()) == (True, 1)


def test_staff_refund_a_part_with_its_reason(admin_client, provider, deliver):
    charge = paid_charge(provider, deliver)
    payment = Payment.objects.get()
    press(admin_client, Charge, "refund", charge.pk, reason="Paneer missing", amount="200", payment=payment.pk)
    made = Refund.objects.last()
    assert (made.amount_paise, made.reason, made.requested_by.username) == (20_000, "Paneer missing", "admin")
    assert ledger.prove(Charge.objects.get()) == []


def test_more_than_came_is_refused_with_what_can_go_back(admin_client, provider, deliver):
    charge = paid_charge(provider, deliver)
    payment = Payment.objects.get()
    press(admin_client, Charge, "refund", charge.pk, reason="x", amount="1200", payment=payment.pk)
    page = admin_client.get(url(Charge, "change", charge.pk)).content.decode()
    assert ("Between nothing and ₹1,199 can be refunded" in page, Refund.objects.count()) == (True, 1)


def test_a_payment_of_another_charge_is_not_offered(admin_client, provider, deliver):
    charge, other = paid_charge(provider, deliver), paid_charge(provider, deliver, "Other")
    stranger = other.payments.get()
    response = press(admin_client, Charge, "refund", charge.pk, reason="x", amount="1", payment=stranger.pk)
    assert ("HX-Redirect" in response.headers, Refund.objects.count()) == (False, 2)


def test_staff_keep_a_credit_once(admin_client, provider, deliver):
    charge = paid_charge(provider, deliver, times=2)
    for _ in range(2):
        press(admin_client, Charge, "keep_credit", charge.pk, reason="agreed on the phone")
    assert ledger.wallet(charge.household_id, "INR") == 119_900
    page = admin_client.get(url(Charge, "change", charge.pk)).content.decode()
    assert "There is nothing over-paid to keep." in page


def test_staff_ask_for_a_new_link(admin_client, provider):
    charge = make_charge()
    make_live_link(charge)
    press(admin_client, Charge, "new_link", charge.pk, reason="they lost it")
    assert charge.links.get().status == "cancelling"
    press(admin_client, Charge, "mark_paid", charge.pk, reason="cash")
    press(admin_client, Charge, "new_link", charge.pk, reason="again")
    assert "no link to make" in admin_client.get(url(Charge, "change", charge.pk)).content.decode()


def test_staff_cancel_once(admin_client, provider):
    charge = make_charge()
    for _ in range(2):
        press(admin_client, Charge, "cancel_charge", charge.pk, reason="plan withdrawn")
    assert Charge.objects.get().cancel_reason == "plan withdrawn"
    page = admin_client.get(url(Charge, "change", charge.pk)).content.decode()
    assert "Somebody else had cancelled it already." in page


def test_staff_process_a_failed_event_again(admin_client, provider, deliver):
    charge = make_charge()
    provider.pay(make_live_link(charge).provider_id)
    event_id, body = provider.outbox.pop()
    settle.store_event(provider="razorpay", event_id=event_id, event_type="payment_link.paid", body=body, now=NOW)
    ProviderEvent.objects.update(status="failed", error="RuntimeError: gone")
    pk = ProviderEvent.objects.get().pk
    answer = admin_client.post(url(ProviderEvent), {"action": "process_again", "_selected_action": [pk]}, follow=True)
    assert "1 of 1 processed" in answer.content.decode()
    assert Charge.objects.get().status == "settled"
