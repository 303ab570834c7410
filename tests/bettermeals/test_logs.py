from __future__ import annotations

import logging

import pytest

from bettermeals.logs import MaskPersonal


def masked(message: str, *args: object) -> str:
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, message, args, None)
    MaskPersonal().filter(record)
    return record.getMessage()


@pytest.mark.parametrize("text", ["to +919876543210 failed", "to 919876543210 failed"])
def test_a_phone_number_keeps_its_country_and_last_two_digits(text: str) -> None:
    assert masked(text) == "to 91••••••10 failed"


def test_a_number_in_the_arguments_is_masked_too() -> None:
    assert masked("sent to %s in %d ms", "+919876543210", 12) == "sent to 91••••••10 in 12 ms"


def test_ids_times_and_amounts_stay_readable() -> None:
    text = "wamid.HBgMOTE5ODc2NTQzMjEw charge 12 of 450000 paise at 2026-11-21T09:00:00"
    assert masked(text) == text


def test_the_key_to_a_households_page_is_cut_from_its_path() -> None:
    assert masked("Not Found: /p/WzEsMiwxNzY0.1abc.Ab-cD_ef/approve") == "Not Found: /p/…/approve"
