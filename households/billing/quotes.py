"""The lines of a quote: what the household sees, the link asks for and the ledger posts. One sum for all three."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


class BadQuote(ValueError):
    """The lines do not make an amount that can be asked for; the sentence says what is wrong."""


@dataclass(frozen=True)
class QuoteLine:
    """One line of the bill. `amount_paise` is signed: a discount or a credit is a negative line."""

    label: str
    amount_paise: int
    quantity: str = ""


def total(lines: Iterable[QuoteLine]) -> int:
    """The sum in paise. Raises BadQuote for a float, an unnamed line or a negative sum."""
    amount = 0
    for line in lines:
        if isinstance(line.amount_paise, bool) or not isinstance(line.amount_paise, int):
            raise BadQuote(f"“{line.label}” costs {line.amount_paise!r}: money is a whole number of paise")
        if not line.label.strip():
            raise BadQuote("a line of the bill has no name")
        amount += line.amount_paise
    if amount < 0:
        raise BadQuote(f"the lines add up to {amount} paise; a charge cannot be negative")
    return amount


def frozen(lines: Iterable[QuoteLine]) -> list[dict[str, Any]]:
    """As JSON, for the row."""
    return [asdict(line) for line in lines]
