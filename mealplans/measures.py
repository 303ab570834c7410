"""An amount as a kitchen says it: katori and chammach with the grams in brackets, pieces as numbers. Pure.

Numerals are plain and Latin in every language (2, 1/2); a measure that nobody took for an ingredient is not guessed,
then the grams stand alone.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from mealplans.catalogue.vocabulary import CHAMMACH_ML, KATORI_ML
from mealplans.models import Ingredient
from mealplans.wording import label

HALF = Decimal("0.5")
#: More level spoons than this are miscounted; then the katori or the grams are said.
MOST_SPOONS = 8


def spoken(ingredient: Ingredient, amount: Decimal, language: str) -> str:
    """450 g of rice -> "3 katori (450 g)"; 2.3 onions -> "2 1/2"."""
    if ingredient.base_unit == "piece":
        return number(_halves(amount, ROUND_CEILING))
    exact = weight(ingredient.base_unit, amount, language)
    counted = _in_kitchen_measure(ingredient, amount, language)
    return f"{counted} ({exact})" if counted else exact


def number(value: Decimal) -> str:
    """Halves as "1/2", "2 1/2"; anything else as it is."""
    whole, rest = divmod(value, 1)
    if rest != HALF:
        return f"{value.normalize():f}"
    return f"{whole:f} 1/2" if whole else "1/2"


def weight(base_unit: str, amount: Decimal, language: str) -> str:
    """ "450 g", "1.25 kg"; below ten to one decimal, so that 2.5 g of salt is not 3."""
    if amount >= 1000:
        large = (amount / 1000).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return f"{large.normalize():f} {label('kg' if base_unit == 'g' else 'l', language)}"
    step = Decimal("0.1") if amount < 10 else Decimal(1)
    return f"{amount.quantize(step, ROUND_HALF_UP).normalize():f} {label(base_unit, language)}"


def _halves(amount: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
    return (amount * 2).quantize(Decimal(1), rounding) / 2


def _in_kitchen_measure(ingredient: Ingredient, amount: Decimal, language: str) -> str:
    katori, spoon = ingredient.katori_g, ingredient.chammach_g
    if ingredient.base_unit == "ml":
        katori, spoon = Decimal(KATORI_ML), Decimal(CHAMMACH_ML)
    if katori and amount >= katori / 2 and _halves(amount / katori):
        return f"{number(_halves(amount / katori))} {label('katori', language)}"
    if spoon and HALF <= _halves(amount / spoon) <= MOST_SPOONS:
        return f"{number(_halves(amount / spoon))} {label('chammach', language)}"
    return ""
