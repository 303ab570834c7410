"""Who points at an ingredient or a dish: foreign keys as the models themselves tell, slugs as written down here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, Model, OuterRef, QuerySet, UniqueConstraint

from mealplans.merging.combining import COMBINE
from mealplans.merging.ledger import Ledger
from mealplans.models import DishIngredient, DishVersion, RecipeLine

#: What belongs to the row itself and stays with it: a dish's recipe is the dish.
OWN_PARTS = {(DishIngredient, "dish"), (DishVersion, "dish"), (RecipeLine, "dish")}


class StillUsed(ValueError):
    """A row that would be added up into another has something of its own hanging on it."""

    def __init__(self, row: Model) -> None:
        self.row = row
        super().__init__(str(row))


def references(model: type[Model]) -> list[tuple[type[Model], str]]:
    """(model, field) of every foreign key to it, hidden ones too. Raises TypeError for a kind nobody thought of."""
    found: list[tuple[type[Model], str]] = []
    for each in model._meta.get_fields(include_hidden=True):
        related: Any = each.related_model
        if not each.auto_created or each.concrete or related is model:
            continue
        if each.many_to_many:
            raise TypeError(f"{related} has many {model}: a merge cannot move that yet")
        target = (related, each.field.name)  # type: ignore[union-attr]
        if target not in OWN_PARTS:
            found.append(target)
    return sorted(found, key=lambda target: (target[0]._meta.label, target[1]))


def repoint(ledger: Ledger, kept: Model, gone: Model) -> None:
    """Move every reference; where the kept one stands there already, the two rows are added up."""
    for model, name in references(type(kept)):
        rows = model._base_manager.filter(**{name: gone.pk}).order_by("pk")
        for others in unique_with(model, name):
            for row in rows.filter(_stands_there(model, name, kept, others)):
                same = {name: kept.pk, **{other: getattr(row, other) for other in others}}
                twin = model._base_manager.get(**same)
                if hangers(row):
                    raise StillUsed(row)
                ledger.change(twin, **COMBINE[model](twin, row))
                ledger.fold(row, into=twin)
        ledger.move(rows, name, gone.pk, kept.pk)


def hangers(row: Model) -> list[Model]:
    """What points at this row and would be lost with it: a shop's shortage of a line, say."""
    found: list[Model] = []
    for each in row._meta.get_fields(include_hidden=True):
        related: Any = each.related_model
        if each.auto_created and not each.concrete and not each.many_to_many:
            found += related._base_manager.filter(**{each.field.name: row.pk})  # type: ignore[union-attr]
    return found


def _stands_there(model: type[Any], name: str, kept: Model, others: Iterable[str]) -> Exists:
    same = {other: OuterRef(other) for other in others}
    twins: QuerySet[Any] = model._base_manager.filter(**{name: kept.pk}, **same)
    return Exists(twins)


def unique_with(model: type[Model], name: str) -> list[list[str]]:
    """The fields that together with `name` may stand only once. Raises TypeError where that cannot be told."""
    if model._meta.unique_together or getattr(model._meta.get_field(name), "unique", False):
        raise TypeError(f"{model.__name__}.{name} is unique in a way that a merge does not know")
    found = []
    for rule in model._meta.constraints:
        if isinstance(rule, UniqueConstraint) and name in rule.fields:
            if rule.condition is not None:
                raise TypeError(f"{model.__name__}.{rule.name} has a condition, which a merge does not know")
            found.append([other for other in rule.fields if other != name])
    return found
