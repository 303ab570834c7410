"""Today and this week at a glance: four tiles above the queue, each with its chart, in the office's own days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bettermeals.glance import TILES, Tile
from households.billing.models import Charge
from mealplans.models import WeekPlan
from tests.factories.households import DAY, MONDAY, NOW, make_charge, make_household

pytestmark = pytest.mark.django_db


def tile(title: str, now: datetime = NOW) -> Tile:
    return next(found for found in (make(now) for _, make in TILES) if found.title == title)


def charged(paise: int, status: str, currency: str = "INR", now: datetime = NOW) -> None:
    charge = make_charge(make_household(f"{currency} {paise}"), paise, now=now)
    Charge.objects.filter(pk=charge.pk).update(status=status, currency=currency)


def test_money_is_drawn_as_its_parts() -> None:
    charged(120_000, "settled")
    charged(60_000, "open")
    charged(30_000, "cancelled")
    charged(90_000, "settled", now=NOW - 8 * DAY)
    money = tile("Money, last 7 days")
    assert money.parts == [("Paid", "₹1,200", "good"), ("Unpaid", "₹600", "warn")]
    assert money.bars == [(120_000, "good"), (60_000, "warn")]


def test_currencies_are_never_added_and_the_largest_is_drawn() -> None:
    charged(120_000, "settled")
    charged(2_000, "settled", "USD")
    charged(1_000, "open", "USD")
    money = tile("Money, last 7 days")
    assert money.parts == [("Paid", "₹1,200 · $20", "good"), ("Unpaid", "$10", "warn")]
    assert money.bars == [(120_000, "good")]


def test_without_charges_there_is_nothing_to_draw() -> None:
    money = tile("Money, last 7 days")
    assert (money.bars, [words for _, words, _ in money.parts]) == ([], ["", ""])


def test_the_week_begins_with_the_offices_monday() -> None:
    """At half past one on Monday in India it is still Sunday in UTC; last week is over all the same."""
    for week in (MONDAY - timedelta(days=7), MONDAY):
        WeekPlan.objects.create(household=make_household(f"{week}"), week_start=week, created_at=NOW)
    monday_night = datetime(2026, 11, 22, 20, tzinfo=UTC)
    assert sum(n for _, n, _ in tile("Week plans", monday_night).parts) == 1
