"""Any local way to write a phone number -> E.164, or a sentence that says what to do."""

from __future__ import annotations

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat


class PhoneError(ValueError):
    """The text is no phone number that can be dialled; the message is meant for the person who typed it."""


def to_e164(raw: str, region: str = "IN") -> str:
    """`098765 43210` in region IN becomes `+919876543210`. Raises PhoneError.

    A WhatsApp id (digits with the country code, no plus) is accepted too: what cannot be a number of the region is
    read once more with a plus in front, because that is how Meta writes numbers in webhooks.
    """
    text = raw.strip()
    for candidate in (text, f"+{text}"):
        try:
            number = phonenumbers.parse(candidate, region)
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    raise PhoneError(
        f"“{raw}” is not a phone number that can be dialled in {region}. "
        "Write it with its country code, for example +91 98765 43210."
    )


def country(e164: str) -> str:
    """The ISO code of the country that a number belongs to ("IN"); empty when it cannot be told."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(e164)) or ""
    except NumberParseException:
        return ""


def country_or_main(e164: str) -> str:
    """As `country`; a number that no plan knows counts to the country that its calling code mainly means."""
    try:
        number = phonenumbers.parse(e164)
    except NumberParseException:
        return ""
    found = phonenumbers.region_code_for_number(number)
    return found or str(phonenumbers.region_code_for_country_code(number.country_code or 0)).replace("ZZ", "")


def wa_id(e164: str) -> str:
    """Meta's form of a number: the digits of E.164 without the plus."""
    return e164.removeprefix("+")


def mask(e164: str) -> str:
    """For logs and lists: the country and the last two digits stay readable."""
    return f"{e164[:3]}••••••{e164[-2:]}" if len(e164) > 5 else "••••"
