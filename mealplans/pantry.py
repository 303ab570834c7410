"""What is in the house keeps itself up to date: a delivery fills it, cooking empties it, "missing" corrects it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Value
from django.db.models.functions import Greatest

from households.models import Household
from mealplans.facts import amounts_for
from mealplans.models import Ingredient, PantryItem, PlannedMeal
from mealplans.served import as_served


def put_in(household: Household, amounts: Mapping[int, Decimal], now: datetime) -> None:
    """Ingredient id -> what was delivered, in base units. Added, never overwritten: two deliveries count."""
    PantryItem.objects.bulk_create(
        [PantryItem(household=household, ingredient_id=pk, amount=0, updated_at=now) for pk in amounts],
        ignore_conflicts=True,
    )
    for pk, amount in amounts.items():
        PantryItem.objects.filter(household=household, ingredient=pk).update(
            amount=F("amount") + amount, updated_at=now, delivered_at=now
        )


def use_up(household: Household, meal: PlannedMeal, now: datetime) -> None:
    """A meal was cooked. Never below nothing: what was cooked from elsewhere is not owed to the pantry."""
    [served] = as_served([meal])
    for ingredient, amount in amounts_for(served.dish, served.servings):
        PantryItem.objects.filter(household=household, ingredient=ingredient).update(
            amount=Greatest(F("amount") - amount, Value(Decimal(0))), updated_at=now
        )


def ran_out(household: Household, ingredient: Ingredient, now: datetime) -> None:
    PantryItem.objects.filter(household=household, ingredient=ingredient).update(amount=0, updated_at=now)


def packed(lines: Iterable[Mapping[str, object]]) -> Decimal:
    """The amount in a grocery line's packs."""
    return sum((Decimal(str(pack["size"])) * int(str(pack["count"])) for pack in lines), Decimal(0))
