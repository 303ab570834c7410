"""Duplicate ingredients become one. No hard rule gets weaker by it: the facts agree, or the stricter of each holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from mealplans.merging import slugs
from mealplans.merging.ledger import Ledger
from mealplans.merging.looking import look_through
from mealplans.merging.references import StillUsed, repoint
from mealplans.merging.strictness import FACTS, facts_of, strictest
from mealplans.models import CatalogueMerge, Ingredient


class CannotMerge(ValueError):
    """`problems`: one sentence each, with what to do."""

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


@dataclass(frozen=True)
class Done:
    kept: Any
    gone: Sequence[Any]
    ledger: Ledger
    merge: CatalogueMerge


def problems(kept: Ingredient, gone: Sequence[Ingredient]) -> list[str]:
    """Why these can be no merge, whatever is decided."""
    found = []
    if not gone:
        found.append(_("Choose two or more."))
    for row in (kept, *gone):
        if row.merged_into_id:
            found.append(_("%(row)s was merged before: choose what it was merged into.") % {"row": row})
        if row.base_unit != kept.base_unit:
            words = _("%(row)s is counted in %(unit)s, %(kept)s in %(kept_unit)s: their amounts cannot be added up.")
            found.append(words % {"row": row, "unit": row.base_unit, "kept": kept, "kept_unit": kept.base_unit})
    return found


def differing(kept: Ingredient, gone: Sequence[Ingredient]) -> list[str]:
    """The hard facts in which they differ; then staff must say that the stricter of each shall hold."""
    return [name for name in FACTS if any(facts_of(row)[name] != facts_of(kept)[name] for row in gone)]


def merge(
    kept_id: int, gone_ids: Sequence[int], *, by: str, reason: str, now: datetime, stricter: bool, dry_run: bool = False
) -> Done:
    """All of it or nothing; a dry run is the real run rolled back. Raises CannotMerge."""
    with transaction.atomic():
        done = _merge(kept_id, gone_ids, by=by, reason=reason, now=now, stricter=stricter)
        transaction.set_rollback(dry_run)
    if not dry_run:
        look_through(done.kept, stricter=stricter, now=now)
    return done


def _merge(kept_id: int, gone_ids: Sequence[int], *, by: str, reason: str, now: datetime, stricter: bool) -> Done:
    kept, gone = _locked(kept_id, gone_ids)
    found = problems(kept, gone)
    if not found and differing(kept, gone) and not stricter:
        found.append(_("Their hard facts differ. Correct one of them first, or let the stricter of each hold."))
    if found:
        raise CannotMerge(*found)
    ledger = Ledger()
    ledger.change(kept, **strictest([kept, *gone]))
    for row in gone:
        try:
            _one(ledger, kept, row, by, now)
        except StillUsed as held:
            words = _("Both stand on one list, and a shop has answered about %(row)s: keep that one instead.")
            raise CannotMerge(words % {"row": held.row}) from held
    return Done(kept, gone, ledger, written("ingredient", kept, gone, ledger, by, reason, now))


def written(
    kind: str, kept: Any, gone: Sequence[Any], ledger: Ledger, by: str, reason: str, now: datetime
) -> CatalogueMerge:
    names = ", ".join(row.slug for row in gone)
    return CatalogueMerge.objects.create(
        kind=kind, kept=kept.slug, gone=names[:400], by=by, at=now, reason=reason, record=ledger.as_json()
    )


def _locked(kept_id: int, gone_ids: Sequence[int]) -> tuple[Ingredient, list[Ingredient]]:
    """In the order of their numbers, so that two merges wait for each other and do not lock each other out."""
    wanted = [kept_id, *(pk for pk in gone_ids if pk != kept_id)]
    rows = {
        row.pk: row for row in Ingredient.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    }
    if set(rows) != set(wanted):
        raise CannotMerge(_("One of them is not there any more: choose again."))
    return rows[kept_id], [rows[pk] for pk in wanted[1:]]


def _one(ledger: Ledger, kept: Ingredient, gone: Ingredient, by: str, now: datetime) -> None:
    slugs.follow(ledger, kept, gone, by, now)
    repoint(ledger, kept, gone)
    for earlier in Ingredient.objects.filter(merged_into=gone).order_by("pk"):
        ledger.change(earlier, merged_into_id=kept.pk)
    ledger.change(gone, merged_into_id=kept.pk)
