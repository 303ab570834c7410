"""Which stack a test run takes, asked of servers that answer, refuse, or are not there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import stack
from scripts.stack import EMBEDDED, SERVICES, Stack, StackUnavailable, choose
from scripts.test import hold_slot, pytest_command

NOBODY_LISTENS = "127.0.0.1:9"


def test_stack_sqlite_asks_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "find_postgres", lambda environ: pytest.fail("asked PostgreSQL"))
    assert choose(EMBEDDED, {}, 7) == Stack("sqlite:///:memory:", "", "as STACK=sqlite asks")


def test_both_services_answering_are_used_each_with_the_runs_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "postgres_problem", lambda url: None)
    monkeypatch.setattr(stack, "redis_problem", lambda url: None)
    given = {"DATABASE_URL": "postgres://me:pw@db:5432/mine", "REDIS_URL": "redis://cache:6379/0"}
    found = choose("", given, 7)
    assert found == Stack("postgres://me:pw@db:5432/bettermeals_7", "redis://cache:6379/7", "both answer")


def test_one_service_away_means_sqlite_and_says_which() -> None:
    found = choose("", {"DATABASE_URL": f"postgres://me:secret@{NOBODY_LISTENS}/x"}, 7)
    assert found.redis_url == ""
    assert found.why.startswith(f"PostgreSQL at {NOBODY_LISTENS} does not let us in")
    assert "secret" not in found.why


def test_redis_away_is_seen_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "postgres_problem", lambda url: None)
    found = choose("", {"REDIS_URL": f"redis://:secret@{NOBODY_LISTENS}/0"}, 7)
    assert found.why.startswith(f"Redis at {NOBODY_LISTENS} does not answer")
    assert "secret" not in found.why


def test_insisting_on_services_that_are_away_is_an_error() -> None:
    with pytest.raises(StackUnavailable, match="STACK=services asks for PostgreSQL and Redis, but PostgreSQL at"):
        choose(SERVICES, {"DATABASE_URL": f"postgres://{NOBODY_LISTENS}/x"}, 7)


def test_an_unknown_stack_is_an_error() -> None:
    with pytest.raises(StackUnavailable, match="STACK=mysql is neither services nor sqlite"):
        choose("mysql", {}, 7)


def test_a_sqlite_database_url_is_no_postgresql() -> None:
    assert choose("", {"DATABASE_URL": "sqlite:///my.db"}, 7).why == "DATABASE_URL names no PostgreSQL server"


def test_without_a_host_the_local_socket_stays_the_address() -> None:
    assert stack.with_database("postgres:///postgres", "bettermeals_7") == "postgres:///bettermeals_7"
    assert stack.place("postgres:///postgres") == "the local socket"


def test_two_runs_at_once_hold_different_slots_and_a_free_one_is_taken_again(tmp_path: Path) -> None:
    (first, file), (second, other) = hold_slot(tmp_path), hold_slot(tmp_path)
    os.close(file)
    third, last = hold_slot(tmp_path)
    os.close(other)
    os.close(last)
    assert (first != second, third) == (True, first)


def test_a_killed_runs_slot_is_free_again(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from scripts.test import hold_slot; hold_slot(Path({str(tmp_path)!r})); 1/0"
    subprocess.run([sys.executable, "-c", code], capture_output=True)
    number, file = hold_slot(tmp_path)
    os.close(file)
    assert number == 15


def test_more_runs_than_slots_are_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.test.SLOTS", range(15, 14, -1))
    _, file = hold_slot(tmp_path)
    with pytest.raises(StackUnavailable, match="1 test runs are going on here already"):
        hold_slot(tmp_path)
    os.close(file)


def test_browser_tests_and_benchmarks_run_only_when_named() -> None:
    assert pytest_command(["-k", "x"])[3:] == ["--ignore=tests/browser", "--ignore=tests/benchmarks", "-k", "x"]
    assert pytest_command(["tests/browser"])[3:] == ["--ignore=tests/benchmarks", "tests/browser"]
