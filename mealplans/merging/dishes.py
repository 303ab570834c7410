"""Duplicate dishes become one: meals and tastes follow. The one that stays must forbid at least as much as the others.

A week that was approved keeps the recipe it was approved with; a week still proposed is cooked by the one that stays,
so a household that could not eat the other must not find itself served without a look.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from households.models import Resident
from mealplans import facts
from mealplans.catalogue.vocabulary import DIETS
from mealplans.merging import slugs
from mealplans.merging.ingredients import CannotMerge, Done, written
from mealplans.merging.ledger import Ledger
from mealplans.merging.looking import look_through_all
from mealplans.merging.references import repoint
from mealplans.models import Dish


def problems(kept: Dish, gone: Sequence[Dish]) -> list[str]:
    found = [] if gone else [_("Choose two or more.")]
    for row in (kept, *gone):
        if row.merged_into_id:
            found.append(_("%(row)s was merged before: choose what it was merged into.") % {"row": row})
    for row in gone:
        found += _weaker(kept, row)
    return found


def _weaker(kept: Dish, gone: Dish) -> list[str]:
    """What `gone` forbids and `kept` would allow, in words."""
    advice = _("Keep %(gone)s instead, or correct the recipes first.") % {"gone": gone}
    missing, found = ", ".join(sorted(facts.allergens(gone) - facts.allergens(kept))), []
    if missing:
        found.append(_("%(gone)s holds %(what)s, %(kept)s does not.") % {"gone": gone, "kept": kept, "what": missing})
    if DIETS.index(facts.diet(gone)) > DIETS.index(facts.diet(kept)):
        words = _("%(gone)s is %(diet)s, %(kept)s is %(kept_diet)s.")
        found.append(words % {"gone": gone, "diet": facts.diet(gone), "kept": kept, "kept_diet": facts.diet(kept)})
    mine, theirs = facts.dish_facts(kept), facts.dish_facts(gone)
    if (mine.jain_ok and not theirs.jain_ok) or (mine.fasting_ok and not theirs.fasting_ok):
        found.append(_("%(kept)s passes as Jain or for a fast, %(gone)s does not.") % {"gone": gone, "kept": kept})
    found += [
        _("Somebody never eats %(what)s: %(gone)s holds it, %(kept)s does not.")
        % {"gone": gone, "kept": kept, "what": what}
        for what in sorted((_slugs(gone) - _slugs(kept)) & _never())
    ]
    return [f"{sentence} {advice}" for sentence in found]


def _slugs(dish: Dish) -> set[str]:
    return {line.ingredient.slug for line in dish.lines.all()}


def _never() -> set[str]:
    return {slug for never in Resident.objects.exclude(never=[]).values_list("never", flat=True) for slug in never}


def merge(kept_id: int, gone_ids: Sequence[int], *, by: str, reason: str, now: datetime, dry_run: bool = False) -> Done:
    """All of it or nothing; a dry run is the real run rolled back. Raises CannotMerge."""
    with transaction.atomic():
        kept, gone = _locked(kept_id, gone_ids)
        found = problems(kept, gone)
        if found:
            raise CannotMerge(*found)
        ledger = Ledger()
        for row in gone:
            _one(ledger, kept, row)
        done = Done(kept, gone, ledger, written("dish", kept, gone, ledger, by, reason, now))
        transaction.set_rollback(dry_run)
    if not dry_run:  # the one that stays may hold what the other did not
        look_through_all([], [kept], now)
    return done


def _one(ledger: Ledger, kept: Dish, gone: Dish) -> None:
    repoint(ledger, kept, gone)
    if gone.photo and not kept.photo:  # lent: the row that goes keeps it too, for when the merge is undone
        ledger.change(kept, photo=gone.photo)
    slugs.follow_dish(ledger, kept, gone)
    for earlier in Dish.objects.filter(merged_into=gone).order_by("pk"):
        ledger.change(earlier, merged_into_id=kept.pk)
    ledger.change(gone, merged_into_id=kept.pk, active=False)


def _locked(kept_id: int, gone_ids: Sequence[int]) -> tuple[Dish, list[Dish]]:
    wanted = [kept_id, *(pk for pk in gone_ids if pk != kept_id)]
    locked = Dish.objects.select_for_update(no_key=True).prefetch_related("lines__ingredient")
    rows = {row.pk: row for row in locked.filter(pk__in=wanted).order_by("pk")}
    if set(rows) != set(wanted):
        raise CannotMerge(_("One of them is not there any more: choose again."))
    return rows[kept_id], [rows[pk] for pk in wanted[1:]]
