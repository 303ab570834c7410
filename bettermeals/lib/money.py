"""Money is an integer of the smallest unit (paise) everywhere; only this module turns it into words.

Babel 2.18 groups kn_IN and mr_IN wrongly (₹123,456.50 instead of ₹1,23,456.50), so there is one grouping of our own.
"""

from __future__ import annotations

SYMBOLS = {"INR": "₹", "USD": "$", "EUR": "€", "GBP": "£", "AED": "AED "}
INDIAN_GROUPING = frozenset({"INR"})


def group_indian(digits: str) -> str:
    """`1234567` becomes `12,34,567`: three digits, then twos."""
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail]) if pairs else tail


def format_money(minor: int, currency: str = "INR", language: str = "en", *, signed: bool = False) -> str:
    """12345650 -> "₹1,23,456.50"; whole amounts lose their ".00". `signed` writes a plus too ("+₹140").

    `language` is taken because a later script may want its own digits; English and Hindi both use Latin ones on
    Indian bills.
    """
    units, rest = divmod(abs(minor), 100)
    grouped = group_indian(str(units)) if currency in INDIAN_GROUPING else f"{units:,}"
    sign = "-" if minor < 0 else "+" if signed and minor > 0 else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{grouped}" + (f".{rest:02d}" if rest else "")
