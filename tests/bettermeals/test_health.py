from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client

from bettermeals import health
from bettermeals.tasks import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_heartbeat_yet() -> None:
    cache.delete(health.HEARTBEAT)


def test_a_fresh_installation_waits_for_its_first_heartbeat(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"database": "ok", "clock": "waiting", "heartbeat_age_seconds": None},
    )


def test_a_heartbeat_proves_beat_broker_and_worker(client: Client) -> None:
    heartbeat()
    assert client.get("/healthz").json()["clock"] == "ok"


def test_an_old_heartbeat_is_called_late_but_the_web_process_stays_in_service(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    heartbeat()
    monkeypatch.setattr(health, "LATE_AFTER_SECONDS", -1)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["clock"]) == (200, "late")


def test_without_a_database_it_answers_503_and_names_the_error_class(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("connection refused by db.internal")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"database": "OperationalError"})


def test_residents_pages_have_a_strict_policy_and_the_admin_the_one_its_theme_needs(client: Client) -> None:
    assert "unsafe" not in client.get("/healthz")["Content-Security-Policy"]
    admin = client.get("/admin/login/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in admin
