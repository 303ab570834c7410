"""What templates are expected to cost, by the rate rows of the day. A forecast, never an account: the bill is Meta's.

Where a country has no rate nothing is guessed: it is counted by its name, beside the sum and never in it as a zero.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from bettermeals.lib import phones
from whatsapp.models import MessageRate

NOWHERE = ""  # no number and no user id tells the country
KEPT = 20_000  # a ledger asks for the same people's countries again and again
BSUID_HEAD = 2  # "IN.4711…": Meta begins its user ids with the country


class Price(NamedTuple):
    currency: str
    amount: Decimal


class Sent(NamedTuple):
    """One message: to which WhatsApp id or user id (or nobody knows), in which category."""

    address: str
    category: str
    on: date


@dataclass(frozen=True)
class Forecast:
    """Per currency in its smallest unit, rounded up once; `without`: country -> messages that have no rate."""

    amounts: Mapping[str, int] = field(default_factory=dict)
    priced: int = 0
    without: Mapping[str, int] = field(default_factory=dict)

    @property
    def unpriced(self) -> int:
        return sum(self.without.values())


class Card:
    """All rates, read in one query."""

    def __init__(self) -> None:
        self._prices: dict[tuple[str, str], list[tuple[date, Price]]] = defaultdict(list)
        for row in MessageRate.objects.order_by("valid_from", "pk"):
            for code in row.codes:
                self._prices[code, row.category].append((row.valid_from, Price(row.currency, row.price)))

    def price(self, country: str, category: str, on: date) -> Price | None:
        """The newest that has begun by that day."""
        begun = [price for since, price in self._prices.get((country, category.upper()), ()) if since <= on]
        return begun[-1] if begun else None

    def countries(self) -> list[str]:
        return sorted({country for country, _category in self._prices})


def forecast(messages: Iterable[Sent], card: Card | None = None) -> Forecast:
    """What these messages cost, each by the rate of its own day."""
    card = card or Card()
    totals: Counter[str] = Counter()
    sums: dict[str, Decimal] = defaultdict(Decimal)
    without: Counter[str] = Counter()
    for address, category, on in messages:
        country = country_of(address)
        price = card.price(country, category, on)
        if price is None:
            without[country] += 1
        else:
            totals[price.currency] += 1
            sums[price.currency] += price.amount
    return Forecast({code: minor(total) for code, total in sums.items()}, sum(totals.values()), dict(without))


def minor(amount: Decimal) -> int:
    """In paise or cents, rounded up: rates are finer than a paisa, sums are not."""
    return int((amount * 100).to_integral_value(rounding=ROUND_UP))


def change(card: Card, country: str, before: str, after: str, on: date) -> Price | None:
    """What one message more costs there when its category changes; None where either rate is not known."""
    old, new = card.price(country, before, on), card.price(country, after, on)
    if old is None or new is None or old.currency != new.currency:
        return None
    return Price(new.currency, new.amount - old.amount)


def cheaper(before: str, after: str, on: date) -> bool:
    """Nowhere dearer than before, by the rates that are known; False where none is."""
    card = Card()
    known = [found for code in card.countries() if (found := change(card, code, before, after, on))]
    return bool(known) and all(found.amount <= 0 for found in known)


@lru_cache(maxsize=KEPT)
def country_of(address: str) -> str:
    """The two letters of where somebody's number, or Meta's user id of them, belongs."""
    if address.isdigit():
        return phones.country_or_main(f"+{address}")
    return address[:BSUID_HEAD] if address[BSUID_HEAD : BSUID_HEAD + 1] == "." else NOWHERE
