"""Webhooks into the database: one row each, committed before the 200, and a worker woken once for many."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from tests.factories.whatsapp import make_account, post, text
from tests.households.at_once import at_once
from whatsapp import intake, nudges
from whatsapp.models import Account, WebhookDelivery
from whatsapp.nudges import PROCESS_WEBHOOKS, NudgeSoon


@pytest.fixture
def sent(monkeypatch: Any) -> list[str]:
    """The tasks that were sent to the broker."""
    tasks: list[str] = []
    monkeypatch.setattr("whatsapp.nudges.current_app.send_task", lambda task, **_: tasks.append(task))
    return tasks


def fields(delivery: WebhookDelivery) -> dict[str, Any]:
    ours = {name: getattr(delivery, name) for name in (f.attname for f in delivery._meta.concrete_fields)}
    return {**ours, "id": None, "body": bytes(delivery.body)}


def test_a_row_written_by_hand_is_the_row_that_the_model_would_write(account: Account, monkeypatch: Any) -> None:
    at = datetime(2026, 11, 21, 3, 30, 0, 123456, tzinfo=UTC)
    monkeypatch.setattr("bettermeals.lib.clock.now", lambda: at)
    intake.store("राजमा\x00".encode(), account.pk)
    by_hand = WebhookDelivery.objects.get()
    by_model = WebhookDelivery.objects.create(
        account=account, received_at=at, body=bytes(by_hand.body), body_sha256=by_hand.body_sha256
    )
    assert fields(by_hand) == fields(WebhookDelivery.objects.get(pk=by_model.pk))


def test_storing_is_one_statement(account: Account) -> None:
    post(text("warm"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        post(text("hello"))
    assert [query["sql"].split(" (")[0] for query in queries] == ["INSERT INTO whatsapp_webhookdelivery"]


@pytest.mark.django_db(transaction=True)
def test_each_of_many_webhooks_at_once_is_stored_once_before_its_200() -> None:
    make_account()
    bodies = [text(f"message {number}") for number in range(24)]
    answers = at_once(*(lambda body=body: post(body).status_code for body in bodies))
    assert answers == [200] * 24
    assert len({delivery.body_sha256 for delivery in WebhookDelivery.objects.all()}) == 24


@pytest.mark.django_db(transaction=True)
def test_a_database_that_refuses_is_an_error_to_meta_who_repeats_it(monkeypatch: Any) -> None:
    make_account()
    post(text("warm"))

    def away(*_: Any) -> None:
        raise DatabaseError("the connection is gone")

    monkeypatch.setattr(intake._commit, "_write", away)
    with pytest.raises(DatabaseError, match="the connection is gone"):
        post(text("hello"))
    monkeypatch.undo()
    assert (post(text("hello")).status_code, WebhookDelivery.objects.count()) == (200, 2)


def test_the_first_webhook_wakes_a_worker_at_once(sent: list[str]) -> None:
    NudgeSoon(PROCESS_WEBHOOKS)()
    assert sent == [PROCESS_WEBHOOKS]


def test_many_webhooks_wake_it_once_more_when_the_pause_ends(sent: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(nudges, "PAUSE", 0.02)
    soon = NudgeSoon(PROCESS_WEBHOOKS)
    for _ in range(50):
        soon()
    until = time.monotonic() + 5
    while len(sent) < 2 and time.monotonic() < until:
        time.sleep(0.002)
    assert sent == [PROCESS_WEBHOOKS] * 2


def test_after_a_pause_the_next_one_wakes_it_at_once_again(sent: list[str], monkeypatch: Any) -> None:
    monkeypatch.setattr(nudges, "PAUSE", 0.0)
    soon = NudgeSoon(PROCESS_WEBHOOKS)
    soon()
    soon()
    assert sent == [PROCESS_WEBHOOKS] * 2
