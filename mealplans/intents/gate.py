"""Whether we are sure enough to act.

The model gives chances, the rules give evidence in the words themselves. Both together act early, the model alone
only when it is nearly certain, and an approval, a pause, an absence or an opt-out never without its rule. The
limits were set on the calibration part of the data so that at most one message in two hundred is acted on wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mealplans.intents.interpretation import DANGEROUS, Outcome

SURE_WITH_RULE = 0.80  # rule and model agree
SURE_CONTESTED = 0.90  # ... but a rule for something else holds as well
SURE_ALONE = 0.88  # the model without a rule, and no rule for anything else
SURE_AGAINST = 0.97  # the model against a rule for something else
SURE_DANGEROUS = 0.70
SURE_OTHER = 0.60  # "other" changes nothing; a wrong one only costs the person a second message
STRANGE = 2
POLITE = frozenset({"greeting", "thanks"})  # a wish said politely is the same wish
CANDIDATES = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """`intent` None means do not act; `outcome` then says who speaks next."""

    intent: str | None
    confidence: float
    reason: str
    outcome: Outcome = "act"
    candidates: tuple[str, ...] = ()


def judge(chances: Mapping[str, float], fired: frozenset[str], unfamiliar: int = 0) -> Verdict:
    """Act, ask or hand over. `chances` are likeliest first and may hold "ask" and "hand_over" as labels.

    `unfamiliar` counts the words nobody used before: two of them, and the message may be about anything.
    """
    best, confidence = next(iter(chances.items()))
    if "opt_out" in fired:
        return Verdict("opt_out", max(confidence, 0.97), "asks us to stop writing; obeyed at once")
    if best == "ask":
        return _declined("ask", chances, "no wish that can be acted on as it stands")
    if best == "hand_over":
        return _declined("hand_over", chances, "for a person to read")
    limit = needed(best, fired)
    if unfamiliar >= STRANGE and best != "other":
        limit = max(limit, SURE_AGAINST)
    if confidence >= limit:
        return Verdict(best, confidence, "rule and model agree" if best in fired else "the model is sure")
    return _declined("ask", chances, f"not sure: {best} at {confidence:.0%}")


def plainly(intent: str, chances: Mapping[str, float]) -> Verdict:
    """A rule that reads the whole of a message needs no second opinion; a dangerous intent has no such rule."""
    return Verdict(intent, max(chances.get(intent, 0.0), SURE_CONTESTED), "the whole message says just this")


def as_one(chances: Mapping[str, float], kept: str, given: str) -> dict[str, float]:
    """Two labels that mean the same act here, counted as one; likeliest first again."""
    merged = {label: chance for label, chance in chances.items() if label != given}
    merged[kept] = merged.get(kept, 0.0) + chances.get(given, 0.0)
    return dict(sorted(merged.items(), key=lambda item: -item[1]))


def needed(intent: str, fired: frozenset[str]) -> float:
    """The confidence from which an intent is acted on, given the rules that hold. Above 1: never."""
    fired = fired - POLITE if intent not in POLITE else fired
    if intent in DANGEROUS:
        return SURE_DANGEROUS if fired == {intent} else SURE_AGAINST if intent in fired else 2.0
    if "hand_over" in fired:
        return SURE_AGAINST
    if intent in fired:
        return SURE_WITH_RULE if len(fired) == 1 else SURE_CONTESTED
    if intent == "other":
        return SURE_AGAINST if fired else SURE_OTHER
    return SURE_AGAINST if fired else SURE_ALONE


def _declined(outcome: Outcome, chances: Mapping[str, float], reason: str) -> Verdict:
    likely = [
        label for label, chance in chances.items() if label not in ("ask", "hand_over", "other") and chance > 0.05
    ]
    return Verdict(None, next(iter(chances.values())), reason, outcome, tuple(likely[:CANDIDATES]))
