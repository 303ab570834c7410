"""The demonstration's clock: pushed to the next thing that is due, and nowhere else than in a demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client

from bettermeals import demo_clock
from bettermeals.lib import clock
from mealplans.models import WeekPlan
from tests.factories.households import HOUR, NOW, make_household

pytestmark = pytest.mark.django_db
PUSH = "/admin/demo-clock/"


@pytest.fixture
def demo(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A demonstration at NOW whose clock stands in a file."""
    file = tmp_path / "clock"
    file.write_text("+0")
    settings.DEMO = True
    monkeypatch.setenv(clock.CLOCK_FILE, str(file))
    with time_machine.travel(NOW, tick=False):
        yield file


def plan(due: datetime) -> WeekPlan:
    return WeekPlan.objects.create(
        household=make_household("Sharma"),
        week_start=NOW.date(),
        created_at=NOW,
        status="proposed",
        next_step="remind_first",
        next_due_at=due,
    )


def said(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_the_clock_jumps_to_just_after_the_next_thing(boss: Client, demo: Path) -> None:
    plan(NOW + 3 * HOUR)
    answer = boss.post(PUSH)
    assert clock.now() == NOW + 3 * HOUR + demo_clock.JUST_AFTER
    assert said(answer)[0].startswith("It is now Sat 21 Nov")


def test_nothing_that_is_due_now_is_jumped_over(boss: Client, demo: Path) -> None:
    plan(NOW - HOUR)
    answer = boss.post(PUSH)
    assert clock.now() == NOW
    assert said(answer) == ["The worker is still busy with what is due now. Try again in a moment."]


def test_with_nothing_ahead_the_page_says_what_to_start(boss: Client, demo: Path) -> None:
    assert said(boss.post(PUSH)) == [
        "Nothing is due later on. Start the Saturday run, or approve a plan on the phones."
    ]


def test_the_home_page_offers_the_next_thing_in_a_demonstration_only(boss: Client, demo: Path, settings: Any) -> None:
    plan(NOW + HOUR)
    assert b"Move on to the next thing" in boss.get("/admin/").content
    settings.DEMO = False
    assert b"Move on to the next thing" not in boss.get("/admin/").content


def test_outside_a_demonstration_there_is_no_clock_to_push(boss: Client) -> None:
    assert boss.post(PUSH).status_code == 404


def test_the_clock_is_pushed_by_posting_only(boss: Client, demo: Path) -> None:
    assert boss.get(PUSH).status_code == 405
