"""The scores of a model as a page: the numbers per part of the data, and which intents are mistaken for which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mealplans.intents.corpus import Row, checksum
from mealplans.intents.measure import Score, score
from mealplans.intents.model import Model


def as_markdown(parts: Mapping[str, Sequence[Row]], model: Model) -> str:
    """A table of scores and a confusion table for the unseen part."""
    scores = {name: score(rows, model) for name, rows in parts.items()}
    lines = [f"# Intent model report, data {checksum()}", "", *_summary(scores), ""]
    return "\n".join([*lines, "## Unseen part: wanted against understood", "", *confusion(scores["unseen"]), ""])


def _summary(scores: Mapping[str, Score]) -> list[str]:
    head = ["| part | messages | wrong actions | dangerous | acted on | slots right |", "|---|---|---|---|---|---|"]
    return head + [
        f"| {name} | {s.messages} | {len(s.wrong)} ({s.wrong_action_rate:.2%}) | {s.dangerous_wrong} "
        f"| {s.acted_share:.1%} | {s.slot_accuracy:.1%} |"
        for name, s in scores.items()
    ]


def confusion(scored: Score) -> list[str]:
    """A line per wanted intent: how many, and what they were taken for where that differs."""
    lines = ["| wanted | messages | as wanted | otherwise |", "|---|---|---|---|"]
    for wanted in sorted({wanted for wanted, _ in scored.confusion}):
        row = {got: n for (w, got), n in scored.confusion.items() if w == wanted}
        others = ", ".join(f"{got} {n}" for got, n in sorted(row.items()) if got != wanted)
        lines.append(f"| {wanted} | {sum(row.values())} | {row.get(wanted, 0)} | {others or '-'} |")
    return lines
