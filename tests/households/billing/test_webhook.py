"""Razorpay's webhook through the real door: nothing without a signature, everything stored once, 200 at once."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from bettermeals.lib.crypto import hmac_sha256_hex
from households.billing import settle
from households.billing.models import Payment, ProviderEvent
from households.models import OpsItem
from tests.factories.households import HOUR, NOW, make_charge, make_live_link

URL = "/api/v1/payments/razorpay/webhook"
BODY = b'{"event": "payment_link.expired",  "payload": {}}'  # two spaces: the signature is over the bytes as they came

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(settings):
    def act(body: bytes = BODY, *, signature: str | None = None, event_id: str = "evt_1", **headers):
        signature = hmac_sha256_hex(settings.RAZORPAY_WEBHOOK_SECRET, body) if signature is None else signature
        headers = {"X-Razorpay-Signature": signature, "x-razorpay-event-id": event_id} | headers
        # As from outside: no cookie, no CSRF token.
        client = Client(enforce_csrf_checks=True)
        return client.post(URL, body, content_type="application/json", headers=headers)

    return act


def test_a_signed_event_is_stored_as_it_came_and_answered_at_once(post):
    response = post()
    event = ProviderEvent.objects.get()
    assert (response.status_code, response.json()) == (200, {"stored": True})
    assert (bytes(event.body), event.event_id, event.event_type) == (BODY, "evt_1", "payment_link.expired")
    assert (event.status, event.attempts) == ("received", 0)


@pytest.mark.parametrize("signature", ["", "0" * 64, "nonsense", "ü" * 64])
def test_without_razorpays_signature_it_is_403_and_nothing_is_stored(post, signature):
    assert post(signature=signature).status_code == 403
    assert not ProviderEvent.objects.exists()


def test_one_changed_byte_breaks_the_signature(post, settings):
    signature = hmac_sha256_hex(settings.RAZORPAY_WEBHOOK_SECRET, BODY)
    assert post(BODY.replace(b"  ", b" "), signature=signature).status_code == 403


def test_after_a_rotation_the_previous_secret_still_signs_retries(post, settings):
    assert post(signature=hmac_sha256_hex(settings.RAZORPAY_WEBHOOK_SECRET_PREVIOUS, BODY)).status_code == 200


def test_a_secret_that_is_not_set_signs_nothing(post, settings):
    settings.RAZORPAY_WEBHOOK_SECRET = settings.RAZORPAY_WEBHOOK_SECRET_PREVIOUS = ""
    assert post(signature=hmac_sha256_hex("", BODY)).status_code == 403


def test_the_same_event_again_is_answered_200_and_stored_once(post):
    assert [post().json(), post().json()] == [{"stored": True}, {"stored": False}]
    assert ProviderEvent.objects.count() == 1


def test_an_event_without_an_id_is_known_by_its_bytes(post):
    post(event_id="")
    post(event_id="")
    assert ProviderEvent.objects.get().event_id.startswith("sha256:")


def test_only_post_is_answered():
    assert Client().get(URL).status_code == 405


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"event": "payment.captured", "payload": {}}', "ignored"),
        (b'{"event": "something.new"}', "ignored"),
        (b'{"event": "payment_link.paid", "payload": {}}', "failed"),
        (b"signed, but no JSON", "failed"),
        (b'["a", "list"]', "failed"),
    ],
)
def test_what_is_not_understood_is_kept_with_its_reason_and_holds_nothing_up(post, body, status):
    post(body)
    settle.process_events(NOW)
    event = ProviderEvent.objects.get()
    assert (event.status, bool(event.error)) == (status, status == "failed")


def test_paid_from_the_door_to_the_ledger(post, provider):
    charge = make_charge()
    link = make_live_link(charge)
    provider.pay(link.provider_id)
    event_id, body = provider.outbox[-1]
    post(body, event_id=event_id)
    settle.process_events(NOW)
    charge.refresh_from_db()
    assert (charge.status, Payment.objects.get().source, ProviderEvent.objects.get().charge) == (
        "settled",
        "webhook",
        charge,
    )


def test_a_failing_event_is_tried_again_later_and_then_shown_to_staff(post):
    post(b'{"event": "payment_link.paid", "payload": {}}')
    for hour in range(5):
        settle.process_events(NOW + hour * HOUR)
    event = ProviderEvent.objects.get()
    assert (event.attempts, settle.process_events(event.next_attempt_at.replace(year=2025))) == (5, 0)
    assert "could not be counted" in OpsItem.objects.get(kind="billing_event_failed").reason


def test_staff_replay_what_failed_without_waiting(post):
    post(json.dumps({"event": "payment_link.paid", "payload": {}}).encode())
    settle.process_events(NOW)
    pk = ProviderEvent.objects.get().pk
    ProviderEvent.objects.filter(pk=pk).update(body=b'{"event": "payment.captured"}')
    assert (settle.process_events(NOW), settle.process_again([pk], NOW)) == (0, 1)
