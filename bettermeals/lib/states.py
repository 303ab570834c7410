"""State changes as compare-and-set against a transition table that stands beside the states.

Two people tap at once, a task runs twice, a webhook repeats: the UPDATE names the old state in its WHERE, so exactly
one of them wins and the loser learns it from the returned False.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model


class IllegalTransition(Exception):
    """The code asked for a move that the written table does not have: a bug, never a race."""


class Transitions:
    """The legal moves of one kind of row: {"draft": {"proposed", "failed"}, ...}."""

    def __init__(self, table: Mapping[str, Iterable[str]]) -> None:
        self.table = {old: frozenset(new) for old, new in table.items()}

    def allowed(self, old: str, new: str) -> bool:
        return new in self.table.get(old, frozenset())

    def sources(self, new: str) -> frozenset[str]:
        """Every state from which `new` may be reached."""
        return frozenset(old for old in self.table if self.allowed(old, new))

    def check(self, old: Iterable[str], new: str) -> None:
        bad = sorted(state for state in old if not self.allowed(state, new))
        if bad:
            raise IllegalTransition(f"no move from {', '.join(bad)} to {new}")


def move(
    model: type[Model],
    pk: Any,
    *,
    table: Transitions,
    old: str | Iterable[str],
    new: str,
    field: str = "status",
    **also: Any,
) -> bool:
    """Set `field` to `new` if it still is one of `old`, together with the fields in `also`.

    Returns False when somebody else was first (or the row is gone). Raises IllegalTransition for a move that the
    table does not have.
    """
    states = [old] if isinstance(old, str) else list(old)
    table.check(states, new)
    rows = model._default_manager.filter(pk=pk, **{f"{field}__in": states})
    return rows.update(**{field: new}, **also) == 1
