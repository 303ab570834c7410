"""Why a week has no plan, in words staff can act on: what cannot hold together, and which one change is enough.

The planner names a smallest set of rules, each with the best that can be reached while the others hold, and which of
them are enough alone. Where none is, it names those that are enough together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from bettermeals.lib.money import format_money
from mealplans import rules
from mealplans.planner.outcome import Impossible, Rule, Violation
from mealplans.planning import Larder
from mealplans.slots import Home

NOTHING_FOUND = "The planner found neither a plan nor a reason in its time."


@dataclass(frozen=True)
class Hurdle:
    """One rule in the way, and what to change about it; both begin in lower case.

    enough: the change gives the household its week by itself. The rest is what the week's page needs to offer it.
    """

    what: str
    change: str
    enough: bool = False
    rule: str = field(default="", compare=False)
    subject: str = field(default="", compare=False)
    got: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class _Names:
    home: Home
    larder: Larder

    def money(self, paise: int) -> str:
        return format_money(paise, self.home.household.currency)

    def person(self, key: str) -> str:
        return rules.who(key, self.home)

    def thing(self, slug: str) -> str:
        known = self.larder.ingredients.get(slug) or self.larder.dishes.get(slug)
        return known.name_en if known else slug.replace("_", " ").replace("-", " ")

    def visit(self, key: str) -> str:
        """The visit of "2026-11-23:7" as staff know it."""
        day, _, engagement = key.partition(":")
        when = f"{date.fromisoformat(day):%a %d %b}" if engagement else day
        return f"{self.cook(key)}'s visit on {when}"

    def cook(self, visit: str) -> str:
        cooks = {str(row.pk): row.cook.name for row in self.home.engagements}
        return cooks.get(visit.partition(":")[2], "nobody")

    def meal(self, violation: Violation) -> str:
        return f"{violation.slot.day:%a %d %b} {violation.slot.meal}" if violation.slot else "the week"


def hurdles(found: Sequence[Violation], home: Home, larder: Larder) -> list[Hurdle]:
    """Each in words; those that are enough alone come first."""
    names = _Names(home, larder)
    worded = [(violation, _hurdle(violation, names)) for violation in found]
    found_told = [
        replace(hurdle, enough=v.enough, rule=v.rule.value, subject=v.subject, got=v.got) for v, hurdle in worded
    ]
    return sorted(found_told, key=lambda hurdle: not hurdle.enough)


def _as_one(found: Sequence[Violation], home: Home, larder: Larder) -> list[Hurdle]:
    """A cook's visits have one length: those that are too short on several days are one thing to change."""
    visits: dict[str, list[Violation]] = {}
    for violation in found:
        if violation.rule == Rule.MINUTES:
            visits.setdefault(violation.subject.partition(":")[2], []).append(violation)
    many = [_visits(rows, _Names(home, larder)) for rows in visits.values() if len(rows) > 1]
    alone = {id(row) for rows in visits.values() if len(rows) > 1 for row in rows}
    return many + hurdles([violation for violation in found if id(violation) not in alone], home, larder)


def _visits(rows: Sequence[Violation], names: _Names) -> Hurdle:
    longest = max(rows, key=lambda row: row.got or 0)
    limit, got = longest.limit or 0, longest.got or 0
    cook = names.cook(longest.subject)
    what = f"{cook}'s visits on {len(rows)} days have {limit} minutes and need up to {got}"
    change = f"give each of {cook}'s visits {got - limit} minutes more"
    return Hurdle(what, change, rule=longest.rule.value, subject=longest.subject, got=got)


def told(answer: Impossible, home: Home, larder: Larder) -> tuple[str, dict[str, Any]]:
    """Why there is no plan: one paragraph, and its parts as the week keeps them."""
    found, together = hurdles(answer.rules, home, larder), _as_one(answer.together, home, larder)
    if len(together) == 1:
        found, together = [replace(together[0], enough=True)], []
    why = in_words(found, proved=answer.proved, more=answer.more, together=together)
    rows = {"hurdles": [asdict(each) for each in found], "together": [asdict(each) for each in together]}
    return why, {"more": answer.more, **rows, **_proof(answer)}


def _proof(answer: Impossible) -> dict[str, Any]:
    work = {"deterministic_time": answer.deterministic_time, "model_hash": answer.model_hash}
    return {"proved": answer.proved, **work}


def in_words(found: Sequence[Hurdle], *, proved: bool, more: bool = False, together: Sequence[Hurdle] = ()) -> str:
    """One paragraph for the queue, the plan's page and the list of the Saturday run."""
    if not found:
        return NOTHING_FOUND
    if together:
        return f"{_start(together, proved)}. All of these changes together are enough: {_changes(together, '; ')}."
    alone = [hurdle for hurdle in found if hurdle.enough]
    enough = "One of these changes is enough" if len(alone) > 1 else "What helps"
    rest = " Other rules are in conflict too; planning again then names them." if more and not alone else ""
    return f"{_start(found, proved)}. {enough}: {_changes(alone or found, ', or ')}.{rest}"


def _start(found: Sequence[Hurdle], proved: bool) -> str:
    start = "These rules cannot hold together" if len(found) > 1 else "One rule leaves no plan"
    sure = start if proved else f"Probably {start[0].lower()}{start[1:]}"
    return f"{sure}: {'; '.join(hurdle.what for hurdle in found)}"


def _changes(found: Sequence[Hurdle], between: str) -> str:
    return between.join(hurdle.change for hurdle in found)


