"""The words of a recipe -> an ingredient of the catalogue when it is the same name, else some to choose from."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from mealplans.models import Ingredient

MOST_CHOICES = 5
LEAST_LIKENESS = 60


def same(food: str, known: Sequence[Ingredient]) -> Ingredient | None:
    """The one whose name these words are, in either language, one or many of it. Two of them are a doubt."""
    wanted = _forms(food)
    found = {row.pk: row for row in known if wanted & {*_forms(row.name_en), row.name_hi, row.slug.replace("-", " ")}}
    return next(iter(found.values())) if len(found) == 1 else None


def choices(food: str, known: Sequence[Ingredient]) -> list[Ingredient]:
    """The likeliest first; nothing is taken for granted."""
    names = {row.pk: row.name_en.lower() for row in known}
    by_pk = {row.pk: row for row in known}
    found = process.extract(
        food.lower(), names, scorer=fuzz.token_set_ratio, limit=MOST_CHOICES, score_cutoff=LEAST_LIKENESS
    )
    return [by_pk[pk] for _name, _score, pk in found]


def _forms(name: str) -> set[str]:
    word = name.strip().lower()
    singular = {word[:-3] + "y"} if word.endswith("ies") else set()
    if word.endswith("oes"):
        singular.add(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        singular.add(word[:-1])
    return {word, *singular} - {""}
