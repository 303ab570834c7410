"""A cook of several homes says something that is true of one of them: which one is asked only when it is not clear.

It is clear when one home is named, when only one visit is still ahead or under way, or when only one home's dishes
need what is missing. A guess would change a kitchen that is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from households.models import Household
from mealplans.answers import Turn
from mealplans.cook_day import coming_visits, say_cook
from mealplans.intents.normalise import folded
from mealplans.offers import Button
from mealplans.touched import ends_at
from mealplans.visits import CookVisit
from mealplans.wording import label

MOST_BUTTONS = 3
MOST_ROWS = 10
#: Words of a home's name that are in many a message and tell nothing.
_ANY_HOME = frozenset(folded("home house ghar family flat the and aur of ka ke ki parivar"))


def visits_meant(turn: Turn) -> list[CookVisit]:
    """The visits this message may be about, in the order of the day: one that is over is not, while others are not."""
    coming = coming_visits(turn)
    return meant(turn, not_over(turn, coming) or coming)


def not_over(turn: Turn, visits: Iterable[CookVisit]) -> list[CookVisit]:
    return [visit for visit in visits if ends_at(visit.engagement, visit.date) > turn.now]


def of_visit(visit: CookVisit, **also: Any) -> tuple[Household, dict[str, Any]]:
    """The button of one visit's home."""
    return visit.engagement.household, {"engagement": visit.engagement.pk, "date": visit.date.isoformat(), **also}


def one_per_home(visits: Iterable[CookVisit]) -> list[CookVisit]:
    found: dict[int, CookVisit] = {}
    for visit in visits:
        found.setdefault(visit.engagement.household_id, visit)
    return list(found.values())


def meant(turn: Turn, visits: Sequence[CookVisit]) -> list[CookVisit]:
    """Those of the homes that are named; all, when none is."""
    homes = {home.pk for home in named(turn.given.text, [visit.engagement.household for visit in visits])}
    return [visit for visit in visits if not homes or visit.engagement.household_id in homes]


def named(text: str, homes: Iterable[Household]) -> list[Household]:
    """The homes whose name, or the part of it that no other of these homes has, is in the text."""
    said, own = set(folded(text)), {home: set(folded(home.name)) - _ANY_HOME for home in homes}
    shared = {
        word for home, words in own.items() for other, more in own.items() if other != home for word in words & more
    }
    return [home for home, words in own.items() if (words - shared) & said]


def ask(turn: Turn, action: str, homes: Sequence[tuple[Household, dict[str, Any]]], everywhere: Any = None) -> None:
    """A button for each home; `everywhere` is what the button for all of them carries, if there is to be one."""
    rows = [(Button(action, everywhere), label("all_homes", turn.language))] if everywhere is not None else []
    rows += [(Button(action, data), home.name) for home, data in homes]
    question(turn, say_cook(turn, "which_home"), rows)


def question(turn: Turn, words: str, rows: Sequence[tuple[Button, str]]) -> None:
    """Up to three answers are buttons, more are a list."""
    if len(rows) <= MOST_BUTTONS:
        turn.buttons(words, rows)
    else:
        turn.choices(words, label("pick", turn.language), [(button, title, "") for button, title in rows[:MOST_ROWS]])
