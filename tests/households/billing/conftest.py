from __future__ import annotations

from datetime import datetime

import pytest

from households.billing import providers, settle
from households.billing.models import Charge, PaymentLink
from households.billing.razorpay_events import event_type
from tests.households.billing.fake_provider import FakeRazorpay

settled: list[tuple[int, int]] = []
ready: list[tuple[int, str]] = []


def note_settled(charge: Charge, now: datetime) -> None:
    settled.append((charge.pk, charge.revision))


def note_ready(charge: Charge, link: PaymentLink, now: datetime) -> None:
    ready.append((charge.pk, link.reference))


SETTLED_ROUTES = [note_settled]
READY_ROUTES = [note_ready]


@pytest.fixture(autouse=True)
def routes(settings):
    """The upper apps of these tests: they note what they were told."""
    settled.clear()
    ready.clear()
    settings.CHARGE_SETTLED_ROUTES = f"{__name__}.SETTLED_ROUTES"
    settings.LINK_READY_ROUTES = f"{__name__}.READY_ROUTES"


@pytest.fixture
def provider(monkeypatch) -> FakeRazorpay:
    fake = FakeRazorpay()
    monkeypatch.setattr(providers, "Razorpay", lambda **_: fake)
    monkeypatch.setattr(providers.Razorpay, "name", "razorpay", raising=False)
    return fake


@pytest.fixture
def deliver(provider):
    """Deliver webhooks as the provider's retries do: all that wait, or the given ones; then the worker counts them."""

    def act(now: datetime, events: list[tuple[str, bytes]] | None = None) -> None:
        for event_id, body in provider.outbox if events is None else events:
            settle.store_event(provider="razorpay", event_id=event_id, event_type=event_type(body), body=body, now=now)
        if events is None:
            provider.outbox.clear()
        settle.process_events(now)

    return act
