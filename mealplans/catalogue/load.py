"""Reads the catalogue's TOML files into frozen values, or says everything that is wrong with them at once.

Pure: no Django, no database, no clock. The format is described in docs/catalogue.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from mealplans.catalogue.dish_entry import dish_from
from mealplans.catalogue.entities import Catalogue, Dish, Ingredient
from mealplans.catalogue.fields import EntryProblem
from mealplans.catalogue.ingredient_entry import ingredient_from

ROOT = Path(__file__).parent
Entry = TypeVar("Entry", Ingredient, Dish)


class CatalogueError(ValueError):
    """The catalogue is not usable. `problems` has one sentence per broken entry: file, entry, what to do."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(f"{len(problems)} problem(s) in the catalogue:\n" + "\n".join(problems))


def load_catalogue(root: Path = ROOT) -> Catalogue:
    """Read `root/ingredients/*.toml`, then `root/dishes/*.toml`. Raises CatalogueError with every problem."""
    problems: list[str] = []
    ingredients = _read_folder(root, "ingredients", "ingredient", ingredient_from, problems)
    dishes = _read_folder(root, "dishes", "dish", lambda raw: dish_from(raw, ingredients), problems)
    if problems:
        raise CatalogueError(problems)
    return Catalogue(ingredients, dishes)


def _read_folder(
    root: Path,
    folder: str,
    kind: str,
    build: Callable[[dict[str, Any]], Entry],
    problems: list[str],
) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for place, raw in _entries(root, folder, kind, problems):
        try:
            entry = build(raw)
            if entry.slug in found:
                raise EntryProblem(f"the {kind} {entry.slug} stands twice; rename or delete one")
        except EntryProblem as problem:
            problems.append(f"{place}: {problem}")
        else:
            found[entry.slug] = entry
    if not found and not problems:
        problems.append(f"{root / folder}: no {kind} found; is this the catalogue's folder?")
    return found


def _entries(root: Path, folder: str, kind: str, problems: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted((root / folder).glob("*.toml")):
        name = f"{folder}/{path.name}"
        try:
            tables = _tables(path, kind)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, EntryProblem) as problem:
            problems.append(f"{name}: {problem}")
            continue
        for number, raw in enumerate(tables, start=1):
            yield f'{name}: {kind} "{raw.get("slug", f"number {number}")}"', raw


def _tables(path: Path, kind: str) -> list[dict[str, Any]]:
    document = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    tables = document.pop(kind, None)
    defaults = document.pop("prices", {})
    if document or not isinstance(tables, list):
        raise EntryProblem(f"only [[{kind}]] tables (and [prices]) may stand in this file, at least one")
    return [_with_prices(raw, defaults) for raw in tables]


def _with_prices(raw: dict[str, Any], defaults: dict[str, str | date]) -> dict[str, Any]:
    """[prices] at the head of a file says source and as_of once for the packs that do not say their own."""
    packs = raw.get("packs")
    if not defaults or not isinstance(packs, list):
        return raw
    return raw | {"packs": [defaults | pack if isinstance(pack, dict) else pack for pack in packs]}
