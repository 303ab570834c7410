"""What a storm kills comes back, and what it did is counted from two books. The storm itself is played by hand and
nightly: `manage.py rehearse --households 200 --chaos --seed N` (docs/rehearsal.md)."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bettermeals.rehearsal import chaos
from bettermeals.rehearsal.chaos import Chaos, private_redis, wait_for_redis
from bettermeals.rehearsal.counting import counted
from bettermeals.rehearsal.phones import Phones
from bettermeals.rehearsal.stack import Stack, StackError, free_port
from tests.factories.households import NOW
from tests.factories.whatsapp import make_contact, queue_text
from whatsapp.models import Message, SendAttempt


@pytest.fixture
def storm(tmp_path: Path) -> Any:
    environment = {**os.environ, "REDIS_URL": private_redis()}
    stack = Stack(tmp_path, environment, "http://127.0.0.1:1", "http://127.0.0.1:2")
    yield Chaos(stack, Phones(stack.simulator_url), seed=1)
    stack.stop()


def test_what_is_killed_is_started_again_and_counted(storm: Chaos) -> None:
    storm.stack.start("redis")
    wait_for_redis(storm.stack.environment["REDIS_URL"])
    before = storm.stack.running["redis"].pid
    storm.kill("redis")
    assert storm.stack.running["redis"].pid != before
    assert (storm.kills, storm.fell) == (Counter(redis=1), Counter())


def test_what_ended_by_itself_is_started_again_and_told_apart(storm: Chaos) -> None:
    storm.stack.start("redis")
    storm.stack.kill("redis", 9)
    storm.revive()
    wait_for_redis(storm.stack.environment["REDIS_URL"])
    assert (storm.kills, storm.fell) == (Counter(), Counter(redis=1))


def test_a_worker_that_falls_while_the_web_process_comes_back_ends_no_storm(
    storm: Chaos, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis dies under a worker (kombu ends it) just as the web process is killed, too, and awaited."""
    (tmp_path / "healthz").touch()
    storm.stack.web_url = f"http://127.0.0.1:{free_port()}"
    port = storm.stack.web_url.rpartition(":")[2]
    web = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    commands = {"web": web, "worker": [sys.executable, "-c", "raise SystemExit(1)"]}
    monkeypatch.setattr(Stack, "command", lambda _stack, name: commands[name])
    for name in ("worker", "web"):
        storm.stack.start(name)
    storm.stack.running["worker"].wait()
    storm.kill("web")
    storm.revive()
    assert (storm.kills, storm.fell) == (Counter(web=1), Counter(worker=1))


def test_a_web_process_that_does_not_come_back_ends_it(storm: Chaos, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stack, "command", lambda _stack, _name: [sys.executable, "-c", "raise SystemExit(3)"])
    storm.stack.start("web")
    with pytest.raises(StackError, match="the web process ended with status 3"):
        storm.kill("web")


def test_without_a_redis_server_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(StackError, match="apt install redis-server"):
        chaos.private_redis()


def sent(status: str = "delivered", wamid: str | None = "wamid.1", **facts: Any) -> tuple[Message, SendAttempt]:
    message = queue_text(make_contact(wrote_at=NOW))
    Message.objects.filter(pk=message.pk).update(status=status, wamid=wamid, **facts)
    return message, SendAttempt.objects.create(message=message, started_at=NOW, outcome="accepted")


def entry(attempt: SendAttempt, wamid: str) -> dict[str, Any]:
    return {"biz_opaque_callback_data": str(attempt.pk), "wamid": wamid}


@pytest.mark.django_db
def test_each_message_once_is_nothing_twice_and_nothing_lost(storm: Chaos) -> None:
    _, attempt = sent()
    found = counted([entry(attempt, "wamid.1")], storm)
    assert (found.accepted_twice, found.lost, found.unknown_on_queue, found.proved_by_status) == (0, 0, 0, 1)


@pytest.mark.django_db
def test_the_same_message_by_two_attempts_is_twice(storm: Chaos) -> None:
    message, first = sent()
    second = SendAttempt.objects.create(message=message, started_at=NOW, outcome="accepted")
    found = counted([entry(first, "wamid.1"), entry(second, "wamid.2")], storm)
    assert found.accepted_twice == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "wamid"), [("queued", None), ("sending", None), ("delivered", "wamid.9")])
def test_what_waits_or_was_never_accepted_is_lost(storm: Chaos, status: str, wamid: str | None) -> None:
    sent(status, wamid)
    assert counted([], storm).lost == 1


@pytest.mark.django_db
def test_an_unknown_counts_as_lost_until_staff_were_asked(storm: Chaos) -> None:
    message, _ = sent("unknown", None)
    assert (counted([], storm).lost, counted([], storm).unknown_on_queue) == (1, 0)
    Message.objects.filter(pk=message.pk).update(asked_staff_at=NOW)
    assert (counted([], storm).lost, counted([], storm).unknown_on_queue) == (0, 1)
