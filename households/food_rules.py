"""What a person never eats. Hard rules change only here, and each change is a line of the timeline with who said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from households import timeline
from households.models import Household, Resident
from households.vocabulary import Allergen, Diet, choice_list

HARD = ("diet", "jain", "allergens", "never")
SOFT = ("dislikes",)
LABELS = {"diet": "diet", "jain": "Jain rules", "allergens": "allergens", "never": "never eats"}


def checked(rules: dict[str, Any]) -> dict[str, Any]:
    """The rules in their stored form. Raises ValueError with the words that would be right."""
    unknown = sorted(set(rules) - {*HARD, *SOFT})
    if unknown:
        raise ValueError(f"no such food rule: {', '.join(unknown)}; there are {', '.join((*HARD, *SOFT))}")
    clean = dict(rules)
    if "diet" in clean and clean["diet"] not in Diet.values:
        raise ValueError(f"no such diet: {clean['diet']}; choose from {', '.join(Diet.values)}")
    if "allergens" in clean:
        clean["allergens"] = choice_list(list(clean["allergens"]), Allergen, "allergens")
    for name in ("never", "dislikes"):
        if name in clean:
            clean[name] = sorted({str(slug).strip() for slug in clean[name] if str(slug).strip()})
    return clean


@transaction.atomic
def change_food_rules(resident_id: int, *, by: str, now: datetime, **rules: Any) -> list[str]:
    """Change a resident's rules (diet, jain, allergens, never, dislikes); returns the names of those that differed.

    `by` says who asked for it and how ("Asha, on WhatsApp"). A hard rule that changed is written to the timeline with
    the old and the new value, and plans that were made before are looked through at once. Raises ValueError.
    """
    resident = (
        Resident.objects.select_for_update(no_key=True, of=("self",)).select_related("household").get(pk=resident_id)
    )
    clean = checked(rules)
    old = {name: getattr(resident, name) for name, value in clean.items() if getattr(resident, name) != value}
    if not old:
        return []
    for name in old:
        setattr(resident, name, clean[name])
    resident.save(update_fields=list(old))
    hard = [name for name in old if name in HARD]
    if hard:
        record_hard_change(resident, {name: old[name] for name in hard}, by=by, now=now)
        tell_changed(resident.household, now)
    return sorted(old)


def tell_changed(household: Household, now: datetime) -> None:
    """What somebody at home must not eat is different: call each `(household, now)` of FOOD_RULES_ROUTES, in order, in
    the caller's transaction. Nothing in it may raise: a rule must never be lost because of what follows from it.
    """
    routes: Iterable[Callable[[Household, datetime], object]] = import_string(settings.FOOD_RULES_ROUTES)
    for route in routes:
        route(household, now)


def record_hard_change(resident: Resident, old: dict[str, Any], *, by: str, now: datetime) -> None:
    """The line of the timeline: `old` holds the previous value of each hard rule that is different now."""
    changes = [f"{LABELS[name]}: {_words(value)} → {_words(getattr(resident, name))}" for name, value in old.items()]
    timeline.record(
        resident.household,
        "food_rule_changed",
        f"{resident.name}: {'; '.join(changes)}.",
        actor=by,
        now=now,
        resident=resident.pk,
        old=old,
        new={name: getattr(resident, name) for name in old},
    )


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "none"
    return str(value)
