"""The real client, the real door and a whole provider in a process of its own: nothing of ours is replaced."""

from __future__ import annotations

from datetime import timedelta

import pytest
import requests

from bettermeals.lib import clock
from households.billing import charging, ledger, links, polling, reconcile, refunds, settle
from households.billing.models import Charge, Payment, ProviderEvent
from households.billing.provider import ProviderError
from households.billing.providers import named
from tests.factories.households import HOUR, lines, make_charge, make_live_link
from tests.households.billing import conftest
from tests.whatsapp.simulator.client import Receiver, eventually
from whatsapp.simulator import process

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def receiver():
    with Receiver() as hooks:
        yield hooks


@pytest.fixture(scope="module")
def running(receiver):
    with process.start(payment_callback_url=receiver.url + "/hook") as simulator:
        yield simulator


class World:
    """The household's thumb, the bank, the network and the clock."""

    def __init__(self, url, receiver, client):
        self.url, self.receiver, self.client, self.now = url, receiver, client, clock.now()

    def turn(self, path, **values):
        response = requests.post(f"{self.url}/_sim/{path}", json=values, timeout=10)
        assert response.ok, response.text
        return response.json()

    def pay(self, link, **how):
        return self.turn(f"pay/{link.provider_id}", **how)["payment"]["id"]

    def webhooks(self, count):
        """Wait for that many, hand them to our door with the bytes and headers they came with, and count them."""
        eventually(lambda: len(self.receiver.got) >= count)
        for hook in self.receiver.got:
            wanted = ("x-razorpay-signature", "x-razorpay-event-id")
            headers = {name: hook.headers[name] for name in wanted}
            url = "/api/v1/payments/razorpay/webhook"
            response = self.client.post(url, hook.raw, content_type="application/json", headers=headers)
            assert response.status_code == 200
        self.receiver.clear()
        settle.process_events(self.now)


@pytest.fixture
def world(running, receiver, client, settings):
    settings.RAZORPAY_BASE_URL = running.url
    world = World(running.url, receiver, client)
    world.turn("reset")
    receiver.clear()
    return world


def books(charge):
    charge = Charge.objects.get(pk=charge.pk)
    assert ledger.prove(charge) == []
    return charge.status, ledger.balance(charge).owed, ledger.balance(charge).undecided


def test_from_charge_to_settled_through_the_signed_webhook(world):
    charge = make_charge(now=world.now)
    link = make_live_link(charge, world.now)
    world.pay(link)
    world.webhooks(1)
    assert books(charge) == ("settled", 0, 0)
    assert reconcile.differences(link.created_at.astimezone().date()) == []


def test_repeated_reordered_and_doubled_payments_are_one_settlement_and_one_credit(world):
    charge = make_charge(now=world.now)
    link = make_live_link(charge, world.now)
    world.turn("knobs", duplicate_webhooks=2, reorder_webhooks=True)
    world.pay(link)
    world.pay(link, again=1)
    world.webhooks(6)
    assert (books(charge), Payment.objects.count()) == (("settled", 0, 120_000), 2)
    assert ProviderEvent.objects.count() == 2
    assert conftest.settled == [(charge.pk, 1)]


def test_an_answer_that_was_lost_does_not_make_a_second_link(world):
    charge = make_charge(now=world.now)
    world.turn("knobs", drop_answer_next=1)
    link = links.create_link(charge.pk, world.now)
    assert (link.status, "No answer from Razorpay" in link.error) == ("creating", True)
    assert links.create_link(charge.pk, world.now + HOUR).status == "live"
    found = requests.get(f"{world.url}/_sim/payment-links", timeout=10).json()["payment_links"]
    assert [row["reference_id"] for row in found] == [link.reference]


def test_a_silent_webhook_is_made_up_for_by_asking(world):
    charge = make_charge(now=world.now)
    link = make_live_link(charge, world.now)
    world.turn("knobs", hold_webhooks=True)
    world.pay(link)
    polling.poll_open_links(world.now)
    assert books(charge) == ("settled", 0, 0)


