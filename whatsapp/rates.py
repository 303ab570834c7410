"""What Meta charges for a delivered template, by country and category. Pure; a forecast, never an account.

Meta publishes a rate card per quarter; India's of January 2026 (marketing ₹0.8631, utility ₹0.115) held when this was
written, and since October 2026 utility templates cost the same inside and outside the window. The bill itself comes
from the `pricing` of each status. Where no rate is known nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# In hundredths of a paisa: rates are finer than a paisa, sums are not.
HUNDREDTHS = 100
INDIA = {"MARKETING": 8631, "UTILITY": 1150, "AUTHENTICATION": 1150}
BY_PREFIX = {"91": INDIA}


@dataclass(frozen=True)
class Forecast:
    """`paise` for the `priced` messages together, rounded up; `unpriced` ones have no known rate."""

    paise: int
    priced: int
    unpriced: int


def forecast(people: Iterable[tuple[str, str]]) -> Forecast:
    """`people` are (WhatsApp id or empty, category)."""
    total = priced = unpriced = 0
    for wa_id, category in people:
        rate = _rate(wa_id, category)
        if rate is None:
            unpriced += 1
        else:
            total, priced = total + rate, priced + 1
    return Forecast(-(-total // HUNDREDTHS), priced, unpriced)


def change(before: str, after: str) -> int | None:
    """What one message more costs in India when its category changes, in hundredths of a paisa; None: no rate known."""
    old, new = INDIA.get(before.upper()), INDIA.get(after.upper())
    return None if old is None or new is None else new - old


def _rate(wa_id: str, category: str) -> int | None:
    for prefix, rates in BY_PREFIX.items():
        if wa_id.startswith(prefix):
            return rates.get(category)
    return None
