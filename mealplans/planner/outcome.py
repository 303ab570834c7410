"""What the planner answers: a plan with its proof, or the rules that leave none.

Codes and numbers, never words: callers word them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from mealplans.planner.problem import SlotKey


class Rule(StrEnum):
    """Hard rules, the closed list. `Violation.subject` holds what the comment names."""

    EMPTY = "empty"  # slot has no dish
    NO_SUCH_SLOT = "no_such_slot"
    UNKNOWN_DISH = "unknown_dish"
    MEAL = "meal"  # subject: the meal the dish is not for
    DIET = "diet"  # subject: diner key
    JAIN = "jain"  # subject: diner key
    ALLERGEN = "allergen"  # subject: allergen
    NEVER = "never"  # subject: ingredient slug
    VEG_DAY = "veg_day"  # subject: diner key; "": everybody's day
    FASTING = "fasting"  # subject: as above
    NO_COOK = "no_cook"
    EQUIPMENT = "equipment"  # subject: the missing equipment
    SKILL = "skill"  # subject: what the cook does not know
    AHEAD = "ahead"  # limit: hours of notice, got: hours the dish needs
    STALE = "stale"  # subject: perishable; limit: days it keeps, got: days since it was delivered
    BANNED = "banned"  # dish refused for this slot
    PINNED = "pinned"  # subject: the dish pinned here
    COOLDOWN = "cooldown"  # limit: days asked, got: days since the last serving; in `Impossible`: repeats needed
    FAMILY_COOLDOWN = "family_cooldown"  # subject: family; limit, got as above
    MINUTES = "minutes"  # subject: visit key; limit, got: minutes
    QUOTA_MIN = "quota_min"  # subject: tag; limit: servings asked, got: servings planned
    QUOTA_MAX = "quota_max"
    BUDGET = "budget"  # limit, got: paise
    UNPRICED = "unpriced"  # subject: ingredient that has no pack, so that no bill can be made


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken hard rule. In `Impossible`, `got` is the best that can be reached while all else holds.

    enough: giving this one rule up, as far as `got`, is proved to leave a plan.
    """

    rule: Rule
    slot: SlotKey | None = None
    dish: str | None = None
    subject: str = ""
    limit: int | None = None
    got: int | None = None
    enough: bool = False


class ReasonCode(StrEnum):
    """Why a dish stands where it stands."""

    PINNED = "pinned"
    KEPT = "kept"  # as in the previous plan
    ONLY_CHOICE = "only_choice"
    LIKED = "liked"  # value: preference score
    NOT_SERVED_LATELY = "not_served_lately"  # value: days since the last serving
    NEW = "new"  # never served here
    WEEKEND_SPECIAL = "weekend_special"
    SHARES_PACK = "shares_pack"  # subject: perishable another meal of the week opens anyway
    USES_PANTRY = "uses_pantry"  # subject: ingredient already in the house
    MEETS_QUOTA = "meets_quota"  # subject: tag the week needs
    QUICK = "quick"  # value: minutes
    FESTIVE = "festive"
    USE_BY = "use_by"  # subject: perishable of the pantry that would go bad
    DISLIKED = "disliked"  # subject: diner key; said openly when nothing better fitted
    TOO_SPICY = "too_spicy"  # subject: diner key


@dataclass(frozen=True, slots=True)
class Reason:
    code: ReasonCode
    subject: str = ""
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan that breaks no hard rule, with how good it is proved to be.

    objective and bound are in hundredths of a point (see Weights): no plan can score above `bound`.
    gap is (bound - objective) / |objective|; 0.0 means proved best.
    """

    meals: Mapping[SlotKey, str]
    objective: int
    bound: int
    gap: float
    cost_paise: int
    reasons: Mapping[SlotKey, tuple[Reason, ...]]
    deterministic_time: float
    model_hash: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """No plan exists. `rules`: a smallest set of rules that cannot hold together, with the numbers.

    together: when giving up none of `rules` alone is enough, rules of which giving up all leaves a plan, with how far
    each has to give; as few as could be found in time. Empty when one is enough or none was found.
    """

    rules: tuple[Violation, ...]
    proved: bool  # False: the effort ran out before either a plan or a proof was found
    deterministic_time: float
    model_hash: str
    more: bool = False  # beside `rules`, others are in conflict too
    together: tuple[Violation, ...] = ()


WeekPlanResult = Planned | Impossible


@dataclass(frozen=True, slots=True)
class SwapOption:
    """One allowed dish for a slot; differences (paise, hundredths of a point) are against the plan."""

    dish: str
    price_difference_paise: int
    score_difference: int
    reasons: tuple[Reason, ...]
