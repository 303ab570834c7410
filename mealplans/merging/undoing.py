"""A merge taken back: each row stands as it stood. What somebody changed since is told first, never overwritten."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from households import food_rules
from households.models import Resident
from mealplans.merging.ledger import Changed, Folded, Ledger, decoded, encoded, model_of
from mealplans.models import CatalogueMerge


class ChangedSince(ValueError):
    """`rows`: what is different from how the merge left it, one sentence each."""

    def __init__(self, rows: list[str]) -> None:
        self.rows = rows
        super().__init__(" ".join(rows))


def undo(merge_id: int, *, by: str, reason: str, now: datetime, leave_changed: bool = False) -> bool:
    """False when it was undone before. `leave_changed`: rows that changed since stay as they are now.

    Raises ChangedSince without it: stock that was added up and then cooked from cannot be told apart again.
    """
    with transaction.atomic():
        merge = CatalogueMerge.objects.select_for_update(no_key=True).get(pk=merge_id)
        if merge.undone_at:
            return False
        ledger = Ledger.read(merge.record)
        stale = {(each.model, each.pk): words for each in ledger.changed if (words := _stale(each))}
        if stale and not leave_changed:
            raise ChangedSince(sorted(stale.values()))
        _restore(ledger, set(stale), by, now)
        merge.undone_at, merge.undone_by, merge.undone_why = now, by, reason
        merge.save(update_fields=["undone_at", "undone_by", "undone_why"])
        return True


def _stale(each: Changed) -> str:
    row = _row(each.model, each.pk)
    if row is None:
        return _("%(model)s %(pk)s is gone.") % {"model": each.model, "pk": each.pk}
    differ = [name for name in each.after if encoded(row, name) != each.after[name]]
    return _("%(row)s: %(fields)s changed since.") % {"row": row, "fields": ", ".join(differ)} if differ else ""


def _row(label: str, pk: int) -> Any:
    return model_of(label)._base_manager.filter(pk=pk).first()


def _restore(ledger: Ledger, stale: set[tuple[str, int]], by: str, now: datetime) -> None:
    for each in ledger.changed:
        if (each.model, each.pk) not in stale:
            _back(each, by, now)
    for moved in ledger.moved:
        rows = model_of(moved.model)._base_manager.filter(pk__in=moved.pks, **{moved.name: moved.new})
        rows.update(**{moved.name: moved.old})
    for folded in ledger.folded:
        if (folded.model, folded.into) not in stale:
            _again(folded)


def _back(each: Changed, by: str, now: datetime) -> None:
    row = _row(each.model, each.pk)
    never = list(row.never) if isinstance(row, Resident) else []
    for name, value in decoded(type(row), each.before):
        setattr(row, name, value)
    row.save(update_fields=list(each.before))
    if isinstance(row, Resident) and row.never != never:
        food_rules.record_hard_change(row, {"never": never}, by=by, now=now)


def _again(folded: Folded) -> None:
    model = model_of(folded.model)
    model(**dict(decoded(model, folded.values))).save(force_insert=True)
