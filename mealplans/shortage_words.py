"""What became of a line that the shop does not have, in the reader's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bettermeals.lib.money import format_money
from households.models import Resident
from mealplans.models import ShopRequest, Shortage
from mealplans.outcomes import Actor
from mealplans.shop_messages import meal_words
from mealplans.wording import say

if TYPE_CHECKING:
    from mealplans.shortages import Settled


def for_resident(found: Settled, reader: Resident, decider: Resident | None, currency: str) -> str:
    """Everything at once; "" when there is nothing to say to this reader (the one who decides is asked apart)."""
    language = reader.language
    parts = [*_replaced(found, language), *_unneeded(found, language), *_undecided(found, reader, decider)]
    if found.replaced or found.unneeded:
        parts.append(bill_words(found.delta_paise, found.how, currency, language))
    return " ".join(part.strip() for part in parts if part.strip())


def _replaced(found: Settled, language: str) -> list[str]:
    return [
        say("shop_lacks", language, item=row.line.ingredient.name(language))
        + say("bought_instead", language, new=substitute.ingredient.name(language), meals="")
        for row, substitute in found.replaced
    ] + [meal_words(meal, language) + "." for _, substitute in found.replaced for meal in substitute.meals]


def _unneeded(found: Settled, language: str) -> list[str]:
    return [
        say("shop_lacks", language, item=name) + say("not_needed_now", language, item=name)
        for name in (row.line.ingredient.name(language) for row in found.unneeded)
    ]


def _undecided(found: Settled, reader: Resident, decider: Resident | None) -> list[str]:
    if decider is None or reader.pk == decider.pk:
        return []
    language = reader.language
    return [
        say("shop_lacks", language, item=row.line.ingredient.name(language))
        + say(
            "shop_asks_decider",
            language,
            decider=decider.name,
            meals=", ".join(meal_words(meal, language) for meal in meals),
        )
        for row, meals in found.undecided
    ]


def bill_words(delta_paise: int, how: str, currency: str, language: str) -> str:
    if delta_paise == 0:
        return say("bill_same", language)
    amount = format_money(abs(delta_paise), currency, language)
    if delta_paise > 0:
        return say("bill_more", language, amount=amount)
    return say("bill_less", language, amount=amount, how=say(f"back_{how}", language)).strip()


def left_out(row: Shortage, actor: Actor, language: str) -> str:
    return say("left_out", language, by=actor.name, item=row.line.ingredient.name(language))


def for_timeline(found: Settled, request: ShopRequest) -> str:
    parts = [f"{row.line.ingredient.name_en} → {new.ingredient.name_en}" for row, new in found.replaced]
    parts += [f"{row.line.ingredient.name_en}: not needed" for row in found.unneeded]
    parts += [f"{row.line.ingredient.name_en}: the household is asked" for row, _ in found.undecided]
    return f"{request.vendor} lacks something. {'; '.join(parts)}."
