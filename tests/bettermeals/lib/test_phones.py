from __future__ import annotations

import pytest

from bettermeals.lib.phones import PhoneError, mask, to_e164, wa_id


@pytest.mark.parametrize(
    "raw", ["98765 43210", "09876543210", "+91 98765-43210", "919876543210", " (+91) 98765 43210 ", "0091 98765 43210"]
)
def test_every_way_people_write_an_indian_number_is_one_number(raw: str) -> None:
    assert to_e164(raw) == "+919876543210"


def test_a_local_number_is_read_in_the_given_region() -> None:
    assert to_e164("050 123 4567", "AE") == "+971501234567"


@pytest.mark.parametrize("raw", ["", "hello", "12345", "98765 4321", "+91 00000 00000"])
def test_what_cannot_be_dialled_is_refused_with_the_way_to_write_it(raw: str) -> None:
    with pytest.raises(PhoneError, match=r"Write it with its country code"):
        to_e164(raw)


def test_whatsapp_ids_are_the_digits_alone() -> None:
    assert wa_id("+919876543210") == "919876543210"


def test_a_masked_number_keeps_country_and_last_two_digits() -> None:
    assert mask("+919876543210") == "+91••••••10"
