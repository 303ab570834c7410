"""How well messages with a known meaning are understood: the numbers the project is held to.

A wrong action is any intent acted on that is not the one wanted (or one of the wishes wanted); asking back and
handing over are never wrong actions, only fewer actions. "other" asks for nothing, so taking a wish for "other" is
counted as not acted on, and acting on a message that wants "other" is a wrong action. `or` names readings that a
reasonable person would accept as well; where asking back was wanted, acting on one of them is neither right nor wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mealplans.intents.corpus import Row, heard
from mealplans.intents.interpretation import DANGEROUS, Interpretation
from mealplans.intents.model import Model
from mealplans.intents.understand import interpret

IDLE = (None, "other")


@dataclass
class Score:
    """Counts over a set of messages; shares are properties."""

    messages: int = 0
    in_domain: int = 0
    acted: int = 0
    slots_right: int = 0
    wrong: list[tuple[Row, Interpretation]] = field(default_factory=list)
    slots_wrong: list[tuple[Row, Interpretation]] = field(default_factory=list)
    declined: list[tuple[Row, Interpretation]] = field(default_factory=list)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def wrong_action_rate(self) -> float:
        return len(self.wrong) / max(self.messages, 1)

    @property
    def dangerous_wrong(self) -> int:
        return sum(got.intent in DANGEROUS for _, got in self.wrong)

    @property
    def acted_share(self) -> float:
        return self.acted / max(self.in_domain, 1)

    @property
    def slot_accuracy(self) -> float:
        return self.slots_right / max(self.acted, 1)


def score(rows: Sequence[Row], model: Model | None = None) -> Score:
    """Interpret every row and compare. Rows are those of corpus.py."""
    total = Score()
    for row in rows:
        _count(total, row, interpret(heard(row), model))
    return total


def _count(total: Score, row: Row, got: Interpretation) -> None:
    total.messages += 1
    wanted = _wanted(row)
    total.confusion[row["intent"] or row["outcome"], got.intent or got.outcome] += 1
    total.in_domain += row["intent"] not in IDLE
    if got.intent in IDLE:
        if row["intent"] not in IDLE:
            total.declined.append((row, got))
        return
    if got.intent not in wanted:
        total.wrong.append((row, got))
        return
    if row["intent"] in IDLE:
        return
    total.acted += 1
    total.slots_right += dict(got.slots) in wanted[got.intent]
    if dict(got.slots) not in wanted[got.intent]:
        total.slots_wrong.append((row, got))


def _wanted(row: Row) -> dict[str, list[dict[str, Any]]]:
    wishes = [{"intent": row["intent"], "slots": row["slots"]}, *row.get("also", []), *row.get("or", [])]
    wanted: dict[str, list[dict[str, Any]]] = {}
    for wish in wishes:
        if wish["intent"] not in IDLE:
            wanted.setdefault(wish["intent"], []).append(wish["slots"])
    return wanted