def _hurdle(violation: Violation, names: _Names) -> Hurdle:
    if violation.slot is not None:
        return _of_a_meal(violation, names)
    found = OF_THE_WEEK.get(violation.rule)
    if found is None:
        said = rules.sentence(violation, names.home, names.larder.dishes)
        return Hurdle(said, f"lift it ({violation.rule.value.replace('_', ' ')})")
    return found(violation, names)


def _budget(violation: Violation, names: _Names) -> Hurdle:
    limit, least = violation.limit or 0, violation.got
    if least is None:
        return Hurdle(f"the budget of {names.money(limit)} is too low", "raise the budget")
    short = f"the budget of {names.money(limit)} is {names.money(least - limit)} short"
    return Hurdle(short, f"raise the budget to {names.money(least)}")


def _cooldown(violation: Violation, names: _Names) -> Hurdle:
    which = names.thing(violation.subject) if violation.subject else "the same dish"
    if violation.rule == Rule.FAMILY_COOLDOWN:
        which = f"look-alikes ({violation.subject})" if violation.subject else "look-alikes"
    repeats = violation.got or 1
    allow = "one repeat" if repeats == 1 else f"{repeats} repeats"
    days = "on one day" if violation.limit == 1 else f"within {violation.limit} days"
    return Hurdle(f"{which} may not come twice {days}", f"allow {allow}")


def _minutes(violation: Violation, names: _Names) -> Hurdle:
    visit = names.visit(violation.subject)
    if violation.got is None:
        return Hurdle(f"{visit} has only {violation.limit} minutes", "give that visit more time")
    more = violation.got - (violation.limit or 0)
    return Hurdle(
        f"{visit} has {violation.limit} minutes and needs {violation.got}", f"give that visit {more} minutes more"
    )


def _quota(violation: Violation, names: _Names) -> Hurdle:
    word = "at least" if violation.rule == Rule.QUOTA_MIN else "at most"
    what = f"{word} {violation.limit} meals a week are to be {violation.subject.replace('-', ' ')}"
    if violation.got is None:
        return Hurdle(what, f"lift the quota for {violation.subject}")
    return Hurdle(what, f"set the quota for {violation.subject} to {violation.got}")


def _unpriced(violation: Violation, names: _Names) -> Hurdle:
    thing = names.thing(violation.subject)
    return Hurdle(f"{thing} has no price", f"give {thing} a pack with a price")


OF_THE_WEEK: Mapping[Rule, Callable[[Violation, _Names], Hurdle]] = {
    Rule.BUDGET: _budget,
    Rule.COOLDOWN: _cooldown,
    Rule.FAMILY_COOLDOWN: _cooldown,
    Rule.MINUTES: _minutes,
    Rule.QUOTA_MIN: _quota,
    Rule.QUOTA_MAX: _quota,
    Rule.UNPRICED: _unpriced,
}


def _of_a_meal(violation: Violation, names: _Names) -> Hurdle:
    """Rules that leave one meal without any dish; `got`: how many would be left were this one lifted."""
    what, change = _about(violation, names)
    gain = f" ({violation.got} dishes then fit)" if violation.got and violation.got > 1 else ""
    return Hurdle(
        f"{names.meal(violation)}: {what}", f"{change}{' (1 dish then fits)' if violation.got == 1 else gain}"
    )


def _about(violation: Violation, names: _Names) -> tuple[str, str]:
    subject = violation.subject
    person = names.person(subject) if violation.rule in OF_A_PERSON and subject else "everybody"
    thing = names.thing(subject)
    said = {
        Rule.MEAL: (f"no dish of the catalogue is for {subject}", f"add dishes for {subject}, or leave the meal out"),
        Rule.DIET: (f"{person}'s diet refuses the dish", f"let {person} eat elsewhere then"),
        Rule.JAIN: (f"{person} eats Jain", f"let {person} eat elsewhere then"),
        Rule.ALLERGEN: (f"somebody is allergic to {thing}", f"add dishes without {thing} (never lift an allergy)"),
        Rule.NEVER: (f"somebody never eats {thing}", f"ask whether {thing} must never be there"),
        Rule.VEG_DAY: (f"a vegetarian day for {person}", "take the vegetarian day back"),
        Rule.FASTING: (f"a fasting day for {person}", "take the fasting day back"),
        Rule.NO_COOK: ("no cook comes", "find a cook for it, or leave the meal out"),
        Rule.EQUIPMENT: (f"the kitchen has no {thing}", f"enter {thing} if the kitchen has it"),
        Rule.SKILL: (f"the cook does not make {thing}", f"take {thing} from what the cook cannot make"),
        Rule.AHEAD: ("too little notice to soak or marinate", "plan earlier, or leave the meal out"),
        Rule.STALE: (f"{thing} would not be fresh any more", "let groceries come on a further day"),
        Rule.MINUTES: (f"{names.visit(subject)} has {violation.limit} minutes", "give that visit more time"),
        Rule.COOLDOWN: ("what is left was served lately", "allow one repeat"),
        Rule.FAMILY_COOLDOWN: (f"look-alikes ({subject}) were served lately", "allow one look-alike"),
        Rule.PINNED: (f"{thing} is pinned there", "unpin it"),
        Rule.BANNED: ("dishes were refused for it", "take a refusal back"),
        Rule.UNPRICED: (f"{thing} has no price", f"give {thing} a pack with a price"),
    }
    return said.get(violation.rule, (violation.rule.value.replace("_", " "), "lift it"))


OF_A_PERSON = frozenset({Rule.DIET, Rule.JAIN, Rule.VEG_DAY, Rule.FASTING})
