"""An amount in the words it was entered with ("2 tbsp"), for the cook beside the counted one.

Only where the words still mean what is counted: a recipe's amount is for one serving, and words that were written for
a whole pot, or before the amount was corrected, would mislead whoever stands at the stove.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from mealplans.models import DishIngredient
from mealplans.saved_recipe.quantities import CENT, in_base_unit, understood
from mealplans.wording import servings_text

#: As a saved page's amount is kept: what stood there, and for how many.
DIVIDED = re.compile(r"(?P<words>.+?) \(÷ (?P<serves>\d+)\)")
LATIN = re.compile(r"[A-Za-z]")


def beside(line: DishIngredient, servings: Decimal, language: str) -> str:
    """ " [2 tbsp × 5.5]" or nothing; English words are no help to who reads another script."""
    found = DIVIDED.fullmatch(line.entered)
    words, serves = (found["words"], int(found["serves"])) if found else (line.entered, 1)
    if not words or (language != "en" and LATIN.search(words)) or not _means(words, serves, line):
        return ""
    times = f" × {servings_text(servings)}" if servings != 1 else ""
    return f" [{words}{times}{f' ÷ {serves}' if serves > 1 else ''}]"


def _means(words: str, serves: int, line: DishIngredient) -> bool:
    whole = in_base_unit(understood(words), line.ingredient)
    return whole is not None and bool(serves) and (whole / serves).quantize(CENT, ROUND_HALF_UP) == line.amount
