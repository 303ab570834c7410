"""What holds for every test: it reaches no network but this machine's, it repeats, and it says what it ran on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.conf import settings
from django.test import TransactionTestCase

from bettermeals.lib.garbage import freeze_start_up
from tests import emptying, halves, network
from tests.contract import reading
from whatsapp import nudges

hypothesis.settings.register_profile("local", deadline=None)
# In CI the same examples each time: a red build is red again when somebody looks at it.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

guard = network.Guard()


def pytest_configure(config: pytest.Config) -> None:
    guard.allow_hosts_of(settings.DATABASE_URL, settings.REDIS_URL)
    guard.install()
    TransactionTestCase._fixture_teardown = emptying.after_a_test  # type: ignore[method-assign]
    # A nudge that comes late out of a timer would land in whatever test runs by then.
    nudges.PAUSE = 0.0


def pytest_unconfigure(config: pytest.Config) -> None:
    guard.remove()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With HALF set (by .ci/run, for its two runs of the suite): what would say the same again is left to the other."""
    half = os.environ.get("HALF")
    if not half:
        return
    kept, rest = [], []
    for item in items:
        (kept if halves.belongs(item, half) else rest).append(item)
    config.hook.pytest_deselected(items=rest)
    items[:] = kept


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stands to the end: the collector need not look through it for each few thousand new objects."""
    freeze_start_up()


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fails the test even when the code under test swallowed the guard's error."""
    guard.attempts.clear()
    yield
    assert guard.attempts == [], "this test tried to leave the machine"


@pytest.fixture(scope="session")
def meta_contract() -> reading.Contract:
    """Meta's OpenAPI file, corrected; a test that asks for it is skipped where there is none."""
    return reading.required()


def stack_name() -> str:
    database = "SQLite" if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3") else "PostgreSQL"
    return f"{database} and {'Redis' if settings.REDIS_URL else 'no Redis'}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Outermost, so that it stands below the list of failures and just above pytest's own last line."""
    yield
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped and os.environ.get("NO_SKIPS"):
        terminalreporter.write_line(f"NO_SKIPS is set and {skipped} were skipped: see the reasons above.", red=True)
    if notice := reading.notice():
        terminalreporter.write_line(notice)
    terminalreporter.write_line(f"Ran on {stack_name()}.")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With NO_SKIPS set (by .ci/run) a skipped test fails the run: a service that was away must not pass for green."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and os.environ.get("NO_SKIPS") and reporter.stats.get("skipped") and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
