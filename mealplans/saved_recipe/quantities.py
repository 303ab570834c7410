"""“2 tbsp oil, warmed” -> how much of what, only when there is no doubt. Pure.

What is not sure stays words: a range, “to taste”, a can, a cup of something that nobody has weighed. A density or the
weight of a piece is used where it was measured and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from mealplans.models import Ingredient

#: Unit -> (its family, how many g, ml or pieces). Spoons and cups are the metric ones that recipes write.
UNITS: dict[str, tuple[str, Decimal]] = {
    **dict.fromkeys(("g", "gm", "gms", "gram", "grams"), ("g", Decimal(1))),
    **dict.fromkeys(("kg", "kilo", "kilogram", "kilograms"), ("g", Decimal(1000))),
    **dict.fromkeys(("ml", "millilitre", "millilitres", "milliliter", "milliliters"), ("ml", Decimal(1))),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters"), ("ml", Decimal(1000))),
    **dict.fromkeys(("tsp", "tsps", "teaspoon", "teaspoons"), ("ml", Decimal(5))),
    **dict.fromkeys(("tbsp", "tbsps", "tablespoon", "tablespoons"), ("ml", Decimal(15))),
    **dict.fromkeys(("cup", "cups"), ("ml", Decimal(240))),
}
#: Words after which a count is no count of pieces: “2 cans tomatoes” are not two tomatoes.
CONTAINERS = frozenset({
    *("can", "cans", "tin", "tins", "packet", "packets", "pack", "packs", "bunch", "bunches", "handful", "handfuls"),
    *("pinch", "pinches", "clove", "cloves", "slice", "slices", "inch", "inches", "piece", "pieces", "sprig", "sprigs"),
    *("stick", "sticks", "dash", "bottle", "bottles", "jar", "jars", "oz", "ounce", "ounces", "lb", "lbs", "pound"),
    "pounds",
})  # fmt: skip
SIZES = frozenset(["small", "medium", "large", "big", "whole", "fresh", "ripe"])
CENT = Decimal("0.01")
_NUMBER = re.compile(r"(?:(\d+)\s+)?(\d+)\s*/\s*([1-9]\d*)(?=\D|$)|(\d+(?:\.\d+)?)")
#: A second amount, or a word that takes the first one back.
_DOUBT = re.compile(r"\d|\bor\b|\bto taste\b|\bas needed\b|\bas required\b|\boptional\b|\babout\b|\+|/", re.I)


@dataclass(frozen=True)
class Said:
    """`amount` None: not sure. `unit` as written, empty for a plain count; `food`: what names the ingredient."""

    amount: Decimal | None
    unit: str
    food: str


def understood(line: str) -> Said:
    text = _plain(line)
    match = _NUMBER.match(text)
    if match is None:
        return Said(None, "", _food(text))
    rest = text[match.end() :].strip()
    word, _, after = rest.partition(" ")
    unit = word.rstrip(".").lower()
    if unit in UNITS:
        return Said(None if _DOUBT.search(after) else _value(match), unit, _food(after))
    sure = not _DOUBT.search(rest) and unit not in CONTAINERS and not rest.startswith(("-", "–", "x "))
    return Said(_value(match) if sure else None, "", _food(rest))


def in_base_unit(said: Said, ingredient: Ingredient) -> Decimal | None:
    """The whole amount in the ingredient's own unit; None when that would be a guess."""
    if said.amount is None:
        return None
    family, factor = UNITS[said.unit] if said.unit else ("piece", Decimal(1))
    amount, base = said.amount * factor, ingredient.base_unit
    density, piece = ingredient.density_g_per_ml, ingredient.piece_weight_g
    if family == base:
        return amount
    if family == "ml" and base == "g" and density:
        return amount * density
    if family == "g" and base == "ml" and density:
        return amount / density
    if family == "g" and base == "piece" and piece:
        return amount / piece
    if family == "piece" and base == "g" and piece:
        return amount * piece
    return None


def _plain(line: str) -> str:
    """Vulgar fractions as 1/2, one kind of space."""
    parts = [f" {unicodedata.normalize('NFKC', c)} " if unicodedata.category(c) == "No" else c for c in line]
    return " ".join("".join(parts).replace("\u2044", "/").split())


def _value(match: re.Match[str]) -> Decimal:
    whole, over, under, plain = match.groups()
    if plain is not None:
        return Decimal(plain)
    return Decimal(whole or 0) + Decimal(over) / Decimal(under)


def _food(words: str) -> str:
    """Without what is in brackets, after a comma, and the size: “large onions, chopped” -> “onions”."""
    kept = re.sub(r"\([^)]*\)", " ", words).split(",")[0].split(" - ")[0].lower().split()
    while kept and (kept[0] in SIZES or kept[0] == "of"):
        kept = kept[1:]
    return " ".join(kept)
