from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bettermeals.lib.money import format_money


@pytest.mark.parametrize(
    ("paise", "words"),
    [
        (0, "₹0"),
        (5, "₹0.05"),
        (100, "₹1"),
        (99_900, "₹999"),
        (100_000, "₹1,000"),
        (12_345_650, "₹1,23,456.50"),
        (1_00_00_00_000, "₹1,00,00,000"),
        (-14_000, "-₹140"),
    ],
)
def test_rupees_are_grouped_as_in_india_and_lose_empty_paise(paise: int, words: str) -> None:
    assert format_money(paise) == words


def test_a_difference_shows_its_plus() -> None:
    assert [format_money(n, signed=True) for n in (14_000, 0, -14_000)] == ["+₹140", "₹0", "-₹140"]


def test_other_currencies_are_grouped_by_thousands() -> None:
    assert format_money(123_456_789, "USD") == "$1,234,567.89"


@given(st.integers(min_value=0, max_value=10**14))
def test_no_digit_is_lost_by_grouping(paise: int) -> None:
    words = format_money(paise).removeprefix("₹").replace(",", "")
    units, _, rest = words.partition(".")
    assert int(units) * 100 + int(rest or 0) == paise
