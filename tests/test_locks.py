"""How rows are locked, everywhere in the product."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_no_lock_stands_in_the_way_of_a_foreign_key() -> None:
    """FOR UPDATE waits for every transaction that merely points at the row; two of those, each locking next, deadlock.

    Seen on PostgreSQL: a claim locked the account while a webhook's transaction stored a message of it.
    """
    found: list[str] = []
    for app in ("bettermeals", "households", "mealplans", "whatsapp"):
        for file in sorted((ROOT / app).rglob("*.py")):
            calls = re.findall(r"select_for_update\([^)]*\)?", file.read_text(encoding="utf-8"))
            found += [f"{file.relative_to(ROOT)}: {call}" for call in calls if "no_key=True" not in call]
    assert found == []
