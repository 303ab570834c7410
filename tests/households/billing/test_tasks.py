from __future__ import annotations

import pytest
from celery import current_app

from bettermeals.schedule import TICKS
from households.billing import manual, nudge, refunds, tasks
from households.billing.models import Charge, Refund
from tests.factories.households import NOW, make_charge, make_live_link

NAMES = {f"billing.{name}" for name in ("create_links", "process_events", "poll_links", "expire_links", "send_refunds")}


def test_every_task_has_a_tick_that_finds_what_a_lost_nudge_left():
    assert {tick["task"] for tick in TICKS.values() if tick["task"].startswith("billing.")} == NAMES


@pytest.mark.django_db
def test_the_tasks_run_twice_and_do_their_work_once(provider, monkeypatch):
    monkeypatch.setattr("bettermeals.lib.clock.now", lambda: NOW)
    charge = make_charge()
    for _ in range(2):
        tasks.create_links(from_a_newer_release="ignored")
    provider.pay(charge.links.get().provider_id)
    for task in (tasks.poll_links, tasks.process_events, tasks.expire_links, tasks.poll_links):
        task()
    assert (Charge.objects.get().status, provider.calls.count("create")) == ("settled", 1)
    refunds.refund(charge.payments.get().pk, amount_paise=100, reason="late", now=NOW)
    for _ in range(2):
        tasks.send_refunds()
    assert (Refund.objects.get().status, provider.calls.count("refund")) == ("pending", 1)


@pytest.mark.django_db
def test_a_nudge_is_sent_after_the_commit_and_only_then(monkeypatch, django_capture_on_commit_callbacks):
    sent = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **kwargs: sent.append((name, kwargs)))
    with django_capture_on_commit_callbacks(execute=True):
        make_charge()
        assert sent == []
    assert sent == [("billing.create_links", {"retry": False})]


@pytest.mark.django_db
def test_a_broker_that_is_down_does_not_fail_what_is_already_done(
    monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def refuse(*args, **kwargs):
        raise ConnectionError("no broker")

    monkeypatch.setattr(current_app, "send_task", refuse)
    with django_capture_on_commit_callbacks(execute=True):
        nudge.nudge("billing.create_links")
    assert "no broker" in caplog.text


@pytest.mark.django_db
def test_marking_paid_nudges_the_worker_that_withdraws_the_link(
    provider, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    charge = make_charge()
    make_live_link(charge)
    monkeypatch.setattr(current_app, "send_task", lambda name, **kwargs: sent.append(name))
    with django_capture_on_commit_callbacks(execute=True):
        manual.mark_paid(charge.pk, by=None, reason="cash", now=NOW)
    assert sent == ["billing.create_links"]
