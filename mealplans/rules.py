"""Which of the planner's rules nobody may break, and how a refusal reads.

The planner checks; here is only said what an explicit wish of the household may override: a dish again within its
cooldown, a third fried dish, a dearer week. Never food: diet, allergens, vows, fasting, veg days; never what the
kitchen cannot do: equipment, minutes, soaking time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mealplans.models import Dish, Ingredient
from mealplans.planner.outcome import Rule, Violation
from mealplans.planner.problem import SlotKey
from mealplans.slots import Home, resident_of
from mealplans.wording import label, meal_name

A_WISH_MAY = frozenset(
    {
        Rule.COOLDOWN,
        Rule.FAMILY_COOLDOWN,
        Rule.QUOTA_MIN,
        Rule.QUOTA_MAX,
        Rule.BUDGET,
        Rule.PINNED,
        Rule.BANNED,
    }
)
#: Rules about people, not kitchens: whenever one of these is found broken a week is held back, at the last minute too.
ABOUT_PEOPLE = frozenset({Rule.DIET, Rule.JAIN, Rule.ALLERGEN, Rule.NEVER, Rule.VEG_DAY, Rule.FASTING})
WITH_SUBJECT = frozenset({Rule.ALLERGEN, Rule.NEVER, Rule.EQUIPMENT, Rule.SKILL, Rule.STALE, Rule.UNPRICED})


def unbreakable(violations: Iterable[Violation]) -> list[Violation]:
    return [violation for violation in violations if violation.rule not in A_WISH_MAY]


def unsafe(violations: Iterable[Violation]) -> list[Violation]:
    """What somebody at the table must not eat."""
    return [violation for violation in violations if violation.rule in ABOUT_PEOPLE]


def touching(violations: Iterable[Violation], slot: SlotKey, visit: str) -> list[Violation]:
    """Those that a change of this slot could have caused: of the slot, of its visit, or of the week as a whole."""
    return [v for v in violations if v.slot == slot or (v.slot is None and v.subject in ("", visit))]


def why_not(violations: Sequence[Violation], home: Home, ingredients: Mapping[str, Ingredient], language: str) -> str:
    """One sentence for the reader; the first rule is the one to know, the planner puts food safety first."""
    violation = violations[0]
    key = f"rule_{violation.rule.value}"
    if violation.rule in (Rule.DIET, Rule.JAIN):
        return label(key, language, who=who(violation.subject, home))
    if violation.rule in (Rule.FASTING, Rule.VEG_DAY) and violation.subject:
        return label(f"{key}_of", language, who=who(violation.subject, home))
    if violation.rule in WITH_SUBJECT:
        return label(key, language, what=_what(violation, ingredients, language))
    if violation.rule is Rule.MEAL:
        return label(key, language, meal=meal_name(violation.slot.meal, language) if violation.slot else "")
    if violation.rule is Rule.AHEAD:
        return label(key, language, limit_hours=violation.got)
    known = (Rule.VEG_DAY, Rule.FASTING, Rule.NO_COOK, Rule.MINUTES, Rule.BUDGET)
    return label(key if violation.rule in known else "rule_other", language)


def who(diner_key: str, home: Home) -> str:
    """The resident behind a diner of the planner."""
    pk = resident_of(diner_key)
    return next((resident.name for resident in home.residents if resident.pk == pk), "—")


def _what(violation: Violation, ingredients: Mapping[str, Ingredient], language: str) -> str:
    if violation.rule is Rule.ALLERGEN:
        return label(violation.subject, language)
    if violation.subject in ingredients:
        return ingredients[violation.subject].name(language)
    return violation.subject.replace("_", " ").replace("-", " ")


def sentence(violation: Violation, home: Home, dishes: Mapping[str, Dish]) -> str:
    """A broken rule for staff, in English, with its numbers."""
    parts = [violation.rule.value.replace("_", " ")]
    if violation.slot:
        parts.append(f"at {violation.slot.meal} on {violation.slot.day:%a %d %b}")
    if violation.dish:
        parts.append(f"with {dishes[violation.dish].name_en if violation.dish in dishes else violation.dish}")
    if violation.rule in (Rule.DIET, Rule.JAIN, Rule.FASTING, Rule.VEG_DAY) and violation.subject:
        parts.append(f"for {who(violation.subject, home)}")
    elif violation.subject:
        parts.append(f"({violation.subject})")
    if violation.limit is not None:
        money = violation.rule is Rule.BUDGET
        limit, got = (n if n is None or not money else n / 100 for n in (violation.limit, violation.got))
        parts.append(f"limit {limit}" + (f", best possible {got}" if got is not None else ""))
    return " ".join(parts)
