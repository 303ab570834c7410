"""One message, several wishes: "no dinner tonight and 3 guests on Saturday", "all good, but change Monday".

The message is read whole and in its clauses. Clauses count as wishes of their own only when each is sure by itself;
politeness and approval give way to any change beside them ("the rest is approved" with a change is a change).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from mealplans.intents.interpretation import Interpretation

_CUTS = re.compile(
    r"[.;!\n]+|,|\b(?:and also|and then|and|also|aur haan|aur|phir|but|lekin|magar|plus|par|bas)\b|[।]|(?<=\S)\s+-\s+"
)
_POT = re.compile(
    r"\s*[,.;!]\s*(?:kuch (?:bhi )?(?:nahi|nahin|nhi|nai) bach[aie]\w*(?: hai)?|nothing(?: is|'s)? left(?: over)?"
    r"|no leftovers"
    r"|(?!.*\b(?:nahi|nahin|nhi|no|not|kam|sirf|only|khatam)\b)[\w ]+"
    r" bach[aie]?(?: hu[aie])?(?: hai| h| gay[ai])?)"
    r"\s*[.!]?\s*$",
    re.IGNORECASE,
)
SOCIAL = frozenset({"greeting", "thanks", "other"})
YIELDING = SOCIAL | {"approve", "ack", "change_plan"}
_WHOLE_ONLY = frozenset({"opt_out", "opt_in", "absent", "pause", "approve"})


def without_remarks(text: str) -> str:
    """A cook's last word on the pot ("done, some dal is left") denies nothing before it."""
    return _POT.sub("", text)


def clauses(cleaned: str) -> list[str]:
    """The parts of a cleaned message, in order; a decimal point or a comma between numbers does not cut."""
    protected = re.sub(r"(?<=\d)[.,](?=\d)", "\x00", cleaned)
    parts = [part.replace("\x00", ".").strip() for part in _CUTS.split(protected)]
    return [part for part in parts if part]


def combined(whole: Interpretation, parts: list[Interpretation]) -> Interpretation:
    """The meaning of a message from the readings of it whole and of its clauses."""
    wishes = [part for part in parts if part.intent and part.intent not in YIELDING]
    kinds = {wish.intent for wish in wishes}
    if whole.outcome == "hand_over" and not wishes:
        return whole
    if _contradict(wishes):
        return _ask(whole, "praise and blame in one message")
    if (len(kinds) > 1 and not kinds & _WHOLE_ONLY) or _own_days(wishes, kinds):
        return _several(wishes, parts)
    if len(kinds) == 1 and whole.intent is None and _rest_is_polite(parts, wishes):
        return replace(wishes[0], reason=f"{wishes[0].reason}; the rest is politeness")
    if whole.intent in YIELDING and wishes and whole.intent != "change_plan" and len(kinds) == 1:
        return wishes[0] if _rest_is_polite(parts, wishes) else _ask(whole, "says yes and something else")
    return whole


def _several(wishes: list[Interpretation], parts: Iterable[Interpretation]) -> Interpretation:
    unread = [part for part in parts if part.intent is None and part.outcome == "hand_over"]
    return replace(wishes[0], also=(*wishes[1:], *unread))


def _rest_is_polite(parts: list[Interpretation], wishes: list[Interpretation]) -> bool:
    return all(part.intent in YIELDING for part in parts if part not in wishes)


def _contradict(wishes: list[Interpretation]) -> bool:
    """ "The rajma was nice but the dal too salty" is no rating of the meal."""
    return len({wish.slots["rating"] for wish in wishes if "rating" in wish.slots}) > 1


def _own_days(wishes: list[Interpretation], kinds: set[str | None]) -> bool:
    """ "2 guests on Friday, 3 guests on Sunday" is two wishes of one kind: each names its own day."""
    dates = [str(wish.slots["date"]) for wish in wishes if "date" in wish.slots]
    return len(kinds) == 1 and not kinds & _WHOLE_ONLY and len(dates) == len(wishes) == len(set(dates)) > 1


def _ask(whole: Interpretation, reason: str) -> Interpretation:
    return replace(whole, intent=None, slots={}, outcome="ask", reason=reason, doubt=None)