def test_repriced_paid_late_and_settled_to_the_paisa(world):
    charge = make_charge(now=world.now)
    first = make_live_link(charge, world.now)
    charging.open_charge(household=charge.household, subject=charge.subject, lines=lines(150_050), now=world.now)
    links.create_links(world.now)  # withdraws the first
    second = make_live_link(charge, world.now)
    world.pay(first, late=1)
    world.webhooks(2)  # cancelled, and paid all the same
    assert books(charge) == ("open", 30_050, 0)
    links.create_links(world.now)  # withdraws the second, which asks for too much
    rest = make_live_link(charge, world.now)
    second.refresh_from_db()
    assert (rest.amount_paise, second.status) == (30_050, "cancelled")
    world.pay(rest)
    world.webhooks(2)
    assert books(charge) == ("settled", 0, 0)


def test_expired_links_are_told_and_followed_by_a_new_one(world):
    charge = make_charge(now=world.now)
    link = make_live_link(charge, world.now)
    world.turn("expire-links", id=link.provider_id)
    world.webhooks(1)
    link.refresh_from_db()
    assert (link.status, make_live_link(charge, world.now).amount_paise) == ("expired", 120_000)


def test_a_refund_goes_out_once_though_its_answer_was_lost(world):
    charge = make_charge(now=world.now)
    world.pay(make_live_link(charge, world.now))
    world.webhooks(1)
    made = refunds.refund(charge.payments.get().pk, amount_paise=20_000, reason="Paneer missing", now=world.now)
    world.turn("knobs", drop_answer_next=1)
    refunds.send_refunds(world.now)
    refunds.send_refunds(world.now + HOUR)
    made.refresh_from_db()
    sent = requests.get(f"{world.url}/_sim/refunds", timeout=10).json()["refunds"]
    assert [(refund["amount"], refund["id"]) for refund in sent] == [(20_000, made.provider_refund_id)]
    world.webhooks(1)
    made.refresh_from_db()
    assert (made.status, books(charge)) == ("processed", ("settled", 0, 0))


def test_a_refund_is_looked_up_by_its_id(world):
    charge = make_charge(now=world.now)
    payment_id = world.pay(make_live_link(charge, world.now))
    client = named("razorpay")
    made = client.refund(payment_id, amount_paise=500, idempotency_key="bm-0123456789", reason="x")
    assert client.fetch_refund(payment_id, made.provider_refund_id) == made


def test_a_busy_provider_and_a_wrong_key_are_tried_again(world, settings):
    charge = make_charge(now=world.now)
    world.turn("knobs", fail_next={"scope": "payments", "status": 429, "count": 1})
    assert "busy" in links.create_link(charge.pk, world.now).error
    right, settings.RAZORPAY_KEY_SECRET = settings.RAZORPAY_KEY_SECRET, "wrong"
    error = links.create_link(charge.pk, world.now + timedelta(minutes=1)).error
    assert ("Check RAZORPAY_KEY_ID" in error, "wrong" in error) == (True, False)
    settings.RAZORPAY_KEY_SECRET = right
    assert links.create_link(charge.pk, world.now + HOUR).status == "live"


def test_less_than_the_provider_takes_is_for_staff(world):
    charge = make_charge(None, 50, now=world.now)
    link = links.create_link(charge.pk, world.now)
    assert (link.status, "minimum amount" in link.error) == ("failed", True)


def test_after_paying_the_browser_comes_back_signed_and_reads_that_the_bank_confirms(world, client):
    link = make_live_link(make_charge(now=world.now), world.now)
    back = requests.post(f"{link.short_url}/pay", allow_redirects=False, timeout=10)
    assert back.is_redirect, back.text
    page = client.get(back.headers["Location"].removeprefix("http://testserver")).content.decode()
    assert "The bank is confirming your payment of ₹1,200" in page
    assert Charge.objects.get().status == "open"


def test_nobody_answers_at_a_wrong_address(settings):
    settings.RAZORPAY_BASE_URL = f"http://127.0.0.1:{process.free_port()}"
    with pytest.raises(ProviderError, match="No answer from Razorpay to GET /payment_links/plink_1"):
        named("razorpay").fetch("plink_1")
